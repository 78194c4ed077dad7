import BalancingMechanism
import Findings
import ImbalancePricing
import Quantities
import SettlementCalendar

/// One row of an acceptance: BOALF.
public struct AcceptanceLevelRow: Hashable, Sendable {
  public var unit: String
  public var number: Int
  public var acceptedAt: UTCInstant
  public var flags: AcceptanceFlags
  public var segment: LevelSegment
}

/// What a profile of a BM unit says.
public enum PhysicalKind: String, Hashable, Sendable, CaseIterable {
  /// Physical notification.
  case notification = "PN"
  /// Quiescent physical notification: the level of the parts that do not respond.
  case quiescent = "QPN"
  /// Maximum export limit.
  case maximumExport = "MEL"
  /// Maximum import limit.
  case maximumImport = "MIL"
}

/// Transmission loss multipliers of one zone, run and half-hour.
public struct ZoneLossMultiplier: Hashable, Sendable {
  public var period: HalfHour
  /// `SF`, `RF`, `DF`, ... as the file writes it.
  public var run: String
  /// 1...14.
  public var zone: Int
  public var offtaking: TransmissionLossMultiplier
  public var delivering: TransmissionLossMultiplier
}

/// Estimated transmission loss adjustments of a range of dates (ETLMO), in units of 10⁻⁷.
public struct EstimatedLossAdjustment: Hashable, Sendable {
  public var from: SettlementDate
  public var through: SettlementDate
  public var delivering: Int64
  public var offtaking: Int64
}

/// One good row of a file about the Balancing Mechanism.
public enum BalancingFact: Hashable, Sendable {
  case physical(PhysicalKind, unit: String, LevelSegment)
  case bidOffer(BidOfferPair)
  case acceptance(AcceptanceLevelRow)
  case adjustment(AdjustmentAction)
  /// An action of a list that leaves flagged actions out.
  case unflaggedAction(HalfHour, StackAction)
  case stackRow(PublishedStackRow)
  case marketIndex(MarketIndexPrice)
  case lossMultiplier(ZoneLossMultiplier)
  case estimatedLoss(EstimatedLossAdjustment)
  case unit(BalancingUnit)
  case price(PublishedPriceRecord)
}

/// What a reader of such a file says as it goes.
public enum BalancingEvent: Hashable, Sendable {
  /// A good row, or one item of a row that lists several.
  case fact(BalancingFact)
  case noted(Finding)
  /// A row that was left out.
  case quarantined(Finding)
  /// The file ended: how many rows it had, good and bad.
  case finished(rows: Int)
}

/// The rules that Balancing Mechanism files are held to.
public enum BalancingDataRules {
  static let shape: RuleID = "BMD-01"
  static let fields: RuleID = "BMD-02"
  static let unit: RuleID = "BMD-03"
  static let stamp: RuleID = "BMD-04"
  static let level: RuleID = "BMD-05"
  static let number: RuleID = "BMD-06"
  static let price: RuleID = "BMD-07"
  static let volume: RuleID = "BMD-08"
  static let period: RuleID = "BMD-09"
  static let flag: RuleID = "BMD-10"
  static let footer: RuleID = "BMD-11"
  static let document: RuleID = "BMD-12"
  static let record: RuleID = "BMD-13"
  static let list: RuleID = "BMD-14"
  static let multiplier: RuleID = "BMD-15"

  private static let bmrs = "BMRS download files: PN, QPN, MEL, MIL, BOALF, BOD, MID rows"
  private static let insights = "Elexon Insights API, response schemas"

  /// Every rule with what it asks for and where that is written.
  public static let all: [(id: RuleID, summary: String, source: String)] = [
    (shape, "The first lines tell which file it is.", bmrs),
    (fields, "A row has the fields of its kind, and no open quotation mark.", bmrs),
    (unit, "A BM unit identifier has 1 to 32 visible ASCII characters.", insights),
    (stamp, "Times exist, are whole seconds of UTC, and a row ends after it starts, at most eight days later.", bmrs),
    (level, "A level is a decimal number of MW, not finer than a kilowatt, within 99,999 either way.", bmrs),
    (number, "Acceptance numbers, action numbers and pairs are whole; a pair is -6...6 without 0.", insights),
    (price, "A price is a decimal number of GBP/MWh within 100,000 either way.", insights),
    (volume, "A volume is a decimal number of MWh within 1,000,000 either way.", insights),
    (period, "The settlement period exists on its date: 46, 48 or 50.", "BSC Section X-1, Settlement Period"),
    (flag, "A flag is T or F, true or false.", bmrs),
    (footer, "The footer FTR counts the rows; a file with a header has one.", bmrs),
    (document, "A JSON document is whole and valid, at most 256 MiB.", "RFC 8259"),
    (record, "A JSON row is an object of a known data set.", insights),
    (list, "An action of a list is rank:unit@price(volume).", "List form of the settlement stack"),
    (
      multiplier, "A loss multiplier is above 0 and up to 10; an estimated adjustment is within 1 either way.", insights
    ),
  ]
}

/// Why a row was refused; becomes a finding with its place.
struct BalancingFault: Error {
  var rule: RuleID
  var message: String
  var field: String?

  init(_ rule: RuleID, _ message: String, field: String? = nil) {
    self.rule = rule
    self.message = message
    self.field = field
  }

  func finding(file: String, line: Int) -> Finding {
    Finding(
      rule, .error, at: SourcePosition(file: file, line: line, field: field), message,
      remedy: "Look at the row in the source; fetch the file again when it was damaged.")
  }
}
