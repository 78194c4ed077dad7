import GBCS
import KeyInfrastructure
import MessageSecurity
import MeterSecurity
import SettlementCalendar
import SmartMeters
import Testing

@Suite("A simulated meter's tariff") struct TariffTests {
  static let noon = UTCInstant("2026-07-10T12:00:00Z")

  /// Nights at rate 2, weekends at rate 3, Christmas at rate 4.
  static let tariff = ElectricityTariff(
    switching: SwitchingTable(
      seasons: [.init(name: Array("all".utf8), start: OpenDate(year: 2014, month: 1, day: 1), week: 1)],
      weeks: [.init(name: 1, days: [1, 1, 1, 1, 1, 2, 2])],
      days: [
        .init(
          name: 1,
          switches: [.init(second: 1_800, rate: .timeOfUse(2)), .init(second: 16_200, rate: .timeOfUse(1))]),
        .init(name: 2, switches: [.init(second: 0, rate: .timeOfUse(3))]),
        .init(name: 3, switches: [.init(second: 0, rate: .timeOfUse(4))]),
      ], specialDays: [.init(date: OpenDate(month: 12, day: 25), day: 3)]),
    prices: TariffPrices(standingCharge: 4_500, standingChargeScale: -4, priceScale: -5, timeOfUse: [24_500, 9_500]))

  private func send(
    _ items: [AccessItem], _ code: MessageCode, _ world: inout World, _ meter: inout ElectricityMeter,
    at now: UTCInstant, critical: Bool = true
  ) -> [DeviceEffect] {
    let address = CommandAddress(originator: World.supplier, counter: world.next(), device: meter.identifier)
    return meter.receive(
      world.finished(address.command(code, items: items), critical: critical), at: now, world.security, world.loads)
  }

  private func response(_ effects: [DeviceEffect]) throws -> AccessResponse {
    guard case .response(let bytes)? = effects.first,
      case .dlms(.accessResponse(let response)) = try DeviceMessage(bytes).openedPayload().payload
    else { throw Absent() }
    return response
  }

  /// The rows of the daily log: midnight, total, 48 rates, 4 blocks of 8.
  private func daily(
    _ world: inout World, _ meter: inout ElectricityMeter, at now: UTCInstant
  ) throws -> [MeterReadContent.LogRow] {
    let address = CommandAddress(originator: World.supplier, counter: world.next(), device: meter.identifier)
    let effects = meter.receive(
      world.finished(address.command(.importDailyLog)), at: now, world.security, world.loads)
    guard case .response(let bytes)? = effects.first,
      case .log(let rows) = try world.observation(bytes, reader: World.supplier, device: meter.identifier).content
    else { throw Absent() }
    return rows
  }

