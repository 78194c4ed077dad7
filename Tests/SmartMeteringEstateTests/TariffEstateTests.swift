import DUIS
import DataServiceProvider
import GBCS
import SettlementCalendar
import SmartMeteringEstate
import SmartMeters
import Testing

/// A tariff on its way from a supplier's request to a meter's registers, with all cryptography.
@Suite struct TariffEstateTests {
  private static let tariff = ElectricityTariff(
    switching: SwitchingTable(
      seasons: [.init(name: Array("all".utf8), start: OpenDate(year: 2014, month: 1, day: 1), week: 1)],
      weeks: [.init(name: 1, days: Array(repeating: 1, count: 7))],
      days: [
        .init(
          name: 1,
          switches: [
            .init(second: 0, rate: .timeOfUse(1)), .init(second: 1_800, rate: .timeOfUse(2)),
            .init(second: 16_200, rate: .timeOfUse(1)),
          ])
      ]),
    prices: TariffPrices(standingCharge: 4_500, standingChargeScale: -4, priceScale: -5, timeOfUse: [24_500, 9_500]))

  /// The supplier asks, holds the pre-command against its request, signs and sends.
  private func set(_ estate: EstateSimulation, _ counter: UInt64, execution: String? = nil) throws -> EUI64 {
    let meter = MeterEstate.identifier(.electricityMeter, row: 3)
    let user = try #require(estate.parties.user("supplier"))
    let asked = try EstateTests.request(
      estate, "supplier", "1.1.1", .other(Self.tariff.importTariffBody(execution: execution)), to: meter,
      counter: counter, cv: 4)
    guard case .answer(let answer) = estate.submit(asked),
      case .message(_, .preCommand(let bytes, _)) = try ResponseBody(answer)
    else {
      Issue.record("no pre-command")
      return meter
    }
    let command = try DeviceMessage(bytes)
    let translator = Translator(DeviceProfile(.electricityMeter), now: DeviceTime(estate.now))
    #expect(translator.contradiction(command, to: asked.request) == nil)
    let signed = try #require(estate.security.signed(command, by: user.identifier))
    let sent = try EstateTests.request(
      estate, "supplier", "1.1.1", .signedPreCommand(signed.bytes), to: meter, counter: counter, cv: 5)
    guard case .answer(let acknowledged) = estate.submit(sent) else {
      Issue.record("not acknowledged")
      return meter
    }
    #expect(acknowledged.code == "I99" && acknowledged.requestID == asked.request.id)
    return meter
  }

  private func posts(_ estate: EstateSimulation, seconds: Int64) -> [ServiceResponse] {
    var posts: [ServiceResponse] = []
    estate.advance(to: estate.now.advanced(bySeconds: seconds)) { posts += $0.map(\.response) }
    return posts
  }

  @Test func aSignedTariffIsAnsweredWithASignatureAndMovesTheRegisters() throws {
    let estate = try EstateTests.estate()
    let user = try #require(estate.parties.user("supplier"))
    let meter = try set(estate, 100)
    let answered = try #require(posts(estate, seconds: 60).first)
    guard case .message("1.1.1", .device(let bytes)) = try ResponseBody(answered) else {
      Issue.record("no device message")
      return
    }
    let message = try DeviceMessage(bytes)
    #expect(answered.code == "I0" && message.isSigned)
    #expect(estate.security.isAuthentic(message, for: user.identifier))

    _ = posts(estate, seconds: 2 * 86_400)
    let body = ServiceBody.other(
      MarkupElement(prefix: "sr", "ReadTariffPrimaryElement", namespace: DUISNamespace.gateway))
    _ = estate.submit(try EstateTests.request(estate, "supplier", "4.11.1", body, to: meter, counter: 101))
    guard case .message(_, .device(let told)) = try ResponseBody(try #require(posts(estate, seconds: 60).first)),
      case .dlms(.accessResponse(let response)) = try DeviceMessage(told).openedPayload().payload
    else {
      Issue.record("no tariff")
      return
    }
    #expect(ElectricityTariff(answer: response.data) == Self.tariff)

    let period = ReadPeriod(start: EstateTests.start, end: EstateTests.start.advanced(bySeconds: 3 * 86_400))
    let read = ServiceBody.read(ReadService(.importDailyLog, period: period))
    _ = estate.submit(try EstateTests.request(estate, "supplier", "4.6.1", read, to: meter, counter: 102))
    guard case .message(_, .device(let log)) = try ResponseBody(try #require(posts(estate, seconds: 60).first)),
      case .log(let rows) = try estate.security.observation(log, reader: user.identifier).content
    else {
      Issue.record("no log")
      return
    }
    let last = try #require(rows.last).values
    #expect(last[2] > 0 && last[1] + last[2] == last[0])
  }

  @Test func aTariffForLaterIsToldInstructionByInstruction() throws {
    let estate = try EstateTests.estate()
    let execution = DUISTime.text(EstateTests.start.advanced(bySeconds: 86_400))
    _ = try set(estate, 200, execution: execution)
    let all = posts(estate, seconds: 2 * 86_400)
    let told = try all.compactMap { response -> (UInt16, UInt16, UInt16)? in
      guard case .message("1.1.1", .futureDated(let alert, _, let number, let total)) = try ResponseBody(response)
      else {
        return nil
      }
      #expect(response.requestID?.counter == 200)
      return (alert, number, total)
    }
    #expect(told.map(\.0) == Array(repeating: 0x8F66, count: 6))
    #expect(told.map(\.1).sorted() == [1, 2, 3, 4, 5, 6])
    #expect(told.allSatisfy { $0.2 == 6 })
  }
}
