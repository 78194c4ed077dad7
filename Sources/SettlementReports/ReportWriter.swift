/// Writes a report file piece by piece: ``start()``, any number of ``record(_:)``, ``end()``. The footer's count and
/// checksum follow from what was written.
public struct ReportWriter: Sendable {
  private let header: ReportHeader
  private var checksum = ReportChecksum()

  public init(header: ReportHeader) { self.header = header }

  /// The header line.
  public mutating func start() -> [UInt8] { record(header.record) }

  /// One line of the body.
  public mutating func record(_ record: ReportRecord) -> [UInt8] {
    checksum.add(record)
    return record.fileBytes
  }

  /// The footer line.
  public func end() -> [UInt8] { ReportFooter(checksum).record.fileBytes }

  /// A whole file.
  public static func file(header: ReportHeader, records: some Sequence<ReportRecord>) -> [UInt8] {
    var writer = ReportWriter(header: header)
    var bytes = writer.start()
    for record in records { bytes += writer.record(record) }
    return bytes + writer.end()
  }
}
