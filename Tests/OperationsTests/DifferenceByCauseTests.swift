import Aggregation
import MarketIdentifiers
import Operations
import Quantities
import Rulebooks
import Settlement
import SettlementCalendar
import Testing

/// Differences between runs by cause: what each cause gets, and that nothing is left over.
@Suite struct DifferenceByCauseTests {
  static let day = date("2026-04-15")

  /// Two households of one supplier with three days of readings, a price of 80 and nothing bought.
  static func desk() throws -> Desk {
    let desk = Desk()
    try desk.ingest(
      "registrations.csv",
      Estate.registrationHeader + Estate.registration(1, supplier: "SUPA", extra: "")
        + Estate.registration(2, supplier: "SUPA", extra: ""), at: moment("2026-01-01T00:00:00Z"))
    try desk.ingest("prices.csv", prices(80), at: moment("2026-04-16T00:00:00Z"))
    var readings = "series,quantity,start,kwh,quality\n"
    for point in [1, 2] {
      for period in 1...48 where !(point == 1 && period == 7) {
        let quality = point == 2 && period == 9 ? "E" : "A"
        readings += reading(point, period, "1.000", quality)
      }
    }
    try desk.ingest("readings.csv", readings, at: moment("2026-04-16T06:00:00Z"))
    return desk
  }

  static func prices(_ price: Int, period only: Int? = nil) -> String {
    "Settlement Date,Settlement Period,System Sell Price(GBP/MWh),System Buy Price(GBP/MWh)\n"
      + (1...48).filter { only == nil || only == $0 }.map { "\(day),\($0),\(price),\(price)\n" }.joined()
  }

  static func reading(
    _ point: Int, _ period: Int, _ kwh: String, _ quality: String = "A", on date: SettlementDate = day
  )
    -> String
  {
    "\(Estate.mpan(point)),AI,\(Estate.start(date, period).start.description.dropLast(4))Z,\(kwh),\(quality)\n"
  }

  static let head = "series,quantity,start,kwh,quality\n"
  static let late = moment("2026-04-20T06:00:00Z")

  /// Settles II, takes a file in, settles SF, and gives what moved.
  static func moved(
    _ files: [(name: String, text: String)], disputed: Bool = false, settings: RunSettings = RunSettings()
  ) throws -> RunDifference {
    let desk = try desk()
    _ = try desk.settle(day, asOf: date("2026-04-17"), settings: settings)
    for (index, file) in files.enumerated() {
      let report = try desk.ingest(file.name, file.text, at: late.advanced(byHours: index))
      #expect(report.reckoning.rowsRead > 0 && report.reckoning.quarantined == 0)
    }
    _ = try desk.settle(day, asOf: date("2026-05-07"), settings: settings)
    let hashes = disputed ? Set(try desk.store.sources().map(\.hash)) : []
    let difference = try DifferenceByCause(store: desk.store, rulebook: .default, hash: testHash)
      .difference(day, from: .ii, to: .sf, disputed: hashes)
    check(difference)
    return difference
  }

