import Aggregation
import MarketIdentifiers
import Operations
import Quantities
import Rulebooks
import Settlement
import SettlementCalendar
import Testing

/// Runs with GSP Group Correction, from ingest to explanation.
@Suite struct GroupCorrectionRunTests {
  static let corrected = RunSettings(correctsGroups: true)

  /// Takes for some periods of both groups of an estate; a later file corrects some before R1.
  static func desk(_ seed: Int) throws -> (estate: Estate, desk: Desk) {
    let estate = SettlerTests.estate(seed)
    let desk = try estate.desk()
    var dice = Dice(seed + 1_000)
    for (number, hours) in [10, 24 * 22].enumerated() {
      let rows = (1...SettlementDay(estate.date).periodCount).filter { _ in dice.chance(2, of: 3) }.flatMap { period in
        ["_A", "_C"].map { "\($0),\(estate.date),\(period),\(dice.pick(90)).\(100 + dice.pick(900))\n" }
      }
      try desk.ingest(
        "takes\(number).csv", "gsp_group,date,period,take_kwh\n" + rows.joined(),
        at: SettlementDay(estate.date).end.advanced(byHours: hours))
    }
    return (estate, desk)
  }

  @Test(arguments: 0..<6)
  func eachGroupAddsUpToItsTake(seed: Int) throws {
    let (estate, desk) = try Self.desk(seed)
    let plain = try estate.desk().settle(estate.date, asOf: SettlerTests.end)
    let outcomes = try desk.settle(estate.date, asOf: SettlerTests.end, settings: Self.corrected)
    let book = try FactSnapshot(desk.store).takes(estate.date)
    for (outcome, uncorrected) in zip(outcomes, plain) {
      let sums = outcome.result.sums
      #expect(sums.total().metered == uncorrected.result.sums.total().metered)
      #expect(outcome.result.positions != uncorrected.result.positions)
      #expect(outcome.result.lineage.filter { $0.hasPrefix("group takes ") }.count == book.sources.count)
      var compared = 0
      for group in Set(sums.sortedKeys.map(\.gspGroup)) {
        let keys = sums.sortedKeys.filter { $0.gspGroup == group }
        for period in 1...sums.day.periodCount {
          guard let take = book.take(group, period: period) else {
            let before = uncorrected.result.sums
            #expect(keys.allSatisfy { sums.periods(of: $0)[period - 1] == before.periods(of: $0)[period - 1] })
            continue
          }
          let total = keys.reduce(LossAdjustedEnergy.zero) {
            $0 + $1.signed(sums.periods(of: $1)[period - 1].lossAdjusted)
          }
          #expect(total == LossAdjustedEnergy(take.take))
          compared += 1
        }
      }
      #expect(compared > 20)
    }
    let verified = try desk.verify()
    #expect(verified.differences == [] && verified.runs == 6)
    #expect(throws: Settler.Refusal.otherSettings(.ii, estate.date)) {
      try desk.settle(estate.date, asOf: SettlerTests.end)
    }
  }

  @Test(arguments: 0..<6)
  func explanationsAddThemselvesUp(seed: Int) throws {
    let (estate, desk) = try Self.desk(seed)
    let outcomes = try desk.settle(estate.date, asOf: SettlerTests.end, settings: Self.corrected)
    let explainer = RunExplainer(store: desk.store, rulebook: .default, archive: desk, limit: 2)
    let result = outcomes[2].result
    let book = try FactSnapshot(desk.store).takes(estate.date)
    for (party, cash) in result.cash {
      let keys = result.sums.sortedKeys.filter { $0.supplier == party }
      guard let group = keys.first?.gspGroup,
        let period = (1...result.sums.day.periodCount).first(where: { book.take(group, period: $0) != nil })
      else { continue }
      let tree = try explainer.cash(party, estate.date, .r1, period: period)
      #expect(tree.amount == .money(cash) && tree.holds)
      #expect(Self.titles(tree).contains("GSP Group correction, group \(group)"))
      let volume = try explainer.volume(party, group: nil, estate.date, .r1, period: period)
      let position = try #require(result.positions.first { $0.party == party && $0.period == period })
      #expect(volume.amount == .lossAdjusted(position.offtake) && volume.holds)
      #expect(Self.titles(volume).contains("GSP Group correction, group \(group)"))
      for (old, new) in [(1, 2), (2, 4)] {
        let change = try explainer.change(
          party, estate.date, from: outcomes[old].dates.run, to: outcomes[new].dates.run)
        #expect(change.holds)
      }
    }
  }

  static func titles(_ tree: Explanation) -> [String] { [tree.title] + tree.parts.flatMap(titles) }

  /// A run made before a later take came is explained and verified by what it knew.
  @Test func aLaterTakeChangesOnlyLaterRuns() throws {
    let day = date("2026-04-15")
    let desk = Desk()
    try desk.ingest(
      "registrations.csv", Estate.registrationHeader + Estate.registration(1, supplier: "SUPA", extra: ""),
      at: moment("2026-01-01T00:00:00Z"))
    let prices =
      "Settlement Date,Settlement Period,System Sell Price(GBP/MWh),System Buy Price(GBP/MWh)\n"
      + (1...48).map { "\(day),\($0),80,80\n" }.joined()
    try desk.ingest("prices.csv", prices, at: moment("2026-04-16T00:00:00Z"))
    try desk.ingest(
      "takes.csv", "gsp_group,date,period,take_kwh\n_C,\(day),7,1.000\n", at: moment("2026-04-17T00:00:00Z"))
    _ = try desk.settle(day, asOf: date("2026-05-06"), settings: Self.corrected)
    try desk.ingest(
      "later.csv", "gsp_group,date,period,take_kwh\n_C,\(day),7,1.500\n", at: moment("2026-05-10T00:00:00Z"))
    let outcomes = try desk.settle(day, asOf: date("2026-05-20"), settings: Self.corrected)
    let party = try #require(outcomes[1].result.positions.first?.party)
    #expect(outcomes.map { $0.result.positions[6].offtake.kilowattHoursText } == ["1.000", "1.000", "1.500"])
    #expect(outcomes[2].moved[party] == Money(micropounds: -40_000))
    let change = try RunExplainer(store: desk.store, rulebook: .default, archive: desk).change(
      party, day, from: .sf, to: .r1)
    #expect(change.amount == .money(Money(micropounds: -40_000)) && change.holds)
    #expect(Self.titles(change).contains("GSP Group correction moved"))
    #expect(try desk.verify().differences == [])
  }

  /// The class's own row goes before the row of all classes; a weight of nothing leaves nothing to correct.
  @Test func weightsComeFromTheRulebook() throws {
    let (estate, desk) = try Self.desk(1)
    let name = "parameters-may-2026.csv"
    func rulebook(_ row: String) throws -> Rulebook {
      var packs = RulebookPacks.shipped
      packs.files[name] = try #require(packs.files[name]) + Array((row + "\n").utf8)
      return try Rulebook.load("may-2026", from: packs)
    }
    let equal = try rulebook("correction.weight-F,3,1996-01-01,test")
    let same = try desk.settle(
      estate.date, asOf: date("2026-05-06"), only: [.ii], rulebook: equal, settings: Self.corrected)
    let plain = try Self.desk(1).desk.settle(
      estate.date, asOf: date("2026-05-06"), only: [.ii], settings: Self.corrected)
    #expect(same.map(\.result.positions) == plain.map(\.result.positions))
    #expect(throws: GroupCorrection.Refusal.self) {
      try desk.settle(
        estate.date, asOf: SettlerTests.end, rulebook: try rulebook("correction.weight-F,0,1996-01-01,test"),
        settings: Self.corrected)
    }
  }
}
