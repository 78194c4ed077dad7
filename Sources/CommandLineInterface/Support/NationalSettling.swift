import ArgumentParser
import Foundation
import ReadingBlockStore
import SettlementCalendar

/// Settles the dates that a store holds as blocks, and prints a line for each run.
struct NationalSettling {
  let folder: NationalFolder
  let threads: Int
  let isFull: Bool
  let rowsOnly: Bool
  let format: OutputFormat

  /// - Parameter runs: in any order; II where none is named.
  func settle(_ dates: [SettlementDate], runs: [RunType]) throws {
    var table = OutputTable(columns: [
      "date", "run", "readings", "seconds", "changedReadings", "incremental", "threads", "sums",
    ])
    for date in dates {
      for run in runs.isEmpty ? [.ii] : runs.sorted() {
        let national = NationalRun(folder, date: date, run: run, threads: threads)
        let outcome = try national.settle(full: isFull, rowsOnly: rowsOnly)
        try national.keep(outcome.sums)
        table.rows.append([
          .text("\(date)"), .text(run.rawValue), .count(outcome.readings),
          .number(String(format: "%.5f", outcome.seconds)), .count(outcome.changedReadings),
          .text(outcome.isIncremental ? "yes" : "no"), .count(threads), .text(folder.sums(date, run)),
        ])
      }
    }
    printOut(table.text(format))
  }
}