  static func check(_ difference: RunDifference) {
    for party in difference.parties {
      #expect(party.causes.values.reduce(.zero, +) == party.difference)
      let periods = difference.periods.filter { $0.party == party.party }
      for (cause, amount) in party.causes {
        #expect(periods.filter { $0.cause == cause }.reduce(Money.zero) { $0 + $1.cash } == amount)
      }
    }
    #expect(difference.totals.values.reduce(.zero, +) == difference.difference)
    for bucket in difference.buckets { #expect(bucket.causes.values.reduce(.zero, +) == bucket.difference) }
  }

  static func causes(_ difference: RunDifference) -> [ChangeCause] { difference.totals.keys.sorted() }

  @Test func aLateReading() throws {
    let difference = try Self.moved([("late.csv", Self.head + Self.reading(1, 7, "3.000"))])
    #expect(Self.causes(difference) == [.lateReading])
    #expect(difference.readings == [.lateReading: 1] && difference.newSources.map(\.name) == ["late.csv"])
    #expect(difference.periods.map(\.period) == [7])
  }

  @Test func anEstimateReplaced() throws {
    let difference = try Self.moved([("actual.csv", Self.head + Self.reading(2, 9, "2.000"))])
    #expect(Self.causes(difference) == [.estimateReplaced])
    // One kilowatt-hour more, 5 % lost on the way at the flat factor of class 1, at 80 pounds a megawatt-hour.
    #expect(difference.difference == Money(micropounds: -84_000))
  }

  @Test func aCorrectedReading() throws {
    let difference = try Self.moved([("corrected.csv", Self.head + Self.reading(2, 10, "0.500", "C"))])
    #expect(Self.causes(difference) == [.readingCorrected])
    #expect(difference.difference == Money(micropounds: 42_000))
  }

  @Test func aDispute() throws {
    let files = [("dispute.csv", Self.head + Self.reading(2, 10, "0.500", "C"))]
    #expect(Self.causes(try Self.moved(files, disputed: true)) == [.dispute])
  }

  @Test func aPriceRestated() throws {
    let difference = try Self.moved([("prices2.csv", Self.prices(90, period: 12))])
    #expect(Self.causes(difference) == [.price])
    // Two kilowatt-hours in the period, 2.1 at the Grid Supply Point, ten pounds dearer.
    #expect(difference.difference == Money(micropounds: -21_000))
    #expect(difference.periods.map(\.imbalance) == [.zero])
  }

  @Test func aChangeOfSupplier() throws {
    let difference = try Self.moved([
      (
        "change.csv",
        Estate.registrationHeader + Estate.registration(2, supplier: "SUPB", extra: "", from: "2026-04-01")
      )
    ])
    #expect(Self.causes(difference) == [.registration])
    #expect(difference.parties.map(\.party.code) == ["SUPA", "SUPB"])
    #expect(difference.difference == .zero)
    #expect(difference.parties[1].difference == -difference.parties[0].difference)
    #expect(difference.buckets.count == 2)
  }

  @Test func contractsAndTakes() throws {
    let contracts = try Self.moved([("contracts.csv", "party,date,period,bought_kwh\nSUPA,\(Self.day),3,1.000\n")])
    #expect(Self.causes(contracts) == [.contract])
    #expect(contracts.difference == Money(micropounds: 80_000))
    let takes = try Self.moved(
      [("takes.csv", "gsp_group,date,period,take_kwh\n_C,\(Self.day),3,5.000\n")],
      settings: RunSettings(correctsGroups: true))
    #expect(Self.causes(takes) == [.groupCorrection])
    #expect(takes.difference == Money(micropounds: -232_000))
  }

  /// Readings of the day before change our estimate for the half-hour that is missing.
  @Test func anEstimateRevised() throws {
    let before = try #require(Self.day.advanced(by: -1))
    let difference = try Self.moved([("before.csv", Self.head + Self.reading(1, 7, "4.000", on: before))])
    #expect(Self.causes(difference) == [.estimateRevised])
  }

  @Test func severalAtOnce() throws {
    let difference = try Self.moved([
      ("late.csv", Self.head + Self.reading(1, 7, "3.000") + Self.reading(2, 9, "2.000")),
      ("prices2.csv", Self.prices(90)), ("contracts.csv", "party,date,period,bought_kwh\nSUPA,\(Self.day),3,1.000\n"),
      (
        "change.csv",
        Estate.registrationHeader + Estate.registration(2, supplier: "SUPB", extra: "", from: "2026-04-01")
      ),
    ])
    #expect(Self.causes(difference) == [.registration, .lateReading, .estimateReplaced, .contract, .price])
    #expect(difference.parties.allSatisfy { $0.causes[.registration] != nil })
  }

  @Test func whatCannotBeCompared() throws {
    let desk = try Self.desk()
    let differences = DifferenceByCause(store: desk.store, rulebook: .default, hash: testHash)
    #expect(throws: DifferenceByCause.Refusal.notSettled(Self.day, .ii)) {
      try differences.difference(Self.day, from: .ii, to: .sf)
    }
    #expect(throws: DifferenceByCause.Refusal.notInOrder(.sf, .sf)) {
      try differences.difference(Self.day, from: .sf, to: .sf)
    }
  }

  /// Random histories: runs are made as files come, with corrected prices, registrations, contracts and takes between
  /// them; whatever happened, the causes add up for every pair of runs.
  @Test(arguments: 0..<10)
  func randomHistoriesAddUp(seed: Int) throws {
    var dice = Dice(seed + 500)
    let estate = SettlerTests.estate(seed)
    let desk = Desk()
    let settings = RunSettings(correctsGroups: seed % 2 == 0)
    var files = estate.files
    // Those that a run cannot do without come first; the others between the runs.
    let first = files.filter { !$0.name.hasPrefix("readings") || $0.name == "readings0.csv" }
    files.removeAll { file in first.contains { $0.name == file.name } }
    for file in first { try desk.ingest(file.name, file.text, at: file.at) }
    for (number, asOf) in ["2026-05-20", "2026-06-20", "2026-09-30", "2028-01-31"].enumerated() {
      if dice.chance(3, of: 4), !files.isEmpty {
        let file = files.removeFirst()
        try desk.ingest(file.name, file.text, at: file.at)
      }
      let other = Estate(seed + 900 + number, on: estate.date)
      for file in other.files where ["registrations.csv", "prices.csv", "contracts.csv"].contains(file.name) {
        guard dice.chance(1, of: 2) else { continue }
        try desk.ingest("\(number)\(file.name)", file.text, at: file.at.advanced(byHours: 24 + number))
      }
      if dice.chance(1, of: 2) {
        let rows = (1...SettlementDay(estate.date).periodCount).map {
          "_A,\(estate.date),\($0),\(dice.pick(90)).\(100 + dice.pick(900))\n"
        }
        try desk.ingest(
          "takes\(number).csv", "gsp_group,date,period,take_kwh\n" + rows.joined(),
          at: SettlementDay(estate.date).end.advanced(byHours: number))
      }
      _ = try? desk.settle(estate.date, asOf: date(asOf), settings: settings)
    }
    let made = try desk.store.runs(rulebook: Rulebook.default.id, withResults: false).map(\.run)
    #expect(made.count >= 2)
    let differences = DifferenceByCause(store: desk.store, rulebook: .default, hash: testHash)
    for (index, from) in made.enumerated() {
      for to in made.dropFirst(index + 1) {
        Self.check(try differences.difference(estate.date, from: from, to: to))
      }
    }
  }
}
