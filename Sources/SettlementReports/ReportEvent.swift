import Findings

/// What the reader of a settlement report says while it reads.
///
/// Every byte of the file is in exactly one event, so writing ``fileBytes`` of all events in order gives the file again.
public enum ReportEvent: Hashable, Sendable {
  /// The mark EF BB BF with which some files begin.
  case byteOrderMark
  case header(ReportHeader, ReportRecord)
  /// A record of the body that keeps to its layout and its place.
  case record(ReportRecord)
  /// A record of a kind that is not known: kept, reported, not used.
  case unknown(ReportRecord)
  /// A record that must not be used: a field cannot be read, or it stands in the wrong place. A finding came before.
  case unusable(ReportRecord)
  case footer(ReportFooter, ReportRecord)
  /// Bytes that are no record: a blank line, part of a line that is too long.
  case stray([UInt8])
  case noted(Finding)
  /// The last event.
  case finished(ReportTally)

  /// What stands in the file; nothing for what is only said about it.
  public var fileBytes: [UInt8] {
    switch self {
    case .byteOrderMark: [0xEF, 0xBB, 0xBF]
    case .header(_, let record), .footer(_, let record): record.fileBytes
    case .record(let record), .unknown(let record), .unusable(let record): record.fileBytes
    case .stray(let bytes): bytes
    case .noted, .finished: []
    }
  }
}

/// The account of one file: each record is in one of four places.
public struct ReportTally: Hashable, Sendable {
  /// Usable records of the body, by kind.
  public var records: [RecordTag: Int] = [:]
  public var unknown = 0
  public var unusable = 0
  /// Lines that are no record.
  public var stray = 0
  /// All findings by rule, also those that were not emitted.
  public var findings: [RuleID: Int] = [:]
  public var hasHeader = false
  public var hasFooter = false
  /// Whether the footer's count is that of the records; `nil` without a footer.
  public var countAgrees: Bool?
  /// Records that the footer counts and the file does not have.
  public var missingRecords = 0
  /// Whether the footer's checksum is that of the records; `nil` without a footer.
  public var checksumAgrees: Bool?

  public init() {}

  /// Usable records of the body.
  public var usable: Int { records.values.reduce(0, +) }

  /// Whether the file is whole: nothing may be computed from one that is not. A footer that counts fewer records than
  /// there are is an error of its sender and is reported; nothing is missing then.
  public var isWhole: Bool { hasHeader && hasFooter && missingRecords == 0 }
}
