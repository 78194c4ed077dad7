import MarketIdentifiers
import Operations
import Quantities
import Rulebooks
import Settlement
import SettlementCalendar
import Testing

@Suite struct RunExplainerTests {
  private func explainer(_ desk: Desk) -> RunExplainer {
    RunExplainer(store: desk.store, rulebook: .default, archive: desk, limit: 2)
  }

  @Test(arguments: 0..<6)
  func cashAndVolumesAddThemselvesUp(seed: Int) throws {
    let estate = SettlerTests.estate(seed)
    let desk = try estate.desk()
    let outcomes = try desk.settle(estate.date, asOf: SettlerTests.end)
    let explainer = explainer(desk)
    var dice = Dice(seed)
    for outcome in [outcomes[1], outcomes[4]] {
      for (party, cash) in outcome.result.cash {
        let period = 1 + dice.pick(SettlementDay(estate.date).periodCount)
        let tree = try explainer.cash(party, estate.date, outcome.dates.run, period: period)
        #expect(tree.amount == .money(cash))
        #expect(tree.holds && tree.parts.count == 2)
        let whole = try explainer.cash(party, estate.date, outcome.dates.run, period: nil)
        #expect(whole.amount == .money(cash) && whole.holds)
        #expect(whole.checkCount == 1 + SettlementDay(estate.date).periodCount)
        let position = try #require(outcome.result.positions.first { $0.party == party && $0.period == period })
        guard outcome.result.sums.sortedKeys.contains(where: { $0.supplier == party }) else {
          #expect(throws: RunExplainer.Refusal.self) {
            try explainer.volume(party, group: nil, estate.date, outcome.dates.run, period: period)
          }
          continue
        }
        let volume = try explainer.volume(party, group: nil, estate.date, outcome.dates.run, period: period)
        #expect(volume.amount == .lossAdjusted(position.offtake))
        #expect(volume.holds && volume.checkCount > 0)
      }
    }
  }

  @Test(arguments: 0..<6)
  func changesAddThemselvesUp(seed: Int) throws {
    let estate = SettlerTests.estate(seed)
    let desk = try estate.desk()
    let outcomes = try desk.settle(estate.date, asOf: SettlerTests.end)
    let explainer = explainer(desk)
    for (before, after) in [(1, 2), (2, 3), (3, 4), (4, 5), (1, 5)] {
      let (old, new) = (outcomes[before], outcomes[after])
      for (party, cash) in new.result.cash {
        let tree = try explainer.change(party, estate.date, from: old.dates.run, to: new.dates.run)
        #expect(tree.amount == .money(cash - (old.result.cash[party] ?? .zero)))
        #expect(tree.holds)
      }
    }
  }

  /// A change of supplier that became known between two runs: one party appears and the other goes.
  @Test func aPartyThatAppearsOrGoesIsExplained() throws {
    let day = date("2026-04-15")
    let desk = Desk()
    func register(_ supplier: String, at moment: UTCInstant) throws {
      try desk.ingest(
        "registrations.csv", Estate.registrationHeader + Estate.registration(1, supplier: supplier, extra: ""),
        at: moment)
    }
    try register("SUPA", at: moment("2026-01-01T00:00:00Z"))
    let prices =
      "Settlement Date,Settlement Period,System Sell Price(GBP/MWh),System Buy Price(GBP/MWh)\n"
      + (1...48).map { "\(day),\($0),80,80\n" }.joined()
    try desk.ingest("prices.csv", prices, at: moment("2026-04-16T00:00:00Z"))
    _ = try desk.settle(day, asOf: date("2026-05-06"))
    try register("SUPB", at: moment("2026-05-10T00:00:00Z"))
    let outcomes = try desk.settle(day, asOf: date("2026-05-20"))
    let moved = try #require(outcomes.last?.moved)
    #expect(moved.count == 2)
    for (party, amount) in moved {
      #expect(amount != .zero)
      let tree = try explainer(desk).change(party, day, from: .sf, to: .r1)
      #expect(tree.amount == .money(amount))
      #expect(tree.holds && tree.parts.count == 48)
    }
  }

  /// A measured reading is shown with its file and line.
  @Test func aReadingIsShownWhereItStands() throws {
    let estate = SettlerTests.estate(1)
    let desk = try estate.desk()
    let outcomes = try desk.settle(estate.date, asOf: SettlerTests.end)
    let explainer = RunExplainer(store: desk.store, rulebook: .default, archive: desk)
    var places: [String] = []
    func walk(_ tree: Explanation) {
      if tree.how.contains("line ") { places.append(tree.how) }
      tree.parts.forEach(walk)
    }
    for party in outcomes[1].result.cash.keys { walk(try explainer.cash(party, estate.date, .sf, period: 7)) }
    #expect(!places.isEmpty)
    for place in places where place.contains("readings0.csv, line ") {
      let number = try #require(place.split(separator: "line ").last.flatMap { Int($0.prefix { $0.isNumber }) })
      let lines = estate.files[4].text.split(separator: "\n")
      #expect(lines.indices.contains(number - 1) && number > 1)
    }
  }

  @Test func whatIsNotThereIsRefused() throws {
    let estate = SettlerTests.estate(1)
    let desk = try estate.desk()
    let party = try #require(ParticipantID("SUPA"))
    #expect(throws: RunExplainer.Refusal.notSettled(estate.date, .sf)) {
      try explainer(desk).cash(party, estate.date, .sf, period: nil)
    }
    _ = try desk.settle(estate.date, asOf: SettlerTests.end)
    let nobody = try #require(ParticipantID("NONE"))
    #expect(throws: RunExplainer.Refusal.noPosition(nobody, estate.date)) {
      try explainer(desk).cash(nobody, estate.date, .sf, period: nil)
    }
    #expect(throws: RunExplainer.Refusal.noPeriod(49, estate.date)) {
      try explainer(desk).cash(party, estate.date, .sf, period: 49)
    }
  }
}
