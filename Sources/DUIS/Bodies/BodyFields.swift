public import SettlementCalendar

/// The elements within an element of DUIS, taken in the order in which the schema has them.
struct BodyFields {
  private var rest: ArraySlice<MarkupElement>
  private let namespace: String

  init(_ element: MarkupElement, namespace: String = DUISNamespace.gateway) {
    rest = element.elements[...]
    self.namespace = namespace
  }

  /// The next element, if it has that name.
  mutating func element(_ name: String) -> MarkupElement? {
    guard let next = rest.first, next.name == name, next.namespace == namespace else { return nil }
    rest = rest.dropFirst()
    return next
  }

  mutating func optional<Value>(_ name: String, _ read: (String) -> Value?) throws(DUISFault) -> Value? {
    guard let next = element(name) else { return nil }
    guard let value = read(next.text.trimmed) else { throw .unreadable(name) }
    return value
  }

  mutating func required<Value>(_ name: String, _ read: (String) -> Value?) throws(DUISFault) -> Value {
    guard let value = try optional(name, read) else { throw .missing(name) }
    return value
  }

  mutating func requiredElement(_ name: String) throws(DUISFault) -> MarkupElement {
    guard let next = element(name) else { throw .missing(name) }
    return next
  }

  /// Whatever stands next.
  mutating func next() -> MarkupElement? {
    guard let next = rest.first else { return nil }
    rest = rest.dropFirst()
    return next
  }

  func requireEnd() throws(DUISFault) { if !rest.isEmpty { throw .unexpected } }
}

extension MarkupElement {
  /// An element of the DUIS namespace with elements in it; absent ones are left out.
  static func of(_ name: String, _ elements: [MarkupElement?] = []) -> MarkupElement {
    MarkupElement(
      prefix: Envelope.prefix, name, namespace: DUISNamespace.gateway,
      content: elements.compactMap { $0 }.map { Node.element($0) })
  }

  /// An element of the DUIS namespace with text in it; `nil` where there is none.
  static func of(_ name: String, text: String?) -> MarkupElement? { text.map { Envelope.field(name, $0) } }
}

/// Moments as DUIS writes them: `xs:dateTime` with an offset, whole seconds kept, fractions dropped.
public enum DUISTime {
  /// - Returns: `nil` for anything but a date and time with an offset or Z. A fraction of a second is cut off: nothing
  ///   that is decided here is finer than a second.
  public static func instant(_ text: String) -> UTCInstant? {
    if text.hasPrefix(cancellationText), text.hasSuffix("Z") { return ServiceBody.cancellation }
    guard let point = text.firstIndex(of: ".") else { return UTCInstant(text) }
    let fraction = text[text.index(after: point)...].prefix { $0.isASCII && $0.isNumber }
    guard !fraction.isEmpty else { return nil }
    return UTCInstant(text[..<point] + text[fraction.endIndex...])
  }

  /// `2026-05-01T00:00:00.00Z`, as the DCC's own templates write it.
  public static func text(_ instant: UTCInstant) -> String {
    instant == ServiceBody.cancellation
      ? cancellationText + ".00Z" : String(instant.description.dropLast()) + ".00Z"
  }

  /// Far beyond the calendar that is kept here, and the only such moment that DUIS has a meaning for.
  private static let cancellationText = "3000-12-31T00:00:00"

  /// Seconds after midnight UTC of an `xs:time` such as `00:30:00.00Z`; `nil` for other offsets, which no schedule has.
  public static func secondOfDay(_ text: String) -> Int? {
    var body = text[...]
    guard body.last == "Z" else { return nil }
    body = body.dropLast()
    if let point = body.firstIndex(of: ".") {
      let fraction = body[body.index(after: point)...]
      guard !fraction.isEmpty, fraction.allSatisfy({ $0.isASCII && $0.isNumber }) else { return nil }
      body = body[..<point]
    }
    let parts = body.split(separator: ":", omittingEmptySubsequences: false)
    guard parts.count == 3,
      parts.allSatisfy({ $0.utf8.count == 2 && $0.utf8.allSatisfy { (0x30...0x39).contains($0) } }),
      let hour = Int(parts[0]), let minute = Int(parts[1]), let second = Int(parts[2]), hour < 24, minute < 60,
      second < 60
    else { return nil }
    return hour * 3_600 + minute * 60 + second
  }

  /// `00:30:00.00Z`.
  public static func timeText(secondOfDay: Int) -> String {
    let parts = [secondOfDay / 3_600 % 24, secondOfDay / 60 % 60, secondOfDay % 60]
    return parts.map { $0 < 10 ? "0\($0)" : "\($0)" }.joined(separator: ":") + ".00Z"
  }
}
