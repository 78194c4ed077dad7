/// The data flows of the Data Transfer Catalogue that are read here.
public enum DTCFlow: String, Hashable, Sendable, CaseIterable {
  /// Validated half-hourly advances.
  case d0036 = "D0036"
  /// Meter readings.
  case d0010 = "D0010"
  /// Line loss factors.
  case d0265 = "D0265"

  /// Which flow a file is, from its header line; a byte-order mark before it is skipped.
  ///
  /// - Parameter firstBytes: the beginning of the file; 64 bytes are enough.
  /// - Returns: `nil` when it does not begin with a `ZHV` or `ZHD` line that names one of these flows.
  public static func detect(firstBytes: some Collection<UInt8>) -> DTCFlow? {
    var bytes = Array(firstBytes.prefix(128))
    if bytes.starts(with: [0xEF, 0xBB, 0xBF]) { bytes.removeFirst(3) }
    let line = bytes.prefix { $0 != UInt8(ascii: "\n") && $0 != UInt8(ascii: "\r") }
    let fields = line.split(separator: UInt8(ascii: "|"), omittingEmptySubsequences: false)
    guard fields.count >= 3, fields[0].elementsEqual("ZHV".utf8) || fields[0].elementsEqual("ZHD".utf8) else {
      return nil
    }
    return allCases.first { fields[2].starts(with: $0.rawValue.utf8) }
  }
}
