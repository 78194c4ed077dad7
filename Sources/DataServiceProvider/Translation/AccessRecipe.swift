import DUIS
import GBCS

/// Reads the payload of a recipe as DLMS accesses, separated by semicolons:
///
/// | Form | Meaning |
/// | --- | --- |
/// | `get CLASS OBJECT MEMBERS` | members with commas; a group of the object may be a range: `0-0:94.44.0.11-15` |
/// | `set CLASS OBJECT MEMBER VALUE`, `act ...` | |
/// | `log OBJECT` | a log, selected by the request's period |
/// | `sealed PROTECTION CLASS OBJECT ...` | encrypted content; stands alone |
/// | `?PATH ...` before any of them | only where the body has the element |
///
/// Values: `TYPE:NUMBER` as written, `TYPE=PATH` from the body (`os=A+B` joins texts), `ar(VALUE,VALUE)`, `when` the time
/// of execution, `drawn` the digits that the DSP drew, `null`, and `b?PATH:WORD=BYTE:WORD=BYTE`.
struct AccessRecipe {
  let body: BodyReading
  /// Digits that the DSP draws itself (9.1).
  let drawn: [UInt8]

  func content(_ payload: Substring) throws(TranslationFault) -> CompiledCommand.Content {
    var items: [AccessItem] = []
    for part in payload.split(separator: ";") {
      var words = part.split(separator: " ")
      if let first = words.first, first.hasPrefix("?") {
        words.removeFirst()
        guard body[first.dropFirst()] != nil else { continue }
      }
      guard let verb = words.first else { throw .noTranslation }
      if verb == "sealed" { return try sealed(words) }
      items += try accesses(verb, words)
    }
    guard !items.isEmpty else { throw .missing("anything to do") }
    return .accesses(items)
  }

  private func accesses(_ verb: Substring, _ words: [Substring]) throws(TranslationFault) -> [AccessItem] {
    if verb == "log" {
      guard words.count == 2, let object = OBISCode(words[1]) else { throw .noTranslation }
      guard let period = try body.period() else { throw .missing("ReadLogPeriod") }
      return [.log(object, period)]
    }
    guard words.count >= 4, let objectClass = UInt16(words[1]) else { throw .noTranslation }
    let members = words[3].split(separator: ",").compactMap { Int8($0) }
    var items: [AccessItem] = []
    for object in Self.objects(words[2]) {
      for member in members {
        switch verb {
        case "get": items.append(.get(objectClass, object, member))
        case "set": items.append(.set(objectClass, object, member, try value(words.last ?? "")))
        case "act": items.append(.action(objectClass, object, member, try value(words.last ?? "")))
        default: throw .noTranslation
        }
      }
    }
    return items
  }

  private func sealed(_ words: [Substring]) throws(TranslationFault) -> CompiledCommand.Content {
    guard words.count >= 4, words.count.isMultiple(of: 2), let protection = OBISCode(words[1]) else {
      throw .noTranslation
    }
    var objects: [SealedObject] = []
    for place in stride(from: 2, to: words.count, by: 2) {
      guard let objectClass = UInt16(words[place]), let object = OBISCode(words[place + 1]) else {
        throw .noTranslation
      }
      objects.append(SealedObject(objectClass, object))
    }
    return .sealed(by: protection, objects, try body.period())
  }

  /// One object, or those of a range.
  static func objects(_ text: Substring) -> [OBISCode] {
    guard let colon = text.firstIndex(of: ":") else { return [] }
    let groups = text[text.index(after: colon)...].split(separator: ".")
    guard let place = groups.firstIndex(where: { $0.contains("-") }) else { return OBISCode(text).map { [$0] } ?? [] }
    let ends = groups[place].split(separator: "-").compactMap { UInt8($0) }
    guard ends.count == 2, ends[0] <= ends[1] else { return [] }
    return (ends[0]...ends[1]).compactMap { number in
      var copy = groups.map(String.init)
      copy[place] = String(number)
      return OBISCode(text[...colon] + copy.joined(separator: "."))
    }
  }

  private func value(_ text: Substring) throws(TranslationFault) -> DLMSValue {
    switch text {
    case "null": return .null
    case "when": return try body.activation().value
    case "drawn":
      guard !drawn.isEmpty else { throw .unsupported("the number that the DSP would draw") }
      return .octetString(drawn)
    default: break
    }
    if text.hasPrefix("ar("), text.hasSuffix(")") {
      var parts: [DLMSValue] = []
      for part in text.dropFirst(3).dropLast().split(separator: ",") { parts.append(try value(part)) }
      return .array(parts)
    }
    if text.hasPrefix("b?") { return .boolean(try choice(text.dropFirst(2))) }
    guard let mark = text.firstIndex(where: { ":=".contains($0) }) else { throw .noTranslation }
    let (type, rest) = (text[..<mark], text[text.index(after: mark)...])
    guard type != "os" else { return .octetString(text[mark] == ":" ? [] : try texts(rest)) }
    let number: Int = text[mark] == ":" ? Int(rest) ?? 0 : try body.number(rest)
    guard let value = Self.number(type, number) else { throw .unreadable(String(rest)) }
    return value
  }

  /// Texts one after another; all but the first may be absent.
  private func texts(_ paths: Substring) throws(TranslationFault) -> [UInt8] {
    let paths = paths.split(separator: "+")
    guard let first = paths.first else { throw .noTranslation }
    return try Array(body.text(first).utf8)
      + paths.dropFirst().flatMap { Array((body[$0]?.text.trimmedText ?? "").utf8) }
  }

  private func choice(_ text: Substring) throws(TranslationFault) -> UInt8 {
    let parts = text.split(separator: ":")
    guard let path = parts.first else { throw .noTranslation }
    let word = try body.text(path)
    for part in parts.dropFirst() {
      let pair = part.split(separator: "=")
      if pair.count == 2, pair[0] == word, let byte = UInt8(pair[1], radix: 16) { return byte }
    }
    throw .unreadable(String(path))
  }

  private static func number(_ type: Substring, _ number: Int) -> DLMSValue? {
    switch type {
    case "dl": Int32(exactly: number).map(DLMSValue.doubleLong)
    case "dlu": UInt32(exactly: number).map(DLMSValue.doubleLongUnsigned)
    case "i": Int8(exactly: number).map(DLMSValue.integer)
    case "u": UInt8(exactly: number).map(DLMSValue.unsigned)
    case "lu": UInt16(exactly: number).map(DLMSValue.longUnsigned)
    default: nil
    }
  }
}
