import GBCS
import JSONText

/// The short form in which the vectors write DLMS: `[tag, content]`, null for null-data.
enum Shorthand {
  static func value(_ value: DLMSValue) -> JSONValue {
    switch value {
    case .null: .null
    case .array(let elements): list("ar", elements)
    case .structure(let elements): list("st", elements)
    case .compactArray(_, let rows): list("ca", rows)
    case .boolean(let byte): pair("b", .bool(byte != 0))
    case .bitString(let count, let bytes): pair("bs", .string(bits(count, bytes)))
    case .doubleLong(let number): pair("dl", .integer(number))
    case .doubleLongUnsigned(let number): pair("dlu", .integer(number))
    case .octetString(let bytes): pair("os", .string(hexText(bytes)))
    case .visibleString(let bytes): pair("vs", .string(String(decoding: bytes, as: UTF8.self)))
    case .utf8String(let bytes): pair("us", .string(String(decoding: bytes, as: UTF8.self)))
    case .binaryCodedDecimal(let byte): pair("bcd", .integer(byte))
    case .integer(let number): pair("i", .integer(number))
    case .long(let number): pair("l", .integer(number))
    case .unsigned(let number): pair("u", .integer(number))
    case .longUnsigned(let number): pair("lu", .integer(number))
    case .long64(let number): pair("l64", .integer(number))
    case .long64Unsigned(let number): pair("l64u", .integer(number))
    case .enumerated(let number): pair("e", .integer(number))
    case .float32(let bytes), .float64(let bytes): pair("f", .string(hexText(bytes)))
    case .dateTime(let bytes), .date(let bytes), .time(let bytes): pair("dt", .string(hexText(bytes)))
    }
  }

  static func message(_ message: DLMSMessage) -> JSONValue? {
    switch message {
    case .accessRequest(let request):
      .object([
        "apdu": .string("access-request"), "invoke": .string(hexText(bigEndian(request.invokeID))),
        "specs": .array(request.specifications.map(specification)), "data": .array(request.data.map(value)),
      ])
    case .accessResponse(let response):
      .object([
        "apdu": .string("access-response"), "invoke": .string(hexText(bigEndian(response.invokeID))),
        "data": .array(response.data.map(value)),
        "results": .array(response.results.map { .array([.string($0.choice.name), .integer($0.code)]) }),
      ])
    case .dataNotification: nil
    }
  }

  private static func specification(_ item: AccessSpecification) -> JSONValue {
    let start: [JSONValue] = [
      .string(item.choice.name), .integer(item.objectClass), .string(item.object.description), .integer(item.member),
    ]
    return .array(start + (item.selection.map { [.integer($0.selector), value($0.parameters)] } ?? []))
  }

  private static func bits(_ count: Int, _ bytes: [UInt8]) -> String {
    let places = 0..<min(count, bytes.count * 8)
    return String(places.map { bytes[$0 / 8] >> UInt8(7 - $0 % 8) & 1 == 1 ? "1" : "0" })
  }

  private static func pair(_ tag: String, _ content: JSONValue) -> JSONValue { .array([.string(tag), content]) }

  private static func list(_ tag: String, _ elements: [DLMSValue]) -> JSONValue {
    .array([.string(tag)] + elements.map(value))
  }
}
