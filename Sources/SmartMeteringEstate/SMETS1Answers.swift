import DUIS
import GBCS
import SettlementCalendar
import SmartMeters

// What a SMETS1 meter says, in the words of its service provider's answer.
extension SMETS1Meter {
  /// - Returns: `nil` for what it does not do, and in dumb mode.
  mutating func answer(
    _ body: ServiceBody, variant: String, at now: UTCInstant, _ loads: any LoadSource
  ) -> SMETS1Answer? {
    switch body {
    case .read(let read): return answer(read, at: now, loads)
    case .synchroniseClock(let setting):
      let end = setting.current.advanced(bySeconds: Int64(setting.tolerance))
      return answer(.synchroniseClock(DeviceTime(setting.current)...DeviceTime(end)), variant, at: now)
    case .other:
      let operations: [String: Operation] = [
        "7.1": .enableSupply, "7.2": .disableSupply, "7.3": .armSupply, "7.4": .readSupply, "11.2": .readFirmware,
      ]
      return operations[variant].flatMap { answer($0, variant, at: now) }
    default: return nil
    }
  }

  private func answer(_ read: ReadService, at now: UTCInstant, _ loads: any LoadSource) -> SMETS1Answer? {
    let reads: [ReadService.Kind: MeterRead] = [
      .importRegisters: .importRegisters, .exportRegisters: .exportRegisters, .importDailyLog: .importDailyLog,
      .activeImportProfile: .activeImportProfile, .reactiveImportProfile: .reactiveImportProfile,
      .exportProfile: .exportProfile,
    ]
    let period = read.period.map { LogPeriod(from: DeviceTime($0.start), to: DeviceTime($0.end)) }
    guard let kind = reads[read.kind], let said = answer(kind, period, at: now, loads) else { return nil }
    return SMETS1Content(kind, said).map { SMETS1Answer($0) }
  }

  private mutating func answer(_ operation: Operation, _ variant: String, at now: UTCInstant) -> SMETS1Answer? {
    let command = SMETS1Content.Command(rawValue: variant).map(SMETS1Content.carriedOut)
    switch operate(operation, at: now) {
    case .done?: return SMETS1Answer(command)
    case .refused?:
      let fault = SMETS1Answer.Fault(code: 1, position: 1, text: "The meter cannot do that as it stands.")
      return SMETS1Answer(command, isSuccess: false, faults: [fault])
    case .supply(let state)?:
      return SMETS1Answer(.supply(state == .enabled ? .enabled : state == .armed ? .armed : .disabled))
    case .firmware(let version)?: return SMETS1Answer(.firmware(hexText(bigEndian(version)).uppercased()))
    case .clock(let time, let isSet)?:
      return SMETS1Answer(.clock(time: time.instant, status: isSet ? .reliable : .unreliable), isSuccess: isSet)
    case nil: return nil
    }
  }
}

extension SMETS1Content {
  /// - Returns: `nil` for reads that SMETS1 meters do not have.
  init?(_ read: MeterRead, _ said: MeterReadContent) {
    switch (read, said) {
    case (.activeImportProfile, .log(let rows)): self = .profile(.activeImport, Self.entries(rows))
    case (.reactiveImportProfile, .log(let rows)): self = .profile(.reactiveImport, Self.entries(rows))
    case (.exportProfile, .log(let rows)): self = .profile(.export, Self.entries(rows))
    case (.importDailyLog, .log(let rows)): self = .importDailyLog(rows.compactMap(Self.dailyRead))
    case (.importRegisters, .registers(let values)):
      guard let active = values.first else { return nil }
      self = .importRegisters(
        active: Int64(active), reactive: values.count > 1 ? Int64(values[1]) : nil, secondary: nil)
    case (.exportRegisters, .registers(let values)):
      guard let active = values.first else { return nil }
      self = .exportRegisters(active: Int64(active), reactive: values.count > 1 ? Int64(values[1]) : nil)
    default: return nil
    }
  }

  private static func entries(_ rows: [MeterReadContent.LogRow]) -> [SMETS1LogEntry] {
    rows.map { SMETS1LogEntry(time: $0.time.instant, values: $0.values.map(Int64.init)) }
  }

  /// The total and the time-of-use registers that counted anything; the meter's blocks are not used.
  private static func dailyRead(_ row: MeterReadContent.LogRow) -> SMETS1DailyRead? {
    guard let total = row.values.first else { return nil }
    let rates = row.values.dropFirst().prefix(48).enumerated().filter { $0.element > 0 }
    return SMETS1DailyRead(
      time: row.time.instant, total: Int64(total),
      rates: rates.map { SMETS1DailyRead.Register(index: $0.offset + 1, value: Int64($0.element)) })
  }
}
