import Aggregation
import DTCFlows
import Findings
import Foundation
import InputFiles
import MarketIdentifiers
import MarketRegistration
import NationalIngest
import Operations
import OperationsDatabase
import PortfolioFiles
import Rulebooks
import SettlementCalendar
import WireFormat

/// Makes standing data from files, or from the facts of the store.
final class StandingDesk {
  private let store: StoreOptions
  private let folder: ArrivalsFolder
  private let columns: RegistrationColumns
  private let snapshot: FactSnapshot?
  private(set) var log: FindingLog

  /// Nothing could be used.
  struct NothingRead: Error, CustomStringConvertible {
    let description: String
  }

  /// - Parameter files: of registrations; with none, the facts of the store.
  /// - Throws: where a file cannot be read, or there is no registration to be used.
  init(_ store: StoreOptions, registrations files: [String]) throws {
    self.store = store
    folder = ArrivalsFolder(store: store.store)
    var columns = RegistrationColumns()
    var log = FindingLog(limitPerRule: 20)
    if files.isEmpty {
      let facts = try FactSnapshot(store.open(.readOnly))
      // In the order in which they count; of one moment are the rows of one file.
      var batches: [UTCInstant: Int] = [:]
      for statement in facts.allRegistrations {
        let batch = batches[statement.recordedAt] ?? batches.count
        batches[statement.recordedAt] = batch
        columns.append(statement, batch: batch)
      }
      snapshot = facts
    } else {
      snapshot = nil
      for (batch, path) in files.enumerated() { try Self.read(path, batch, &columns, &log) }
    }
    guard columns.count > 0 else {
      for finding in log.kept { printError("\(finding)") }
      throw NothingRead(
        description: files.isEmpty
          ? "the store has no registrations: ingest them, or name a file with --registrations"
          : "no registration of the files could be used")
    }
    self.columns = columns
    self.log = log
  }

  private static func read(
    _ path: String, _ batch: Int, _ columns: inout RegistrationColumns, _ log: inout FindingLog
  ) throws {
    let file = try InputFile(path)
    let progress = ProgressLine("read registrations")
    defer { progress.clear() }
    try file.read { part in
      var reader = RegistrationReader(file: part.name, recordedAt: now())
      func take(_ event: PortfolioEvent<Registration>) {
        switch event {
        case .value(let statement, _): columns.append(statement, batch: batch)
        case .quarantined(let finding, let rows): log.append(finding, times: rows)
        case .noted(let finding): if finding.severity > .note { log.append(finding) }
        }
      }
      var done = 0
      try part.forEachPiece {
        reader.consume($0) { take($0) }
        done += $0.count
        progress.show(done >> 20, of: Int(file.size) >> 20, unit: "MiB")
      }
      reader.finish { take($0) }
    }
  }

  // MARK: Loss factors

  /// The factors of the classes that registrations name: published ones, else the rulebook's.
  func factors(_ files: [String], _ rulebook: Rulebook, shiftDays: Int) throws -> LossFactorBook {
    let wanted = Set(columns.classes.map { LossClassName(distributor: $0.distributor, lossClass: $0.lossClass) })
    var schedules: [LossFactorSchedule] = []
    if let snapshot {
      for name in wanted {
        schedules += try snapshot.store.lossFactors(distributor: name.distributor, lossClass: name.lossClass)
      }
    }
    for (place, path) in files.enumerated() {
      // Of two files that both have a date the later named one counts.
      let moment = UTCInstant(secondsSince1970: Int64(place))
      let file = try InputFile(path)
      try file.read { part in
        var reader = D0265Reader(file: part.name, source: file.hash, receivedAt: moment)
        func take(_ event: LossFactorEvent) {
          switch event {
          case .schedule(let schedule, _):
            if wanted.contains(LossClassName(distributor: schedule.distributor, lossClass: schedule.lossClass)) {
              schedules.append(schedule)
            }
          case .quarantined(let finding, let rows): log.append(finding, times: rows)
          case .noted(let finding): if finding.severity > .note { log.append(finding) }
          }
        }
        try part.forEachPiece { reader.consume($0) { take($0) } }
        reader.finish { take($0) }
      }
    }
    return LossFactorBook(schedules, rulebook: rulebook, shiftDays: shiftDays)
  }

  private struct LossClassName: Hashable {
    let distributor: Int
    let lossClass: LineLossFactorClassID
  }

  // MARK: What is made

  /// - Parameter adds: whether metering points that the register lacks are added to it.
  func make(_ dates: [SettlementDate], _ factors: LossFactorBook, adds: Bool) throws -> OutputTable {
    let hasRegister = FileManager.default.fileExists(atPath: folder.register)
    let added = hasRegister && !adds ? 0 : try folder.register(columns)
    let register = try RegisterFile(folder)
    let making = StandingMaking(
      folder, RegistrationsInForce(columns, register: register.register), registered: register.register.count,
      factors: factors)
    var table = OutputTable(columns: ["date", "made", "meteringPoints", "registered", "buckets", "addedPoints", "file"])
    let progress = ProgressLine("standing data")
    defer { progress.clear() }
    for (number, date) in dates.enumerated() {
      progress.show(number, of: dates.count, unit: "days")
      let made = try making.write(date)
      for finding in made.findings { log.append(finding) }
      table.rows.append([
        .text("\(date)"), .text(made.wasThere ? "before" : "now"), .count(made.meteringPoints), .count(made.registered),
        .count(made.buckets), .count(number == 0 ? added : 0), .text(folder.national.standing(date)),
      ])
    }
    return table
  }

  /// Writes what counts from a later run on.
  func amend(_ dates: [SettlementDate], _ run: RunType) throws -> OutputTable {
    let register = try RegisterFile(folder)
    let amendment = StandingAmendment(folder, RegistrationsInForce(columns, register: register.register), run: run)
    var table = OutputTable(columns: ["date", "run", "made", "moved", "ended", "file"])
    for date in dates {
      let made = try amendment.write(date)
      for finding in made.findings { log.append(finding) }
      table.rows.append([
        .text("\(date)"), .text(run.rawValue), .text(made.wasThere ? "before" : "now"), .count(made.moved),
        .count(made.ended), .text(folder.national.moves(date, run)),
      ])
    }
    return table
  }
}
