import DUIS
import DataServiceProvider
import GBCS
import SettlementCalendar
import Testing

@Suite("Repeated alerts of a device are folded into one") struct AlertThrottlingTests {
  static func alert(_ code: UInt16, counter: UInt64, damaged: Bool = false) -> DeviceMessage {
    DeviceMessage(
      kind: .alert, counter: counter, originator: World.meter, recipient: World.supplier,
      code: MessageCode(rawValue: 0x1000),
      payload: DataNotification(
        invokeID: 1, value: .structure([.longUnsigned(code), .octetString([UInt8](repeating: 0, count: 12))])
      ).bytes, signature: .present([UInt8](repeating: 1, count: 64)))
  }

  /// Sends alerts a second apart. - Returns: what the supplier got for each code: throttle pairs in order.
  private static func got(_ effects: [ProviderEffect], _ code: UInt16) throws -> [AlertThrottle] {
    try effects.posts.compactMap { post in
      guard case .deviceAlert(code, let throttle, _) = try ResponseBody(post.response) else { return nil }
      return throttle
    }
  }

  @Test func threeComeAloneAndTheRestAsOneWithItsCount() throws {
    var world = try World()
    var effects: [ProviderEffect] = []
    for number in 0..<20 as Range<UInt64> {
      effects += world.pass(to: world.now.advanced(bySeconds: 1))
      let bytes = Self.alert(number == 5 ? 0x8F35 : 0x8F57, counter: 3_000 + number).bytes
      effects += world.provider.receive(.deviceMessage(bytes, .central), at: world.now, PlainSecurity())
    }
    // Another code is another source.
    #expect(try Self.got(effects, 0x8F35) == [AlertThrottle()])
    #expect(try Self.got(effects, 0x8F57) == Array(repeating: AlertThrottle(), count: 3))
    let later = world.pass(to: world.now.advanced(byHours: 2))
    #expect(try Self.got(later, 0x8F57) == [AlertThrottle(sequence: 1, count: 16)])
    let post = try #require(later.posts.first { $0.user == World.supplier })
    // The last of them stands for all: number 19.
    #expect(post.response.responseID?.counter == 3_019 && post.response.requestID == nil)
    // The next window begins anew, with the next sequence.
    var again: [ProviderEffect] = []
    for number in 0..<5 as Range<UInt64> {
      let bytes = Self.alert(0x8F57, counter: 4_000 + number).bytes
      again += world.provider.receive(.deviceMessage(bytes, .central), at: world.now, PlainSecurity())
    }
    again += world.pass(to: world.now.advanced(byHours: 2))
    #expect(try Self.got(again, 0x8F57).map(\.count) == [nil, nil, nil, 2])
    #expect(try Self.got(again, 0x8F57).last?.sequence == 2)
  }

  @Test func withoutARuleEachComesAlone() throws {
    var world = try World()
    world.provider.settings.alertThrottling = nil
    var effects: [ProviderEffect] = []
    for number in 0..<10 as Range<UInt64> {
      let bytes = Self.alert(0x8F57, counter: number).bytes
      effects += world.provider.receive(.deviceMessage(bytes, .central), at: world.now, PlainSecurity())
    }
    #expect(try Self.got(effects, 0x8F57) == Array(repeating: AlertThrottle(), count: 10))
  }
}
