import DUIS
import DataServiceProvider
import GBCS
import SettlementCalendar
import Testing

/// Tariffs as values, for these tests.
enum Samples {
  static func tariff(switches: Int = 3, days: Int = 2) -> ElectricityTariff {
    let list = (1...UInt8(days)).map { name in
      SwitchingTable.Day(
        name: name,
        switches: (0..<switches).map { .init(second: $0 * 1_800, rate: .timeOfUse(UInt8($0 % 48) + 1)) })
    }
    return ElectricityTariff(
      switching: SwitchingTable(
        seasons: [
          .init(name: Array("summer".utf8), start: OpenDate(month: 3, day: 29), week: 1),
          .init(name: Array("winter".utf8), start: OpenDate(month: 10, day: 25), week: 2),
        ],
        weeks: [
          .init(name: 1, days: [1, 1, 1, 1, 1, UInt8(days), UInt8(days)]),
          .init(name: 2, days: Array(repeating: UInt8(days), count: 7)),
        ], days: list, specialDays: [.init(date: OpenDate(month: 12, day: 25), day: 1)]),
      thresholds: [[100, 200, .max]] + Array(repeating: [.max], count: 7),
      prices: TariffPrices(
        standingCharge: 4_500, standingChargeScale: -4, priceScale: -5, timeOfUse: [24_500, -9_500, 1],
        blocks: [[7], [0, 8], [], [0, 0, 0, 0, 0, 0, 0, 9]]))
  }

  static func request(_ variant: String, _ body: MarkupElement, cv: Int = 4, counter: UInt64 = 9) -> ServiceRequest {
    ServiceRequest(
      id: RequestID(originator: World.supplier, target: World.meter, counter: counter), commandVariant: cv,
      variant: variant, body: .other(body))
  }

  static func element(_ name: String, _ elements: [MarkupElement] = [], text: String? = nil) -> MarkupElement {
    MarkupElement(
      prefix: "sr", name, namespace: DUISNamespace.gateway,
      content: text.map { [.text($0)] } ?? elements.map { .element($0) })
  }
}

@Suite("Requests become commands") struct TranslationTests {
  private let translator = Translator(DeviceProfile(.electricityMeter), now: DeviceTime(seconds: 473_385_600))
  private let address = CommandAddress(originator: World.supplier, counter: 9, device: World.meter)

  private func accesses(_ message: DeviceMessage) throws -> AccessRequest {
    guard case .dlms(.accessRequest(let request)) = try message.openedPayload().payload else {
      throw TranslationFault.noTranslation
    }
    return request
  }

  @Test("every row of the table can be read") func table() {
    #expect(Translator.recipes.written == Translator.recipes.read)
    #expect(Translator.recipes.read > 100)
    #expect(Translator.codes(of: "1.1.1") == [MessageCode(rawValue: 0x0019), MessageCode(rawValue: 0x006B)])
    #expect(Translator.codes(of: "99.1").isEmpty)
  }

  @Test(
    "a tariff written as a request comes out of the command the same",
    arguments: [nil, "2030-01-15T09:00:00.00Z", "3000-12-31T00:00:00.00Z"])
  func tariff(_ execution: String?) throws {
    let tariff = Samples.tariff()
    let request = Samples.request("1.1.1", tariff.importTariffBody(execution: execution))
    let message = try translator.message(request, ServiceBody(request), from: address)
    let read = try #require(ElectricityTariff.read(try accesses(message)))
    #expect(read.tariff == tariff)
    switch execution {
    case nil: #expect(read.activation == .now)
    case let text? where text.hasPrefix("3000"): #expect(read.activation == .never)
    // 2030-01-15T09:00:00Z, as the reference commands have it.
    default: #expect(read.activation == .at(DeviceTime(seconds: 0x3881_8890)))
    }
    #expect(message.keptInstructions == 6)
    #expect((message.keptUntil != nil) == (execution?.hasPrefix("2030") == true))
  }

  @Test("prices alone, and what the meter tells of a tariff") func prices() throws {
    let prices = Samples.tariff().prices
    let request = Samples.request("1.2.1", prices.priceBody())
    let message = try translator.message(request, ServiceBody(request), from: address)
    #expect(message.code == TariffPrices.pricesCodeForTests)
    #expect(TariffPrices.read(try accesses(message))?.prices == prices)
    #expect(ElectricityTariff(answer: Samples.tariff().answer(activePrice: 1)) == Samples.tariff())
    #expect(ElectricityTariff(answer: []) == nil)
  }

