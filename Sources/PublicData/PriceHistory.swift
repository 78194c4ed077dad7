import Findings
import ImbalancePricing
import Quantities
import Settlement
import SettlementCalendar

/// Holds years of published prices against what must be true of them, and lists every row that is odd.
///
/// One bit and one row are kept for each settlement period, so ten years cost some ten megabytes.
public struct PriceHistory: Sendable {
  /// A row that breaks a rule, or is worth a look.
  public struct OddRow: Hashable, Sendable {
    public var rule: RuleID
    /// An identity is broken; else the row is only unusual.
    public var isBreach: Bool
    public var position: SourcePosition
    public var date: SettlementDate
    public var period: Int?
    public var reason: String
  }

  /// Something that must be true of every row, or of every date.
  public struct Identity: Hashable, Sendable {
    public var rule: RuleID
    public var statement: String
    public var checked = 0
    public var broken = 0
  }

  private struct Row: Sendable {
    var sell: UnitRate
    var buy: UnitRate
    var volume: LossAdjustedEnergy?
    var line: Int32
    var file: Int32
  }

  /// Odd rows beyond this are counted and not listed.
  public static let mostOddRows = 10_000

  private let unusual: UnitRate
  private let book: PricingParameterBook
  private var parameters: (date: SettlementDate, lostLoad: UnitRate?)?
  private var rows: [HalfHour: Row] = [:]
  private var dates: [SettlementDate: UInt64] = [:]
  private var files: [String] = []
  private var last: [Int32: HalfHour] = [:]
  public private(set) var rowCount = 0
  public private(set) var oddRows: [OddRow] = []
  public private(set) var oddCount = 0
  public private(set) var identities: [Identity] = [
    Identity(
      rule: PublicDataRules.singlePrice, statement: "sell price equals buy price from 5 November 2015"),
    Identity(rule: PublicDataRules.buyNotBelowSell, statement: "the buy price is not below the sell price"),
    Identity(rule: PublicDataRules.once, statement: "a file has each period once"),
    Identity(rule: PublicDataRules.rising, statement: "rows rise by date and period"),
    Identity(rule: PublicDataRules.filesAgree, statement: "files that overlap agree"),
    Identity(rule: PublicDataRules.lostLoad, statement: "no price is beyond the value of lost load"),
    Identity(rule: PublicDataRules.volumeGiven, statement: "a net imbalance volume is given"),
    Identity(rule: PublicDataRules.completeDay, statement: "a date has 46, 48 or 50 periods, as its clock has"),
    Identity(rule: PublicDataRules.everyDay, statement: "no date is left out between the first and the last"),
  ]

  /// - Parameter unusual: prices beyond it, either way, are listed as worth a look.
  public init(unusual: UnitRate, parameters book: PricingParameterBook = .shipped) {
    self.unusual = unusual
    self.book = book
  }

  public var hasBreaches: Bool { identities.contains { $0.broken > 0 } }

  // MARK: Rows

  /// Takes one price. - Parameter line: `nil` where the format has no lines.
  public mutating func take(_ price: SystemPrice, file: String, line: Int?) {
    guard let period = SettlementDay(price.date).period(price.period) else { return }
    rowCount += 1
    if files.last != file { files.append(file) }
    let row = Row(
      sell: price.sell, buy: price.buy, volume: price.netImbalanceVolume, line: Int32(clamping: line ?? 0),
      file: Int32(clamping: files.count - 1))
    let place = Place(position: SourcePosition(file: file, line: line), date: price.date, period: price.period)
    checkPlace(period.halfHour, row, place)
    checkPrices(row, place)
    rows[period.halfHour] = rows[period.halfHour] ?? row
    dates[price.date, default: 0] |= 1 << UInt64(price.period)
  }

  private struct Place {
    var position: SourcePosition
    var date: SettlementDate
    var period: Int?
  }

  private mutating func checkPlace(_ halfHour: HalfHour, _ row: Row, _ place: Place) {
    let before = last[row.file]
    check(PublicDataRules.rising, before.map { $0 <= halfHour } ?? true, place) {
      "The row stands behind a later period."
    }
    last[row.file] = max(before ?? halfHour, halfHour)
    let known = rows[halfHour]
    check(PublicDataRules.once, known.map { $0.file != row.file } ?? true, place) {
      "The period stands on line \(known?.line ?? 0) already."
    }
    guard let known, known.file != row.file else { return }
    let name = files[Int(known.file)]
    check(PublicDataRules.filesAgree, Self.agree(known, row), place) {
      "The period has another price or volume on line \(known.line) of \(name)."
    }
  }

