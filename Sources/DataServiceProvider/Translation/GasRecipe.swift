import DUIS
import GBCS

/// Reads the payload of a recipe as components of the ZigBee Cluster Library, separated by semicolons:
/// `[12x | dated] CLUSTER FRAMECONTROL COMMAND DATA`, all in hexadecimal. Numbers in data go lowest byte first.
///
/// In the data: `{now}` the DSP's time, `{when}` the time of execution (0 at once, all ones never), `{from}` and `{to}` the
/// period, `{n}` which of the repeated components, `{samples SECONDS}` samples of that length in the period, both ends
/// counted; `{u8 PATH}`, `{u16 PATH}`, `{u32 PATH}`, `{i32 PATH}`, `{time PATH}`; `{text PATH}` with its length before it;
/// `{byte PATH WORD=BYTE}`; `{digits PATH}` and `{places PATH}` of a decimal; `{drawn}`.
struct GasRecipe {
  let body: BodyReading
  let now: DeviceTime
  let drawn: [UInt8]

  func payload(_ text: Substring) throws(TranslationFault) -> GasPayload {
    var components: [GasComponent] = []
    for part in text.split(separator: ";") {
      var words = part.trimmedSpaces
      var times = 1
      if let mark = words.firstIndex(of: "x"), let count = Int(words[..<mark]) {
        times = count
        words = words[words.index(after: mark)...].trimmedSpaces
      }
      let isDated = words.hasPrefix("dated ")
      if isDated { words = words.dropFirst(6) }
      for number in 0..<times {
        components.append(try component(words, number, sequence: components.count, isDated: isDated))
      }
    }
    return Self.closed(components)
  }

  /// The last component says that it is the last.
  static func closed(_ components: [GasComponent]) -> GasPayload {
    var components = components
    if let last = components.indices.last { components[last].control |= 1 }
    return GasPayload(components: components)
  }

  private func component(
    _ text: Substring, _ number: Int, sequence: Int, isDated: Bool
  ) throws(TranslationFault) -> GasComponent {
    let words = text.split(separator: " ", maxSplits: 3)
    guard words.count == 4, let cluster = UInt16(words[0], radix: 16), let control = UInt8(words[1], radix: 16),
      let command = UInt8(words[2], radix: 16)
    else { throw .noTranslation }
    let from = isDated ? try period().from.seconds : nil
    return GasComponent(
      isLast: false, cluster: cluster, fromDateTime: from, frameControl: control,
      sequence: UInt8(truncatingIfNeeded: sequence), command: command, content: .clear(try data(words[3], number)))
  }

  private func data(_ template: Substring, _ number: Int) throws(TranslationFault) -> [UInt8] {
    var data: [UInt8] = []
    var rest = template
    while let open = rest.firstIndex(of: "{") {
      data += bytes(hexadecimal: rest[..<open].utf8.filter { $0 != 0x20 }) ?? []
      guard let close = rest[open...].firstIndex(of: "}") else { throw .noTranslation }
      data += try field(rest[rest.index(after: open)..<close].split(separator: " "), number)
      rest = rest[rest.index(after: close)...]
    }
    return data + (bytes(hexadecimal: rest.utf8.filter { $0 != 0x20 }) ?? [])
  }

  private func period() throws(TranslationFault) -> LogPeriod {
    guard let period = try body.period() else { throw .missing("ReadLogPeriod") }
    return period
  }

  private func field(_ words: [Substring], _ number: Int) throws(TranslationFault) -> [UInt8] {
    guard let kind = words.first else { throw .noTranslation }
    let path = words.count > 1 ? words[1] : ""
    switch kind {
    case "now": return Self.low(now.seconds)
    case "when": return Self.low(Self.seconds(try body.activation(), never: .max))
    case "from": return Self.low(try period().from.seconds)
    case "to": return Self.low(try period().to.seconds)
    case "n": return [UInt8(truncatingIfNeeded: number)]
    case "samples": return Self.low(try samples(path))
    case "u8": return [try body.number(path)]
    case "u16": return Self.low(try body.number(path, UInt16.self))
    case "u32": return Self.low(try body.number(path, UInt32.self))
    case "i32": return Self.low(UInt32(bitPattern: try body.number(path, Int32.self)))
    case "time": return Self.low(try body.time(path).seconds)
    case "text": return try text(path)
    case "byte": return [try choice(path, words.dropFirst(2))]
    case "digits": return Self.low(try decimal(path).digits)
    case "places": return [try decimal(path).places << 4]
    case "drawn":
      guard !drawn.isEmpty else { throw .unsupported("the number that the DSP would draw") }
      return [UInt8(clamping: drawn.count)] + drawn
    default: throw .noTranslation
    }
  }

  private func samples(_ length: Substring) throws(TranslationFault) -> UInt16 {
    let period = try period()
    guard let length = UInt32(length), length > 0, period.from <= period.to,
      let count = UInt16(exactly: (period.to.seconds - period.from.seconds) / length + 1)
    else { throw .unreadable("ReadLogPeriod") }
    return count
  }

  private func text(_ path: Substring) throws(TranslationFault) -> [UInt8] {
    let bytes = Array(try body.text(path).utf8)
    guard bytes.count <= 254 else { throw .unreadable(String(path)) }
    return [UInt8(bytes.count)] + bytes
  }

  private func choice(_ path: Substring, _ words: ArraySlice<Substring>) throws(TranslationFault) -> UInt8 {
    let said = try body.text(path)
    for word in words {
      let pair = word.split(separator: "=")
      if pair.count == 2, pair[0] == said, let byte = UInt8(pair[1], radix: 16) { return byte }
    }
    throw .unreadable(String(path))
  }

  /// `1.02264` is 102264 with 5 places.
  private func decimal(_ path: Substring) throws(TranslationFault) -> (digits: UInt32, places: UInt8) {
    let parts = try body.text(path).split(separator: ".", omittingEmptySubsequences: false)
    let places = parts.count == 2 ? parts[1].utf8.count : 0
    guard parts.count <= 2, places < 16, let digits = UInt32(parts.joined()) else { throw .unreadable(String(path)) }
    return (digits, UInt8(places))
  }

  static func low<Value: FixedWidthInteger>(_ value: Value) -> [UInt8] {
    (0..<Value.bitWidth / 8).map { UInt8(truncatingIfNeeded: value >> ($0 * 8)) }
  }

  /// - Parameter never: what stands for never: all ones, or one less in calendars and prices.
  static func seconds(_ activation: ActivationTime, never: UInt32) -> UInt32 {
    switch activation {
    case .now: 0
    case .at(let time): time.seconds
    case .never: never
    }
  }
}
