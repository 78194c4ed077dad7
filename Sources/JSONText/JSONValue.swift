import Quantities

/// A JSON document or a part of one, as RFC 8259 has it.
///
/// Numbers keep the exact text of their source: `1.10`, `1.1` and `11e-1` are three different values here, and none of
/// them ever passes through floating point. Members keep their order, and repeated keys are all kept.
public indirect enum JSONValue: Hashable, Sendable {
  case null
  case bool(Bool)
  /// The source's own text, which fits the grammar of RFC 8259, section 6.
  case number(String)
  case string(String)
  case array([JSONValue])
  case object([JSONMember])
}

/// One key with its value.
public struct JSONMember: Hashable, Sendable {
  public var key: String
  public var value: JSONValue

  public init(_ key: String, _ value: JSONValue) {
    self.key = key
    self.value = value
  }
}

extension JSONValue {
  /// The value of the first member of that name; `nil` where there is none or this is no object. Cost: O(members).
  public subscript(key: String) -> JSONValue? { members?.first { $0.key == key }?.value }

  /// The element at a position from 0; `nil` beyond the ends or where this is no array.
  public subscript(index: Int) -> JSONValue? {
    guard let elements, elements.indices.contains(index) else { return nil }
    return elements[index]
  }

  public var members: [JSONMember]? { if case .object(let members) = self { members } else { nil } }
  public var elements: [JSONValue]? { if case .array(let elements) = self { elements } else { nil } }
  /// The text of a string; `nil` for anything else, numbers too.
  public var text: String? { if case .string(let text) = self { text } else { nil } }
  public var boolean: Bool? { if case .bool(let value) = self { value } else { nil } }
  public var isNull: Bool { self == .null }

  /// The exact value of a number; `nil` for anything else, or where ``DecimalNumber`` cannot hold it.
  public var decimal: DecimalNumber? { if case .number(let text) = self { DecimalNumber(text) } else { nil } }

  /// The value of a number that is whole (`12`, `12.0`, `1.2e1`) and fits; `nil` for anything else.
  public var integer: Int? {
    guard let units = decimal?.units(places: 0, rounding: .towardZero), units.isExact else { return nil }
    return Int(exactly: units.value)
  }

  /// A number from a whole value.
  public static func integer(_ value: some BinaryInteger) -> JSONValue { .number(String(value)) }

  /// An object from pairs, in their order.
  public static func object(_ pairs: KeyValuePairs<String, JSONValue>) -> JSONValue {
    .object(pairs.map { JSONMember($0.key, $0.value) })
  }
}
