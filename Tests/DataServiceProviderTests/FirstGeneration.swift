import DUIS
import DataServiceProvider
import GBCS
import SettlementCalendar
import SmartMeteringRules
import Testing

/// For SMETS1: a countersignature is 64 fives, and an XML signature says in words whose it is.
extension PlainSecurity {
  func countersignature(_ document: [UInt8]) -> [UInt8]? { [UInt8](repeating: 5, count: 64) }
  func signer(of document: MarkupElement, at now: UTCInstant) -> EUI64? {
    document.elements.last.flatMap { EUI64($0.text) }
  }
}

extension World {
  static let serviceProviders = (0..<3).map { EUI64(rawValue: 0x90B3_D51F_3005_0000 + UInt64($0)) }
  static func old(_ number: UInt64) -> EUI64 { EUI64(rawValue: 0x00DB_1234_5678_A000 + number) }
  static func oldPoint(_ number: UInt64) -> String { "13123456780\(10 + number)" }

  /// A world with SMETS1 meters, numbered from 0, in the cohorts given.
  init(cohorts: [Int], appointed: Bool = true) throws {
    try self.init()
    provider.settings.serviceProviders = Self.serviceProviders
    let first = try #require(SettlementDate("2026-01-01"))
    for (place, cohort) in cohorts.enumerated() {
      let number = UInt64(place)
      let hub = EUI64(rawValue: Self.old(number).rawValue + 0x100)
      var device = InventoryDevice(
        device: Self.old(number), type: .electricityMeter, status: .commissioned, manufacturer: "A", model: "B",
        points: MeteringPoints(importPoint: Self.oldPoint(number)))
      device.smetsVersion = "SMETS1 V1.2"
      device.region = "SMETS1"
      device.smets1Provider = "S1SP\(cohort + 1)"
      provider.inventory[hub] = InventoryRecord(
        InventoryDevice(device: hub, type: .communicationsHub, status: .commissioned, manufacturer: "A", model: "B"),
        generation: .smets1, hub: hub, region: .smets1, cohort: cohort)
      provider.inventory[device.device] = InventoryRecord(
        device, generation: .smets1, hub: hub, region: .smets1, cohort: cohort)
      let point = SupplyPoint(.importElectricity, Self.oldPoint(number))
      provider.registration.insert(
        RegistrationRecord(
          point, role: .importSupplier, user: PartyIdentifier(Self.supplier.rawValue), from: first))
      guard appointed else { continue }
      provider.registration.insert(
        RegistrationRecord(
          point, role: .meterDataRetriever, user: PartyIdentifier(Self.retriever.rawValue), from: first))
    }
  }

  static func signed(_ root: MarkupElement, by signer: EUI64) -> MarkupElement {
    var root = root
    root.content.append(
      .element(
        MarkupElement(
          prefix: "ds", "Signature", namespace: DUISNamespace.signature, content: [.text(signer.description)])))
    return root
  }

  static func entries(_ count: Int) -> [SMETS1LogEntry] {
    (0..<count).map {
      SMETS1LogEntry(time: period.start.advanced(bySeconds: Int64($0) * 1_800), values: [Int64($0)])
    }
  }

  /// The service provider answers: with the 49 half-hours of ``period`` unless told otherwise.
  mutating func answer(
    _ order: CountersignedRequest, by signer: EUI64? = nil, variant: String? = nil,
    _ content: SMETS1Content = .profile(.activeImport, World.entries(49))
  ) throws -> [ProviderEffect] {
    let header = SMETS1Header(
      originator: order.key.device, target: order.key.originator, counter: order.key.counter,
      variant: variant ?? order.request.serviceReferenceVariant, time: now)
    let response = SMETS1Response(header: header, body: .answer(SMETS1Answer(content)))
    let document = Self.signed(SMETS1SignedResponse.unsigned(response), by: signer ?? order.provider)
    return provider.receive(.smets1Response(try SMETS1SignedResponse(document)), at: now, PlainSecurity())
  }

  mutating func alert(
    _ order: CountersignedRequest, _ code: String, by signer: EUI64? = nil
  ) throws -> [ProviderEffect] {
    let content = S1SPAlert.Content(
      requestID: order.request.id, device: order.key.device, code: code, time: now)
    let document = Self.signed(S1SPAlert.unsigned(content), by: signer ?? order.provider)
    return provider.receive(.smets1Alert(try S1SPAlert(document)), at: now, PlainSecurity())
  }

  /// Lets time pass until requests leave dual control, at most until a moment.
  mutating func passUntilOrder(before moment: UTCInstant) -> [CountersignedRequest] {
    while let due = provider.nextDue, due < moment {
      now = max(now, due)
      let orders = provider.receive(.clock, at: now, PlainSecurity()).orders
      if !orders.isEmpty { return orders }
    }
    return []
  }
}

extension [ProviderEffect] {
  var orders: [CountersignedRequest] { compactMap { if case .order(let order) = $0 { order } else { nil } } }
  var smets1: [SMETS1Message] {
    posts.compactMap { post in
      if case .smets1(let message)? = try? ResponseBody(post.response) { message } else { nil }
    }
  }
}
