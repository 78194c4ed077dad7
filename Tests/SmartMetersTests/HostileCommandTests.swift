import EstateSimulator
import GBCS
import SettlementCalendar
import SmartMeters
import Testing

@Suite("Commands that are not what they should be") struct HostileCommandTests {
  /// Commands of every kind for one meter, and to which device they go.
  private func commands(_ bench: inout Bench, _ meter: EUI64, _ hub: EUI64, _ gas: EUI64) -> [DeviceMessage] {
    let period = LogPeriod(from: DeviceTime(seconds: 800_000_000), to: DeviceTime(seconds: 830_000_000))
    var commands = MeterRead.allCases.map { bench.address(Bench.supplier, meter).command($0, period) }
    let told: [MeterCommand] = [
      .disableSupply, .enableSupply, .armSupply, .readSupplyState, .topUp(digits: "73943333457189043313"),
      .synchroniseClock(DeviceTime(seconds: 1)...DeviceTime(seconds: 2)), .readFirmwareVersion, .readEventLog(period),
    ]
    commands += told.map { bench.address(Bench.supplier, meter).command($0) }
    commands.append(bench.address(Bench.broker, meter).credentialsReport(of: [.supplier]))
    commands.append(
      bench.address(Bench.supplier, meter).command(
        FirmwareActivation(hash: [UInt8](repeating: 1, count: 32), counter: 9)))
    let tariff = ElectricityTariff.none
    commands.append(
      bench.address(Bench.supplier, meter).command(ElectricityTariff.code, items: tariff.items(.now)))
    commands.append(
      bench.address(Bench.supplier, meter).command(ElectricityTariff.pricesCode, items: tariff.prices.items(.never)))
    commands.append(
      bench.address(Bench.supplier, meter).command(ElectricityTariff.readCode, items: ElectricityTariff.readItems))
    commands.append(
      bench.address(Bench.broker, hub).command(
        HubCommand.add(device: meter, linkKey: [1, 2, 3, 4, 5, 6], joinSeconds: 9)))
    commands.append(bench.address(Bench.broker, hub).command(HubCommand.remove(device: meter)))
    commands.append(bench.address(Bench.broker, hub).command(HubCommand.readDeviceLog))
    commands.append(bench.address(Bench.supplier, gas).command(GasRead.registers))
    commands.append(bench.address(Bench.supplier, gas).command(GasRead.dailyLog(period)))
    commands.append(bench.address(Bench.supplier, gas).command(GasRead.profile(.init(from: period.from, count: 97))))
    commands.append(
      bench.address(Bench.supplier, gas).command(GasRead.dailyConsumption(.init(from: period.from, count: 9))))
    return commands
  }

  @Test("payloads cut and changed under a good MAC: the meter answers or passes over, and never stops") func payloads()
    throws
  {
    var bench = try Bench(mpans: 40, installed: "2026-04-01T00:00:00Z")
    let now = try present(UTCInstant("2026-04-20T10:17:00Z"))
    let credentials = bench.meters.credentials
    let core = { (kind: MeterEstate.DeviceKind) in
      DeviceCore(
        identifier: MeterEstate.identifier(kind, row: 9), credentials: credentials,
        clock: DeviceClock(setAt: DeviceTime(now)))
    }
    let hub = CommunicationsHub(core: core(.hub))
    let gas = GasMeter(core: core(.gasProxy), row: 3, installed: bench.meters.installed)
    let meter = try present(bench.meters.meter(row: 3) ?? bench.meters.meter(row: 4))
    var chance = SeededGenerator(seed: 12)
    var answered = 0
    var discarded = 0
    for command in commands(&bench, meter.identifier, hub.identifier, gas.identifier) {
      for attempt in 0..<40 {
        var changed = command
        if attempt % 2 == 0 {
          changed.payload.removeLast(1 + chance.below(changed.payload.count))
        } else {
          for _ in 0...chance.below(3) {
            changed.payload[chance.below(changed.payload.count)] = UInt8(truncatingIfNeeded: chance.next())
          }
        }
        let bytes = bench.finished(changed, critical: true)
        let effects: [DeviceEffect]
        if command.recipient == hub.identifier {
          var copy = hub
          effects = copy.receive(bytes, at: now, bench.security)
        } else if command.recipient == gas.identifier {
          var copy = gas
          effects = copy.receive(bytes, at: now, bench.security, bench.loads)
        } else {
          var copy = meter
          effects = copy.receive(bytes, at: now, bench.security, bench.loads)
        }
        #expect(!effects.isEmpty)
        for effect in effects {
          switch effect {
          case .response(let response):
            answered += 1
            #expect((try? DeviceMessage(response).openedPayload()) != nil)
          case .discarded: discarded += 1
          case .alert: break
          }
        }
      }
    }
    #expect(answered > 100 && discarded > 100)
  }

  @Test("whole messages cut and changed: nothing is answered that has another MAC") func messages() throws {
    var bench = try Bench(mpans: 40, installed: "2026-04-01T00:00:00Z")
    let now = try present(UTCInstant("2026-04-20T10:17:00Z"))
    let meter = try present(bench.meters.meter(row: 3) ?? bench.meters.meter(row: 4))
    let command = bench.finished(bench.address(Bench.supplier, meter.identifier).command(.activeImportProfile))
    for place in command.indices {
      var changed = command
      changed[place] ^= 0x21
      var copy = meter
      let effects = copy.receive(changed, at: now, bench.security, bench.loads)
      guard case .discarded? = effects.first else {
        Issue.record("byte \(place): \(effects)")
        continue
      }
      let cut = copy.receive(Array(command[..<place]), at: now, bench.security, bench.loads)
      #expect(cut == [.discarded(.unreadable)])
    }
  }

  @Test("a hundred thousand meters are small and independent of each other") func many() throws {
    let bench = try Bench(mpans: 2_000)
    #expect(MemoryLayout<ElectricityMeter>.size <= 320)
    var meters = Array(bench.meters.meterRows.prefix(1_000)).compactMap { bench.meters.meter(row: $0) }
    #expect(meters.count == 1_000)
    #expect(Set(meters.map(\.identifier)).count == 1_000)
    let before = meters[0]
    _ = meters[1].pressToRestore()
    #expect(meters[0] == before)
  }
}
