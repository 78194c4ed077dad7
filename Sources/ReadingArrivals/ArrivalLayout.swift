/// A layout in which a nation's readings come, known by a file's first line. docs/ingest.md has them.
public enum ArrivalLayout: Hashable, Sendable {
  /// A message a line: one metering point and settlement date each, with all its periods.
  case messages
  /// The same in an envelope with sender and signature.
  case signedMessages
  /// A reading a line; with a column of qualities or without.
  case longTable(hasQuality: Bool)
  /// A metering point and date a line, with 48 or 50 columns of periods.
  case wideTable(periods: Int)
  /// Flow D0036: groups of lines, an MPAN and its settlement dates each, between the header and footer of the file.
  case d0036

  static let longHeader = "mpan,settlement_date,settlement_period,kwh"

  /// The header of a table; `nil` where the layout has none.
  public var header: String? {
    switch self {
    case .messages, .signedMessages, .d0036: nil
    case .longTable(let hasQuality): Self.longHeader + (hasQuality ? ",quality" : "")
    case .wideTable(let periods): "mpan,settlement_date," + (1...periods).map { "p\($0)" }.joined(separator: ",")
    }
  }

  /// - Parameter firstLine: with or without its end.
  /// - Returns: `nil` for anything else.
  public init?(firstLine: some Sequence<UInt8>) {
    var text = Array(firstLine)
    if text.starts(with: [0xEF, 0xBB, 0xBF]) { text.removeFirst(3) }
    while let last = text.last, last == UInt8(ascii: "\n") || last == UInt8(ascii: "\r") { text.removeLast() }
    if text.first == UInt8(ascii: "{") {
      let sender = Array("\"sender\"".utf8)
      let isSigned = text.indices.contains { text[$0...].starts(with: sender) }
      self = isSigned ? .signedMessages : .messages
      return
    }
    let fields = text.split(separator: UInt8(ascii: "|"), maxSplits: 3, omittingEmptySubsequences: false)
    if fields.count == 4, fields[0].elementsEqual("ZHV".utf8), fields[2].starts(with: "D0036".utf8) {
      self = .d0036
      return
    }
    let tables: [ArrivalLayout] = [
      .longTable(hasQuality: false), .longTable(hasQuality: true), .wideTable(periods: 48), .wideTable(periods: 50),
    ]
    guard let table = tables.first(where: { $0.header.map { Array($0.utf8) == text } ?? false }) else { return nil }
    self = table
  }

  /// The layout in a byte, so that the same bytes read in two ways are two pieces.
  public var tag: UInt8 {
    switch self {
    case .messages: 1
    case .signedMessages: 2
    case .longTable(let hasQuality): hasQuality ? 4 : 3
    case .d0036: 5
    case .wideTable(let periods): UInt8(truncatingIfNeeded: periods)
    }
  }
}