  private static func agree(_ a: Row, _ b: Row) -> Bool {
    // 10⁻⁴ GBP/MWh and 10⁻³ MWh, half a unit either way.
    func isNear(_ a: UnitRate, _ b: UnitRate) -> Bool {
      (a.micropencePerMWh - b.micropencePerMWh).magnitude <= 5_000
    }
    guard isNear(a.sell, b.sell), isNear(a.buy, b.buy) else { return false }
    guard let left = a.volume, let right = b.volume else { return a.volume == b.volume }
    return (left - right).tenMicrowattHours.magnitude <= 50_000_000
  }

  private mutating func checkPrices(_ row: Row, _ place: Place) {
    if place.date >= PriceGatherer.singlePriceFrom ?? place.date {
      check(PublicDataRules.singlePrice, row.sell == row.buy, place) { "Sell and buy price differ." }
    } else {
      check(PublicDataRules.buyNotBelowSell, row.sell <= row.buy, place) { "The buy price is below the sell price." }
    }
    let highest = max(row.sell.micropencePerMWh.magnitude, row.buy.micropencePerMWh.magnitude)
    if let limit = lostLoad(on: place.date) {
      check(PublicDataRules.lostLoad, highest <= limit.micropencePerMWh.magnitude, place) {
        "The price is beyond the value of lost load, \(limit.poundsPerMWhText) GBP/MWh."
      }
    }
    if highest > unusual.micropencePerMWh.magnitude {
      note(PublicDataRules.unusualPrice, place, "The price is \(row.buy.poundsPerMWhText) GBP/MWh.")
    }
    check(PublicDataRules.volumeGiven, row.volume != nil, place) { "There is no net imbalance volume." }
    if row.volume == .zero {
      note(
        PublicDataRules.balancedSystem, place,
        "The net imbalance volume is exactly zero: the price \(row.buy.poundsPerMWhText) GBP/MWh is no action's.")
    }
  }

  private mutating func lostLoad(on date: SettlementDate) -> UnitRate? {
    if let parameters, parameters.date == date { return parameters.lostLoad }
    let value = book.parameters(on: date)?.valueOfLostLoad
    parameters = (date, value)
    return value
  }

  private mutating func check(_ rule: RuleID, _ holds: Bool, _ place: Place, _ reason: () -> String) {
    guard let index = identities.firstIndex(where: { $0.rule == rule }) else { return }
    identities[index].checked += 1
    guard !holds else { return }
    identities[index].broken += 1
    list(
      OddRow(
        rule: rule, isBreach: true, position: place.position, date: place.date, period: place.period, reason: reason()))
  }

  private mutating func note(_ rule: RuleID, _ place: Place, _ reason: String) {
    list(
      OddRow(
        rule: rule, isBreach: false, position: place.position, date: place.date, period: place.period, reason: reason))
  }

  private mutating func list(_ row: OddRow) {
    oddCount += 1
    if oddRows.count < Self.mostOddRows { oddRows.append(row) }
  }

  // MARK: Dates

  public var firstDate: SettlementDate? { dates.keys.min() }
  public var lastDate: SettlementDate? { dates.keys.max() }
  public var dateCount: Int { dates.count }

  /// How many dates have so many periods.
  public var datesByPeriodCount: [Int: Int] {
    dates.values.reduce(into: [:]) { $0[$1.nonzeroBitCount, default: 0] += 1 }
  }

  /// Call once when all rows are in: what can only be said of whole dates.
  public mutating func finish() {
    let file = SourcePosition(file: files.count == 1 ? files[0] : "\(files.count) files")
    for (date, bits) in dates.sorted(by: { $0.key < $1.key }) {
      let (found, wanted) = (bits.nonzeroBitCount, SettlementDay(date).periodCount)
      check(PublicDataRules.completeDay, found == wanted, Place(position: file, date: date)) {
        "The date has \(found) of its \(wanted) periods."
      }
    }
    guard let first = firstDate, let last = lastDate else { return }
    for date in settlementDates(first, through: last) {
      check(PublicDataRules.everyDay, dates[date] != nil, Place(position: file, date: date)) {
        "The date is not in the files."
      }
    }
  }
}
