import GBCS
import SettlementCalendar
import SmartMeters
import Testing

@Suite("Hub, gas, displays and SMETS1") struct HomeTests {
  static let now = UTCInstant("2026-05-20T10:17:00Z")

  private func core(_ kind: MeterEstate.DeviceKind, _ bench: Bench) -> DeviceCore {
    DeviceCore(
      identifier: MeterEstate.identifier(kind, row: 9), credentials: bench.meters.credentials,
      clock: DeviceClock(setAt: DeviceTime(bench.meters.installed.start)))
  }

  private func broker(_ counter: UInt64, _ device: EUI64) -> CommandAddress {
    CommandAddress(
      broker: Bench.broker, counter: counter, for: Bench.supplier, partyCounter: counter, keyAgreementCertificate: nil,
      device: device)
  }

  private func home(_ bench: Bench) throws -> Premises {
    Premises(
      hub: CommunicationsHub(core: core(.hub, bench), variant: .dualBand),
      electricity: try present(bench.meters.meter(row: 3)),
      gas: GasMeter(core: core(.gasProxy, bench), row: 3, installed: bench.meters.installed))
  }

  @Test("a device is reached when it is in the hub's log, has joined in time, and there is WAN") func joining() throws {
    let bench = try Bench()
    let now = try present(Self.now)
    var home = try home(bench)
    let meter = try present(home.electricity).identifier
    let read = bench.finished(
      CommandAddress(originator: Bench.supplier, counter: 1, device: meter).command(.importRegisters))
    func deliver(_ bytes: [UInt8], _ device: EUI64) -> Premises.Delivery {
      home.receive(bytes, for: device, at: now, bench.security, bench.loads)
    }
    #expect(deliver(read, meter) == .notJoined)
    #expect(home.hub.join(meter, at: now) == false)
    let add = broker(1, home.hub.identifier)
      .command(.add(device: meter, linkKey: [UInt8](repeating: 3, count: 16), joinSeconds: 60))
    guard case .delivered(let effects) = deliver(bench.finished(add), home.hub.identifier),
      case .response? = effects.first
    else { throw Absent() }
    #expect(home.hub.join(meter, at: now.advanced(bySeconds: 61)) == false)
    #expect(home.hub.join(meter, at: now.advanced(bySeconds: 59), subGHz: true) == true)
    guard case .delivered(let answered) = deliver(read, meter), case .response? = answered.first else {
      throw Absent()
    }
    home.hub.hasWAN = false
    #expect(deliver(read, meter) == .noWAN)
    home.hub.hasWAN = true
    let remove = broker(2, home.hub.identifier).command(HubCommand.remove(device: meter))
    _ = deliver(bench.finished(remove), home.hub.identifier)
    #expect(deliver(read, meter) == .notJoined)
    #expect(deliver(read, EUI64(rawValue: 99)) == .notHere)
  }

  @Test("meter exchange and hub swap leave nothing joined that was not joined anew") func exchange() throws {
    let bench = try Bench()
    let now = try present(Self.now)
    var home = try home(bench)
    let old = try present(home.electricity).identifier
    #expect(home.hub.add(old, until: DeviceTime(now)) == true)
    #expect(home.hub.join(old, at: now) == true)
    let new = try present(bench.meters.meter(row: 3, generation: 1))
    #expect(home.exchange(electricity: new)?.identifier == old)
    #expect(!home.hub.reaches(old) && !home.hub.reaches(new.identifier))
    #expect(home.hub.add(new.identifier, until: DeviceTime(now)) == true)
    #expect(home.hub.join(new.identifier, at: now) == true)
    #expect(home.hub.reaches(new.identifier))
    home.swap(hub: CommunicationsHub(core: core(.hub, bench)))
    #expect(!home.hub.reaches(new.identifier))
    #expect(home.hub.join(new.identifier, at: now, subGHz: true) == false, "a single-band hub has no such band")
  }

  @Test("displays show the register; a customer's own device needs leave; a PPMID restores an armed supply")
  func displays() throws {
    let bench = try Bench()
    let now = try present(Self.now)
    var home = try home(bench)
    let kinds = Premises.ConsumerDevice.Kind.allCases
    let devices = kinds.indices.map { EUI64(rawValue: 100 + UInt64($0)) }
    for (device, kind) in zip(devices, kinds) {
      #expect(home.join(device, kind, at: now) == false)
      #expect(home.hub.add(device, until: DeviceTime(now)) == true)
      #expect(home.join(device, kind, at: now) == true)
    }
    let shown = try present(home.shown(on: devices[0], at: now, bench.loads))
    #expect(shown.importWattHours > 0 && shown.balancePence == nil)
    #expect(home.shown(on: devices[2], at: now, bench.loads) == nil)
    #expect(home.authorise(devices[2], true) == true)
    #expect(home.shown(on: devices[2], at: now, bench.loads)?.importWattHours == shown.importWattHours)
    #expect(home.hub.unjoin(devices[0]) == true)
    #expect(home.shown(on: devices[0], at: now, bench.loads) == nil)
    #expect(home.restoreSupply(from: devices[0]) == false)
    #expect(home.restoreSupply(from: devices[1]) == true)
  }

