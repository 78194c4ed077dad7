import Findings
import SettlementCalendar

/// One file that was taken in, and what became of its rows: a fact. The file's bytes are kept beside it, unchanged.
public struct SourceRecord: Hashable, Sendable {
  /// SHA-256 of the file as it came, 64 hexadecimal digits: its name for ever.
  public var hash: String
  /// The file's name without folders.
  public var name: String
  /// Which reader took it, e.g. `lcl-ukpn`, `d0265`.
  public var format: String
  public var byteCount: Int
  /// When it was received.
  public var receivedAt: UTCInstant
  /// What the reader was told beyond the bytes (series name, arrival rule), so that it can be read again alike.
  public var settings: String
  public var reckoning: Reckoning
  /// Findings by rule, kept or only counted.
  public var findings: [Finding]
  public var findingCounts: [RuleID: Int]

  public init(
    hash: String, name: String, format: String, byteCount: Int, receivedAt: UTCInstant, settings: String,
    reckoning: Reckoning, findings: [Finding], findingCounts: [RuleID: Int]
  ) {
    self.hash = hash
    self.name = name
    self.format = format
    self.byteCount = byteCount
    self.receivedAt = receivedAt
    self.settings = settings
    self.reckoning = reckoning
    self.findings = findings
    self.findingCounts = findingCounts
  }
}
