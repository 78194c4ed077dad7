import GBCS
import SettlementCalendar
import SmartMeters
import Testing

@Suite("Laws of an electricity meter's logs and registers") struct MeterLawTests {
  static let now = "2026-05-20T10:17:00Z"

  private func world() throws -> (Bench, ElectricityMeter, UTCInstant) {
    let bench = try Bench()
    let row = try present((0..<1_499 as Range<UInt32>).first { bench.meters.rows(of: $0)?.exportRow != nil })
    return (bench, try present(bench.meters.meter(row: row)), try present(UTCInstant(Self.now)))
  }

  @Test("the registers are the sums of all half-hours since the meter was installed") func registers() throws {
    var (bench, meter, now) = try world()
    let later = now.advanced(byHours: 200)
    for (registers, profile) in [
      (MeterRead.importRegisters, MeterRead.activeImportProfile), (.exportRegisters, .exportProfile),
    ] {
      guard case .registers(let before) = try bench.read(registers, &meter, at: now),
        case .registers(let after) = try bench.read(registers, &meter, at: later)
      else { throw Absent() }
      let period = LogPeriod(from: DeviceTime(now), to: DeviceTime(later))
      let rows = try bench.log(profile, &meter, period, at: later)
      #expect(rows.count == 400)
      #expect(UInt64(after[0]) == UInt64(before[0]) + rows.reduce(0) { $0 + UInt64($1.values[0]) })
      #expect(after[0] > before[0])
    }
  }

  @Test("the daily consumption log is the sum of each UTC day's profile; daily reads differ by it") func days() throws {
    var (bench, meter, now) = try world()
    let first = try present(UTCInstant("2026-05-01T00:00:00Z"))
    let midnights = LogPeriod(from: DeviceTime(first), to: DeviceTime(first.advanced(byHours: 24 * 10)))
    let reads = try bench.log(.importDailyLog, &meter, midnights, at: now)
    let days = try bench.log(.dailyConsumptionLog, &meter, midnights, at: now)
    #expect(reads.count == 11 && days.count == 11)
    for place in 1...10 {
      let end = days[place].time
      let day = LogPeriod(from: end.advanced(by: -86_400 + 1_800), to: end)
      let rows = try bench.log(.activeImportProfile, &meter, day, at: now)
      #expect(rows.count == 48)
      #expect(days[place].values[0] == rows.reduce(0) { $0 + $1.values[0] })
      #expect(reads[place].time == end)
      #expect(reads[place].values[0] - reads[place - 1].values[0] == days[place].values[0])
      // Total, then 48 time-of-use registers, then 32 blocks: the registers sum to the total.
      #expect(reads[place].values.count == 1 + 48 + 32)
      #expect(reads[place].values[1...48].reduce(0, +) == reads[place].values[0])
    }
    let exports = try bench.log(.exportDailyLog, &meter, midnights, at: now)
    let energy = try bench.log(
      .exportProfile, &meter, LogPeriod(from: midnights.from.advanced(by: 1_800), to: midnights.to), at: now)
    #expect(exports.count == 11)
    #expect((exports.last?.values[0] ?? 0) - (exports.first?.values[0] ?? 0) == energy.reduce(0) { $0 + $1.values[0] })
  }