  @Test("the registers of the rates follow the switching table from its first half-hour on") func registers() throws {
    var world = try World()
    var meter = try present(world.meters.meter(row: 3))
    let now = try present(Self.noon)
    let before = try daily(&world, &meter, at: now)
    let set = send(Self.tariff.items(.now), ElectricityTariff.code, &world, &meter, at: now)
    #expect(try response(set).results.map(\.code) == Array(repeating: 0, count: 21))
    guard case .response(let bytes)? = set.first else { throw Absent() }
    let message = try DeviceMessage(bytes)
    #expect(message.mac == nil && message.dateTime != nil)
    #expect(message.isSigned(by: try world.parties.pki.device(meter.identifier).signing.certificate))
    #expect(meter.tariff.current == Self.tariff)

    let later = now.advanced(bySeconds: 5 * 86_400)
    let rows = try daily(&world, &meter, at: later)
    for row in rows { #expect(row.values[1...].reduce(0, &+) == row.values[0]) }
    // What was counted before does not move.
    let known = Dictionary(before.map { ($0.time, $0.values) }, uniquingKeysWith: { first, _ in first })
    for row in rows { if let values = known[row.time] { #expect(values == row.values) } }
    // Worked out a second time, from the load alone: Friday from noon, Saturday to Tuesday.
    var expected: [UInt32: UInt32] = [:]
    let row = try present(meter.importRow)
    var instant = now
    let end = try present(UTCInstant("2026-07-15T00:00:00Z"))
    while instant < end {
      let halfHour = try present(HalfHour(startingAt: instant))
      let day = try present(SettlementDay(containing: halfHour))
      let energy = world.loads.wattHours(row: row, on: day.date)[Int(halfHour.index - day.firstHalfHour.index)]
      let second = instant.secondsSince1970 % 86_400
      let rate: UInt32 =
        switch (instant.secondsSince1970 / 86_400 + 3) % 7 {
        // Monday before its first switch has Sunday's rate.
        case 5, 6: 3
        case 0 where second < 1_800: 3
        default: (1_800..<16_200).contains(second) ? 2 : 1
        }
      expected[rate, default: 0] += UInt32(clamping: energy)
      instant = instant.advanced(bySeconds: 1_800)
    }
    let first = try present(rows.first { $0.time == DeviceTime(now).advanced(by: -43_200) })
    let last = try present(rows.last)
    #expect(expected.count == 3)
    for (rate, energy) in expected where rate != 1 {
      #expect(last.values[Int(rate)] - first.values[Int(rate)] == energy)
    }
  }

  @Test("a tariff for later is made current at its time, and each instruction is told") func later() throws {
    var world = try World()
    var meter = try present(world.meters.meter(row: 3))
    let now = try present(Self.noon)
    let time = now.advanced(bySeconds: 86_400)
    let answered = send(Self.tariff.items(.at(DeviceTime(time))), ElectricityTariff.code, &world, &meter, at: now)
    #expect(try response(answered).results.allSatisfy { $0.code == 0 })
    #expect(meter.tariff.current == .none)
    #expect(meter.tick(at: time.advanced(bySeconds: -1), world.security).isEmpty)
    let alerts = meter.tick(at: time.advanced(bySeconds: 60), world.security)
    #expect(alerts.count == 6)
    #expect(meter.tariff.current == Self.tariff)
    let objects = try alerts.map { alert -> [UInt8] in
      guard case .alert(.futureDatedDone, World.supplier, let bytes) = alert else { throw Absent() }
      let message = try DeviceMessage(bytes)
      #expect(message.isSigned && message.code == MessageCode(rawValue: 0x00CC))
      guard case .dlms(.dataNotification(let notification)) = try message.openedPayload().payload,
        let parts = notification.value.elements, parts.count == 3, case .octetString(let about) = parts[2]
      else { throw Absent() }
      #expect(notification.alertTime == DeviceTime(time).dateTime())
      return about
    }
    // As the reference alerts have them: calendar, special days, currency, standing charge, prices, thresholds.
    #expect(objects.allSatisfy { $0.count == 19 && $0[..<2] == [0x00, 0x19] })
    #expect(
      objects.map { Array($0[10...]) } == [
        [0, 20, 0, 0, 13, 0, 0, 255, 10], [0x23, 0x28, 0, 0, 94, 44, 128, 29, 6], [0x23, 0x28, 0, 0, 94, 44, 2, 0, 6],
        [0, 113, 0, 0, 19, 20, 4, 255, 7], [0, 113, 0, 0, 19, 20, 0, 255, 7], [0x23, 0x28, 0, 0, 63, 1, 1, 255, 6],
      ])
  }

  @Test("what waits is taken back, or replaced by the next") func cancelled() throws {
    var world = try World()
    var meter = try present(world.meters.meter(row: 3))
    let now = try present(Self.noon)
    let time = DeviceTime(now.advanced(bySeconds: 86_400))
    _ = send(Self.tariff.items(.at(time)), ElectricityTariff.code, &world, &meter, at: now)
    let taken = send(Self.tariff.items(.never), ElectricityTariff.code, &world, &meter, at: now)
    #expect(try response(taken).results.allSatisfy { $0.code == 0 })
    #expect(meter.tick(at: now.advanced(bySeconds: 90_000), world.security).isEmpty)
    #expect(meter.tariff.current == .none)
    _ = send(Self.tariff.items(.at(time.advanced(by: 86_400))), ElectricityTariff.code, &world, &meter, at: now)
    var other = Self.tariff
    other.prices.standingCharge = 1
    _ = send(other.items(.at(time.advanced(by: 86_400))), ElectricityTariff.code, &world, &meter, at: now)
    #expect(meter.tick(at: now.advanced(bySeconds: 200_000), world.security).count == 6)
    #expect(meter.tariff.current == other)
  }

  @Test("prices alone change prices alone; the meter tells all of it") func prices() throws {
    var world = try World()
    var meter = try present(world.meters.meter(row: 3))
    let now = try present(Self.noon)
    _ = send(Self.tariff.items(.now), ElectricityTariff.code, &world, &meter, at: now)
    let prices = TariffPrices(standingCharge: 1, priceScale: -5, timeOfUse: [30_000, 10_000])
    let set = send(prices.items(.now), ElectricityTariff.pricesCode, &world, &meter, at: now)
    #expect(try response(set).results.map(\.code) == [0, 0, 0, 0])
    let told = send(
      ElectricityTariff.readItems, ElectricityTariff.readCode, &world, &meter, at: now, critical: false)
    let answer = try response(told)
    var expected = Self.tariff
    expected.prices = prices
    #expect(ElectricityTariff(answer: answer.data) == expected)
    // At noon rate 1 counts.
    #expect(answer.data.first == .doubleLongUnsigned(30_000))
  }

  @Test("thresholds divide a block rate's energy; all registers are the total") func blocks() throws {
    var world = try World()
    var meter = try present(world.meters.meter(row: 3))
    let now = try present(Self.noon)
    var tariff = Self.tariff
    tariff.switching.days[0].switches = [.init(second: 0, rate: .block(2))]
    tariff.thresholds[1] = [1_000, 3_000]
    _ = send(tariff.items(.now), ElectricityTariff.code, &world, &meter, at: now)
    let rows = try daily(&world, &meter, at: now.advanced(bySeconds: 6 * 86_400))
    let last = try present(rows.last).values
    #expect(last[1...].reduce(0, &+) == last[0])
    let blocks = (0..<4).map { last[1 + 48 + $0 * 8 + 1] }
    #expect(blocks[0] == 1_000 && blocks[1] == 2_000 && blocks[2] > 0 && blocks[3] == 0)
  }

  @Test("what is no tariff that the meter can follow changes nothing") func hostile() throws {
    var world = try World()
    var meter = try present(world.meters.meter(row: 3))
    let now = try present(Self.noon)
    func codes(_ items: [AccessItem]) throws -> Set<UInt8> {
      Set(try response(send(items, ElectricityTariff.code, &world, &meter, at: now)).results.map(\.code))
    }
    var other = Self.tariff
    other.switching.seasons[0].week = 4
    #expect(try codes(other.items(.now)) == [250])
    other = Self.tariff
    other.switching.days = Array(repeating: other.switching.days[0], count: 17)
    #expect(try codes(other.items(.now)) == [12])
    #expect(try codes(Array(Self.tariff.items(.now).dropLast())) == [12])
    var items = Self.tariff.items(.now)
    for place in items.indices {
      let good = items[place].value
      items[place].value = .array([.structure([.null])])
      #expect(try !codes(items).contains(0))
      items[place].value = good
    }
    #expect(meter.tariff.current == .none)
    // Not signed, or by a party that is no supplier.
    let unsigned = send(Self.tariff.items(.now), ElectricityTariff.code, &world, &meter, at: now, critical: false)
    #expect(unsigned.first == .discarded(.wrongSignature))
    let address = CommandAddress(originator: World.network, counter: world.next(), device: meter.identifier)
    let foreign = meter.receive(
      world.finished(address.command(ElectricityTariff.code, items: Self.tariff.items(.now)), critical: true),
      at: now, world.security, world.loads)
    #expect(foreign.first == .discarded(.unknownParty))
    #expect(meter.tariff.current == .none)
  }

  @Test("a use case that the meter does not simulate is answered as undefined") func unsupported() throws {
    var world = try World()
    var meter = try present(world.meters.meter(row: 3))
    let items: [AccessItem] = [.get(71, OBISCode(0, 0, 17, 0, 0, 255), 4)]
    let answer = send(
      items, MessageCode(rawValue: 0x0042), &world, &meter, at: try present(Self.noon), critical: false)
    #expect(try response(answer).results.map(\.code) == [4])
  }
}
