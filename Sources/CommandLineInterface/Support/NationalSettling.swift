import ArgumentParser
import Foundation
import NationalIngest
import ReadingBlockStore
import SettlementCalendar

/// Settles the dates that a store holds as blocks, and prints a line for each run.
struct NationalSettling {
  let store: String
  let threads: Int
  let isFull: Bool
  let rowsOnly: Bool
  /// How often each run is made in this process: the seconds printed are the median.
  let repeats: Int
  let format: OutputFormat

  private var folder: NationalFolder { NationalFolder(store: store) }

  /// Whether a date has readings that arrived and no block yet.
  static func hasArrivals(_ store: String, _ date: SettlementDate) -> Bool {
    let folder = NationalFolder(store: store)
    return FileManager.default.fileExists(atPath: folder.standing(date))
      && DateClosing(ArrivalsFolder(store: store), date: date, run: .ii).isOpen
  }

  /// - Parameter runs: in any order; II where none is named.
  func settle(_ dates: [SettlementDate], runs: [RunType]) throws {
    var table = OutputTable(columns: [
      "date", "run", "readings", "seconds", "changedReadings", "incremental", "threads", "sums",
    ])
    for date in dates {
      for run in runs.isEmpty ? [.ii] : runs.sorted() {
        // What arrived by now counts from this run on; what a run counted does not change afterwards.
        let closing = DateClosing(ArrivalsFolder(store: store), date: date, run: run)
        if closing.isOpen { _ = try closing.close() }
        let national = NationalRun(folder, date: date, run: run, threads: threads)
        var outcome = try national.settle(full: isFull, rowsOnly: rowsOnly)
        var times = [outcome.seconds]
        for _ in 1..<max(1, repeats) {
          outcome = try national.settle(full: isFull, rowsOnly: rowsOnly)
          times.append(outcome.seconds)
        }
        try national.keep(outcome.sums)
        table.rows.append([
          .text("\(date)"), .text(run.rawValue), .count(outcome.readings),
          .number(String(format: "%.6f", times.sorted()[times.count / 2])), .count(outcome.changedReadings),
          .text(outcome.isIncremental ? "yes" : "no"), .count(threads), .text(folder.sums(date, run)),
        ])
      }
    }
    printOut(table.text(format))
  }
}
