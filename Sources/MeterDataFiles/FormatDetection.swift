import WireFormat

extension MeterDataFormat {
  /// As much of a file as detection looks at.
  public static let bytesForDetection = 4_096

  /// The format of a file by how it begins and what it is called; `nil` when it is no meter data that is known.
  ///
  /// Content goes before name. A file whose name says what it should be but whose content does not is given to that
  /// format's reader all the same, which then says what is wrong with it.
  ///
  /// - Parameters:
  ///   - firstBytes: the beginning, decompressed; ``bytesForDetection`` are enough, fewer are taken as all there is.
  ///   - fileName: with or without `.gz`.
  public static func detect(firstBytes: [UInt8], fileName: String) -> MeterDataFormat? {
    var bytes = firstBytes.prefix(bytesForDetection)
    if bytes.starts(with: [0xEF, 0xBB, 0xBF]) { bytes = bytes.dropFirst(3) }
    return byContent(bytes) ?? byName(fileName)
  }

  private static func byContent(_ bytes: ArraySlice<UInt8>) -> MeterDataFormat? {
    let text = bytes.drop { isBlank($0) || $0 == UInt8(ascii: "\n") || $0 == UInt8(ascii: "\r") }
    if text.first == UInt8(ascii: "{") || text.first == UInt8(ascii: "[") { return byJSON(text) }
    let lines = text.split(whereSeparator: { $0 == UInt8(ascii: "\n") || $0 == UInt8(ascii: "\r") })
    guard let first = lines.first else { return nil }
    if first.startsIgnoringCase(with: "#F2") { return .df2 }
    if let datum = lines.first(where: { $0.withoutBlanksAround.first != UInt8(ascii: "#") }),
      datum.startsIgnoringCase(with: "insert,hh_datum")
    {
      return .action
    }
    var fields = CSVFields()
    first.withUnsafeBufferPointer { fields.split($0) }
    return byFields(fields)
  }

  private static func byFields(_ fields: CSVFields) -> MeterDataFormat? {
    if fields.count >= 3, fields[0].equalsIgnoringCase("date"), fields[1].equalsIgnoringCase("time") {
      return .edrpWide
    }
    let header = fields.texts
    if let table = allCases.first(where: { $0.layout?.columns(header) != nil }) { return table }
    if fields.count > 40, ukDate(fields[2]) != nil { return .dayPerLine }
    return nil
  }

  private static func byJSON(_ text: ArraySlice<UInt8>) -> MeterDataFormat? {
    if text.first == UInt8(ascii: "{"), holds(text, "\"interval_start\"") || holds(text, "\"consumption\"") {
      return .octopusAnswer
    }
    if text.first == UInt8(ascii: "["), holds(text, "\"cumulative\""), holds(text, "\"energy\"") { return .perseus }
    return nil
  }

  private static func holds(_ text: ArraySlice<UInt8>, _ needle: StaticString) -> Bool {
    needle.withUTF8Buffer { needle in
      guard text.count >= needle.count else { return false }
      return (text.startIndex...text.endIndex - needle.count).contains { text[$0...].starts(with: needle) }
    }
  }

  private static func byName(_ fileName: String) -> MeterDataFormat? {
    var name = fileName.lowercased()
    if name.hasSuffix(".gz") { name.removeLast(3) }
    if name.hasSuffix(".df2") { return .df2 }
    if name.hasSuffix(".bg.csv") { return .dayPerLine }
    if name.hasSuffix(".stark.csv") { return .stark }
    return name.hasSuffix(".simple.csv") ? .simple : nil
  }
}
