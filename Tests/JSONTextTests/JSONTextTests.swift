import Foundation
import JSONText
import Quantities
import Testing

private func parsed(_ text: String, depth: Int = 64) throws(JSONFault) -> JSONValue {
  try JSONText.parse(Array(text.utf8), maximumDepth: depth)
}

private func fault(_ bytes: [UInt8], depth: Int = 64) -> JSONFault? {
  do {
    _ = try JSONText.parse(bytes, maximumDepth: depth)
    return nil
  } catch {
    return error
  }
}

private let sample = """
  {"a": [1, -0.50, 1e-05, {"b": null}], "a": "twice", "t": true, "f": false,
   "s": "line\\n\\u00a3 \\"q\\" \\ud83d\\ude00 £", "e": {}, "l": [], "long": 123456789012345678901234567890.10}
  """

@Suite("JSON as it stands in its source")
struct JSONTextTests {
  @Test("Numbers keep their text, members their order, repeated keys are all kept")
  func keepsTheSource() throws {
    let value = try parsed(sample)
    #expect(value.members?.map(\.key) == ["a", "a", "t", "f", "s", "e", "l", "long"])
    #expect(
      value["a"]?.elements == [.number("1"), .number("-0.50"), .number("1e-05"), .object([JSONMember("b", .null)])])
    #expect(value.members?[1].value.text == "twice")
    #expect(value["t"]?.boolean == true && value["f"]?.boolean == false)
    #expect(value["s"]?.text == "line\n£ \"q\" 😀 £")
    #expect(value["e"]?.members == [] && value["l"]?.elements == [])
    #expect(value["long"] == .number("123456789012345678901234567890.10"))
    #expect(value["a"]?[1]?.decimal == DecimalNumber(significand: -5, scale: 1))
    #expect(value["a"]?[2]?.decimal == DecimalNumber(significand: 1, scale: 5))
    #expect(value["a"]?[3]?["b"]?.isNull == true)
    #expect(value["a"]?[4] == nil && value["none"] == nil && value[0] == nil)
    #expect(try parsed("12.0").integer == 12)
    #expect(try parsed("12.5").integer == nil)
  }

  @Test(
    "A document may be a single value, with blanks around it and a byte-order mark",
    arguments: [
      ("1", JSONValue.number("1")), (" \t\r\n-0 ", .number("-0")), ("\"x\"", .string("x")), ("null", .null),
      (" true", .bool(true)), ("false\n", .bool(false)), ("\u{FEFF}[1]", .array([.number("1")])), ("\"\"", .string("")),
    ])
  func scalars(text: String, expected: JSONValue) throws {
    #expect(try parsed(text) == expected)
  }

  @Test(
    "What is not one JSON document is refused for its reason",
    arguments: [
      ("", JSONFault.Reason.empty), ("  \n", .empty), ("1 2", .trailing), ("1,2", .trailing), ("[1],", .trailing),
      ("1],[2", .trailing), ("]", .trailing), ("[1]]", .trailing), ("{}{}", .trailing), ("[1", .incomplete),
      ("[1,]", .badStructure),
      ("[1 2]", .badStructure), ("[,1]", .badStructure), ("{\"a\" 1}", .badStructure), ("{\"a\":1,}", .badStructure),
      ("{1:2}", .badStructure), ("{\"a\":}", .badStructure), ("01", .badNumber), ("-", .badNumber), ("1.", .badNumber),
      ("1e", .badNumber), ("1x", .badNumber), ("0x10", .badNumber), ("-.5", .badNumber), ("[tru]", .badLiteral),
      ("[truee]", .badLiteral), ("nul", .badLiteral), ("\"abc", .openString), ("\"\\x\"", .badString),
      ("\"\\ud800\"", .badString), ("\"\\udc00\"", .badString), ("\"a\u{1}b\"", .badString),
    ])
  func refusals(text: String, reason: JSONFault.Reason) {
    #expect(fault(Array(text.utf8))?.reason == reason)
  }

  @Test(
    "Words and signs that are no JSON are refused",
    arguments: [
      "NaN", "Infinity", "+1", ".5", "'a'", "[1", "{\"a\":[1}", "[[1]", "{\"a\":1", "/*c*/1", "[1}", "{]", "a",
    ])
  func refused(text: String) {
    #expect(fault(Array(text.utf8)) != nil)
  }

  @Test("Bytes that are not UTF-8 are refused")
  func badUTF8() {
    #expect(fault([0x22, 0xA3, 0x22])?.reason == .notUTF8)
    #expect(fault([0x22, 0xED, 0xA0, 0x80, 0x22])?.reason == .notUTF8)
    #expect(fault([0x22, 0xC3])?.reason != nil)
  }

  @Test("Nesting is bounded where the caller says, and never deeper than 512")
  func depth() throws {
    func nested(_ count: Int) -> [UInt8] {
      Array(repeating: UInt8(ascii: "["), count: count) + Array(repeating: UInt8(ascii: "]"), count: count)
    }
    #expect(fault(nested(3), depth: 3) == nil)
    #expect(fault(nested(4), depth: 3)?.reason == .tooDeep)
    #expect(fault(nested(64)) == nil)
    #expect(fault(nested(65))?.reason == .tooDeep)
    #expect(fault(nested(512), depth: .max) == nil)
    #expect(fault(nested(513), depth: .max)?.reason == .tooDeep)
    #expect(fault(Array(repeating: UInt8(ascii: "["), count: 2_000_000), depth: .max) != nil)
    #expect(fault(Array("{}".utf8), depth: -5)?.reason == .tooDeep)
  }

  @Test("A document larger than the caller allows is refused unread")
  func size() throws {
    #expect(try JSONText.parse(Array("[1]".utf8), maximumSize: 3) == .array([.number("1")]))
    #expect(throws: JSONFault(.tooLarge)) { try JSONText.parse(Array("[1] ".utf8), maximumSize: 3) }
  }

  @Test("A fault is a sentence with the place")
  func sentence() throws {
    let found = try #require(fault(Array("{\"ab\": 1, \"cd\": 02}".utf8)))
    #expect(found.reason == .badNumber)
    let offset = try #require(found.offset)
    #expect((10...20).contains(offset))
    #expect(found.description.contains("a number is written wrongly (near byte \(offset))"))
  }

  @Test("What is written reads back as the same value, in both forms, with the same bytes each time")
  func roundTrip() throws {
    let value = try parsed(sample)
    for pretty in [false, true] {
      let bytes = JSONText.write(value, pretty: pretty)
      #expect(try JSONText.parse(bytes) == value)
      #expect(JSONText.write(try JSONText.parse(bytes), pretty: pretty) == bytes)
    }
    let control = JSONValue.string("\u{0}\u{1F}\u{7F}\t\r\n\\\"/é")
    #expect(JSONText.write(control) == Array("\"\\u0000\\u001f\u{7F}\\t\\r\\n\\\\\\\"/é\"".utf8))
    #expect(try JSONText.parse(JSONText.write(control)) == control)
  }

  @Test("The pretty form is as documented")
  func pretty() throws {
    let value = try parsed("{\"a\":[1,{}],\"b\":[]}")
    let text = "{\n  \"a\": [\n    1,\n    {}\n  ],\n  \"b\": []\n}\n"
    #expect(String(decoding: JSONText.write(value, pretty: true), as: UTF8.self) == text)
  }

  @Test("No document cut short is taken for a whole one")
  func truncations() {
    let bytes = Array(sample.utf8)
    for count in 0..<bytes.count { #expect(fault(Array(bytes[..<count])) != nil, "cut at \(count)") }
  }

  @Test("Changed bytes never crash, and what is still read is read as Foundation reads it")
  func mutations() {
    var random = Seeded(seed: 7)
    let bytes = Array(sample.utf8)
    let signs = Array("[]{},:\"\\0123456789eE+-.tfn \n".utf8) + [0x00, 0x80, 0xC3, 0xFF]
    var read = 0
    for _ in 0..<20_000 {
      var changed = bytes
      for _ in 0...(random.below(3)) {
        switch random.below(3) {
        case 0: changed[random.below(changed.count)] = signs[random.below(signs.count)]
        case 1: changed.remove(at: random.below(changed.count))
        default: changed.insert(signs[random.below(signs.count)], at: random.below(changed.count))
        }
      }
      guard let value = try? JSONText.parse(changed) else { continue }
      read += 1
      if random.below(20) == 0 {
        #expect((try? JSONSerialization.jsonObject(with: Data(changed), options: .fragmentsAllowed)) != nil)
        #expect(try! JSONText.parse(JSONText.write(value)) == value)
      }
    }
    #expect(read > 100)
  }
}

/// SplitMix64: the same numbers on every machine.
struct Seeded {
  var state: UInt64
  init(seed: UInt64) { state = seed }
  mutating func below(_ bound: Int) -> Int {
    state &+= 0x9E37_79B9_7F4A_7C15
    var z = state
    z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
    return Int((z ^ (z >> 31)) % UInt64(bound))
  }
}
