import Quantities
import SettlementCalendar

/// A band of the day with its price: `off-peak`, 22:00 to 08:00, 12 p/kWh.
public struct RateBand: Hashable, Sendable {
  public let name: String
  /// One or more: `standard` may hold from 08:00 to 17:00 and again from 19:00 to 22:00.
  public let windows: [ClockWindow]
  /// p/kWh excluding VAT; zero or more.
  public let unitRate: UnitRate

  public init(name: String, windows: [ClockWindow], unitRate: UnitRate) {
    self.name = name
    self.windows = windows
    self.unitRate = unitRate
  }
}

/// A charge that a supplier passes on beside its own rates.
public struct PassThroughCharge: Hashable, Sendable {
  /// What the charge is counted by.
  public enum Basis: Hashable, Sendable {
    /// An amount for thirty days, charged by the day.
    case perThirtyDays(Money)
    /// An amount once for each bill, whatever its length; the one in force on the bill's last day.
    case perBill(Money)
    /// A rate on all energy.
    case perKilowattHour(UnitRate)
  }

  public let name: String
  /// Excluding VAT.
  public let basis: Basis
  public let source: String

  public init(name: String, basis: Basis, source: String) {
    self.name = name
    self.basis = basis
    self.source = source
  }
}

/// What a tariff costs from one date on. Only rates whose bands cover each half-hour of the day once can be built.
public struct TariffRates: Hashable, Sendable {
  public let effectiveFrom: SettlementDate
  /// In the order in which a bill shows them.
  public let bands: [RateBand]
  /// Per day, excluding VAT.
  public let standingCharge: Money
  public let passThroughs: [PassThroughCharge]
  /// Where the prices come from: a price sheet, a contract.
  public let source: String
  /// For each half-hour of the clock day the position of its band.
  private let weekdayBands: [Int]
  private let weekendBands: [Int]

  /// No single charge of a tariff may exceed this: a million pounds.
  public static let largestCharge = Money(micropounds: 1_000_000_000_000)
  /// No unit rate may exceed this: 1,000 p/kWh. With ``largestCharge`` it keeps every bill within ``Money``.
  public static let largestRate = UnitRate(micropencePerMWh: 1_000_000_000_000)
  public static let largestBandCount = 48
  public static let largestPassThroughCount = 8

  /// - Throws: ``TariffFault`` with the first thing that is wrong.
  public init(
    effectiveFrom: SettlementDate, bands: [RateBand], standingCharge: Money, passThroughs: [PassThroughCharge] = [],
    source: String
  ) throws(TariffFault) {
    guard bands.count <= Self.largestBandCount, passThroughs.count <= Self.largestPassThroughCount else {
      throw .tooMany
    }
    guard Set(bands.map(\.name)).count == bands.count else { throw .bandNamedTwice }
    let charges = [standingCharge] + passThroughs.compactMap(\.fixedAmount)
    guard charges.allSatisfy({ $0 >= .zero && $0 <= Self.largestCharge }) else { throw .chargeOutOfRange }
    let rates = bands.map(\.unitRate) + passThroughs.compactMap(\.unitRate)
    guard rates.allSatisfy({ $0 >= .zero && $0 <= Self.largestRate }) else { throw .rateOutOfRange }
    self.effectiveFrom = effectiveFrom
    self.bands = bands
    self.standingCharge = standingCharge
    self.passThroughs = passThroughs
    self.source = source
    weekdayBands = try Self.cover(bands, on: .weekday)
    weekendBands = try Self.cover(bands, on: .weekend)
  }

  /// One band on all hours of all days.
  public init(
    effectiveFrom: SettlementDate, singleRate: UnitRate, standingCharge: Money,
    passThroughs: [PassThroughCharge] = [], source: String
  ) throws(TariffFault) {
    let windows = ClockWindow(fromMinute: 0, toMinute: 1_440).map { [$0] } ?? []
    try self.init(
      effectiveFrom: effectiveFrom, bands: [RateBand(name: "all day", windows: windows, unitRate: singleRate)],
      standingCharge: standingCharge, passThroughs: passThroughs, source: source)
  }

  static func cover(_ bands: [RateBand], on days: TariffDays) throws(TariffFault) -> [Int] {
    var slots = [Int?](repeating: nil, count: 48)
    for (number, band) in bands.enumerated() {
      for window in band.windows where window.days == .all || window.days == days {
        for slot in 0..<48 where window.contains(minute: slot * 30) {
          guard slots[slot] == nil else { throw .coveredTwice(minute: slot * 30, days: days) }
          slots[slot] = number
        }
      }
    }
    var covered: [Int] = []
    for (slot, band) in slots.enumerated() {
      guard let band else { throw .notCovered(minute: slot * 30, days: days) }
      covered.append(band)
    }
    return covered
  }

  /// Position in ``bands`` of the band that holds at a minute (0...1439) of the clock on a date.
  public func bandIndex(on date: SettlementDate, minute: Int) -> Int {
    (date.weekday.isWeekend ? weekendBands : weekdayBands)[minute / 30]
  }

  /// Position in ``bands`` of the band of each period of a day: 46, 48 or 50 of them.
  ///
  /// Bands follow the clock: the repeated hour of the long day is charged in the same band both times.
  public func bandIndices(of day: SettlementDay) -> [Int] {
    (1...day.periodCount).map { bandIndex(on: day.date, minute: day.clockMinute(ofPeriod: $0)) }
  }
}

extension PassThroughCharge {
  var fixedAmount: Money? {
    switch basis {
    case .perThirtyDays(let amount), .perBill(let amount): amount
    case .perKilowattHour: nil
    }
  }

  var unitRate: UnitRate? {
    guard case .perKilowattHour(let rate) = basis else { return nil }
    return rate
  }
}
