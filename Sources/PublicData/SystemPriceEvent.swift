import Findings
import Quantities
import Settlement
import SettlementCalendar

/// What a reader of system prices says while it reads. A row is one settlement period's price.
public enum SystemPriceEvent: Hashable, Sendable {
  /// A price, with its line where the format has lines.
  case price(SystemPrice, line: Int?)
  /// `rows` prices could not be used. They count as quarantined.
  case quarantined(Finding, rows: Int)
  /// Something to know about rows that are counted elsewhere.
  case noted(Finding)
}

/// What one row says, before any of it is believed.
struct PriceFields {
  var date: SettlementDate?
  var period: Int?
  var sell: DecimalNumber?
  var buy: DecimalNumber?
  /// `nil` where the row has none; the inner `nil` where it cannot be read.
  var volume: DecimalNumber??
  var start: UTCInstant?
}

/// Turns rows into prices, and keeps the account of what a file's rows have in common.
struct PriceGatherer {
  let file: String
  let source: String
  let receivedAt: UTCInstant
  private var roundedCount = 0
  /// For each date a bit for each period that came.
  private var periods: [SettlementDate: UInt64] = [:]

  init(file: String, source: String, receivedAt: UTCInstant) {
    self.file = file
    self.source = source
    self.receivedAt = receivedAt
  }

  /// From this date the two prices are one (BSC modification P305).
  static let singlePriceFrom = SettlementDate(year: 2015, month: 11, day: 5)
  /// Magnitude in 10^-5 Wh beyond which a volume is not believed: 1,000,000 MWh.
  static let volumeLimit: Int128 = 100_000_000_000_000_000

  mutating func take(_ fields: PriceFields, at place: SourcePosition, _ emit: (SystemPriceEvent) -> Void) {
    func refuse(_ rule: RuleID, _ message: String) {
      emit(.quarantined(Finding(rule, .error, at: place, message, remedy: Self.fetchAgain), rows: 1))
    }
    guard let date = fields.date else {
      return refuse(PublicDataRules.date, "The settlement date is missing, cannot be read or does not exist.")
    }
    guard let number = fields.period, let period = SettlementDay(date).period(number) else {
      return refuse(PublicDataRules.period, "The settlement period is missing or does not exist on its date.")
    }
    if let start = fields.start, start != period.halfHour.start {
      return refuse(PublicDataRules.startTime, "The start time is not the start of the settlement period.")
    }
    guard let sell = fields.sell.flatMap(Self.price), let buy = fields.buy.flatMap(Self.price) else {
      return refuse(PublicDataRules.price, "A price is missing, is not a decimal number, or is beyond any price.")
    }
    var volume: (energy: LossAdjustedEnergy, isExact: Bool)?
    if let said = fields.volume {
      guard let read = said.flatMap(Self.volume) else {
        return refuse(PublicDataRules.volume, "The net imbalance volume cannot be read or is beyond any volume.")
      }
      volume = read
    }
    if !sell.isExact || !buy.isExact || volume?.isExact == false { roundedCount += 1 }
    if sell.rate != buy.rate, let from = Self.singlePriceFrom, date >= from {
      let message = "Sell and buy price differ although they are one since 5 November 2015; both are kept."
      emit(.noted(Finding(PublicDataRules.singlePrice, .warning, at: place, message, remedy: Self.fetchAgain)))
    }
    periods[date, default: 0] |= 1 << UInt64(number)
    emit(
      .price(
        SystemPrice(
          date: date, period: number, sell: sell.rate, buy: buy.rate, netImbalanceVolume: volume?.energy,
          source: source, receivedAt: receivedAt), line: place.line))
  }

  /// What can only be said of the whole file.
  func finish(_ emit: (SystemPriceEvent) -> Void) {
    if roundedCount > 0 {
      let message =
        "\(roundedCount) rows have digits finer than 10^-8 GBP/MWh or 10^-11 MWh; they were rounded once, half away "
        + "from zero."
      emit(.noted(Finding(PublicDataRules.rounding, .note, at: place, message, remedy: "Nothing to do.")))
    }
    for (date, bits) in periods.sorted(by: { $0.key < $1.key }) {
      let missing = SettlementDay(date).periodCount - bits.nonzeroBitCount
      guard missing > 0 else { continue }
      let message = "\(date) has no price for \(missing) of its periods in this file."
      let remedy = "Fetch the missing periods if the date is to be settled."
      emit(.noted(Finding(PublicDataRules.completeDay, .warning, at: place, message, remedy: remedy)))
    }
  }

  var place: SourcePosition { SourcePosition(file: file) }

  static let fetchAgain = "Fetch the data again from the publisher."

  /// Rule PUB-09.
  private static func price(_ number: DecimalNumber) -> (rate: UnitRate, isExact: Bool)? {
    guard let units = number.units(places: 8, rounding: .halfAwayFromZero), let value = Int64(exactly: units.value),
      value.magnitude <= UnitRate.limit.micropencePerMWh.magnitude
    else { return nil }
    return (UnitRate(micropencePerMWh: value), units.isExact)
  }

  /// Rule PUB-09.
  private static func volume(_ number: DecimalNumber) -> (energy: LossAdjustedEnergy, isExact: Bool)? {
    guard let units = number.units(places: 11, rounding: .halfAwayFromZero),
      units.value.magnitude <= volumeLimit.magnitude
    else { return nil }
    return (LossAdjustedEnergy(tenMicrowattHours: units.value), units.isExact)
  }
}
