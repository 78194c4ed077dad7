import DTCFlows
import MeterDataFiles
import PortfolioFiles
import PublicData

/// Every kind of file that can be taken in, told apart by its first bytes.
public enum SourceFormat: Hashable, Sendable {
  case portfolio(PortfolioFile)
  case flow(DTCFlow)
  case publicData(PublicDataset)
  case meterData(MeterDataFormat)
  /// A tariff book, JSON: see ``TariffBookFile``.
  case tariffs

  /// Bytes that detection wants to see; fewer when the file has fewer.
  public static let bytesForDetection = 16_384

  /// - Returns: `nil` when no reader knows the content.
  public static func detect(firstBytes: [UInt8], fileName: String) -> SourceFormat? {
    // Our own tables and the industry's flows announce themselves in their first line; research files are known by
    // looser signs, so they come last.
    if let file = PortfolioFile.detect(firstBytes: firstBytes) { return .portfolio(file) }
    if let flow = DTCFlow.detect(firstBytes: firstBytes) { return .flow(flow) }
    if isTariffBook(firstBytes) { return .tariffs }
    if let dataset = PublicDataset.detect(firstBytes: firstBytes, fileName: fileName) { return .publicData(dataset) }
    if let format = MeterDataFormat.detect(firstBytes: firstBytes, fileName: fileName) { return .meterData(format) }
    return nil
  }

  /// An object whose first key is `tariffs`.
  private static func isTariffBook(_ bytes: [UInt8]) -> Bool {
    let blanks = Set(" \t\r\n".utf8)
    return Array(bytes.prefix(256).filter { !blanks.contains($0) }).starts(with: Array("{\"tariffs\":".utf8))
  }

  /// The name under which a source of this format is recorded.
  public var name: String {
    switch self {
    case .portfolio(let file): file.rawValue
    case .flow(let flow): flow.rawValue
    case .publicData(let dataset): dataset.rawValue
    case .meterData(let format): format.rawValue
    case .tariffs: PortfolioFormats.tariffs
    }
  }
}