  @Test("logs hold what SMETS says and no more: 397 days, 93 days, 31 days, 731 days") func capacities() throws {
    var bench = try Bench(installed: "2023-01-01T00:00:00Z")
    var meter = try present(bench.meters.meter(row: 0) ?? bench.meters.meter(row: 1))
    let now = try present(UTCInstant(Self.now))
    let newest = try present(UTCInstant("2026-05-20T10:00:00Z"))
    func oldest(_ read: MeterRead, days: Int) throws -> [MeterReadContent.LogRow] {
      let from = newest.advanced(byHours: -24 * days)
      return try bench.log(
        read, &meter,
        LogPeriod(from: DeviceTime(from.advanced(byHours: -48)), to: DeviceTime(from.advanced(byHours: 1))),
        at: now)
    }
    // 19,056 and 4,464 half-hours: the oldest stamp is half an hour after the moment 397 and 93 days ago.
    for (read, days) in [(MeterRead.activeImportProfile, 397), (.reactiveImportProfile, 93), (.exportProfile, 93)] {
      let rows = try oldest(read, days: days)
      #expect(
        rows.map(\.time) == [1_800, 3_600].map { DeviceTime(newest.advanced(byHours: -24 * days)).advanced(by: $0) })
    }
    #expect(try bench.log(.importDailyLog, &meter, at: now).count == 31)
    #expect(try bench.log(.exportDailyLog, &meter, at: now).count == 31)
    #expect(try bench.log(.dailyConsumptionLog, &meter, at: now).count == 731)
  }

  @Test("the whole profile is read in pieces of ten days, each half-hour once") func pieces() throws {
    var bench = try Bench(faults: FaultPlan(seed: 1, [.tenDayLimit: 10_000]))
    var meter = try present(bench.meters.meter(row: 0) ?? bench.meters.meter(row: 1))
    let now = try present(UTCInstant(Self.now))
    let period = LogPeriod(
      from: DeviceTime(try present(UTCInstant("2026-01-01T00:30:00Z"))),
      to: DeviceTime(try present(UTCInstant("2026-03-01T00:00:00Z"))))
    #expect(try bench.log(.activeImportProfile, &meter, period, at: now).count == 480)
    let pieces = period.tenDayPieces()
    #expect(pieces.count == 6)
    let stamps = try pieces.flatMap { try bench.log(.activeImportProfile, &meter, $0, at: now).map(\.time.seconds) }
    #expect(stamps == Array(stride(from: period.from.seconds, through: period.to.seconds, by: 1_800)))
  }

  @Test("a meter counts nothing before it is there and tells nothing of the future") func ends() throws {
    var (bench, meter, now) = try world()
    let all = try bench.log(.activeImportProfile, &meter, at: now)
    // One message holds 5,000 rows; the rest is asked for again.
    let newest = try present(UTCInstant("2026-05-20T10:00:00Z"))
    #expect(all.first?.time == DeviceTime(newest).advanced(by: -19_055 * 1_800))
    #expect(all.count == 5_000)
    let future = LogPeriod(from: DeviceTime(now), to: DeviceTime(now.advanced(byHours: 240)))
    #expect(try bench.log(.activeImportProfile, &meter, future, at: now).isEmpty)
    let past = LogPeriod(from: DeviceTime(seconds: 0), to: DeviceTime(meter.installed.start))
    #expect(try bench.log(.activeImportProfile, &meter, past, at: now).isEmpty)
    let backwards = LogPeriod(from: DeviceTime(now), to: DeviceTime(now.advanced(byHours: -24)))
    #expect(try bench.log(.activeImportProfile, &meter, backwards, at: now).isEmpty)
  }

  @Test("run twice, the same bytes") func repeatable() throws {
    func once() throws -> [[DeviceEffect]] {
      var (bench, meter, now) = try world()
      return MeterRead.allCases.map { read in
        let command = bench.address(Bench.supplier, meter.identifier).command(read)
        return meter.receive(bench.finished(command), at: now, bench.security, bench.loads)
      }
    }
    #expect(try once() == once())
  }

  @Test("gaps are where the plan says, and nothing else is lost") func gaps() throws {
    var bench = try Bench(faults: FaultPlan(seed: 9, [.missingHalfHours: 10_000]))
    var meter = try present(bench.meters.meter(row: 0) ?? bench.meters.meter(row: 1))
    let now = try present(UTCInstant(Self.now))
    let period = LogPeriod(from: DeviceTime(now.advanced(byHours: -24 * 40)), to: DeviceTime(now))
    let there = Set(try bench.log(.activeImportProfile, &meter, period, at: now).map(\.time))
    var gaps = 0
    for stamp in stride(from: (period.from.seconds + 1_799) / 1_800 * 1_800, through: period.to.seconds, by: 1_800) {
      let halfHour = try present(DeviceTime(seconds: stamp).halfHourEnding)
      let isGap = meter.traits.isGap(halfHour.index)
      #expect(there.contains(DeviceTime(seconds: stamp)) != isGap)
      gaps += isGap ? 1 : 0
    }
    #expect((10...80).contains(gaps), "20 of a thousand of 1,920")
  }

  @Test("an estate's rows are each counted by one meter") func rows() throws {
    let bench = try Bench()
    var counted: [UInt32: Int] = [:]
    for row in bench.meters.meterRows {
      let rows = try present(bench.meters.rows(of: row))
      for counts in [rows.importRow, rows.exportRow].compactMap({ $0 }) { counted[counts, default: 0] += 1 }
    }
    #expect(counted.count == 1_500 && counted.values.allSatisfy { $0 == 1 })
    let place = try present(MeterEstate.place(of: MeterEstate.identifier(.gasMeter, row: 77, generation: 3)))
    #expect(place == (.gasMeter, 77, 3))
    #expect(MeterEstate.place(of: EUI64(rawValue: 5)) == nil)
  }
}
