import SettlementCalendar

/// What a source was taken in with, beyond its bytes, as text that is kept with it and reads back.
public struct IngestSettings: Hashable, Sendable {
  /// The series of a file that names none.
  public var seriesName: String?
  /// `at 2026-11-21T10:00:00Z`, or `8 hours after each day`, with the hash of an arrivals file where one was given.
  public var receipt: String

  public init(seriesName: String?, receipt: String) {
    self.seriesName = seriesName
    self.receipt = receipt
  }

  public init(text: String) {
    let parts = text.split(separator: "\n", maxSplits: 1, omittingEmptySubsequences: false)
    receipt = parts.first.map(String.init) ?? ""
    let name = parts.count > 1 ? String(parts[1]) : ""
    seriesName = name.isEmpty ? nil : name
  }

  public var text: String { receipt + "\n" + (seriesName ?? "") }
}
