import BalancingMechanism
import Findings
import Foundation
import ImbalancePricing
import InputFiles
import PublicData
import Settlement
import SettlementCalendar
import WireFormat

/// Reads the files of a folder by their shape, and keeps what bears on some settlement periods.
struct PriceFolder {
  /// What became of one file.
  struct FileReport {
    var name: String
    var rows = 0
    /// Facts that bear on the period.
    var used = 0
    var refused = 0
    var isRead = true
  }

  /// A folder of more files than this is refused: it is the wrong folder.
  static let mostFiles = 2_000
  /// Findings that are kept; all are counted.
  static let mostFindings = 100

  /// In the order in which the periods were asked for.
  private(set) var periods: [PeriodFacts]
  private(set) var files: [FileReport] = []
  private(set) var findings: [Finding] = []
  private(set) var findingCount = 0

  init(_ periods: [SettlementPeriod]) { self.periods = periods.map { PeriodFacts($0) } }

  mutating func read(_ path: String) throws {
    for file in try Self.files(path) {
      try InputFile(file).read { part in try take(part) }
    }
  }

  /// All ordinary files of a folder and its folders in order of their paths; a file stands for itself.
  static func files(_ path: String) throws -> [String] {
    var isFolder: ObjCBool = false
    guard FileManager.default.fileExists(atPath: path, isDirectory: &isFolder) else {
      throw PriceFolderFault(description: "There is no folder \(path).")
    }
    guard isFolder.boolValue else { return [path] }
    let keys: [URLResourceKey] = [.isRegularFileKey]
    let found = FileManager.default.enumerator(at: URL(fileURLWithPath: path), includingPropertiesForKeys: keys)
    var files: [String] = []
    while let url = found?.nextObject() as? URL {
      guard try url.resourceValues(forKeys: Set(keys)).isRegularFile == true else { continue }
      files.append(url.path)
      guard files.count <= mostFiles else {
        throw PriceFolderFault(description: "The folder holds more than \(mostFiles) files.")
      }
    }
    return files.sorted()
  }

  private mutating func take(_ part: InputPart) throws {
    let start = try part.peek(4_096)
    var report = FileReport(name: part.name)
    let sign = start.first { !" \t\r\n".utf8.contains($0) && $0 < 0x80 }
    if sign == UInt8(ascii: "{") || sign == UInt8(ascii: "[") {
      try feed(BalancingJSONReader(file: part.name), part, &report)
    } else if BalancingCSVReader.recognises(start) {
      try feed(BalancingCSVReader(file: part.name), part, &report)
    } else if PublicDataset.detect(firstBytes: start, fileName: part.name) == .systemPriceCSV {
      try feedPrices(part, &report)
    } else {
      report.isRead = false
    }
    files.append(report)
  }

  private mutating func feed<Reader: StreamReader<BalancingEvent>>(
    _ reader: Reader, _ part: InputPart, _ report: inout FileReport
  ) throws {
    var reader = reader
    func handle(_ event: BalancingEvent) {
      switch event {
      case .fact(let fact): if keep(fact) { report.used += 1 }
      case .noted(let finding): keep(finding)
      case .quarantined(let finding):
        report.refused += 1
        keep(finding)
      case .finished(let rows): report.rows = rows
      }
    }
    try part.forEachPiece { reader.consume($0) { handle($0) } }
    reader.finish { handle($0) }
  }

  /// Elexon's own download of system prices, which has a reader of its own.
  private mutating func feedPrices(_ part: InputPart, _ report: inout FileReport) throws {
    var reader = SystemPriceCSVReader(file: part.name, source: "", receivedAt: .distantFuture)
    func handle(_ event: SystemPriceEvent) {
      switch event {
      case .price(let price, _):
        report.rows += 1
        if let record = Self.record(price), keep(.price(record)) { report.used += 1 }
      case .noted(let finding): keep(finding)
      case .quarantined(let finding, let rows):
        report.rows += rows
        report.refused += rows
        keep(finding)
      }
    }
    try part.forEachPiece { reader.consume($0) { handle($0) } }
    reader.finish { handle($0) }
  }

  private static func record(_ price: SystemPrice) -> PublishedPriceRecord? {
    guard let period = SettlementDay(price.date).period(price.period) else { return nil }
    // Both are whole units of 10⁻¹¹ MWh.
    let volume = price.netImbalanceVolume.map { BalancingEnergy(units: $0.tenMicrowattHours) }
    return PublishedPriceRecord(
      period: period.halfHour, systemSellPrice: price.sell, systemBuyPrice: price.buy, netImbalanceVolume: volume)
  }

  /// Gives a fact to every period that it bears on. - Returns: whether there is one.
  private mutating func keep(_ fact: BalancingFact) -> Bool {
    var isUsed = false
    for place in periods.indices where periods[place].take(fact) { isUsed = true }
    return isUsed
  }

  private mutating func keep(_ finding: Finding) {
    findingCount += 1
    if findings.count < Self.mostFindings { findings.append(finding) }
  }
}

/// Why a folder was refused.
struct PriceFolderFault: Error, CustomStringConvertible {
  let description: String
}
