import DUIS
import DataServiceProvider
import GBCS
import SettlementCalendar
import SmartMeteringRules
import Testing

@Suite struct CommissioningTests {
  static let new = EUI64(rawValue: 0x00DB_1234_5678_90A9)

  @Test func aMeterComesIntoTheInventoryStepByStep() throws {
    var world = try World()
    let notice = DevicePreNotification(device: Self.new, manufacturer: "M", model: "N", type: .electricityMeter)
    #expect(world.ask("12.2", .preNotify(notice), by: World.supplier, to: World.broker, cv: 8).answer?.code == "I99")
    #expect(
      world.ask("12.2", .preNotify(notice), by: World.supplier, to: World.broker, cv: 8).answer?.code == "E120201")
    #expect(world.provider.inventory[Self.new]?.device.status == .pending)
    let change = DeviceLogChange(
      device: Self.new,
      addition: .init(
        joinTime: 90, installCode: [UInt8](0..<16), points: MeteringPoints(importPoint: World.point)))
    let listed = world.ask("8.11", .changeDeviceLog(change), by: World.supplier, to: World.hub)
    #expect(listed.answer?.code == "I99")
    let toHub = try #require(listed.deliveries.first)
    #expect(try DeviceMessage(toHub.message).originator == World.broker)
    #expect(world.provider.inventory[Self.new]?.device.status == .pending)
    #expect(try world.answer(toHub).alerts.map(\.user) == [World.supplier])
    #expect(world.provider.inventory[Self.new]?.device.status == .whitelisted)

    let clock = ServiceBody.commission(ClockSetting(current: world.now, tolerance: 60))
    let transformed = world.ask("8.1.1", clock, by: World.supplier, to: Self.new, cv: 4, counter: 90)
    guard case .preCommand(let bytes, _) = try transformed.content(transformed.answer) else {
      Issue.record("no pre-command")
      return
    }
    var command = try DeviceMessage(bytes)
    command.signature = .present([UInt8](repeating: 3, count: 64))
    let sent = world.ask(
      "8.1.1", .signedPreCommand(command.bytes), by: World.supplier, to: Self.new, cv: 5, counter: 90)
    let answered = try world.answer(try #require(sent.deliveries.first), isSigned: true)
    #expect(world.provider.inventory[Self.new]?.device.status == .commissioned)
    #expect(answered.posts.first?.response.code == "I0")
    #expect(answered.alerts.count == 1)

    let found = world.ask(
      "8.2", .readInventory(.meteringPoint(World.point)), by: World.retriever, to: World.broker, cv: 8)
    guard case .inventory(let devices) = try found.content(found.answer) else {
      Issue.record("no inventory")
      return
    }
    #expect(devices.map(\.device) == [World.meter, Self.new])
  }

