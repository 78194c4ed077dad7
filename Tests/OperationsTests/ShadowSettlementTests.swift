import MarketIdentifiers
import Operations
import Quantities
import Rulebooks
import Settlement
import SettlementCalendar
import SettlementReports
import Testing

/// Our figures written as report files, read back, changed, and compared.
@Suite struct ShadowSettlementTests {
  static let day = DifferenceByCauseTests.day
  static let created = CivilStamp(date: date("2026-05-06"), hour: 9, minute: 0, second: 0)

  static func reports(_ desk: Desk, settings: RunSettings = RunSettings()) -> ReportFiguresDesk {
    ReportFiguresDesk(store: desk.store, rulebook: .default, settings: settings, hash: testHash)
  }

  static func file(_ desk: Desk, _ kind: ReportKind, on date: SettlementDate = day, _ run: RunType = .sf) throws
    -> [UInt8]
  {
    var bytes: [UInt8] = []
    try ReportExport(try reports(desk).figures(date, run), created: created).write(kind) { bytes += $0 }
    return bytes
  }

  static func read(_ bytes: [UInt8], parties: Set<String>? = nil) -> ReceivedReport {
    var reader = SettlementReportReader(file: "received")
    var received = ReceivedReport(parties: parties)
    bytes.withUnsafeBytes { reader.consume($0) { received.take($0) } }
    reader.finish { received.take($0) }
    return received
  }

