import MarketIdentifiers
import Quantities
import Settlement
import SettlementCalendar

/// Metered energy of one supplier in one settlement period: the sum over its points, export taken off.
public struct SupplierDemand: Hashable, Sendable {
  public var supplier: ParticipantID
  public var date: SettlementDate
  /// 1...46, 48 or 50.
  public var period: Int
  public var energy: Energy

  public init(supplier: ParticipantID, date: SettlementDate, period: Int, energy: Energy) {
    self.supplier = supplier
    self.date = date
    self.period = period
    self.energy = energy
  }
}

/// Makes the contract volumes of suppliers that hedge by a simple forecast: the mean of the same weekday.
///
/// Rule HDG-1: a period's forecast is the mean of the same time of day on the same weekday of up to four weeks before;
/// where there is none, of up to four weeks after; where there is none, the period itself. It is multiplied by
/// ``upliftPerMille`` and by an error that follows from seed, supplier, date and period, and rounded once to whole Wh,
/// a half away from zero.
public struct HedgeBook: Hashable, Sendable {
  public var seed: UInt64
  /// The largest error that a whole day shares, in thousandths.
  public var dayErrorPerMille: Int
  /// The largest error of one period, in thousandths.
  public var periodErrorPerMille: Int
  /// 1000 buys the metered forecast; more allows for losses between Grid Supply Point and meter.
  public var upliftPerMille: Int

  /// The defaults (±4 % a day, ±3 % a period) are invented.
  public init(seed: UInt64, dayErrorPerMille: Int = 40, periodErrorPerMille: Int = 30, upliftPerMille: Int = 1_000) {
    self.seed = seed
    self.dayErrorPerMille = dayErrorPerMille
    self.periodErrorPerMille = periodErrorPerMille
    self.upliftPerMille = upliftPerMille
  }

  private struct DayKey: Hashable {
    var supplier: ParticipantID
    var date: SettlementDate
  }

  /// What one supplier metered on one date, by period; `nil` where nothing is known.
  private typealias Profile = [Int64?]

  /// Contract volumes for every supplier and date in `demand`, one for each period of the date, by supplier, date and
  /// period. Repeated periods add up; periods that a date does not have are left out.
  public func contracts(
    _ demand: some Sequence<SupplierDemand>, source: String, receivedAt: UTCInstant
  ) -> [ContractVolume] {
    var profiles: [DayKey: Profile] = [:]
    for item in demand {
      let periods = SettlementDay(item.date).periodCount
      guard item.period >= 1, item.period <= periods else { continue }
      let key = DayKey(supplier: item.supplier, date: item.date)
      let known = profiles[key]?[item.period - 1] ?? 0
      profiles[key, default: Profile(repeating: nil, count: periods)][item.period - 1] =
        known &+ item.energy.wattHours
    }
    return profiles.keys.sorted { ($0.supplier, $0.date) < ($1.supplier, $1.date) }.flatMap { key in
      volumes(key, profiles, source, receivedAt)
    }
  }

  private func volumes(
    _ key: DayKey, _ profiles: [DayKey: Profile], _ source: String, _ receivedAt: UTCInstant
  ) -> [ContractVolume] {
    let day = SettlementDay(key.date)
    let models = modelDays(key, profiles)
    var chance = SeededGenerator(seed: seed, stream: "hedge/\(key.supplier)/\(key.date)")
    let dayError = chance.within(-max(dayErrorPerMille, 0)...max(dayErrorPerMille, 0))
    return (1...day.periodCount).map { period in
      let periodError = chance.within(-max(periodErrorPerMille, 0)...max(periodErrorPerMille, 0))
      let minute = day.clockMinute(ofPeriod: period)
      let known = models.compactMap { Self.energy($0.profile, $0.day, atMinute: minute) }
      let own = profiles[key]?[period - 1] ?? 0
      let sum = known.isEmpty ? Int128(own) : known.reduce(Int128(0)) { $0 + Int128($1) }
      let factor = Int128(upliftPerMille) * Int128(1_000 + dayError) * Int128(1_000 + periodError)
      let bought = Rounding.halfAwayFromZero.quotient(
        sum * factor, by: Int128(max(known.count, 1)) * 1_000_000_000)
      return ContractVolume(
        party: key.supplier, date: key.date, period: period, bought: Energy(wattHours: Int64(clamping: bought)),
        source: source, receivedAt: receivedAt)
    }
  }

  private func modelDays(
    _ key: DayKey, _ profiles: [DayKey: Profile]
  ) -> [(day: SettlementDay, profile: Profile)] {
    func known(_ weeks: [Int]) -> [(day: SettlementDay, profile: Profile)] {
      weeks.compactMap { week in
        guard let date = key.date.advanced(by: 7 * week),
          let profile = profiles[DayKey(supplier: key.supplier, date: date)]
        else { return nil }
        return (SettlementDay(date), profile)
      }
    }
    let before = known([-1, -2, -3, -4])
    return before.isEmpty ? known([1, 2, 3, 4]) : before
  }

  /// The energy of the first period that starts at a time of the clock day.
  private static func energy(_ profile: Profile, _ day: SettlementDay, atMinute minute: Int) -> Int64? {
    for period in [minute / 30 + 1, minute / 30 - 1, minute / 30 + 3]
    where period >= 1 && period <= day.periodCount && day.clockMinute(ofPeriod: period) == minute {
      if let energy = profile[period - 1] { return energy }
    }
    return nil
  }
}
