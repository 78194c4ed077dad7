import Aggregation
import MarketIdentifiers
import Quantities
import ReadingValidation
import Rulebooks
import Settlement
import SettlementCalendar

/// Adds run results up for a report, one at a time, by date, then run.
struct RunTally {
  private let store: any Store
  private let rulebook: Rulebook
  private var summaries: [RunType: ReportData.RunSummary] = [:]
  private var groups: [GSPGroupID: ReportData.Volume] = [:]
  private var parties: [ParticipantID: ReportData.PartyPosition] = [:]
  private(set) var lastQuality = QualityCounts()
  private(set) var days: [ReportData.DayRow] = []
  private(set) var points: [ReportData.PeriodPoint] = []
  private var flow = EnergyFlow()
  /// Of the date at hand: the run before, and the cash of the one before that moved money.
  private var date: SettlementDate?
  private var meteredBefore: Energy?
  private var cashBefore: [ParticipantID: Money] = [:]
  /// The last run of all dates that moved money, added up.
  private(set) var standingCash: [ParticipantID: Money] = [:]

  init(store: any Store, rulebook: Rulebook) {
    self.store = store
    self.rulebook = rulebook
  }

  var runs: [ReportData.RunSummary] { summaries.keys.sorted().compactMap { summaries[$0] } }
  var partyRows: [ReportData.PartyPosition] { parties.keys.sorted().compactMap { parties[$0] } }
  var groupRows: [ReportData.GroupVolume] {
    groups.keys.sorted().map { ReportData.GroupVolume(group: $0, volume: groups[$0] ?? ReportData.Volume()) }
  }
  var checks: [ReportData.Check] { flow.checks }

  mutating func add(_ result: RunResult, isLast: Bool) throws {
    if date != result.date {
      date = result.date
      meteredBefore = nil
      cashBefore = [:]
    }
    summarise(result)
    if isLast { try addLast(result) }
  }

  private mutating func summarise(_ result: RunResult) {
    let rule = rulebook.timetable.rules.value(on: result.date)?.first { $0.run == result.run }
    let movesMoney = rule?.movesMoney ?? false
    var summary =
      summaries[result.run]
      ?? ReportData.RunSummary(
        run: result.run, purpose: rule?.purpose ?? "", movesMoney: movesMoney, days: 0, quality: QualityCounts(),
        volume: ReportData.Volume(), cash: [:], moved: [:], energyChange: .zero, comparedDays: 0)
    let volume = Self.volume(result.sums)
    let cash = result.cash
    summary.days += 1
    summary.quality = summary.quality + result.quality
    summary.volume = summary.volume + volume
    for (party, amount) in cash { summary.cash[party, default: .zero] += amount }
    if let meteredBefore {
      summary.energyChange += volume.netMetered - meteredBefore
      summary.comparedDays += 1
    }
    if movesMoney {
      for party in Set(cash.keys).union(cashBefore.keys) {
        let moved = (cash[party] ?? .zero) - (cashBefore[party] ?? .zero)
        summary.moved[party, default: .zero] += moved
        standingCash[party, default: .zero] += moved
      }
      cashBefore = cash
    }
    meteredBefore = volume.netMetered
    summaries[result.run] = summary
  }

  private static func volume(_ sums: AggregateSums) -> ReportData.Volume {
    var volume = ReportData.Volume()
    for key in sums.sortedKeys {
      for sum in sums.periods(of: key) { volume.add(sum, key.quantity) }
    }
    return volume
  }

  private mutating func addLast(_ result: RunResult) throws {
    lastQuality = lastQuality + result.quality
    for key in result.sums.sortedKeys {
      let total = result.sums.periods(of: key).reduce(PeriodSums(), +)
      groups[key.gspGroup, default: ReportData.Volume()].add(total, key.quantity)
      parties[key.supplier, default: Self.nothing(key.supplier)].volume.add(total, key.quantity)
    }
    for position in result.positions {
      var party = parties[position.party] ?? Self.nothing(position.party)
      party.offtake += position.offtake
      party.contracted += position.contracted
      party.imbalance += position.imbalance
      party.cash += position.cash
      parties[position.party] = party
    }
    let points = Self.points(result)
    self.points += points
    days.append(Self.day(result, points))
    try flow.add(result, store: store)
  }

  private static func nothing(_ party: ParticipantID) -> ReportData.PartyPosition {
    ReportData.PartyPosition(
      party: party, volume: ReportData.Volume(), offtake: .zero, contracted: .zero, imbalance: .zero, cash: .zero)
  }

  private static func points(_ result: RunResult) -> [ReportData.PeriodPoint] {
    let day = result.sums.day
    var points: [Int: ReportData.PeriodPoint] = [:]
    for position in result.positions where (1...day.periodCount).contains(position.period) {
      var point =
        points[position.period]
        ?? ReportData.PeriodPoint(
          date: result.date, period: position.period, halfHour: day.firstHalfHour.advanced(by: position.period - 1),
          lowestPrice: position.price, highestPrice: position.price, offtake: .zero)
      point.lowestPrice = min(point.lowestPrice, position.price)
      point.highestPrice = max(point.highestPrice, position.price)
      point.offtake += position.offtake
      points[position.period] = point
    }
    return points.keys.sorted().compactMap { points[$0] }
  }

  private static func day(_ result: RunResult, _ points: [ReportData.PeriodPoint]) -> ReportData.DayRow {
    ReportData.DayRow(
      date: result.date, run: result.run, periodCount: result.sums.day.periodCount,
      lowestPrice: points.map(\.lowestPrice).min() ?? .zero, highestPrice: points.map(\.highestPrice).max() ?? .zero,
      offtake: points.reduce(.zero) { $0 + $1.offtake },
      contracted: result.positions.reduce(.zero) { $0 + $1.contracted },
      cash: result.positions.reduce(.zero) { $0 + $1.cash })
  }
}