  @Test("oversized and contradictory tariffs are refused with a rule") func oversized() throws {
    func fault(_ tariff: ElectricityTariff) throws -> TranslationFault? {
      let request = Samples.request("1.1.1", tariff.importTariffBody())
      do {
        _ = try translator.message(request, ServiceBody(request), from: address)
        return nil
      } catch let fault as TranslationFault {
        return fault
      }
    }
    #expect(try fault(Samples.tariff(switches: 48, days: 16)) == nil)
    #expect(try fault(Samples.tariff(switches: 49)) == .tariff(SwitchingTable.Fault.size.description))
    #expect(try fault(Samples.tariff(days: 17)) == .tariff(SwitchingTable.Fault.size.description))
    var other = Samples.tariff()
    other.switching.specialDays = Array(repeating: .init(date: OpenDate(), day: 1), count: 51)
    #expect(try fault(other) == .tariff(SwitchingTable.Fault.size.description))
    other = Samples.tariff()
    other.switching.weeks[0].days[3] = 9
    #expect(try fault(other) == .tariff(SwitchingTable.Fault.names.description))
    other = Samples.tariff()
    other.switching.days[0].switches.reverse()
    #expect(try fault(other) == .tariff(SwitchingTable.Fault.times.description))
  }

  @Test("a body cut or changed at any element is refused or translated, never more") func cut() throws {
    let whole = Samples.tariff().importTariffBody(execution: "2030-01-15T09:00:00.00Z")
    var refused = 0
    var count = 0
    func visit(_ element: MarkupElement, _ rebuild: (MarkupElement?) -> MarkupElement?) throws {
      for place in element.content.indices {
        guard case .element(let child) = element.content[place] else { continue }
        func replaced(_ new: MarkupElement?) -> MarkupElement? {
          var copy = element
          if let new { copy.content[place] = .element(new) } else { copy.content.remove(at: place) }
          return rebuild(copy)
        }
        for change in [
          replaced(nil), replaced(Samples.element(child.name, text: "-1")), replaced(Samples.element("X")),
        ] {
          guard let body = change else { continue }
          count += 1
          let request = Samples.request("1.1.1", body)
          do { _ = try translator.message(request, ServiceBody(request), from: address) } catch { refused += 1 }
        }
        try visit(child, replaced)
      }
    }
    try visit(whole) { $0 }
    #expect(count > 300)
    #expect(refused > count / 2)
  }

  @Test("a pre-command is held against the request") func correlate() throws {
    let request = Samples.request("1.1.1", Samples.tariff().importTariffBody())
    let good = try translator.message(request, ServiceBody(request), from: address)
    #expect(translator.contradiction(good, to: request) == nil)
    var changed = good
    changed.payload[changed.payload.count - 1] ^= 1
    #expect(translator.contradiction(changed, to: request)?.contains("does not say") == true)
    changed = good
    changed.counter += 1
    #expect(translator.contradiction(changed, to: request)?.contains("counter differ") == true)
    changed = good
    changed.code = TariffPrices.pricesCodeForTests
    #expect(translator.contradiction(changed, to: request)?.contains("cannot be held") == true)
    changed = good
    changed.signature = .present([UInt8](repeating: 1, count: 64))
    #expect(translator.contradiction(changed, to: request)?.contains("signed") == true)
    changed = good
    changed.supplementary.remoteParty = World.other
    #expect(translator.contradiction(changed, to: request) != nil)
  }

  @Test("a service becomes the use case of the device's kind and features") func kinds() throws {
    let body = Samples.element(
      "ReadNetworkData",
      [
        Samples.element(
          "ReadLogPeriod",
          [
            Samples.element("StartDateTime", text: "2026-04-01T00:00:00Z"),
            Samples.element("EndDateTime", text: "2026-04-02T00:00:00Z"),
          ])
      ])
    let request = Samples.request("4.10", body, cv: 1)
    func code(_ profile: DeviceProfile) -> UInt16? {
      let translator = Translator(profile, now: DeviceTime(seconds: 0))
      return try? translator.message(request, ServiceBody(request), from: address).code.rawValue
    }
    #expect(code(DeviceProfile(.electricityMeter)) == 0x0039)
    #expect(code(DeviceProfile(.electricityMeter, [.polyphase])) == 0x00BC)
    #expect(code(DeviceProfile(.gas)) == 0x0079)
    #expect(code(DeviceProfile(.hub)) == nil)
  }
}

extension TariffPrices { static let pricesCodeForTests = ElectricityTariff.pricesCode }

