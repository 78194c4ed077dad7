import DUIS
import GBCS
import SettlementCalendar

/// The element of a request's body, read by paths: `A/B` goes down, `A[2]` takes the one with the index 2.
struct BodyReading {
  let element: MarkupElement

  /// The element at a path; `nil` where one on the way is absent.
  subscript(_ path: some StringProtocol) -> MarkupElement? {
    var place: MarkupElement? = element
    for step in path.split(separator: "/") { place = place.flatMap { Self.child($0, step) } }
    return place
  }

  private static func child(_ parent: MarkupElement, _ step: some StringProtocol) -> MarkupElement? {
    guard let bracket = step.firstIndex(of: "["), step.hasSuffix("]") else { return parent.first(String(step)) }
    let name = step[..<bracket]
    let index = step[step.index(after: bracket)...].dropLast()
    return parent.elements.first { child in
      guard child.name == name else { return false }
      guard let equals = index.firstIndex(of: "=") else {
        return (child.attribute("index") ?? child.attribute("identifier") ?? "") == index
      }
      let value = index[index.index(after: equals)...]
      return child.first(String(index[..<equals]))?.text == String(value)
    }
  }

  func required(_ path: some StringProtocol) throws(TranslationFault) -> MarkupElement {
    guard let found = self[path] else { throw .missing(Self.name(path)) }
    return found
  }

  func text(_ path: some StringProtocol) throws(TranslationFault) -> String { try required(path).text.trimmedText }

  func number<Value: FixedWidthInteger>(
    _ path: some StringProtocol, _: Value.Type = Value.self
  ) throws(TranslationFault) -> Value {
    guard let value = Value(try text(path)) else { throw .unreadable(Self.name(path)) }
    return value
  }

  /// A moment that a device can tell.
  func time(_ path: some StringProtocol) throws(TranslationFault) -> DeviceTime {
    guard let instant = DUISTime.instant(try text(path)), let time = DeviceTime(exactly: instant) else {
      throw .unreadable(Self.name(path))
    }
    return time
  }

  /// When the command takes effect.
  func activation() throws(TranslationFault) -> ActivationTime {
    guard let element = element.first("ExecutionDateTime") else { return .now }
    guard let instant = DUISTime.instant(element.text.trimmedText) else { throw .unreadable("ExecutionDateTime") }
    if instant == ServiceBody.cancellation { return .never }
    guard let time = DeviceTime(exactly: instant) else { throw .unreadable("ExecutionDateTime") }
    return .at(time)
  }

  /// The range of a log; `nil` where none is asked for.
  func period() throws(TranslationFault) -> LogPeriod? {
    guard self["ReadLogPeriod"] != nil else { return nil }
    return LogPeriod(from: try time("ReadLogPeriod/StartDateTime"), to: try time("ReadLogPeriod/EndDateTime"))
  }

  /// The last name on a path, for a fault.
  private static func name(_ path: some StringProtocol) -> String {
    String(path.split(separator: "/").last.map { $0.prefix { $0 != "[" } } ?? "")
  }
}

extension MarkupElement {
  /// The elements of a name, in their order.
  func all(_ name: String) -> [MarkupElement] { elements.filter { $0.name == name } }
}

extension String {
  /// Without the white space of XML around it.
  var trimmedText: String {
    let isSpace: (Character) -> Bool = { $0 == " " || $0 == "\t" || $0.isNewline }
    guard let start = firstIndex(where: { !isSpace($0) }), let end = lastIndex(where: { !isSpace($0) }) else {
      return ""
    }
    return String(self[start...end])
  }
}

extension DeviceTime {
  /// - Returns: `nil` for what a device cannot tell.
  init?(exactly instant: UTCInstant) {
    guard let seconds = UInt32(exactly: instant.secondsSince1970 - 946_684_800) else { return nil }
    self.init(seconds: seconds)
  }
}
