import WireFormat

/// The kinds of table that Halfhour itself defines, told apart by their header line.
public enum PortfolioFile: String, Hashable, Sendable, CaseIterable {
  /// What the registration service says about metering points: ``RegistrationReader``.
  case registrations
  /// What parties have bought per settlement period: ``ContractReader``.
  case contracts
  /// What GSP Groups took per settlement period: ``GroupTakeReader``.
  case groupTakes = "group-takes"
  /// When readings of a research file are deemed received: ``ArrivalReader``.
  case arrivals
  /// Half-hourly readings, one per line: ``ReadingTableReader``.
  case readings
  /// What smart meters answered, one message per line: ``MeterMessageReader``.
  case meterMessages = "meter-messages"

  /// Columns that no other kind has together; a file that lacks others is still known for what it is, and its reader
  /// says what it lacks.
  private var signature: [String] {
    switch self {
    case .registrations: ["mpan", "supplier", "gsp_group"]
    case .contracts: ["party", "bought_kwh"]
    case .groupTakes: ["gsp_group", "take_kwh"]
    case .arrivals: ["series", "received_at"]
    case .readings: ["series", "start", "kwh"]
    case .meterMessages: ["series", "message", "content"]
    }
  }

  /// The kind that a file's first bytes announce.
  ///
  /// - Parameter firstBytes: the whole header line at least; more does no harm.
  /// - Returns: `nil` when the first line is the header of none of them.
  public static func detect(firstBytes: some Collection<UInt8>) -> PortfolioFile? {
    var splitter = LineSplitter()
    var header: [String] = []
    var isFirst = true
    let take = { (line: LineSplitter.Line) in
      if isFirst { header = TableHeader.names(line.bytes) ?? [] }
      isFirst = false
    }
    Array(firstBytes.prefix(65_536)).withUnsafeBytes { splitter.consume($0, take) }
    splitter.finish(take)
    return allCases.first { $0.signature.allSatisfy(header.contains) }
  }
}
