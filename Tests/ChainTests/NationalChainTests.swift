import Aggregation
import Foundation
import MarketIdentifiers
import MarketRegistration
import NationalIngest
import Operations
import OperationsDatabase
import Quantities
import ReadingBlockStore
import Readings
import SettlementCalendar
import Testing

/// The national path and the chain, on the same registrations, loss factors and readings: one truth.
@Suite("The national path agrees with the chain") struct NationalChainTests {
  /// A supplier in a GSP Group, one direction, one period.
  struct Place: Hashable {
    let group: GSPGroupID
    let supplier: ParticipantID
    let isExport: Bool
    let period: Int
  }

  /// What the chain keeps of a run, classes of consumption put together.
  private func chain(_ store: String, _ date: SettlementDate, _ run: RunType) throws -> [Place: PeriodSums] {
    let disk = try DiskStore.open(path: store, mode: .readOnly)
    defer { try? disk.close() }
    let record = try #require(try disk.run(date, run, rulebook: "may-2026"))
    var places: [Place: PeriodSums] = [:]
    for (key, periods) in try RunResultCodec.decode(record.result).sums.rows {
      for (period, sums) in periods.enumerated() {
        let place = Place(
          group: key.gspGroup, supplier: key.supplier, isExport: key.quantity == .activeExport, period: period + 1)
        places[place] = (places[place] ?? PeriodSums()) + sums
      }
    }
    return places
  }

  /// What the national run comes to; and by class the same once more.
  private func national(_ store: String, _ date: SettlementDate) throws -> [Place: PeriodSums] {
    let folder = NationalFolder(store: store)
    let both = try [false, true].map { byClass in
      var places: [Place: PeriodSums] = [:]
      for (key, cells) in try NationalVolumes(folder, date, .ii, byClass: byClass).rows {
        for (period, cell) in cells.enumerated() {
          let place = Place(group: key.group, supplier: key.supplier, isExport: key.isExport, period: period + 1)
          places[place] =
            (places[place] ?? PeriodSums())
            + PeriodSums(
              metered: cell.metered, lossAdjusted: cell.lossAdjusted, estimated: cell.estimated, count: cell.readings,
              estimatedCount: cell.estimatedReadings)
        }
      }
      return places
    }
    #expect(both[0] == both[1])
    return both[0]
  }

  /// Holds the two to each other wherever the chain had no reading to estimate. - Returns: how many places those are.
  private func compare(_ chain: [Place: PeriodSums], _ national: [Place: PeriodSums]) -> Int {
    let whole = chain.filter { $0.value.estimatedCount == 0 }
    let wrong = whole.filter { national[$0.key] != $0.value }
    #expect(wrong.isEmpty, "\(wrong.count) of \(whole.count) differ")
    #expect(Set(national.keys).isSubset(of: chain.keys))
    return whole.count
  }

  private func must(_ arguments: [String]) throws -> Program.Result {
    let result = try Program.run(arguments)
    #expect(result.status == 0, "\(arguments.prefix(1)): \(result.errors)")
    return result
  }

  /// The rows of the sample's readings as a long table of settlement dates and periods, by the system's calendar.
  private func long(_ table: String, into path: String) throws {
    var calendar = Calendar(identifier: .gregorian)
    calendar.timeZone = try #require(TimeZone(identifier: "Europe/London"))
    let reader = ISO8601DateFormatter()
    let writer = DateFormatter()
    writer.calendar = calendar
    writer.timeZone = calendar.timeZone
    writer.locale = Locale(identifier: "en_GB_POSIX")
    writer.dateFormat = "yyyy-MM-dd"
    var moments: [String: String] = [:]
    var out = "mpan,settlement_date,settlement_period,kwh,quality\n"
    for row in rows(try Data(contentsOf: URL(fileURLWithPath: table))) {
      if moments[row[2]] == nil {
        let moment = try #require(reader.date(from: row[2].replacingOccurrences(of: "Z", with: ":00Z")))
        let period = Int(moment.timeIntervalSince(calendar.startOfDay(for: moment))) / 1_800 + 1
        moments[row[2]] = "\(writer.string(from: moment)),\(period)"
      }
      out += "\(row[0]),\(moments[row[2]] ?? ""),\(row[3]),\(row[4])\n"
    }
    try out.write(toFile: path, atomically: true, encoding: .utf8)
  }

