import ArgumentParser
import Findings
import InputFiles
import JSONText
import PublicData
import Quantities
import SettlementCalendar
import WireFormat

/// `halfhour price history`: published prices of years, held against what must be true of them.
struct PriceHistoryCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "history",
    abstract:
      "Check published system prices and net imbalance volumes of years, and list odd rows with line and reason.",
    discussion: """
      Reads Elexon's downloads of system prices (and the JSON answers). Every row is read or refused; every identity says
      how many rows it was held against and how many break it.

      Example:
        halfhour price history --input sspsbpniv_2019-2023.csv.gz
      """)

  @Option(parsing: .upToNextOption, help: "The files.")
  var input: [String]

  @Option(help: "List prices beyond so many GBP/MWh, either way, as worth a look.")
  var unusual: String = "1000"

  @Option(help: "How to print: table or json.")
  var format: OutputFormat = .table

  func run() throws {
    guard let bound = DecimalNumber(unusual).flatMap({ UnitRate(poundsPerMWh: $0) }), bound > .zero else {
      throw ValidationError("--unusual is a price above 0 in GBP/MWh, such as 1000.")
    }
    guard format != .csv else { throw ValidationError("A history is printed as table or json.") }
    guard !input.isEmpty else { throw ValidationError("Name at least one file with --input.") }
    var reading = PriceHistoryReading(PriceHistory(unusual: bound))
    try reportingErrors {
      for file in input { try InputFile(file).read { part in try reading.take(part) } }
      reading.history.finish()
      let report = PriceHistoryReport(reading)
      printOut(
        format == .json
          ? String(decoding: JSONText.write(report.json, pretty: true), as: UTF8.self) + "\n" : report.text)
      if reading.history.rowCount == 0 { throw ExitStatus.inputRefused }
      if reading.history.hasBreaches || reading.refused > 0 { throw ExitStatus.checkFailed }
    }
  }
}

/// Reads the files of a history.
struct PriceHistoryReading {
  var history: PriceHistory
  private(set) var refused = 0
  private(set) var notes = FindingLog()

  init(_ history: PriceHistory) { self.history = history }

  mutating func take(_ part: InputPart) throws {
    let start = try part.peek(4_096)
    switch PublicDataset.detect(firstBytes: start, fileName: part.name) {
    case .systemPriceCSV:
      try feed(SystemPriceCSVReader(file: part.name, source: "", receivedAt: .distantFuture), part)
    case .systemPriceJSON:
      try feed(SystemPriceJSONReader(file: part.name, source: "", receivedAt: .distantFuture), part)
    default: throw PriceFolderFault(description: "\(part.name) holds no system prices that are known here.")
    }
  }

  private mutating func feed<Reader: StreamReader<SystemPriceEvent>>(_ reader: Reader, _ part: InputPart) throws {
    var reader = reader
    func handle(_ event: SystemPriceEvent) {
      switch event {
      case .price(let price, let line): history.take(price, file: part.name, line: line)
      case .quarantined(let finding, let rows):
        refused += rows
        notes.append(finding, times: rows)
      // Said again, row by row, by the history itself.
      case .noted(let finding) where finding.rule == "PUB-07" || finding.rule == "PUB-08": break
      case .noted(let finding): notes.append(finding)
      }
    }
    try part.forEachPiece { reader.consume($0) { handle($0) } }
    reader.finish { handle($0) }
  }
}

/// What a history came to, as text and JSON.
struct PriceHistoryReport {
  let reading: PriceHistoryReading
  private var history: PriceHistory { reading.history }

  init(_ reading: PriceHistoryReading) { self.reading = reading }

  private var lengths: String {
    history.datesByPeriodCount.sorted { $0.key < $1.key }.map { "\($0.value) of \($0.key)" }.joined(separator: ", ")
  }

  var text: String {
    var lines = ["\(history.rowCount) rows read, \(reading.refused) refused"]
    if let first = history.firstDate, let last = history.lastDate {
      lines.append("\(history.dateCount) dates, \(first) to \(last); by periods: \(lengths)")
    }
    var identities = OutputTable(columns: ["rule", "identity", "checked", "broken"])
    identities.rows = history.identities.map {
      [.text($0.rule.code), .text($0.statement), .count($0.checked), .count($0.broken)]
    }
    lines += ["", identities.text(.table)]
    if !history.oddRows.isEmpty {
      var odd = OutputTable(columns: ["line", "date", "period", "rule", "reason"])
      odd.rows = history.oddRows.map {
        [
          .number($0.position.line.map(String.init) ?? ""), .text("\($0.date)"),
          .number($0.period.map(String.init) ?? ""), .text($0.rule.code), .text($0.reason),
        ]
      }
      lines.append("\(history.oddCount) odd rows:")
      lines.append(odd.text(.table))
    }
    lines += reading.notes.kept.prefix(20).map(\.description)
    return lines.joined(separator: "\n") + "\n"
  }

  var json: JSONValue {
    .object([
      "rows": .integer(history.rowCount), "refused": .integer(reading.refused),
      "firstDate": history.firstDate.map { .string("\($0)") } ?? .null,
      "lastDate": history.lastDate.map { .string("\($0)") } ?? .null,
      "dates": .integer(history.dateCount),
      "datesByPeriods": .array(
        history.datesByPeriodCount.sorted { $0.key < $1.key }.map {
          .object(["periods": .integer($0.key), "dates": .integer($0.value)])
        }),
      "identities": .array(
        history.identities.map {
          .object([
            "rule": .string($0.rule.code), "statement": .string($0.statement), "checked": .integer($0.checked),
            "broken": .integer($0.broken),
          ])
        }),
      "oddCount": .integer(history.oddCount),
      "oddRows": .array(
        history.oddRows.map { row in
          .object([
            "rule": .string(row.rule.code), "isBreach": .bool(row.isBreach), "file": .string(row.position.file),
            "line": row.position.line.map { .integer($0) } ?? .null, "settlementDate": .string("\(row.date)"),
            "settlementPeriod": row.period.map { .integer($0) } ?? .null, "reason": .string(row.reason),
          ])
        }),
      "findings": .array(reading.notes.kept.map { .string($0.description) }),
    ])
  }
}
