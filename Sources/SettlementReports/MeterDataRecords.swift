import Quantities
import SettlementCalendar

/// What heads a group of meter data: `AGV`, `MPD` or `ABV`.
public struct AggregationGroup: Hashable, Sendable {
  /// The GSP Group (`_A`), or the BM unit.
  public var id: String
  public var date: SettlementDate
  public var run: RunType
  public var cdcaRunNumber: Int
  public var aggregated: SettlementDate

  public init(id: String, date: SettlementDate, run: RunType, cdcaRunNumber: Int, aggregated: SettlementDate) {
    self.id = id
    self.date = date
    self.run = run
    self.cdcaRunNumber = cdcaRunNumber
    self.aggregated = aggregated
  }

  /// - Returns: `nil` when the record heads no such group, or its date, run or number cannot be read.
  public init?(_ record: ReportRecord) {
    guard let tag = record.tag, [.groupTake, .area, .unit].contains(tag), let date = record.date(2),
      let run = record.run(3), let number = Int(record.text(4)), let aggregated = record.date(5)
    else { return nil }
    self.init(id: record.text(1), date: date, run: run, cdcaRunNumber: number, aggregated: aggregated)
  }

  public func record(_ tag: RecordTag) -> ReportRecord {
    ReportRecord(tag, [id, date.compactText, run.rawValue, "\(cdcaRunNumber)", aggregated.compactText])
  }
}

/// A metered volume of one period: `AGP`, `GMP`, `EMP`, `IMP` or `ABP`.
///
/// The order of the fields differs: `AGP` has the direction before the volume, the others behind it.
public struct MeteredPeriod: Hashable, Sendable {
  public var period: Int
  public var isEstimate: Bool
  public var isImport: Bool
  /// MWh as given.
  public var volume: LossAdjustedEnergy

  public init(period: Int, isEstimate: Bool, isImport: Bool, volume: LossAdjustedEnergy) {
    self.period = period
    self.isEstimate = isEstimate
    self.isImport = isImport
    self.volume = volume
  }

  private static let tags: Set<RecordTag> = [
    .groupTakePeriod, .supplyPointPeriod, .interconnectorPeriod, .interGroupPeriod, .unitVolume,
  ]

  /// - Returns: `nil` when the record is none of these, or a field cannot be read.
  public init?(_ record: ReportRecord) {
    guard let tag = record.tag, Self.tags.contains(tag) else { return nil }
    let (direction, amount) = tag == .groupTakePeriod ? (3, 4) : (4, 3)
    guard let period = record.period(1), let volume = record.megawattHours(amount) else { return nil }
    self.init(
      period: period, isEstimate: record.text(2) == "T", isImport: record.text(direction) == "I", volume: volume)
  }

  public func record(_ tag: RecordTag) -> ReportRecord {
    let (flag, direction) = (isEstimate ? "T" : "F", isImport ? "I" : "E")
    let amount = tag == .groupTakePeriod ? ReportNumber.take(volume) : ReportNumber.volume(volume)
    let rest = tag == .groupTakePeriod ? [direction, amount] : [amount, direction]
    return ReportRecord(tag, ["\(period)", flag] + rest)
  }

  /// Import above zero, as a take.
  public var taken: LossAdjustedEnergy { isImport ? volume : -volume }
  /// Export above zero, as a metered volume QM.
  public var delivered: LossAdjustedEnergy { isImport ? -volume : volume }
}

/// How numbers are written: as many decimals as the interface has (domain notes 3.1), zeros at the end left out, as
/// published files do; rounded half away from zero, once, where ours is finer.
public enum ReportNumber {
  /// decimal(10,3), MWh.
  public static func volume(_ value: LossAdjustedEnergy) -> String { text(value.tenMicrowattHours, of: 11, places: 3) }
  /// decimal(14,4), MWh.
  public static func take(_ value: LossAdjustedEnergy) -> String { text(value.tenMicrowattHours, of: 11, places: 4) }
  /// decimal(10,5), £/MWh.
  public static func price(_ value: UnitRate) -> String { text(Int128(value.micropencePerMWh), of: 8, places: 5) }
  /// decimal(10,2), £.
  public static func cash(_ value: Money) -> String { text(Int128(value.micropounds), of: 6, places: 2) }

  /// A volume as ``volume(_:)`` writes it.
  public static func rounded(volume value: LossAdjustedEnergy) -> LossAdjustedEnergy {
    LossAdjustedEnergy(tenMicrowattHours: rounded(value.tenMicrowattHours, of: 11, places: 3))
  }

  /// A take as ``take(_:)`` writes it.
  public static func rounded(take value: LossAdjustedEnergy) -> LossAdjustedEnergy {
    LossAdjustedEnergy(tenMicrowattHours: rounded(value.tenMicrowattHours, of: 11, places: 4))
  }

  /// A price as ``price(_:)`` writes it.
  public static func rounded(price value: UnitRate) -> UnitRate {
    UnitRate(micropencePerMWh: Int64(clamping: rounded(Int128(value.micropencePerMWh), of: 8, places: 5)))
  }

  private static func rounded(_ units: Int128, of scale: Int, places: Int) -> Int128 {
    let step = DecimalNumber.powerOfTen(scale - places) ?? 1
    return Rounding.halfAwayFromZero.quotient(units, by: step) * step
  }

  private static func text(_ units: Int128, of scale: Int, places: Int) -> String {
    let step = DecimalNumber.powerOfTen(scale - places) ?? 1
    return DecimalNumber.text(Rounding.halfAwayFromZero.quotient(units, by: step), places: places, keeping: 0)
  }
}
