import GBCS
import MessageSecurity
import Testing

@Suite("Top-up tokens") struct TopUpTokenTests {
  let supplier = EUI64(rawValue: 0x8899_AABB_CCDD_EEFF)
  let device = EUI64(rawValue: 0x0011_2233_4455_6677)

  func secret() throws -> SharedSecretValue { try #require(SharedSecretValue([UInt8](repeating: 5, count: 32))) }

  @Test("tokens have 20 digits that agree; counter and value change them") func made() throws {
    var seen: Set<String> = []
    for counter in [1, 2, 1023, 1024] as [UInt64] {
      for value in [0, 1, 100, 8191] {
        let token = try TopUpToken(
          value: value, of: .pounds, counter: counter << 32, supplier: supplier, device: device, secret: secret())
        #expect(token.digits.count == 20)
        #expect(try TopUpToken(token.digits) == token)
        #expect(["73", "74", "75"].contains(token.digits.prefix(2)))
        seen.insert(token.digits)
      }
    }
    #expect(seen.count == 16)
  }

  @Test("values and counters out of range are refused") func refused() throws {
    for value in [-1, 8192] {
      #expect(throws: TopUpToken.Fault.value) {
        try TopUpToken(value: value, of: .pence, counter: 1 << 32, supplier: supplier, device: device, secret: secret())
      }
    }
    #expect(throws: TopUpToken.Fault.counter) {
      try TopUpToken(value: 1, of: .pence, counter: 1, supplier: supplier, device: device, secret: secret())
    }
  }

  @Test("one wrong digit or two swapped neighbours are noticed") func checkDigit() throws {
    let token = try TopUpToken(
      value: 25, of: .pounds, counter: 9 << 32, supplier: supplier, device: device, secret: secret())
    let digits = Array(token.digits)
    for place in digits.indices {
      for digit in "0123456789" where digit != digits[place] {
        var changed = digits
        changed[place] = digit
        #expect(throws: TopUpToken.Fault.checkDigit) { try TopUpToken(String(changed)) }
      }
      guard place + 1 < digits.count, digits[place] != digits[place + 1] else { continue }
      var changed = digits
      changed.swapAt(place, place + 1)
      #expect(throws: TopUpToken.Fault.checkDigit) { try TopUpToken(String(changed)) }
    }
  }

  @Test("what has not 20 digits", arguments: ["", "123", "7394333345718904331x", "739433334571890433130"])
  func notDigits(_ text: String) { #expect(throws: TopUpToken.Fault.digits) { try TopUpToken(text) } }
}