@Suite("Tariffs through the DSP") struct TariffRequestTests {
  /// Transforms, signs, sends. - Returns: the delivery.
  private func sent(_ world: inout World, cv: Int = 5, execution: String? = nil) throws -> [ProviderEffect] {
    let body = ServiceBody.other(Samples.tariff().importTariffBody(execution: execution))
    let first = world.ask("1.1.1", body, by: World.supplier, cv: 4)
    guard case .preCommand(let bytes, _) = try first.content(first.answer) else { return first }
    var command = try DeviceMessage(bytes)
    command.signature = .present([UInt8](repeating: 3, count: 64))
    return world.ask(
      "1.1.1", .signedPreCommand(command.bytes), by: World.supplier, cv: cv, counter: command.counter)
  }

  @Test("a critical request becomes a pre-command, is signed and sent under the same name") func critical() throws {
    var world = try World()
    let effects = try sent(&world)
    #expect(effects.answer?.code == "I99")
    let delivery = try #require(effects.deliveries.first)
    let posts = try world.answer(delivery, isSigned: true).posts
    #expect(posts.first?.response.code == "I0")
    #expect(posts.first?.response.requestID == effects.answer?.requestID)
  }

  @Test("taking back what a device keeps is a command of its own") func takenBack() throws {
    var world = try World()
    let effects = try sent(&world, execution: "3000-12-31T00:00:00.00Z")
    let delivery = try #require(effects.deliveries.first)
    #expect(try DeviceMessage(delivery.message).keptUntil == nil)
  }

  @Test("local delivery: variants 2 and 6 hand back, 3 and 7 also send", arguments: [2, 3]) func local(_ cv: Int) throws
  {
    var world = try World()
    let read = world.ask("4.8.1", World.profile, by: World.supplier, cv: cv)
    guard case .localCommand(let bytes) = try read.content(read.answer) else {
      Issue.record("no local command")
      return
    }
    #expect(read.answer?.code == "I0")
    #expect(try DeviceMessage(bytes).mac == PlainSecurity.right)
    #expect(read.deliveries.count == (cv == 3 ? 1 : 0))
    let critical = try sent(&world, cv: cv + 4)
    guard case .localCommand(let signed) = try critical.content(critical.answer) else {
      Issue.record("no signed local command")
      return
    }
    #expect(try DeviceMessage(signed).isSigned)
    #expect(critical.deliveries.count == (cv == 3 ? 1 : 0))
  }

  @Test("a signed pre-command of another service is refused") func otherService() throws {
    var world = try World()
    let address = CommandAddress(originator: World.supplier, counter: 4_000, device: World.meter)
    var command = address.command(.disableSupply)
    command.signature = .present([UInt8](repeating: 3, count: 64))
    let effects = world.ask("1.1.1", .signedPreCommand(command.bytes), by: World.supplier, cv: 5, counter: 4_000)
    #expect(effects.declines.first?.contains("not of this service") == true)
    #expect(effects.deliveries.isEmpty)
  }

  @Test("each instruction that a meter kept is told with its number") func instructions() throws {
    var world = try World()
    let effects = try sent(&world, execution: "2026-06-01T00:00:00Z")
    let delivery = try #require(effects.deliveries.first)
    _ = try world.answer(delivery, isSigned: true)
    let command = try DeviceMessage(delivery.message)
    var told: [ResponseContent] = []
    for number in 0..<7 {
      let about: [UInt8] = [0x00, 0x19] + bigEndian(command.counter) + [0, 20, 0, 0, 13, 0, 0, 255, 10]
      let alert = DeviceMessage(
        kind: .alert, counter: UInt64(3_000 + number), originator: World.meter, recipient: World.supplier,
        code: MessageCode(rawValue: 0x00CC),
        payload: DataNotification(
          invokeID: 1,
          value: .structure([
            .longUnsigned(0x8F66), .octetString(DeviceTime(seconds: 0).dateTime()), .octetString(about),
          ])
        ).bytes, signature: .present([UInt8](repeating: 1, count: 64)))
      let said = world.provider.receive(
        .deviceMessage(alert.bytes, delivery.route.region), at: world.now, PlainSecurity())
      told.append(try said.content(said.posts.first?.response))
    }
    for (place, content) in told.prefix(6).enumerated() {
      guard case .futureDated(0x8F66, _, let instruction, let total) = content else {
        Issue.record("instruction \(place)")
        continue
      }
      #expect(instruction == UInt16(place + 1) && total == 6)
    }
    // The seventh is one too many: an alert like any other.
    #expect(told.last == ResponseContent.none)
  }
}
