import SettlementCalendar

/// The first record: `AAA|S0142013|D|20260922223519|SA|UKDC|PB|PORTAL|41694|OPER|`.
public struct ReportHeader: Hashable, Sendable {
  public var kind: ReportKind
  /// Three digits: `013`.
  public var version: String
  /// When the file was made, as the sender's clock says.
  public var created: CivilStamp
  public var fromRole: String
  public var from: String
  public var toRole: String
  public var to: String
  public var sequence: String
  /// `OPER`, or the name of a test.
  public var testFlag: String

  public init(
    kind: ReportKind, version: String, created: CivilStamp, fromRole: String, from: String, toRole: String, to: String,
    sequence: String, testFlag: String = "OPER"
  ) {
    self.kind = kind
    self.version = version
    self.created = created
    self.fromRole = fromRole
    self.from = from
    self.toRole = toRole
    self.to = to
    self.sequence = sequence
    self.testFlag = testFlag
  }

  /// - Returns: `nil` when the record is no header, names no file that is read here, or bears no moment.
  public init?(_ record: ReportRecord) {
    guard record.tag == .header, let kind = ReportKind(rawValue: String(record.text(1).prefix(5))),
      let created = ReportFileName.stamp(record.text(3))
    else { return nil }
    self.init(
      kind: kind, version: String(record.text(1).dropFirst(5)), created: created, fromRole: record.text(4),
      from: record.text(5), toRole: record.text(6), to: record.text(7), sequence: record.text(8),
      testFlag: record.text(9))
  }

  /// The record to write.
  public var record: ReportRecord {
    ReportRecord(
      .header,
      [
        kind.rawValue + version, "D", ReportFileName.text(created), fromRole, from, toRole, to, sequence, testFlag,
      ])
  }

  /// Whether a file begins like one of these, after a byte-order mark or not.
  public static func recognises(_ start: some Collection<UInt8>) -> Bool {
    let bytes = Array(start.prefix(16))
    let text = String(decoding: bytes.starts(with: [0xEF, 0xBB, 0xBF]) ? bytes[3...] : bytes[...], as: UTF8.self)
    return ReportKind.allCases.contains { text.hasPrefix("AAA|\($0.rawValue)") }
  }
}

/// The last record: `ZZZ|1697407|2003006844|`.
public struct ReportFooter: Hashable, Sendable {
  public var records: Int
  public var checksum: UInt32

  public init(_ checksum: ReportChecksum) {
    // Those before it, and itself.
    records = checksum.records + 1
    self.checksum = checksum.value
  }

  /// - Returns: `nil` when the record is no footer or holds no two whole numbers.
  public init?(_ record: ReportRecord) {
    guard record.tag == .footer, let records = Int(record.text(1)), let checksum = UInt32(record.text(2)) else {
      return nil
    }
    self.records = records
    self.checksum = checksum
  }

  public var record: ReportRecord { ReportRecord(.footer, ["\(records)", "\(checksum)"]) }
}

/// `S0142_20260828_SF_20260922223519`, with or without an ending.
public struct ReportFileName: Hashable, Sendable {
  public var kind: ReportKind
  public var date: SettlementDate
  public var run: RunType
  public var created: CivilStamp

  public init(kind: ReportKind, date: SettlementDate, run: RunType, created: CivilStamp) {
    self.kind = kind
    self.date = date
    self.run = run
    self.created = created
  }

  /// - Returns: `nil` for a name of another shape.
  public init?(_ name: String) {
    let parts = name.split(separator: ".", maxSplits: 1, omittingEmptySubsequences: false)[0]
      .split(separator: "_", omittingEmptySubsequences: false)
    guard parts.count == 4, let kind = ReportKind(rawValue: String(parts[0])),
      let date = ReportRecord.date(Array(parts[1].utf8)), let run = RunType(rawValue: String(parts[2])),
      let created = Self.stamp(String(parts[3]))
    else { return nil }
    self.init(kind: kind, date: date, run: run, created: created)
  }

  /// Without an ending.
  public var text: String { "\(kind.rawValue)_\(date.compactText)_\(run.rawValue)_\(Self.text(created))" }

  /// `YYYYMMDDhhmmss`. - Returns: `nil` for anything else.
  static func stamp(_ text: String) -> CivilStamp? {
    let bytes = Array(text.utf8)
    guard bytes.count == 14, let date = ReportRecord.date(bytes[..<8]) else { return nil }
    var time = 0
    for byte in bytes[8...] {
      let digit = byte &- UInt8(ascii: "0")
      guard digit <= 9 else { return nil }
      time = time * 10 + Int(digit)
    }
    guard time / 10_000 <= 23, time / 100 % 100 <= 59, time % 100 <= 59 else { return nil }
    return CivilStamp(date: date, hour: time / 10_000, minute: time / 100 % 100, second: time % 100)
  }

  static func text(_ stamp: CivilStamp) -> String {
    stamp.date.compactText + [stamp.hour, stamp.minute, stamp.second].map { $0 < 10 ? "0\($0)" : "\($0)" }.joined()
  }
}
