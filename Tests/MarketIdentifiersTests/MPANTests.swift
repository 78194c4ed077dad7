import MarketIdentifiers
import Testing

@Suite("MPAN") struct MPANTests {
  static let valid = [
    "1200023305967", "1900001059816", "1200033197420", "1200031039874", "1591055549625", "2200031930792",
    "1014572465589", "1100013222946", "1014568234275", "2227651294270", "2276173918389",
  ]
  /// Written down again on purpose: the oracle shares nothing with the module.
  static let weights = [3, 5, 7, 13, 17, 19, 23, 29, 31, 37, 41, 43]

  static func sum(_ digits: [Int]) -> Int { zip(digits, weights).map { $0 * $1 }.reduce(0, +) % 11 }

  @Test("published numbers are valid and come back as they were", arguments: valid)
  func published(_ text: String) throws {
    let mpan = try #require(MPAN(text))
    #expect(mpan.description == text)
    #expect(mpan.number == UInt64(text))
    #expect(mpan.distributor == Int(text.prefix(2)))
    #expect(MPAN(text.prefix(2) + " " + text.dropFirst(2).prefix(4) + " " + text.dropFirst(6)) == mpan)
  }

  @Test(
    "what is wrong is said",
    arguments: [
      ("1234567890123", MPAN.Fault.wrongCheckDigit(expected: 6, found: 3)),
      ("1315001165123", .wrongCheckDigit(expected: 2, found: 3)),
      ("120002330596", .notThirteenDigits(count: 12)), ("12000233059677", .notThirteenDigits(count: 14)),
      ("", .notThirteenDigits(count: 0)), ("12000233O5967", .notDigits), ("1200023305967\n", .notDigits),
      ("١٢٠٠٠٢٣٣٠٥٩٦٧", .notDigits), ("-200023305967", .notDigits),
    ])
  func faults(_ text: String, _ fault: MPAN.Fault) {
    guard case .failure(let found) = MPAN.check(text) else {
      Issue.record("it was taken")
      return
    }
    #expect(found == fault)
    #expect(MPAN(text) == nil)
  }

  @Test("a text without end is refused without being held")
  func long() {
    guard case .failure(.notThirteenDigits(let count)) = MPAN.check(String(repeating: "1", count: 100_000)) else {
      Issue.record("it was taken")
      return
    }
    #expect(count > 13 && count < 100)
  }

  /// Remainders 0 and 10 share the check digit 0, so a change between them goes unseen; all others are found.
  @Test("every single wrong digit is found, but for remainder 0 taken for 10", arguments: valid)
  func singleErrors(_ text: String) {
    let digits = text.compactMap(\.wholeNumberValue)
    let before = Self.sum(digits)
    for place in digits.indices {
      for digit in 0...9 where digit != digits[place] {
        var changed = digits
        changed[place] = digit
        let isUnseen = place < 12 && [before, Self.sum(changed)].sorted() == [0, 10]
        #expect((MPAN(changed.map(String.init).joined()) != nil) == isUnseen, "digit \(place + 1) as \(digit)")
      }
    }
  }

  @Test("every weight matters: one digit alone gives its weight", arguments: 0..<12)
  func weight(_ place: Int) {
    for digit in 1...9 {
      var digits = Array(repeating: 0, count: 13)
      digits[place] = digit
      digits[12] = digit * Self.weights[place] % 11 % 10
      let text = digits.map(String.init).joined()
      #expect(MPAN(text)?.description == text)
    }
  }

  @Test("built from a distributor and a serial")
  func built() {
    #expect(MPAN(distributor: 12, serial: 2_330_596)?.description == "1200023305967")
    for serial in stride(from: 0, through: 9_999_999_999, by: 99_999_989) {
      let mpan = MPAN(distributor: 23, serial: serial)
      #expect(mpan != nil && mpan.flatMap { MPAN($0.description) } == mpan)
    }
    #expect(MPAN(distributor: 9, serial: 1) == nil && MPAN(distributor: 100, serial: 1) == nil)
    #expect(MPAN(distributor: 12, serial: -1) == nil && MPAN(distributor: 12, serial: 10_000_000_000) == nil)
  }

  @Test func faultTexts() {
    #expect(MPAN.Fault.notThirteenDigits(count: 12).description == "it has 12 digits, an MPAN core has 13")
    #expect(
      MPAN.Fault.wrongCheckDigit(expected: 8, found: 3).description
        == "its check digit is 3, the other twelve digits call for 8")
  }
}
