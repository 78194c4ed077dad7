import JSONText
import MarketIdentifiers
import Quantities
import SettlementCalendar

/// Where in a document a value is not what it should be.
public struct JSONFieldFault: Error, Hashable, Sendable, CustomStringConvertible {
  /// `tariffs[0].rates[1].bands[0].pence_per_kwh`.
  public let path: String
  /// A sentence without the value itself.
  public let message: String

  /// `tariffs[0].kind: It is neither fixed nor standard-variable.`
  public var description: String { "\(path): \(message)" }
}

/// An object of a document as its fields are taken out of it, each with its type.
struct JSONFields {
  let value: JSONValue
  let path: String

  init(_ value: JSONValue, path: String) throws(JSONFieldFault) {
    guard value.members != nil else { throw JSONFieldFault(path: path, message: "It is not an object.") }
    self.value = value
    self.path = path
  }

  func fault(_ key: String, _ message: String) -> JSONFieldFault {
    JSONFieldFault(path: path.isEmpty ? key : "\(path).\(key)", message: message)
  }

  func has(_ key: String) -> Bool { value[key].map { !$0.isNull } ?? false }

  /// A field made into a value by `make`; `what` says what it should be: `a date`.
  func field<Value>(
    _ key: String, _ what: String, _ make: (JSONValue) -> Value?
  ) throws(JSONFieldFault) -> Value {
    guard let field = value[key] else { throw fault(key, "It is missing.") }
    guard let made = make(field) else { throw fault(key, "It is not \(what).") }
    return made
  }

  func text(_ key: String) throws(JSONFieldFault) -> String { try field(key, "a text") { $0.text } }
  func boolean(_ key: String) throws(JSONFieldFault) -> Bool { try field(key, "true or false") { $0.boolean } }
  func integer(_ key: String) throws(JSONFieldFault) -> Int { try field(key, "a whole number") { $0.integer } }

  func date(_ key: String) throws(JSONFieldFault) -> SettlementDate {
    try field(key, "a date such as 2026-04-01") { $0.text.flatMap { SettlementDate($0) } }
  }

  func number<Value>(
    _ key: String, _ what: String, _ make: (DecimalNumber) -> Value?
  ) throws(JSONFieldFault) -> Value {
    try field(key, what) { value in Self.decimal(value).flatMap(make) }
  }

  func pounds(_ key: String) throws(JSONFieldFault) -> Money {
    try number(key, "an amount in pounds") { Money(pounds: $0) }
  }

  /// An amount in pence, fractions of a penny included.
  func pence(_ key: String) throws(JSONFieldFault) -> Money {
    try number(key, "an amount in pence") {
      Money(pounds: DecimalNumber(significand: $0.significand, scale: $0.scale + 2))
    }
  }

  func pencePerKWh(_ key: String) throws(JSONFieldFault) -> UnitRate {
    try number(key, "a rate in pence per kilowatt-hour") { UnitRate(pencePerKWh: $0) }
  }

  func percent(_ key: String) throws(JSONFieldFault) -> Proportion {
    try number(key, "a number of percent") { Proportion(percent: $0) }
  }

  func choice<Value: RawRepresentable & CaseIterable>(
    _ key: String, _ type: Value.Type
  ) throws(JSONFieldFault) -> Value where Value.RawValue == String {
    let names = type.allCases.map(\.rawValue).joined(separator: ", ")
    return try field(key, "one of \(names)") { $0.text.flatMap { Value(rawValue: $0) } }
  }

  func object(_ key: String) throws(JSONFieldFault) -> JSONFields {
    let member = try field(key, "an object") { $0 }
    return try JSONFields(member, path: path.isEmpty ? key : "\(path).\(key)")
  }

  /// The objects of a list, each with its place in the path.
  func objects(_ key: String) throws(JSONFieldFault) -> [JSONFields] {
    let elements = try field(key, "a list") { $0.elements }
    var objects: [JSONFields] = []
    for (index, element) in elements.enumerated() {
      objects.append(try JSONFields(element, path: (path.isEmpty ? key : "\(path).\(key)") + "[\(index)]"))
    }
    return objects
  }

  /// Keys that are not in `known`.
  func unknownKeys(_ known: Set<String>) -> [String] { (value.members ?? []).map(\.key).filter { !known.contains($0) } }

  /// A number, or a text that is one: both are exact.
  private static func decimal(_ value: JSONValue) -> DecimalNumber? {
    value.decimal ?? value.text.flatMap { DecimalNumber($0) }
  }
}
