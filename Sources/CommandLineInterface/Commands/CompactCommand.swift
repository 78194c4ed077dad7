import ArgumentParser
import Foundation
import ReadingBlockStore
import SettlementCalendar

struct CompactCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "compact",
    abstract: "Lays packed readings down in the order of buckets, corrections included: runs over them are fastest.",
    discussion: """
      Makes of the blocks that a store holds of a date (halfhour simulate) one day block with everything that is known
      up to a run. It is written beside them and named when it is whole: who reads meanwhile is not kept waiting.
      """)

  @OptionGroup var store: StoreOptions
  @OptionGroup var dates: DateOptions

  @Option(name: .customLong("run"), help: "The run up to which corrections are taken in: II, SF, R1, R2, R3, RF, DF.")
  var upTo: RunType = .ii

  @Option(help: "Threads to work with; the processor's cores by default.")
  var threads: Int = ProcessInfo.processInfo.activeProcessorCount

  @Option(help: "table, json or csv.")
  var format: OutputFormat = .table

  func validate() throws {
    guard (1...256).contains(threads) else { throw ValidationError("--threads is 1 to 256") }
  }

  func run() throws {
    try reportingErrors {
      let folder = NationalFolder(store: store.store)
      var table = OutputTable(columns: ["date", "run", "meteringPoints", "bytes", "seconds", "file"])
      for date in dates.dates {
        let made = try DayCompaction(folder, date: date, run: upTo, threads: threads).write()
        table.rows.append([
          .text("\(date)"), .text(upTo.rawValue), .count(made.rows), .count(made.bytes),
          .number(String(format: "%.4f", made.seconds)), .text(folder.dayBlock(date, upTo)),
        ])
      }
      printOut(table.text(format))
    }
  }
}