  @Test("over the sample estate, the day of 46 periods too, from the same files")
  func sample() throws {
    let folder = try Program.scratch("national-chain")
    defer { try? FileManager.default.removeItem(at: folder) }
    func path(_ name: String) -> String { folder.appendingPathComponent(name).path }
    _ = try must(["sample", "--out", path("sample"), "--mpans", "300", "--from", "2026-03-28", "--days", "3"])
    let receipts = rows(try Data(contentsOf: URL(fileURLWithPath: path("sample/receipts.csv"))))
    let files = receipts.map { path("sample/\($0[0])") }
    _ = try must(["ingest", "--store", path("chain"), "--receipts", path("sample/receipts.csv")] + files)
    let span = ["--from", "2026-03-28", "--to", "2026-03-30"]
    _ = try must(["settle", "--store", path("chain")] + span + ["--as-of", "2028-06-30"])

    let standing = ["standing", "--store", path("national")] + span
    _ = try must(standing + ["--registrations", path("sample/sample-registrations.csv")])
    // In the order in which they came, so that the later counts.
    for (place, receipt) in receipts.sorted(by: { $0[1] < $1[1] }).enumerated()
    where receipt[0].hasPrefix("sample-readings") {
      try long(path("sample/\(receipt[0])"), into: path("\(place).csv"))
      _ = try must(["load", "--store", path("national"), path("\(place).csv")] + span)
    }
    _ = try must(
      ["settle", "--store", path("national"), "--volumes", path("volumes.csv"), "--metered", path("metered.csv")] + span
    )
    var places = 0
    for date in try ["2026-03-28", "2026-03-29", "2026-03-30"].map({ try #require(SettlementDate($0)) }) {
      places += compare(try chain(path("chain"), date, .rf), try national(path("national"), date))
    }
    #expect(places > 1_000)
    // The facts that the chain took in give the same standing data as the file.
    _ = try must(["standing", "--store", path("chain")] + span)
    for date in ["2026-03-28", "2026-03-29", "2026-03-30"] {
      let bytes = try ["chain", "national"].map {
        try Data(contentsOf: URL(fileURLWithPath: path("\($0)/national/\(date)/standing")))
      }
      #expect(bytes[0] == bytes[1])
    }
    #expect(try must(["verify", "--store", path("national")]).out.contains("identical"))
    try charge(metered: path("metered.csv"), in: path("charges"))
  }

  /// `halfhour charges` takes the table of metered volumes.
  private func charge(metered: String, in folder: String) throws {
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    try FileManager.default.copyItem(atPath: metered, toPath: folder + "/metered.csv")
    let units = Set(rows(try Data(contentsOf: URL(fileURLWithPath: metered))).map { $0[0] }).sorted()
    var table = "bm_unit,party,account,trading_unit,interconnector,tlf\n"
    for unit in units { table += "\(unit),\(unit.dropFirst(4).prefix(4)),C,,no,0\n" }
    try table.write(toFile: folder + "/units.csv", atomically: true, encoding: .utf8)
    let prices = (1...46).map { "2026-03-29,\($0),50,50\n" }.joined()
    try ("settlement_date,period,sell_price,buy_price\n" + prices).write(
      toFile: folder + "/prices.csv", atomically: true, encoding: .utf8)
    let charged = try Program.run(["charges", "--input", folder, "--date", "2026-03-29", "--format", "csv"])
    #expect(charged.out.split(separator: "\n").count > 46 * units.count, "\(charged.errors)")
  }

  @Test(
    "over the Scottish households, with published loss factors",
    .enabled(if: sharedData != nil, "needs ../shared beside the project"))
  func households() throws {
    let data = try #require(sharedData)
    let folder = try Program.scratch("national-edrp")
    defer { try? FileManager.default.removeItem(at: folder) }
    func path(_ name: String) -> String { folder.appendingPathComponent(name).path }
    let readings = data.appendingPathComponent(
      "data/meter/edrp_scotland_households_X1-X415_2009-03-01_2009-05-31.csv.gz"
    ).path
    let factors = ["llflond20250401ptf.zip", "llflond20260401ptf.zip"].map {
      data.appendingPathComponent("data/industry/llf/\($0)").path
    }
    let prices = data.appendingPathComponent("data/elexon/system_prices/sspsbpniv_2025-01_2025-06-01.csv.gz").path
    _ = try must(["portfolio", "make", readings, "--out", path("pf"), "--seed", "1", "--group", "_C"])
    let facts = ["\(path("pf"))/registrations.csv", "\(path("pf"))/contracts.csv", prices] + factors
    _ = try must(["ingest", "--store", path("chain")] + facts)
    _ = try must(
      [
        "ingest", "--store", path("chain"), "--received-after", "8", "--arrivals", "\(path("pf"))/arrivals.csv",
        readings,
      ])
    let dates = try ["2009-03-28", "2009-03-29", "2009-04-15"].map { try #require(SettlementDate($0)) }
    for date in dates {
      _ = try must([
        "settle", "--store", path("chain"), "--date", "\(date)", "--as-of", "2011-01-01", "--price-shift", "5845",
        "--loss-factor-shift", "6209",
      ])
    }
    let standing = ["standing", "--store", path("national"), "--registrations", "\(path("pf"))/registrations.csv"]
    var places = 0
    for date in dates {
      let made = try must(
        standing + factors.flatMap { ["--loss-factors", $0] } + [
          "--date", "\(date)", "--loss-factor-shift", "6209",
        ])
      #expect(!made.errors.contains("STD-03"), "all factors are published ones")
      try export(path("chain"), date, to: path("\(date).csv"))
      _ = try must(["load", "--store", path("national"), path("\(date).csv"), "--from", "\(date)", "--to", "\(date)"])
      _ = try must(["settle", "--store", path("national"), "--date", "\(date)"])
      places += compare(try chain(path("chain"), date, .rf), try national(path("national"), date))
    }
    #expect(places > 500)
  }

  /// The readings that the chain knows of a date in the end, as a long table by MPAN.
  private func export(_ store: String, _ date: SettlementDate, to path: String) throws {
    let disk = try DiskStore.open(path: store, mode: .readOnly)
    defer { try? disk.close() }
    let snapshot = try FactSnapshot(disk)
    let day = try snapshot.resolved(date, before: .distantFuture)
    let rowOf = Dictionary(uniqueKeysWithValues: day.series.enumerated().map { ($1, $0) })
    let periods = day.day.periodCount
    var out = "mpan,settlement_date,settlement_period,kwh\n"
    for point in snapshot.points(on: date) {
      guard let row = point.series.flatMap({ rowOf[$0] }) else { continue }
      for period in 0..<periods where day.cells[row * periods + period] != ReadingLayer.missing {
        let energy = Energy(wattHours: Int64(day.cells[row * periods + period]))
        out += "\(point.registration.mpan.number),\(date),\(period + 1),\(energy.kilowattHoursText)\n"
      }
    }
    try out.write(toFile: path, atomically: true, encoding: .utf8)
  }
}
