import GBCS
import SettlementCalendar

/// The logs and registers of an electricity meter as it would answer them at one moment.
struct MeterLogs {
  /// Rows of the profile logs and daily logs (notes on logs: 397, 93, 31 and 731 days).
  static let importProfileRows: Int32 = 19_056
  static let exportProfileRows: Int32 = 4_464
  static let dailyReadRows = 31
  static let dailyConsumptionRows = 731
  /// What fits into one message of at most 65,535 bytes; the rest is for another request.
  static let rowsInMessage = 5_000
  static let rowsInTenDays = 480
  /// Time-of-use registers and block registers of a daily read.
  static let timeOfUseRegisters = 48
  static let blockRegisters = 32

  let meter: ElectricityMeter
  let loads: any LoadSource
  /// What the meter's clock shows.
  let now: DeviceTime
  /// Seconds that it is ahead of true time.
  let error: Int

  /// Half-hours by which stamps are wrong: what the meter logs as ending at a time really ended earlier.
  private var shift: Int32 { Int32(clamping: error / 1_800) }

  private var imports: MeterLedger {
    MeterLedger(loads: loads, row: meter.importRow, installed: meter.installed)
  }
  private var exports: MeterLedger {
    MeterLedger(loads: loads, row: meter.exportRow, installed: meter.installed)
  }

  func values(_ request: MeterReadRequest) -> [DLMSValue] {
    let period = request.period ?? LogPeriod(from: DeviceTime(seconds: 0), to: now)
    return switch request.read {
    case .activeImportProfile: [profile(imports, Self.importProfileRows, period) { [$0] }]
    case .reactiveImportProfile: [profile(imports, Self.exportProfileRows, period) { [Self.reactive($0)] }]
    case .exportProfile: [profile(exports, Self.exportProfileRows, period) { [$0, Self.reactive($0)] }]
    case .importDailyLog: [dailyReads(period)]
    case .exportDailyLog: [dailyExportReads(period)]
    case .dailyConsumptionLog: [dailyConsumption(period)]
    case .importRegisters: registers(imports)
    case .exportRegisters: registers(exports)
    }
  }

  /// A quarter of the active energy: invented, since no load has a reactive part.
  static func reactive(_ active: UInt32) -> UInt32 { active / 4 }

  private func registers(_ ledger: MeterLedger) -> [DLMSValue] {
    let active = ledger.register(at: now.advanced(by: -error))
    return [
      .doubleLongUnsigned(active), MeterReadAnswer.scalerAndUnit(MeterReadAnswer.wattHours),
      .doubleLongUnsigned(Self.reactive(active)), MeterReadAnswer.scalerAndUnit(MeterReadAnswer.varHours),
    ]
  }

  // MARK: Half-hours

  /// The half-hours whose stamps lie in a period, as numbers since 1970 on the meter's clock.
  private func captured(_ period: LogPeriod, rows: Int32) -> Range<Int32> {
    let end = Self.halfHours(now)
    let oldest = max(end - rows, meter.installed.index + shift)
    let first = max(oldest, Self.halfHours(period.from.advanced(by: -1)))
    let last = min(end, Self.halfHours(period.to))
    return first < last ? first..<last : first..<first
  }

  /// Half-hours since 1970 that have ended by a time.
  private static func halfHours(_ time: DeviceTime) -> Int32 {
    Int32(clamping: time.instant.secondsSince1970 / 1_800)
  }

  private func profile(
    _ ledger: MeterLedger, _ capacity: Int32, _ period: LogPeriod, _ columns: (UInt32) -> [UInt32]
  ) -> DLMSValue {
    let captured = captured(period, rows: capacity)
    let energies = ledger.energies(captured.lowerBound - shift, captured.upperBound - shift)
    let limit = meter.traits.answersTenDays ? Self.rowsInTenDays : Self.rowsInMessage
    var rows: [[UInt32]] = []
    rows.reserveCapacity(min(energies.count, limit))
    for (index, energy) in zip(captured, energies) where !meter.traits.isGap(index) {
      if rows.count == limit { break }
      rows.append([DeviceTime(HalfHour(index: index).end).seconds] + columns(energy))
    }
    if meter.traits.cutsNextLog { rows.removeLast((rows.count + 1) / 2) }
    return MeterReadAnswer.log(rows, columns: columns(0).count)
  }

  // MARK: Days

  /// Midnights (UTC) in a period up to now, newest last, as half-hours since 1970.
  private func midnights(_ period: LogPeriod, rows: Int, from firstDay: Int32) -> [Int32] {
    let newest = Self.halfHours(now) / 48
    let first = max(newest - Int32(rows) + 1, firstDay, Self.halfHours(period.from.advanced(by: 86_399)) / 48)
    let last = min(newest, Self.halfHours(period.to) / 48)
    return first <= last ? (first...last).map { $0 * 48 } : []
  }

  /// The first midnight at which the meter was there.
  private var firstMidnight: Int32 { (meter.installed.index + 47) / 48 }

  private static func stamp(_ midnight: Int32) -> UInt32 {
    DeviceTime(HalfHour(index: midnight).start).seconds
  }

  private func dailyReads(_ period: LogPeriod) -> DLMSValue {
    let midnights = midnights(period, rows: Self.dailyReadRows, from: firstMidnight)
    let totals = imports.registers(atMidnights: midnights.map { $0 - shift })
    let held = meter.tariff.registers(imports, atMidnights: midnights.map { $0 - shift }, shift: shift)
    let number = DLMSType.simple(.doubleLongUnsigned)
    let block = DLMSType.array(count: 8, of: number)
    let type = DLMSType.structure([
      number, number, .array(count: UInt16(Self.timeOfUseRegisters), of: number), block, block, block, block,
    ])
    return .compactArray(
      type,
      rows: midnights.indices.map { place in
        .structure(
          [
            .doubleLongUnsigned(Self.stamp(midnights[place])), .doubleLongUnsigned(totals[place]),
            .array(held[place].rates.map(DLMSValue.doubleLongUnsigned)),
          ] + held[place].blocks.map { .array($0.map(DLMSValue.doubleLongUnsigned)) })
      })
  }

  private func dailyExportReads(_ period: LogPeriod) -> DLMSValue {
    let midnights = midnights(period, rows: Self.dailyReadRows, from: firstMidnight)
    let totals = exports.registers(atMidnights: midnights.map { $0 - shift })
    return MeterReadAnswer.log(zip(midnights, totals).map { [Self.stamp($0), $1] }, columns: 1)
  }

  /// Each day's import, stamped with the midnight at which the day ended.
  private func dailyConsumption(_ period: LogPeriod) -> DLMSValue {
    let ends = midnights(period, rows: Self.dailyConsumptionRows, from: meter.installed.index / 48 + 1)
    let rows = ends.map { end -> [UInt32] in
      [Self.stamp(end), imports.energies(end - 48 - shift, end - shift).reduce(0) { $0 &+ $1 }]
    }
    return MeterReadAnswer.log(rows, columns: 1)
  }
}