  static func compare(_ desk: Desk, _ bytes: [UInt8], threshold: Int64 = 1) throws -> ReportComparison {
    let received = read(bytes)
    #expect(received.refusal == nil)
    let comparison = try #require(
      try ShadowSettlement(reports(desk)).compare(received, threshold: Money(micropounds: threshold)))
    #expect(comparison.addsUp)
    return comparison
  }

  /// The file with a line changed, and a footer that agrees.
  static func changed(_ bytes: [UInt8], _ change: (String) -> String?) -> [UInt8] {
    let lines = String(decoding: bytes, as: UTF8.self).split(separator: "\n").dropLast().compactMap {
      change(String($0))
    }
    var checksum = ReportChecksum()
    for line in lines { checksum.add(ReportRecord(bytes: Array(line.utf8), lineEnd: .lineFeed)) }
    let footer = String(decoding: ReportFooter(checksum).record.fileBytes, as: UTF8.self)
    return Array((lines.joined(separator: "\n") + "\n" + footer).utf8)
  }

  static func field(_ line: String, _ position: Int, _ text: String) -> String {
    var fields = line.split(separator: "|", omittingEmptySubsequences: false).map(String.init)
    fields[position] = text
    return fields.joined(separator: "|")
  }

  /// What is written is read without a finding, and is equal to what it was written from.
  @Test(arguments: 0..<9)
  func whatWeWriteEqualsOurs(seed: Int) throws {
    let estate = SettlerTests.estate(seed)
    let desk = try estate.desk()
    _ = try desk.settle(estate.date, asOf: SettlerTests.end)
    for kind in [ReportKind.settlementReport, .unitAggregation] {
      let bytes = try Self.file(desk, kind, on: estate.date, .r1)
      var reader = SettlementReportReader(file: "ours")
      var back: [UInt8] = []
      var rules: [String] = []
      func take(_ event: ReportEvent) {
        back += event.fileBytes
        if case .noted(let finding) = event { rules.append("\(finding)") }
      }
      bytes.withUnsafeBytes { reader.consume($0) { take($0) } }
      reader.finish { take($0) }
      #expect(back == bytes && rules == [])
      let comparison = try Self.compare(desk, bytes)
      #expect(comparison.listed == [] && comparison.belowCount == 0 && comparison.difference == 0)
      #expect(comparison.equalCount > 40 && comparison.isSavedRun)
    }
  }

  /// Before 5 November 2015 a surplus and a deficit bear different prices.
  @Test func twoPrices() throws {
    let day = date("2012-04-17")
    let desk = Desk()
    try desk.ingest(
      "registrations.csv",
      Estate.registrationHeader
        + Estate.registration(1, supplier: "SUPA", extra: "", from: "2010-01-01")
        + Estate.registration(2, supplier: "SUPB", quantity: "AE", extra: "", from: "2010-01-01"),
      at: moment("2012-01-01T00:00:00Z"))
    let prices =
      "Settlement Date,Settlement Period,System Sell Price(GBP/MWh),System Buy Price(GBP/MWh)\n"
      + (1...48).map { "\(day),\($0),40,90\n" }.joined()
    try desk.ingest("prices.csv", prices, at: moment("2012-04-18T00:00:00Z"))
    let readings = (1...48).map {
      let start = Estate.start(day, $0).start.description.dropLast(4)
      return "\(Estate.mpan(1)),AI,\(start)Z,1.000,A\n\(Estate.mpan(2)),AE,\(start)Z,2.000,A\n"
    }
    try desk.ingest("readings.csv", DifferenceByCauseTests.head + readings.joined(), at: moment("2012-04-18T06:00:00Z"))
    let outcome = try #require(try desk.settle(day, asOf: date("2012-05-31")).last)
    #expect(outcome.result.cash.values.sorted() == [Money(micropounds: -4_536_000), Money(micropounds: 4_032_000)])
    let comparison = try Self.compare(desk, try Self.file(desk, .settlementReport, on: day))
    #expect(comparison.listed == [] && comparison.difference == 0)
    let other = Self.changed(try Self.file(desk, .settlementReport, on: day)) { line in
      line.hasPrefix("SPI|5|") ? Self.field(line, 3, "41") : line
    }
    #expect(try Self.compare(desk, other).listed.first { $0.kind == .price }?.party == "SUPB")
  }

  /// An earlier run's file against a later run: everything is found, with its value, and adds up.
  @Test(arguments: 0..<6)
  func anotherRunsFileAddsUp(seed: Int) throws {
    let estate = SettlerTests.estate(seed)
    let desk = try estate.desk()
    let outcomes = try desk.settle(estate.date, asOf: SettlerTests.end)
    let bytes = Self.changed(try Self.file(desk, .settlementReport, on: estate.date, .sf)) {
      $0.replacing("|SF|", with: "|R3|")
    }
    let comparison = try Self.compare(desk, bytes)
    #expect(!comparison.listed.isEmpty)
    let cash = outcomes.map { outcome in
      outcome.result.positions.reduce(Int128(0)) {
        $0 + Int128($1.cash.rounded(to: .penny, .halfAwayFromZero).micropounds)
      }
    }
    #expect(comparison.received == cash[1] && comparison.ours == cash[4])
    let values = comparison.listed.map(\.value.magnitude)
    #expect(values == values.sorted(by: >))
    // A threshold moves rows from one place to the other, and never a penny.
    let coarse = try Self.compare(desk, bytes, threshold: 50_000)
    #expect(coarse.listed.count < comparison.listed.count && coarse.belowCount > 0)
    #expect(coarse.difference == comparison.difference)
  }

  static func desk() throws -> Desk {
    let desk = try DifferenceByCauseTests.desk()
    try desk.ingest(
      "takes.csv",
      "gsp_group,date,period,take_kwh\n" + (1...48).map { "_C,\(day),\($0),1234.500\n" }.joined(),
      at: moment("2026-04-16T07:00:00Z"))
    _ = try desk.settle(day, asOf: date("2026-05-07"))
    return desk
  }

  @Test func aVolumeThatDiffers() throws {
    let desk = try Self.desk()
    let bytes = Self.changed(try Self.file(desk, .settlementReport)) { line in
      line.hasPrefix("BP7|") ? Self.field(line, 8, "-0.502") : line
    }
    let comparison = try Self.compare(desk, bytes, threshold: 1_000_000)
    let volumes = comparison.listed.filter { $0.kind == .volume }
    #expect(volumes.count == 48 && volumes.allSatisfy { $0.unit == "2__CSUPA000" && $0.value == -40_000_000 })
    // One half-hour is estimated by us and one by the sender; the other 46 are measured.
    #expect(volumes.count { $0.cause == .estimate } == 2 && volumes.count { $0.cause == .volume } == 46)
    // The charge was not changed with it, which shows as a rest of the opposite sign.
    #expect(comparison.listed.filter { $0.kind == .rest }.allSatisfy { $0.cause == .otherCharges })
    #expect(comparison.difference == 0)
  }

  @Test func aLateReadingIsTheLikelyCause() throws {
    let desk = try Self.desk()
    let late = DifferenceByCauseTests.head + DifferenceByCauseTests.reading(1, 7, "9.000")
    try desk.ingest("late.csv", late, at: moment("2026-05-20T00:00:00Z"))
    _ = try desk.settle(Self.day, asOf: date("2026-05-21"))
    let bytes = Self.changed(try Self.file(desk, .settlementReport, on: Self.day, .r1)) {
      $0.replacing("|R1|", with: "|SF|")
    }
    let comparison = try Self.compare(desk, bytes)
    #expect(comparison.listed.first?.cause == .lateReadings && comparison.listed.first?.period == 7)
    #expect(comparison.listed.first?.sentence.contains("what was received") == true)
    let rest = comparison.listed.dropFirst()
    #expect(rest.allSatisfy { $0.cause == .rounding })
  }

  @Test func aPriceThatDiffers() throws {
    let desk = try Self.desk()
    try desk.ingest("prices2.csv", DifferenceByCauseTests.prices(95, period: 3), at: moment("2026-05-20T00:00:00Z"))
    let bytes = Self.changed(try Self.file(desk, .settlementReport)) { line in
      if line.hasPrefix("SPI|3|") { return Self.field(line, 2, "95") }
      if line.hasPrefix("SPI|4|") { return Self.field(line, 2, "96") }
      return line
    }
    let comparison = try Self.compare(desk, bytes)
    let prices = comparison.listed.filter { $0.kind == .price }
    #expect(prices.map(\.cause) == [.price, .priceChange])
  }

  @Test func namesOnOneSideOnly() throws {
    let desk = try Self.desk()
    let bytes = Self.changed(try Self.file(desk, .settlementReport)) { line in
      line.replacing("SUPA", with: "SUPX")
    }
    let parties = try Self.compare(desk, bytes)
    #expect(
      parties.listed.map(\.cause).sorted { $0.rawValue < $1.rawValue } == [.missingPartyReceived, .missingPartyStore])
    #expect(parties.difference == 0)
    let units = try Self.compare(
      desk,
      Self.changed(try Self.file(desk, .settlementReport)) { line in
        line.hasPrefix("BP7|") ? line.replacing("2__CSUPA000", with: "2__DSUPA000") : line
      })
    let found = units.listed.filter { $0.kind == .unit }
    #expect(Set(found.map(\.cause)) == [.missingUnitReceived, .missingUnitStore])
    #expect(units.difference == 0)
    let multiplied = try Self.compare(
      desk,
      Self.changed(try Self.file(desk, .settlementReport)) { line in
        line.hasPrefix("BP7|") ? Self.field(line, 12, "1.0101060") : line
      })
    #expect(multiplied.listed.contains { $0.cause == .lossMultiplier })
  }

  /// A party under another name is known by its unit, and its additional units count together with the base unit.
  @Test func otherNamesOfTheSame() throws {
    let desk = try Self.desk()
    let bytes = Self.changed(try Self.file(desk, .settlementReport)) { line in
      if line.hasPrefix("BPH|") { return line.replacing("SUPA", with: "SUPPLIER") }
      guard line.hasPrefix("BP7|") else { return line }
      let one = Self.field(line.replacing("2__CSUPA000", with: "2__CSUPA001"), 8, "-0.001")
      let volume = line.split(separator: "|", omittingEmptySubsequences: false)[8]
      let rest = DecimalNumber(String(volume)).flatMap { $0.units(places: 3, rounding: .down)?.value } ?? 0
      return one + "\n" + Self.field(line, 8, DecimalNumber.text(rest + 1, places: 3))
    }
    let comparison = try Self.compare(desk, bytes)
    #expect(comparison.listed == [] && comparison.difference == 0)
  }

  @Test func contractsThatDiffer() throws {
    let desk = try Self.desk()
    let bytes = Self.changed(try Self.file(desk, .settlementReport)) { line in
      line.hasPrefix("APD|") ? Self.field(line, 6, "-1") : line
    }
    let comparison = try Self.compare(desk, bytes)
    let contracts = comparison.listed.filter { $0.kind == .contract }
    // A megawatt-hour bought that we do not know of is worth its price.
    #expect(contracts.count == 48 && contracts.allSatisfy { $0.value == 80_000_000 && $0.cause == .contract })
  }

  @Test func takes() throws {
    let desk = try Self.desk()
    let file = try Self.file(desk, .groupTake)
    let same = try Self.compare(desk, file)
    #expect(same.listed == [] && same.equalCount == 48 && same.ours == 48 * 98_760_000)
    try desk.ingest(
      "takes2.csv", "gsp_group,date,period,take_kwh\n_C,\(Self.day),5,2000.000\n", at: moment("2026-05-20T00:00:00Z"))
    let bytes = Self.changed(file) { line in
      if line.hasPrefix("AGP|5|") { return "AGP|5|F|I|2|" }
      if line.hasPrefix("AGP|6|") { return "AGP|6|F|E|0.5|" }
      return line
    }
    let comparison = try Self.compare(desk, bytes)
    #expect(comparison.listed.map(\.cause) == [.take, .takeChange])
    #expect(comparison.listed.map(\.value) == [-138_760_000, 61_240_000])
  }

  @Test func runsThatWereNotMadeAreComputed() throws {
    let desk = try DifferenceByCauseTests.desk()
    let comparison = try Self.compare(desk, try Self.file(desk, .settlementReport))
    #expect(!comparison.isSavedRun && comparison.listed == [])
    #expect(try desk.store.runs(rulebook: Rulebook.default.id, withResults: false).isEmpty)
  }

  @Test func filesThatAreRefused() throws {
    let desk = try Self.desk()
    let file = try Self.file(desk, .settlementReport)
    #expect(Self.read(Array(file.dropLast(40))).refusal?.contains("not whole") == true)
    #expect(Self.read(Array("hello\n".utf8)).refusal?.contains("none of the reports") == true)
    #expect(Self.read([]).refusal != nil)
    let damaged = Self.changed(file) { $0.hasPrefix("BP7|") ? Self.field($0, 8, "x") : $0 }
    #expect(Self.read(damaged).refusal?.contains("48 records") == true)
    let huge = Self.changed(file) { $0.hasPrefix("BP7|") ? Self.field($0, 8, "9999999.999") : $0 }
    #expect(Self.read(huge).refusal?.contains("damaged") == true)
    let mixed = Self.changed(try Self.file(desk, .groupTake)) { $0 }
    let two = String(decoding: mixed, as: UTF8.self).split(separator: "\n").map(String.init)
    let body = Array(two.dropFirst().dropLast())
    let other = body.map { $0.replacing("|SF|", with: "|R1|").replacing("|_C|", with: "|_D|") }
    let joined = Self.changed(Array(([two[0]] + body + other + ["ZZZ|0|0|"]).joined(separator: "\n").utf8)) { $0 }
    #expect(Self.read(joined).refusal?.contains("several") == true)
    let area = InventedReport(date: Self.day, run: .sf, parties: 1, units: 1, seed: 1)
    var bytes: [UInt8] = []
    area.meterData(.distributionArea) { bytes += $0 }
    #expect(Self.read(bytes).refusal?.contains("C0291") == true)
    #expect(throws: ReportExport.Refusal.notWritten(.distributionArea)) {
      try ReportExport(try Self.reports(desk).figures(Self.day, .sf), created: Self.created)
        .write(.distributionArea) { _ in }
    }
  }

  /// Only the wanted parties of a national file are kept.
  @Test func onlyWantedPartiesAreKept() throws {
    let report = InventedReport(date: Self.day, run: .sf, parties: 30, units: 3, seed: 2)
    var bytes: [UInt8] = []
    report.settlementReport { bytes += $0 }
    let desk = try Self.desk()
    let received = Self.read(bytes, parties: ["XA07"])
    let comparison = try #require(
      try ShadowSettlement(Self.reports(desk)).compare(received, threshold: Money(micropounds: 1)))
    #expect(Set(comparison.listed.compactMap(\.party)) == ["XA07", "SUPA"] && comparison.addsUp)
  }
}
