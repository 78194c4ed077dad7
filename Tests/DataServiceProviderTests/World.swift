import DUIS
import DataServiceProvider
import GBCS
import SettlementCalendar
import SmartMeteringRules
import Testing

/// Keys that nobody has: a MAC is eleven zeros and a byte that says whether it is right.
struct PlainSecurity: BrokerSecurity {
  static let right: [UInt8] = [UInt8](repeating: 0, count: 11) + [1]
  static let wrong: [UInt8] = [UInt8](repeating: 0, count: 11) + [2]

  func protected(_ command: DeviceMessage) -> DeviceMessage? {
    var copy = command
    copy.mac = Self.right
    if copy.signature == .omitted { copy.signature = .none }
    return copy
  }
  func verdict(_ message: DeviceMessage) -> MessageVerdict {
    if message.isSigned { return .authentic }
    if message.recipient != World.broker { return .forAnother }
    return message.mac == Self.right ? .authentic : .wrong
  }
  func isSigned(_ command: DeviceMessage, by user: EUI64) -> Bool { command.isSigned }
  func keyAgreementCertificate(of user: EUI64) -> [UInt8]? { [0x30, 0x03, 0x02, 0x01, 0x01] }
  func signedForChangeOfSupplier(_ command: DeviceMessage) -> DeviceMessage? {
    var copy = command
    copy.signature = .present([UInt8](repeating: 7, count: 64))
    return copy
  }
  func fingerprint(_ certificate: [UInt8]) -> [UInt8] { [UInt8](repeating: 9, count: 20) }
}

/// A home in the Central region with its meter, one supplier, another, and a retriever.
struct World {
  static let broker = EUI64(rawValue: 0x90B3_D51F_3000_0002)
  static let handover = EUI64(rawValue: 0x90B3_D51F_3000_0004)
  static let supplier = EUI64(rawValue: 0x90B3_D51F_3001_0000)
  static let other = EUI64(rawValue: 0x90B3_D51F_3003_0000)
  static let retriever = EUI64(rawValue: 0x90B3_D51F_3001_0009)
  static let hub = EUI64(rawValue: 0x00DB_1234_5678_90B0)
  static let meter = EUI64(rawValue: 0x00DB_1234_5678_90A0)
  static let point = "1312345678111"
  static let start = UTCInstant(secondsSince1970: 1_777_593_600)

  var provider: ServiceProvider
  var now = World.start
  var counter: UInt64 = 1_000

  init(appointedUntil end: String? = nil) throws {
    var users = UserRegister()
    users.set(.live, of: PartyIdentifier(Self.supplier.rawValue), in: .importSupplier)
    users.set(.live, of: PartyIdentifier(Self.other.rawValue), in: .importSupplier)
    users.set(.live, of: PartyIdentifier(Self.retriever.rawValue), in: .meterDataRetriever)
    let supplyPoint = SupplyPoint(.importElectricity, Self.point)
    let first = try #require(SettlementDate("2026-01-01"))
    let registration = RegistrationData([
      RegistrationRecord(
        supplyPoint, role: .importSupplier, user: PartyIdentifier(Self.supplier.rawValue), from: first),
      RegistrationRecord(
        supplyPoint, role: .meterDataRetriever, user: PartyIdentifier(Self.retriever.rawValue), from: first,
        to: end.flatMap { SettlementDate($0) }),
    ])
    provider = ServiceProvider(
      settings: ProviderSettings(broker: Self.broker, changeOfSupplierParty: Self.handover),
      access: AccessControl(catalogue: try ServiceCatalogue(), times: try ResponseTimes()), users: users,
      registration: registration)
    provider.inventory[Self.hub] = InventoryRecord(
      InventoryDevice(
        device: Self.hub, type: .communicationsHub, status: .commissioned, manufacturer: "A", model: "B"),
      hub: Self.hub, region: .central)
    provider.inventory[Self.meter] = InventoryRecord(
      InventoryDevice(
        device: Self.meter, type: .electricityMeter, status: .commissioned, manufacturer: "A", model: "B",
        points: MeteringPoints(importPoint: Self.point)), hub: Self.hub, region: .central)
  }

  static let period = ReadPeriod(start: start.advanced(byHours: -24), end: start)
  static let profile = ServiceBody.read(ReadService(.activeImportProfile, period: period))

  /// Sends a request with the next counter.
  mutating func ask(
    _ variant: String, _ body: ServiceBody, by user: EUI64 = World.retriever, to target: EUI64 = World.meter,
    cv: Int = 1, at port: ServicePort? = nil, schema: String = "5.4", counter fixed: UInt64? = nil
  ) -> [ProviderEffect] {
    counter += 1
    let request = ServiceRequest(
      id: RequestID(originator: user, target: target, counter: fixed ?? counter), commandVariant: cv, variant: variant,
      body: body, schemaVersion: schema)
    let received = ReceivedRequest(
      port: port ?? CommandVariantRules.port(cv) ?? .sendCommand, request: request, signer: user)
    return provider.receive(.request(received), at: now, PlainSecurity())
  }

  /// Lets time pass until a moment; every event on the way is given.
  mutating func pass(to moment: UTCInstant) -> [ProviderEffect] {
    var effects: [ProviderEffect] = []
    while let due = provider.nextDue, due <= moment {
      now = max(now, due)
      effects += provider.receive(.clock, at: now, PlainSecurity())
    }
    now = moment
    return effects
  }

  /// Lets time pass until commands go out, at most until a moment.
  mutating func passUntilDelivery(before moment: UTCInstant) -> [Delivery] {
    while let due = provider.nextDue, due < moment {
      now = max(now, due)
      let deliveries = provider.receive(.clock, at: now, PlainSecurity()).deliveries
      if !deliveries.isEmpty { return deliveries }
    }
    return []
  }

  /// The meter answers a command.
  mutating func answer(
    _ delivery: Delivery, mac: [UInt8] = PlainSecurity.right, payload: [UInt8] = World.success, isSigned: Bool = false
  ) throws -> [ProviderEffect] {
    let command = try DeviceMessage(delivery.message)
    let response = DeviceMessage(
      kind: .response, counter: command.counter, originator: command.recipient, recipient: command.originator,
      code: command.code, payload: payload,
      signature: isSigned ? .present([UInt8](repeating: 1, count: 64)) : .none, mac: isSigned ? nil : mac)
    return provider.receive(.deviceMessage(response.bytes, delivery.route.region), at: now, PlainSecurity())
  }

  static let success = AccessResponse(
    invokeID: 0x2000_0001, data: [.null], results: [AccessResult(.get, code: 0)]
  ).bytes
}

extension [ProviderEffect] {
  var answer: ServiceResponse? { compactMap { if case .answer(let response) = $0 { response } else { nil } }.first }
  var declines: [String] { compactMap { if case .decline(let reason) = $0 { reason } else { nil } } }
  var deliveries: [Delivery] { compactMap { if case .deliver(let delivery) = $0 { delivery } else { nil } } }
  var posts: [(response: ServiceResponse, user: EUI64)] {
    compactMap { if case .post(let response, let user) = $0 { (response, user) } else { nil } }
  }
  var alerts: [(alert: DCCAlert, user: EUI64)] {
    posts.compactMap { post in
      if case .dccAlert(_, _, let alert)? = try? ResponseBody(post.response) { (alert, post.user) } else { nil }
    }
  }
  func content(_ response: ServiceResponse?) throws -> ResponseContent {
    guard let response, case .message(_, let content) = try ResponseBody(response) else { return .none }
    return content
  }
}
