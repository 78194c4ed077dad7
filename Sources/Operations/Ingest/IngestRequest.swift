import Findings
import SettlementCalendar

/// One file to take in, and what is known of it beyond its bytes.
public struct IngestRequest: Sendable {
  /// SHA-256 of the file as it came.
  public var hash: String
  /// Without folders.
  public var name: String
  public var byteCount: Int
  /// When the file was received.
  public var receivedAt: UTCInstant
  /// When its readings are held to have been received.
  public var receipt: ReceiptRule
  /// The series of a file that names none; the file's name without its endings by default.
  public var seriesName: String?
  /// What the receipt rule and the series name are, in words that repeat when the choice repeats.
  public var settings: String

  public init(
    hash: String, name: String, byteCount: Int, receivedAt: UTCInstant, receipt: ReceiptRule, seriesName: String?,
    settings: String
  ) {
    self.hash = hash
    self.name = name
    self.byteCount = byteCount
    self.receivedAt = receivedAt
    self.receipt = receipt
    self.seriesName = seriesName
    self.settings = settings
  }

  var namePrefix: String { IngestSettings(text: settings).namePrefix }

  var fallbackSeries: String {
    if let seriesName { return seriesName }
    let stem = name.split(separator: ".").first.map(String.init) ?? "unnamed"
    return String(decoding: stem.utf8.prefix(64), as: UTF8.self)
  }
}

/// What became of one file.
public struct IngestReport: Sendable {
  public var name: String
  public var hash: String
  public var format: String
  public var reckoning: Reckoning
  public var findings: [Finding]
  public var findingCounts: [RuleID: Int]
  /// The settlement dates of its readings.
  public var dates: ClosedRange<SettlementDate>?
  /// True when the very same file had been taken in before; nothing changed.
  public var wasKnown: Bool

  public init(
    name: String, hash: String, format: String, reckoning: Reckoning, findings: [Finding],
    findingCounts: [RuleID: Int], dates: ClosedRange<SettlementDate>?, wasKnown: Bool
  ) {
    self.name = name
    self.hash = hash
    self.format = format
    self.reckoning = reckoning
    self.findings = findings
    self.findingCounts = findingCounts
    self.dates = dates
    self.wasKnown = wasKnown
  }

  /// The account of a file that was taken in before: what it brought then is all there already.
  public static func known(_ record: SourceRecord) -> IngestReport {
    var reckoning = Reckoning(quarantined: record.reckoning.quarantined)
    reckoning.duplicate = record.reckoning.rowsRead - record.reckoning.quarantined
    let finding = Finding(
      "ING-6", .note, at: SourcePosition(file: record.name),
      "this very file was taken in before, at \(record.receivedAt); nothing was stored again.",
      remedy: "Nothing to do.")
    return IngestReport(
      name: record.name, hash: record.hash, format: record.format, reckoning: reckoning,
      findings: [finding] + record.findings, findingCounts: record.findingCounts, dates: nil, wasKnown: true)
  }
}
