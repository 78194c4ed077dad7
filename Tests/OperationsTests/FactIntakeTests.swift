import Aggregation
import Findings
import MarketIdentifiers
import Operations
import Quantities
import Rulebooks
import Settlement
import SettlementCalendar
import Testing

/// The account of prices, contracts and registrations, held against plain dictionaries.
@Suite struct FactIntakeTests {
  static let day = date("2026-04-15")

  private func at(_ number: Int) -> UTCInstant { moment("2026-04-16T08:00:00Z").advanced(byHours: number) }

  /// Rows of one kind of file: a key, and a value under it.
  typealias Rows = [(key: Int, value: Int)]

  /// Equal to what counts: a duplicate. Another value under a known key: a conflict, and it counts from now on.
  private func expected(_ rows: Rows, _ counting: inout [Int: Int]) -> Reckoning {
    var reckoning = Reckoning()
    for row in rows {
      switch counting[row.key] {
      case row.value: reckoning.duplicate += 1
      case nil: reckoning.accepted += 1
      default: reckoning.conflicting += 1
      }
      counting[row.key] = row.value
    }
    return reckoning
  }

  private func files(_ dice: inout Dice) -> [Rows] {
    (0..<4).map { _ in (0..<(1 + dice.pick(25))).map { _ in (1 + dice.pick(6), dice.pick(3)) } }
  }

  private func priceText(_ rows: Rows) -> String {
    "Settlement Date,Settlement Period,System Sell Price(GBP/MWh),System Buy Price(GBP/MWh)\n"
      + rows.map { "\(Self.day),\($0.key),\($0.value).50,\($0.value).50\n" }.joined()
  }

  private func contractText(_ rows: Rows) -> String {
    "party,date,period,bought_kwh\n" + rows.map { "SUPA,\(Self.day),\($0.key),\($0.value).500\n" }.joined()
  }

  @Test(arguments: 0..<25)
  func prices(seed: Int) throws {
    var dice = Dice(seed)
    let desk = Desk()
    var counting: [Int: Int] = [:]
    for (number, rows) in files(&dice).enumerated() {
      let report = try desk.ingest("prices\(number).csv", priceText(rows), at: at(number))
      #expect(report.reckoning == expected(rows, &counting))
      let book = PriceBook(try desk.store.systemPrices(Self.day...Self.day))
      for (period, value) in counting {
        #expect(book.price(of: Self.day, period: period)?.sell.poundsPerMWhText == "\(value).50")
      }
    }
  }

  @Test(arguments: 0..<25)
  func groupTakes(seed: Int) throws {
    var dice = Dice(seed)
    let desk = Desk()
    var counting: [Int: Int] = [:]
    for (number, rows) in files(&dice).enumerated() {
      let text =
        "gsp_group,date,period,take_kwh\n" + rows.map { "_C,\(Self.day),\($0.key),\($0.value).500\n" }.joined()
      let report = try desk.ingest("takes\(number).csv", text, at: at(number))
      #expect(report.reckoning == expected(rows, &counting) && report.format == "group-takes")
      let book = try FactSnapshot(desk.store).takes(Self.day)
      for (period, value) in counting {
        #expect(book.take(.c, period: period)?.take.kilowattHoursText == "\(value).500")
      }
    }
  }

  @Test(arguments: 0..<25)
  func contracts(seed: Int) throws {
    var dice = Dice(seed)
    let desk = Desk()
    var counting: [Int: Int] = [:]
    for (number, rows) in files(&dice).enumerated() {
      let report = try desk.ingest("contracts\(number).csv", contractText(rows), at: at(number))
      #expect(report.reckoning == expected(rows, &counting))
      let book = ContractBook(try desk.store.contractVolumes(Self.day...Self.day))
      for (period, value) in counting {
        let party = try #require(book.parties(on: Self.day).first)
        #expect(book.bought(party, Self.day, period: period).wattHours == Int64(value * 1_000 + 500))
      }
    }
  }

  /// One statement per key and file; suppliers stand for values.
  @Test(arguments: 0..<25)
  func registrations(seed: Int) throws {
    var dice = Dice(seed)
    let desk = Desk()
    var counting: [Int: Int] = [:]
    for (number, all) in files(&dice).enumerated() {
      var keys: Set<Int> = []
      let rows = all.filter { keys.insert($0.key).inserted }
      let text =
        Estate.registrationHeader
        + rows.map { Estate.registration($0.key, supplier: "SUP\($0.value)", extra: "") }.joined()
      // Received all at one moment: what is recorded later still counts.
      let report = try desk.ingest("registrations\(number).csv", text, at: at(0))
      if report.wasKnown { continue }
      #expect(report.reckoning == expected(rows, &counting))
      let points = try FactSnapshot(desk.store).points(on: Self.day)
      #expect(points.count == counting.count)
      for point in points {
        let key = try #require((1...6).first { Estate.mpan($0) == point.registration.mpan })
        #expect(point.registration.supplier.code == "SUP\(counting[key] ?? -1)")
      }
    }
  }

