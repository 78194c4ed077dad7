public import GBCS
public import SettlementCalendar

/// A SMETS2 gas meter (GSME) with the gas proxy function (GPF) on the hub: the proxy has a copy of what the meter
/// counted and answers for it, because the meter's radio sleeps.
public struct GasMeter: Hashable, Sendable {
  /// The proxy, which answers; its core is the device's that commands are addressed to.
  public var core: DeviceCore
  public let row: UInt32
  public let installed: HalfHour

  public init(core: DeviceCore, row: UInt32, installed: HalfHour) {
    self.core = core
    self.row = row
    self.installed = installed
  }

  public var identifier: EUI64 { core.identifier }

  /// Watt-hours of the row's electricity for each litre of gas: invented, so that gas too follows from the row alone.
  static let wattHoursPerLitre: UInt64 = 5

  public mutating func receive(
    _ bytes: [UInt8], at now: UTCInstant, _ security: any DeviceSecurity, _ loads: any LoadSource
  ) -> [DeviceEffect] {
    let now = DeviceTime(now)
    switch core.accept(bytes, at: now, security) {
    case .failure(let refusal): return core.refuse(refusal, at: now, security)
    case .success(let accepted):
      guard case .gas(let payload)? = try? accepted.message.openedPayload().payload,
        let read = GasRead(accepted.message.code, payload)
      else { return [.discarded(.unreadablePayload)] }
      return answer(read, payload, accepted, security, loads)
    }
  }

  private mutating func answer(
    _ read: GasRead, _ payload: GasPayload, _ accepted: DeviceCore.Accepted, _ security: any DeviceSecurity,
    _ loads: any LoadSource
  ) -> [DeviceEffect] {
    guard let reader = core.reader(accepted, security) else { return [.discarded(.missingKey)] }
    let other = accepted.message.supplementary
    var header = core.header(accepted, sensitiveCounter: other.remoteParty == nil ? nil : core.nextCounter())
    if accepted.useCase.isDated { header.dateTime = accepted.time.dateTime(core.clock.status) }
    let contents = contents(read, payload.components.count, accepted.time, loads)
    var components: [GasComponent] = []
    for (number, content) in contents.enumerated() {
      var sealed: SealedContent?
      if let content {
        guard let bytes = security.sealed(content, in: header, device: identifier, party: reader),
          let box = SealedContent(bytes, offset: 0)
        else { return [.discarded(.missingKey)] }
        sealed = box
      }
      components.append(
        GasReadAnswer.component(
          read, number: UInt8(clamping: number), isLast: number == contents.count - 1, sealed: sealed))
    }
    return core.respond(accepted, header, payload: GasPayload(components: components).bytes, security)
  }

  /// What is told, one for each component; `nil` where nothing is found.
  private func contents(
    _ read: GasRead, _ asked: Int, _ now: DeviceTime, _ loads: any LoadSource
  ) -> [[UInt8]?] {
    let ledger = MeterLedger(loads: loads, row: row, installed: installed)
    let newest = Int32(clamping: now.instant.secondsSince1970 / 1_800)
    switch read {
    case .registers: return [GasReadAnswer.registers(litres: litres(ledger.register(at: now)))]
    case .dailyLog(let period):
      let midnights = Self.midnights(period, installed: installed.index, newest: newest).suffix(asked).reversed()
      let stands = ledger.registers(atMidnights: midnights.reversed()).reversed()
      let found = zip(midnights, stands).enumerated().map { place, entry in
        GasReadAnswer.snapshot(
          number: UInt8(clamping: place), total: UInt8(clamping: midnights.count),
          time: DeviceTime(HalfHour(index: entry.0).start), litres: litres(entry.1))
      }
      return found + Array(repeating: nil, count: max(0, asked - found.count))
    case .profile(let range):
      return [samples(range, interval: 1, limit: MeterLogs.importProfileRows, newest: newest, ledger)]
    case .dailyConsumption(let range):
      return [samples(range, interval: 48, limit: Int32(MeterLogs.dailyConsumptionRows) * 48, newest: newest, ledger)]
    }
  }

  private func litres(_ wattHours: UInt32) -> UInt64 { UInt64(wattHours) / Self.wattHoursPerLitre }

  private static func midnights(_ period: LogPeriod, installed: Int32, newest: Int32) -> [Int32] {
    let first = max((installed + 47) / 48, Int32(clamping: (period.from.instant.secondsSince1970 + 86_399) / 86_400))
    let last = min(newest / 48, Int32(clamping: period.to.instant.secondsSince1970 / 86_400))
    return first <= last ? (max(first, last - 30)...last).map { $0 * 48 } : []
  }

  /// Samples whose stamps, the end of the interval as in electricity [?], start at the range's.
  ///
  /// - Parameter interval: half-hours a sample.
  private func samples(
    _ range: GasRead.SampleRange, interval: Int32, limit: Int32, newest: Int32, _ ledger: MeterLedger
  ) -> [UInt8]? {
    let asked = Int32(clamping: range.from.instant.secondsSince1970 / 1_800) - interval
    let start = max(asked, installed.index, newest - limit)
    let end = min(newest, asked + Int32(range.count) * interval)
    let count = (end - start) / interval
    guard count > 0 else { return nil }
    let energies = ledger.energies(start, start + count * interval)
    let sums = stride(from: 0, to: energies.count, by: Int(interval)).map { first in
      energies[first..<first + Int(interval)].reduce(UInt32(0)) { $0 &+ $1 } / UInt32(Self.wattHoursPerLitre)
    }
    // The interval field has two bytes, which a day does not fit: zero stands for it [?], no answer was at hand.
    return GasReadAnswer.samples(
      interval == 1 ? GasRead.halfHourSamples : GasRead.dailySamples,
      from: DeviceTime(HalfHour(index: start + interval).start), interval: interval == 1 ? 1_800 : 0, sums)
  }
}