  @Test func theGainingSupplierTakesTheMeterOver() throws {
    var world = try World()
    _ = world.ask("5.1", try ScheduleTests.daily(), by: World.supplier, to: World.broker, cv: 8)
    _ = world.ask("5.1", try ScheduleTests.daily(), by: World.retriever, to: World.broker, cv: 8)
    let certificate: [UInt8] = [0x30, 0x03, 0x02, 0x01, 0x01]
    let body = ServiceBody.replaceSupplier(
      SupplierReplacement(
        signing: certificate, keyAgreement: certificate, path: [certificate], importPoint: World.point))
    // Not registered yet.
    #expect(world.ask("6.23", body, by: World.other).answer?.code == "E4")
    let today = try #require(world.now.utcDate)
    let point = SupplyPoint(.importElectricity, World.point)
    world.provider.registration.end(.importSupplier, on: point, last: try #require(today.advanced(by: -1)))
    world.provider.registration.insert(
      RegistrationRecord(point, role: .importSupplier, user: PartyIdentifier(World.other.rawValue), from: today))
    let sent = world.ask("6.23", body, by: World.other)
    #expect(sent.answer?.code == "I99")
    let delivery = try #require(sent.deliveries.first)
    let command = try DeviceMessage(delivery.message)
    #expect(command.originator == World.handover && command.code.rawValue == 0x0107 && command.isSigned)

    let update = CredentialsUpdate(
      mode: .supplierByTransitionalCoS, authorisingCounter: command.counter,
      replacements: [.init(certificate: certificate, cell: TrustAnchorCell(.supplier, .digitalSignature))], path: [])
    let outcome = CredentialsUpdate.Outcome(
      status: 0, cell: TrustAnchorCell(.supplier, .digitalSignature),
      before: .init(holder: World.supplier, keyIdentifier: 1), after: .init(holder: World.other, keyIdentifier: 2))
    let answered = try world.answer(delivery, payload: update.answer([outcome]).bytes, isSigned: true)
    var (updated, changed, removed) = (0, 0, 0)
    for (alert, user) in answered.alerts {
      switch alert {
      case .credentialsUpdated: updated += user == World.other ? 1 : 100
      case .supplierChanged: changed += user == World.supplier ? 1 : 100
      case .scheduleRemoval(_, let id): removed += user == World.supplier && id == 1 ? 1 : 100
      default: break
      }
    }
    #expect((updated, changed, removed) == (1, 1, 1))
    #expect(world.provider.schedules.count == 1)
  }

  @Test func aHandoverThatTheMeterKeepsIsDoneWhenItsAlertComes() throws {
    var world = try World()
    _ = world.ask("5.1", try ScheduleTests.daily(), by: World.supplier, to: World.broker, cv: 8)
    let certificate: [UInt8] = [0x30, 0x03, 0x02, 0x01, 0x01]
    let later = world.now.advanced(byHours: 5)
    let body = ServiceBody.replaceSupplier(
      SupplierReplacement(
        execution: later, signing: certificate, keyAgreement: certificate, path: [certificate],
        importPoint: World.point))
    let today = try #require(world.now.utcDate)
    let point = SupplyPoint(.importElectricity, World.point)
    world.provider.registration.end(.importSupplier, on: point, last: try #require(today.advanced(by: -1)))
    world.provider.registration.insert(
      RegistrationRecord(point, role: .importSupplier, user: PartyIdentifier(World.other.rawValue), from: today))
    let delivery = try #require(world.ask("6.23", body, by: World.other).deliveries.first)
    let taken = try world.answer(delivery, payload: CredentialsUpdate.accepted.bytes, isSigned: true)
    #expect(taken.alerts.isEmpty && world.provider.schedules.count == 1)
    let counter = try DeviceMessage(delivery.message).counter
    let update = CredentialsUpdate(
      mode: .supplierByTransitionalCoS, authorisingCounter: counter,
      replacements: [.init(certificate: certificate, cell: TrustAnchorCell(.supplier, .digitalSignature))], path: [])
    let outcome = CredentialsUpdate.Outcome(
      status: 0, cell: TrustAnchorCell(.supplier, .digitalSignature),
      before: .init(holder: World.supplier, keyIdentifier: 1), after: .init(holder: World.other, keyIdentifier: 2))
    // As the reference alert: to the change of supplier party.
    let alert = DeviceMessage(
      kind: .alert, counter: 2_001, originator: World.meter, recipient: World.handover,
      code: MessageCode(rawValue: 0x00CB),
      payload: ASN1Value.sequence([
        .integer(0x8F66), .time(DeviceTime(seconds: UInt32(clamping: later.secondsSince1970 - 946_684_800))),
        update.result([outcome]),
      ]).bytes,
      signature: .present([UInt8](repeating: 1, count: 64)))
    let done = world.provider.receive(.deviceMessage(alert.bytes, .central), at: later, PlainSecurity())
    #expect(done.alerts.map(\.user) == [World.other, World.supplier, World.supplier])
    #expect(world.provider.schedules.count == 0)
    // Said once.
    #expect(world.provider.receive(.deviceMessage(alert.bytes, .central), at: later, PlainSecurity()).alerts.isEmpty)
  }

  @Test func alertsGoToTheSupplierAndNeverToARetriever() throws {
    var world = try World()
    let alert = DeviceMessage(
      kind: .alert, counter: 5, originator: World.meter, recipient: World.supplier,
      code: MessageCode(rawValue: 0x1000),
      payload: DataNotification(
        invokeID: 1, value: .structure([.longUnsigned(0x8F35), .octetString([UInt8](repeating: 0, count: 12))])
      ).bytes, signature: .present([UInt8](repeating: 1, count: 64)))
    let effects = world.provider.receive(.deviceMessage(alert.bytes, .central), at: world.now, PlainSecurity())
    #expect(effects.posts.map(\.user) == [World.supplier])
    let response = try #require(effects.posts.first).response
    guard case .deviceAlert(let code, _, _) = try ResponseBody(response) else {
      Issue.record("no device alert")
      return
    }
    #expect(code == 0x8F35)
  }
}
