import ArgumentParser
import Foundation
import Operations
import OperationsDatabase
import SettlementCalendar
import SettlementReports

/// `halfhour report-files`: our figures in the files in which central systems state theirs.
struct ReportFilesCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "report-files",
    abstract: "Writes S0142, C0291 or C0421 of a settlement date and run from the store.",
    discussion: """
      The figures are those of the saved run; where it was not made they are computed and not saved. What Halfhour does not
      compute stays blank in the file. Suppliers' volumes stand in their base BM units (2__, the letter of the GSP Group,
      the party, 000). The file reads back to the same figures: halfhour compare finds no difference.
      """)

  @OptionGroup var store: StoreOptions
  @OptionGroup var rulebook: RulebookOptions
  @OptionGroup var options: RunOptions

  @Option(help: "The settlement date.")
  var date: SettlementDate

  @Option(name: .customLong("run"), help: "The run: II, SF, R1, R2, R3, RF, DF.")
  var runType: RunType

  @Option(name: .customLong("file"), help: "S0142, C0291 or C0421. Repeat for more; S0142 by default.")
  var files: [String] = []

  @Option(help: "The folder to write to.")
  var out: String

  @Option(help: "When the files count as made, 2026-05-06T09:00:00Z; now by default.")
  var created: String?

  func run() throws {
    let kinds = try (files.isEmpty ? ["S0142"] : files).map { name in
      guard let kind = ReportKind(rawValue: name.uppercased()) else {
        throw ValidationError("--file is S0142, C0291 or C0421")
      }
      return kind
    }
    guard let moment = created.map({ UTCInstant($0) }) ?? now(), let stamp = LondonClock.stamp(at: moment) else {
      throw ValidationError("--created is a moment such as 2026-05-06T09:00:00Z")
    }
    try reportingErrors {
      let desk = ReportFiguresDesk(
        store: try store.open(.readOnly), rulebook: try rulebook.load(), settings: options.settings, hash: contentHash)
      let export = ReportExport(try desk.figures(date, runType), created: stamp)
      try makeFolder(out)
      for kind in kinds {
        var bytes: [UInt8] = []
        try export.write(kind) { bytes += $0 }
        let path = URL(fileURLWithPath: out).appendingPathComponent(export.name(kind))
        try writeData(Data(bytes), to: path.path)
        printOut("\(export.name(kind))  \(bytes.count) bytes  \(kind.title)\n")
      }
    }
  }
}
