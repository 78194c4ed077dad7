import Aggregation
import Foundation
import MarketIdentifiers
import MarketRegistration
import NationalIngest
import Quantities
import ReadingArrivals
import ReadingBlockStore
import Rulebooks
import SettlementCalendar
import Testing

/// Draws numbers that follow from a seed.
struct Draw: RandomNumberGenerator {
  var state: UInt64
  mutating func next() -> UInt64 {
    state = state &+ 0x9E37_79B9_7F4A_7C15
    var z = state
    z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
    return z ^ (z >> 31)
  }
}

/// A few hundred metering points with registrations and readings, in a folder of its own.
final class InventedCountry {
  let folder: URL
  let date: SettlementDate
  let dates: ArrivalDates
  var draw: Draw
  let mpans: [MPAN]
  static let suppliers = ["ALFA", "BRAV", "CHAR", "D"]
  static let classes = ["1", "20", "A3"]

  init(seed: UInt64, points: Int = 300, date: String = "2026-01-14") throws {
    folder = FileManager.default.temporaryDirectory.appendingPathComponent("halfhour-country-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    self.date = try #require(SettlementDate(date))
    dates = try #require(ArrivalDates(self.date, through: self.date))
    draw = Draw(state: seed)
    // Of two distributors, so that most combinations of supplier and class are somebody's.
    mpans = try (0..<points).map { try #require(MPAN(String(SimulatedMeters.mpan($0 / 2 * 14 + $0 % 2)))) }
  }

  deinit { try? FileManager.default.removeItem(at: folder) }

  func path(_ name: String) -> String { folder.appendingPathComponent(name).path }
  func arrivals(_ name: String) -> ArrivalsFolder { ArrivalsFolder(store: path(name)) }
  func national(_ name: String) -> NationalFolder { NationalFolder(store: path(name)) }

  func registration(
    _ mpan: MPAN, supplier: String? = nil, lossClass: String? = nil, from days: Int = -100, to end: Int? = nil,
    recorded: Int = 0
  ) throws -> Registration {
    let groups: [GSPGroupID] = [.a, .c, .p]
    let isExport = mpan.number % 10 == 3
    return Registration(
      mpan: mpan, alias: nil, quantity: isExport ? .activeExport : .activeImport,
      supplier: try #require(ParticipantID(supplier ?? Self.suppliers.randomElement(using: &draw) ?? "ALFA")),
      gspGroup: groups[Int(mpan.number / 10 % 3)], distributor: mpan.distributor,
      lossClass: try #require(LineLossFactorClassID(lossClass ?? Self.classes.randomElement(using: &draw) ?? "1")),
      consumptionClass: .domestic, tariff: nil, paymentMethod: .directDebit, supplyCapacity: Power(watts: 23_000),
      effectiveFrom: try #require(date.advanced(by: days)),
      effectiveTo: try end.map { try #require(date.advanced(by: $0)) },
      recordedAt: UTCInstant(secondsSince1970: Int64(recorded)))
  }

  /// Loss factors of each class and distributor on the date.
  ///
  /// - Parameters:
  ///   - without: classes of which the file has another day, so that there are none.
  ///   - flat: classes that no file has, so that the rulebook's count.
  func factors(without: Set<String> = [], flat: Set<String> = []) throws -> LossFactorBook {
    let periods = SettlementDay(date).periodCount
    var schedules: [LossFactorSchedule] = []
    for distributor in 10...23 {
      for (place, code) in Self.classes.enumerated() where !flat.contains(code) {
        let pattern = (0..<(without.contains(code) ? 44 : periods)).compactMap {
          LossFactor(hundredThousandths: Int64(100_000 + distributor * 10 + place * 1_000 + $0))
        }
        schedules.append(
          LossFactorSchedule(
            distributor: distributor, lossClass: try #require(LineLossFactorClassID(code)), patterns: [pattern],
            days: [date: 0], source: "invented", receivedAt: UTCInstant(secondsSince1970: 0)))
      }
    }
    return LossFactorBook(schedules, rulebook: try #require(Rulebook.named("bsc")))
  }

  func columns(_ registrations: [Registration]) -> RegistrationColumns {
    var columns = RegistrationColumns()
    for statement in registrations { columns.append(statement, batch: Int(statement.recordedAt.secondsSince1970)) }
    return columns
  }

  /// Makes register and standing data of a store.
  @discardableResult
  func standing(_ store: String, _ registrations: [Registration], _ factors: LossFactorBook? = nil) throws
    -> StandingMaking.Outcome
  {
    let folder = arrivals(store)
    if !FileManager.default.fileExists(atPath: folder.register) { _ = try folder.register(columns(registrations)) }
    let register = try RegisterFile(folder)
    return try StandingMaking(
      folder, RegistrationsInForce(columns(registrations), register: register.register),
      registered: register.register.count, factors: factors ?? self.factors()
    ).write(date)
  }

  func amend(_ store: String, _ registrations: [Registration], _ run: RunType) throws -> StandingAmendment.Outcome {
    let register = try RegisterFile(arrivals(store))
    return try StandingAmendment(
      arrivals(store), RegistrationsInForce(columns(registrations), register: register.register), run: run
    ).write(date)
  }

  /// Readings of a whole day, or of some periods, for each of the points.
  func readings(_ points: [MPAN], periods: ClosedRange<Int>? = nil) -> [MPAN: [Int: Int]] {
    var readings: [MPAN: [Int: Int]] = [:]
    for mpan in points {
      for period in periods ?? 1...SettlementDay(date).periodCount {
        readings[mpan, default: [:]][period] = Int.random(in: 0..<3_000, using: &draw)
      }
    }
    return readings
  }

  func load(_ store: String, _ readings: [MPAN: [Int: Int]]) throws {
    var text = "mpan,settlement_date,settlement_period,kwh\n"
    for (mpan, periods) in readings.sorted(by: { $0.key < $1.key }) {
      for (period, wattHours) in periods.sorted(by: { $0.key < $1.key }) {
        text += "\(mpan.number),\(date),\(period),\(Energy(wattHours: Int64(wattHours)).kilowattHoursText)\n"
      }
    }
    let file = path("\(UUID().uuidString).csv")
    try text.write(toFile: file, atomically: true, encoding: .utf8)
    let report = try #require(
      try NationalLoader(store: path(store), dates: dates, threads: 2).load([file], at: 1_768_000_000).first)
    #expect(report.reckoning.quarantined == 0)
  }

  /// Closes and settles a run, holds full and increment, day blocks and rows to each other, and keeps it.
  @discardableResult
  func settle(_ store: String, _ run: RunType) throws -> NationalVolumes {
    let closing = DateClosing(arrivals(store), date: date, run: run)
    if closing.isOpen { _ = try closing.close() }
    let national = NationalRun(self.national(store), date: date, run: run, threads: 2)
    let sums = try national.settle().sums
    let whole = try self.national(store).resolved(sums)
    #expect(try national.settle(full: true).sums == whole)
    #expect(try national.settle(full: true, rowsOnly: true).sums == whole)
    try national.keep(sums)
    return try NationalVolumes(self.national(store), date, run, byClass: true)
  }

  /// The oracle: each reading added by itself to what the book of registrations says of its point.
  func plain(
    _ registrations: [Registration], _ readings: [MPAN: [Int: Int]], _ factors: LossFactorBook
  ) -> [NationalVolumes.Key: [NationalVolumes.Cell]] {
    let day = SettlementDay(date)
    var rows: [NationalVolumes.Key: [NationalVolumes.Cell]] = [:]
    for point in RegistrationBook(registrations).points(on: date) {
      guard
        let answer = factors.factors(distributor: point.distributor, lossClass: point.lossClass, on: day),
        let own = readings[point.mpan]
      else { continue }
      let key = NationalVolumes.Key(
        group: point.gspGroup, supplier: point.supplier, isExport: point.quantity == .activeExport,
        lossClass: NationalVolumes.LossClass(distributor: point.distributor, code: point.lossClass.code))
      var cells = rows[key] ?? Array(repeating: NationalVolumes.Cell(), count: day.periodCount)
      for (period, wattHours) in own {
        let energy = Energy(wattHours: Int64(wattHours))
        cells[period - 1].metered += energy
        cells[period - 1].lossAdjusted += energy * answer.factors[period - 1]
        cells[period - 1].readings += 1
      }
      rows[key] = cells
    }
    return rows
  }
}
