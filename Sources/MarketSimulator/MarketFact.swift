import Quantities
import SettlementCalendar
import TradingCharges

/// One thing that is learnt about a settlement date. A later version of a volume replaces an earlier one from its run on.
enum MarketFact: Sendable {
  /// A unit's metered volumes by period, known from a run on (0 is II).
  case metered(unit: Int, version: Int, volumes: [SettlementVolume])
  /// A unit's physical notification by period.
  case notified(unit: Int, volumes: [SettlementVolume])
  case accepted(period: Int, UnitAcceptances)
  case price(period: Int, UnitRate)
}

/// The facts of one settlement date. In whatever order they come, and however often, it is the same.
struct DayFacts: Sendable {
  let periods: Int
  private var metered: [[[SettlementVolume]?]]
  private(set) var notified: [[SettlementVolume]]
  private var accepted: [[Int: UnitAcceptances]]
  private(set) var prices: [UnitRate]

  init(periods: Int, units: Int, versions: Int) {
    self.periods = periods
    metered = Array(repeating: Array(repeating: nil, count: units), count: versions)
    notified = Array(repeating: [], count: units)
    accepted = Array(repeating: [:], count: periods)
    prices = Array(repeating: .zero, count: periods)
  }

  mutating func take(_ fact: MarketFact) {
    switch fact {
    case .metered(let unit, let version, let volumes): metered[version][unit] = volumes
    case .notified(let unit, let volumes): notified[unit] = volumes
    case .accepted(let period, let acceptances): accepted[period][acceptances.unit] = acceptances
    case .price(let period, let price): prices[period] = price
    }
  }

  /// What is known at a version: by period, then unit.
  func volumes(at version: Int) -> [[SettlementVolume]] {
    let units = notified.count
    var table = Array(repeating: Array(repeating: SettlementVolume.zero, count: units), count: periods)
    for unit in 0..<units {
      guard let known = (0...version).reversed().lazy.compactMap({ metered[$0][unit] }).first else { continue }
      for period in 0..<periods { table[period][unit] = known[period] }
    }
    return table
  }

  /// Whether anything is new at a version.
  func changes(at version: Int) -> Bool { metered[version].contains { $0 != nil } }

  /// Rising by unit.
  func acceptances(of period: Int) -> [UnitAcceptances] { accepted[period].values.sorted { $0.unit < $1.unit } }

  /// By unit; nothing where no notification is known.
  func notifications(of period: Int) -> [SettlementVolume] { notified.map { $0.isEmpty ? .zero : $0[period] } }
}
