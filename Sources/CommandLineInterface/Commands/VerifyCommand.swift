import ArgumentParser
import Foundation
import JSONText
import NationalIngest
import Operations
import OperationsDatabase
import ReadingBlockStore
import Rulebooks
import SettlementCalendar

struct VerifyCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "verify",
    abstract: "Derives everything in a store again from its facts and compares the bytes.",
    discussion: """
      Checks every stored file against its checksum, reads every archived source again and compares the facts, computes every run, bill and ledger entry anew with what each knew
      when it was made, and holds the postings to a sum of nothing. Of a national store every file is held to its checksums,
      bit by bit. Exit status 1 when anything differs.
      """)

  @OptionGroup var store: StoreOptions

  /// Figures and differences only: there is no table to make rows of.
  enum Format: String, ExpressibleByArgument, CaseIterable { case table, json }

  @Option(help: "table or json.")
  var format: Format = .table

  func run() throws {
    try reportingErrors {
      let blocks = try verifyBlocks()
      if NationalFolder(store: store.store).isAlone {
        printOut(format == .json ? json(blocks) : text(blocks))
        if !blocks.differences.isEmpty { throw ExitStatus.checkFailed }
        return
      }
      let disk = try store.open(.readOnly)
      var sources = SourceReplay.Outcome()
      var outcome = Verifier.Outcome()
      outcome.differences = try damagedFiles(disk) + blocks.differences
      // Nothing can be derived from readings that are damaged: name the damage and leave it at that.
      if outcome.isIdentical {
        sources = try replay(disk)
        let derived = try derive(disk)
        outcome = derived
        outcome.differences = sources.differences + derived.differences
      }
      printOut(format == .json ? json(outcome, sources) : text(outcome, sources))
      if !outcome.isIdentical { throw ExitStatus.checkFailed }
    }
  }

  /// What a store holds packed for the national day, if anything.
  private func verifyBlocks() throws -> NationalVerification.Outcome {
    let progress = ProgressLine("check blocks")
    defer { progress.clear() }
    let threads = ProcessInfo.processInfo.activeProcessorCount
    return try NationalVerification(store: store.store, threads: threads).run {
      progress.show($0, of: $1, unit: "days")
    }
  }

  private func text(_ blocks: NationalVerification.Outcome) -> String {
    let sum = "\(blocks.files) files checked, \(blocks.runs) kept runs added up anew: "
    let verdict = blocks.differences.isEmpty ? "identical" : "\(blocks.differences.count) differ"
    return ([sum + verdict] + blocks.differences).joined(separator: "\n") + "\n"
  }

  private func json(_ blocks: NationalVerification.Outcome) -> String {
    var table = OutputTable(columns: ["blockFiles", "runs", "differences"])
    table.rows.append([.count(blocks.files), .count(blocks.runs), .count(blocks.differences.count)])
    for difference in blocks.differences { printError(difference) }
    return table.text(.json)
  }

  private func damagedFiles(_ disk: DiskStore) throws -> [String] {
    let files = ProgressLine("check files")
    defer { files.clear() }
    return try disk.verifyFiles { files.show($0, of: $1, unit: "files") }.map(\.description)
  }

  private func replay(_ disk: DiskStore) throws -> SourceReplay.Outcome {
    let progress = ProgressLine("read sources again")
    defer { progress.clear() }
    return try SourceReplay(store: disk, archive: store.archive(disk)).replay {
      progress.show($0, of: $1, unit: "sources")
    }
  }

  private func derive(_ disk: DiskStore) throws -> Verifier.Outcome {
    let progress = ProgressLine("derive again")
    defer { progress.clear() }
    return try Verifier(store: disk, hash: contentHash, rulebooks: Rulebook.named).verify(
      rulebooks: Rulebook.all.map(\.id)
    ) { progress.show($0, of: $1, unit: "runs") }
  }

  private func text(_ outcome: Verifier.Outcome, _ sources: SourceReplay.Outcome) -> String {
    let counts =
      "read again: \(sources.sources) sources, \(sources.rows) rows\n"
      + "derived again: \(outcome.runs) runs (\(outcome.readings) half-hours), \(outcome.bills) bills, "
      + "\(outcome.payments) payments, \(outcome.journalEntries) ledger entries\n"
    guard !outcome.isIdentical else { return counts + "identical bytes; all postings add up to nothing\n" }
    return counts + outcome.differences.map { "DIFFERS: \($0)\n" }.joined()
  }

  private func json(_ outcome: Verifier.Outcome, _ sources: SourceReplay.Outcome) -> String {
    let value = JSONValue.object([
      "identical": .bool(outcome.isIdentical), "sources": .integer(sources.sources), "rows": .integer(sources.rows),
      "runs": .integer(outcome.runs), "halfHours": .integer(outcome.readings),
      "bills": .integer(outcome.bills), "payments": .integer(outcome.payments),
      "journalEntries": .integer(outcome.journalEntries),
      "differences": .array(outcome.differences.map { .string($0) }),
    ])
    return String(decoding: JSONText.write(value, pretty: true), as: UTF8.self) + "\n"
  }
}