  @Test("gas: register, snapshots and samples agree with each other") func gas() throws {
    let bench = try Bench()
    let now = try present(UTCInstant("2026-05-20T00:00:00Z"))
    var gas = GasMeter(core: core(.gasProxy, bench), row: 3, installed: bench.meters.installed)
    var counter: UInt64 = 0
    func content(_ read: GasRead, at moment: UTCInstant) throws -> [GasReadContent] {
      counter += 1
      let command = CommandAddress(originator: Bench.supplier, counter: counter, device: gas.identifier).command(read)
      guard
        case .response(let bytes)? = gas.receive(bench.finished(command), at: moment, bench.security, bench.loads).first,
        case .gas(let payload) = try DeviceMessage(bytes).openedPayload().payload
      else { throw Absent() }
      return try payload.components.compactMap {
        guard case .sealed(let sealed) = $0.content else { return nil }
        return try GasReadContent(read.code, sealed.ciphertext)
      }
    }
    guard case .register(let before, 1, 1_000)? = try content(.registers, at: now.advanced(byHours: -24)).first,
      case .register(let after, 1, 1_000)? = try content(.registers, at: now).first
    else { throw Absent() }
    let day = LogPeriod(from: DeviceTime(now.advanced(byHours: -24)), to: DeviceTime(now))
    let snapshots = try content(.dailyLog(day), at: now)
    #expect(
      snapshots == [
        .log([.init(time: day.to, litres: after)]), .log([.init(time: day.from, litres: before)]),
      ])
    let range = try present(GasRead.SampleRange(day, interval: 1_800))
    #expect(range.count == 49)
    guard case .log(let samples)? = try content(.profile(range), at: now).first else { throw Absent() }
    #expect(samples.count == 49 && samples.first?.time == day.from && samples.last?.time == day.to)
    // Litres of half-hours are cut to whole ones, so their sum is at most one a sample short.
    let sum = samples.dropFirst().reduce(UInt64(0)) { $0 + $1.litres }
    #expect(sum <= after - before + 48 && after - before <= sum + 48)
    let none = try content(.profile(.init(from: day.to.advanced(by: 86_400), count: 3)), at: now)
    #expect(none.isEmpty)
  }

  @Test("a SMETS1 meter answers like one of the second generation, lacks two logs, and is silent in dumb mode")
  func firstGeneration() throws {
    var bench = try Bench()
    let now = try present(Self.now)
    var second = try present(bench.meters.meter(row: 3))
    var first = try present(
      SMETS1Meter(
        identifier: EUI64(rawValue: 8), cohort: 1, importRow: 3, exportRow: nil, installed: bench.meters.installed))
    let period = LogPeriod(from: DeviceTime(now.advanced(byHours: -24)), to: DeviceTime(now))
    for read in [MeterRead.activeImportProfile, .importDailyLog, .importRegisters] {
      let expected = try bench.read(read, &second, period, at: now)
      #expect(first.answer(read, period, at: now, bench.loads) == expected)
    }
    #expect(first.answer(.exportDailyLog, period, at: now, bench.loads) == nil)
    #expect(first.answer(.dailyConsumptionLog, period, at: now, bench.loads) == nil)
    first.mode = .dumb
    #expect(first.answer(.activeImportProfile, period, at: now, bench.loads) == nil)
    #expect(
      SMETS1Meter(
        identifier: EUI64(rawValue: 8), cohort: 3, importRow: 3, exportRow: nil, installed: bench.meters.installed)
        == nil)
  }

  @Test("a SMETS1 meter switches its supply, sets its clock and tells its firmware, and nothing in dumb mode")
  func firstGenerationOperates() throws {
    let bench = try Bench()
    let now = try present(Self.now)
    var meter = try present(
      SMETS1Meter(
        identifier: EUI64(rawValue: 8), cohort: 0, importRow: 3, exportRow: nil, installed: bench.meters.installed,
        partsPerMillion: 200))
    func operate(_ operation: SMETS1Meter.Operation) -> SMETS1Meter.Outcome? { meter.operate(operation, at: now) }
    #expect(operate(.armSupply) == .refused)
    #expect(operate(.disableSupply) == .done && operate(.readSupply) == .supply(.disabled))
    #expect(operate(.armSupply) == .done && operate(.readSupply) == .supply(.armed))
    #expect(operate(.enableSupply) == .done && operate(.readSupply) == .supply(.enabled))
    #expect(operate(.readFirmware) == .firmware(0x0100_0000))
    // Its clock runs fast until it is set.
    #expect(meter.time(at: now) > DeviceTime(now))
    let window = DeviceTime(now)...DeviceTime(now).advanced(by: 10)
    #expect(operate(.synchroniseClock(window)) == .clock(DeviceTime(now), isSet: true))
    let past = DeviceTime(seconds: 0)...DeviceTime(seconds: 10)
    #expect(operate(.synchroniseClock(past)) == .clock(DeviceTime(now), isSet: false))
    meter.mode = .dumb
    #expect(operate(.readSupply) == nil && operate(.enableSupply) == nil)
  }

  @Test("which meters are SMETS1 follows from seed and row, a larger share has the same and more") func shares() throws
  {
    let bench = try Bench()
    var meters = bench.meters
    let rows = Array(meters.meterRows)
    #expect(rows.allSatisfy { meters.smets1Meter(row: $0) == nil })
    var before: Set<UInt32> = []
    for percent in [10, 50, 100] {
      meters.smets1Percent = percent
      let old = Set(rows.filter { meters.isFirstGeneration($0) })
      #expect(old.isSuperset(of: before))
      before = old
    }
    #expect(before == Set(rows))
    let meter = try present(meters.smets1Meter(row: rows[0]))
    #expect(meter.cohort == meters.cohort(rows[0]) && meter.mode == .smart)
  }
}