  /// Two statements of one file about one point and date: the later row counts, whatever the names of the suppliers.
  @Test(arguments: [["SUPA", "SUPB"], ["SUPB", "SUPA"], ["SUPB", "SUPA", "SUPB"]])
  func theLaterRowOfOneFileCounts(suppliers: [String]) throws {
    let desk = Desk()
    let text =
      Estate.registrationHeader
      + suppliers.map { Estate.registration(1, supplier: $0, extra: "") }.joined()
    let report = try desk.ingest("registrations.csv", text, at: at(0))
    #expect(report.reckoning == Reckoning(accepted: 1, conflicting: suppliers.count - 1))
    #expect(try FactSnapshot(desk.store).points(on: Self.day).first?.registration.supplier.code == suppliers.last)
  }

  /// A fact that was received before what counts never counts; saying so again is a repeat.
  @Test func olderFactsComeTooLate() throws {
    let desk = Desk()
    let period = [(key: 1, value: 1)]
    try desk.ingest("new.csv", contractText([(1, 2)]), at: at(5))
    #expect(try desk.ingest("old.csv", contractText(period), at: at(3)).reckoning == Reckoning(conflicting: 1))
    #expect(
      try desk.ingest("older.csv", contractText(period) + "\n", at: at(2)).reckoning == Reckoning(duplicate: 1))
    let book = ContractBook(try desk.store.contractVolumes(Self.day...Self.day))
    let party = try #require(book.parties(on: Self.day).first)
    #expect(book.bought(party, Self.day, period: 1).wattHours == 2_500)
  }

  @Test func theSameFileTwiceIsKnown() throws {
    let desk = Desk()
    let first = try desk.ingest("prices.csv", priceText([(1, 1), (2, 1), (99, 1)]), at: at(0))
    #expect(first.reckoning == Reckoning(accepted: 2, quarantined: 1))
    let second = try desk.ingest("prices.csv", priceText([(1, 1), (2, 1), (99, 1)]), at: at(1))
    #expect(second.wasKnown)
    #expect(second.reckoning == Reckoning(duplicate: 2, quarantined: 1))
    #expect(try desk.store.sources().count == 1)
  }

  /// A zip may hold registrations beside other tables.
  @Test func registrationsCountInAFileOfSeveralParts() throws {
    let desk = Desk()
    let registrations = Estate.registrationHeader + Estate.registration(1, supplier: "SUPA", extra: "")
    try desk.ingest(
      "all.zip",
      parts: [("registrations.csv", registrations), ("contracts.csv", contractText([(1, 1)]))], at: at(0))
    #expect(try FactSnapshot(desk.store).points(on: Self.day).count == 1)
    try desk.ingest(
      "more.zip",
      parts: [
        ("contracts.csv", contractText([(2, 1)])),
        ("registrations.csv", Estate.registrationHeader + Estate.registration(1, supplier: "SUPB", extra: "")),
      ], at: at(0))
    #expect(try FactSnapshot(desk.store).points(on: Self.day).first?.registration.supplier.code == "SUPB")
  }

  @Test func whatNoReaderKnowsIsReportedAndNotRecorded() throws {
    let desk = Desk()
    let report = try desk.ingest("letter.txt", "Dear Sir or Madam,\n", at: at(0))
    #expect(report.reckoning == Reckoning(quarantined: 1))
    #expect(report.findingCounts["ING-7"] == 1)
    #expect(try desk.store.sources().isEmpty)
  }

  /// Factors of a class and date that a later file changes, and a still later one changes back; each period is a row.
  @Test func lossFactors() throws {
    let desk = Desk()
    let lossClass = try #require(LineLossFactorClassID("1"))
    func publish(_ name: String, _ factor: String, at moment: UTCInstant) throws -> Reckoning {
      let body = ["DIS|LOND", "LLF|001", "SDT|20260415"] + (1...48).map { "SPL|\($0)|\(factor)" }
      let lines = ["ZHD||D0265001|R|LOND|G|CAPG|20251021141250||||OPER"] + body + ["ZPT|\(body.count + 2)|\(name)"]
      return try desk.ingest("llf\(name).ptf", lines.joined(separator: "\n") + "\n", at: moment).reckoning
    }
    func counting() throws -> Int32? {
      let schedules = try desk.store.lossFactors(distributor: 12, lossClass: lossClass)
      return LossFactorBook(schedules, rulebook: .default)
        .factors(distributor: 12, lossClass: lossClass, on: SettlementDay(Self.day))?.factors[0].hundredThousandths
    }
    #expect(try publish("1", "1.078", at: at(0)) == Reckoning(accepted: 48))
    #expect(try publish("2", "1.090", at: at(1)) == Reckoning(conflicting: 48))
    #expect(try counting() == 109_000)
    #expect(try publish("3", "1.078", at: at(2)) == Reckoning(conflicting: 48))
    #expect(try counting() == 107_800)
    #expect(try publish("4", "1.078", at: at(3)) == Reckoning(duplicate: 48))
  }
}
