import ArgumentParser
import Foundation
import NationalIngest
import Operations
import Quantities
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
  let volumes: VolumeFiles

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
        if closing.isOpen { Self.note(try closing.close(), date, run) }
        let national = NationalRun(folder, date: date, run: run, threads: threads)
        var outcome = try national.settle(full: isFull, rowsOnly: rowsOnly)
        var times = [outcome.seconds]
        for _ in 1..<max(1, repeats) {
          outcome = try national.settle(full: isFull, rowsOnly: rowsOnly)
          times.append(outcome.seconds)
        }
        try national.keep(outcome.sums)
        try volumes.add(folder, date, run)
        table.rows.append([
          .text("\(date)"), .text(run.rawValue), .count(outcome.readings),
          .number(String(format: "%.6f", times.sorted()[times.count / 2])), .count(outcome.changedReadings),
          .text(outcome.isIncremental ? "yes" : "no"), .count(threads), .text(folder.sums(date, run)),
        ])
      }
    }
    try volumes.write()
    printOut(table.text(format))
  }

  /// Says what a closing left out.
  static func note(_ closed: DateClosing.Outcome, _ date: SettlementDate, _ run: RunType) {
    guard closed.leftOut > 0 else { return }
    printError(
      "note: readings of \(closed.leftOut) metering points are left out of run \(run.rawValue) of \(date): they were "
        + "added to the register after the date's standing data was made")
  }
}

/// Collects what runs come to for the files that were asked for.
final class VolumeFiles {
  private let volumes: String?
  private let byClass: Bool
  private let metered: String?
  private var lines = ""
  private var units = ""

  init(volumes: String?, byClass: Bool, metered: String?) {
    self.volumes = volumes
    self.byClass = byClass
    self.metered = metered
  }

  func add(_ folder: NationalFolder, _ date: SettlementDate, _ run: RunType) throws {
    guard volumes != nil || metered != nil else { return }
    let made = try NationalVolumes(folder, date, run, byClass: byClass)
    if volumes != nil { lines += made.csv }
    guard metered != nil else { return }
    for unit in made.netAtGSP {
      let name = try SupplierUnit.base(unit.supplier, in: unit.group)
      for (period, energy) in unit.periods.enumerated() {
        // 10⁻⁵ Wh are 10⁻¹¹ MWh: nothing is rounded here.
        units +=
          "\(name),\(date),\(period + 1),\(DecimalNumber.text(energy.tenMicrowattHours, places: 11, keeping: 3))\n"
      }
    }
  }

  func write() throws {
    if let volumes { try writeFile(NationalVolumes.header(byClass: byClass) + lines, to: volumes) }
    if let metered { try writeFile("bm_unit,settlement_date,period,metered_mwh\n" + units, to: metered) }
  }
}
