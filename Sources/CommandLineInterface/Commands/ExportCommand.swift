import ArgumentParser
import Crypto
import Foundation
import NationalIngest
import ReadingArrivals
import SettlementCalendar

struct ExportCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "export",
    abstract: "Writes the readings of a date from a national store, as a run knows them.",
    discussion: """
      In the layouts that `halfhour load` reads (docs/ingest.md): messages, long, wide, d0036. A row that a
      layout cannot say is counted as left out: a message with a reading missing, say. A flow is marked as a test, from
      nobody to nobody. --sign wraps each message in a signed envelope; its key is made for the file and thrown away, the
      public one is written to --keys. --parquet writes columns for lake tools.
      """)

  enum Layout: String, ExpressibleByArgument, CaseIterable {
    case messages, long, wide, d0036
  }

  @OptionGroup var store: StoreOptions

  @Option(help: "The settlement date.")
  var date: SettlementDate

  @Option(name: .customLong("run"), help: "The run whose knowledge is written.")
  var runType: RunType = .ii

  @Option(help: "messages, long, wide or d0036.")
  var layout: Layout = .messages

  @Flag(help: "Write a flat table of Parquet, long or wide, packed with zstd.")
  var parquet = false

  @Option(help: "The file to write.", completion: .file())
  var out: String

  @Option(help: "Metering points to write, from the first; all by default.")
  var limit: Int = .max

  @Option(help: "Sign each message as this sender's, for trials.")
  var sign: String?

  @Option(help: "Where to write the sender's public key.", completion: .file())
  var keys: String?

  @Option(help: "table, json or csv.")
  var format: OutputFormat = .table

  func validate() throws {
    guard (sign == nil) == (keys == nil), sign == nil || layout == .messages else {
      throw ValidationError("--sign goes with --keys and with messages")
    }
    if let sign {
      guard (1...32).contains(sign.utf8.count), sign.allSatisfy({ $0.isASCII && ($0.isLetter || $0.isNumber) }) else {
        throw ValidationError("--sign is a name of 1 to 32 letters and digits")
      }
    }
    guard !parquet || layout == .long || layout == .wide else {
      throw ValidationError("--parquet goes with --layout long or wide")
    }
    guard limit >= 1 else { throw ValidationError("--limit is at least 1") }
  }

  func run() throws {
    try reportingErrors {
      let periods = SettlementDay(date).periodCount
      let chosen: ArrivalLayout =
        switch layout {
        case .messages: sign == nil ? .messages : .signedMessages
        case .long: .longTable(hasQuality: true)
        case .d0036: .d0036
        case .wide: .wideTable(periods: periods == 50 ? 50 : 48)
        }
      var signing: (sender: String, key: P256.Signing.PrivateKey)?
      if let sign, let keys {
        let key = P256.Signing.PrivateKey()
        let hex = key.publicKey.rawRepresentation.map { String(format: "%02x", $0) }.joined()
        try writeData(Data("sender,public_key\n\(sign),\(hex)\n".utf8), to: keys)
        signing = (sign, key)
      }
      try writeData(Data(), to: out)
      let handle = try FileHandle(forWritingTo: URL(fileURLWithPath: out))
      defer { try? handle.close() }
      let outcome =
        if parquet {
          try ParquetExport(store: store.store, date: date, run: runType, wide: layout == .wide)
            .write(limit: limit) { try handle.write(contentsOf: Data($0)) }
        } else {
          try ArrivalsExport(store: store.store, date: date, run: runType, layout: chosen)
            .write(signing: signing, limit: limit) { try handle.write(contentsOf: Data($0)) }
        }
      var table = OutputTable(columns: ["file", "rows", "readings", "leftOut", "wattHours", "bytes"])
      table.rows.append([
        .text(out), .count(outcome.rows), .count(outcome.readings), .count(outcome.left),
        .count(Int(outcome.wattHours)), .count(outcome.bytes),
      ])
      printOut(table.text(format))
    }
  }
}
