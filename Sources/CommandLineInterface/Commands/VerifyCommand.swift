import ArgumentParser
import JSONText
import Operations
import OperationsDatabase
import Rulebooks
import SettlementCalendar

struct VerifyCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "verify",
    abstract: "Derives everything in a store again from its facts and compares the bytes.",
    discussion: """
      Checks every stored file against its checksum, computes every run, bill and ledger entry anew with what each knew
      when it was made, and holds the postings to a sum of nothing. Exit status 1 when anything differs.
      """)

  @OptionGroup var store: StoreOptions

  @Option(help: "table or json.")
  var format: OutputFormat = .table

  func run() throws {
    try reportingErrors {
      let disk = try store.open(.readOnly)
      let files = ProgressLine("check files")
      let problems = try disk.verifyFiles { files.show($0, of: $1, unit: "files") }
      files.clear()
      let progress = ProgressLine("derive again")
      let names = Rulebook.all.map(\.id)
      var outcome = try Verifier(store: disk, hash: contentHash, rulebooks: Rulebook.named).verify(rulebooks: names) {
        progress.show($0, of: $1, unit: "runs")
      }
      progress.clear()
      outcome.differences += problems.map(\.description)
      outcome.differences += try archiveProblems(disk)
      printOut(format == .json ? json(outcome) : text(outcome))
      if !outcome.isIdentical { throw ExitStatus.checkFailed }
    }
  }

  /// Sources whose archived bytes are gone or changed.
  private func archiveProblems(_ disk: DiskStore) throws -> [String] {
    let archive = store.archive(disk)
    return try disk.sources().compactMap { source in
      do {
        try archive.check(source.hash)
        return nil
      } catch {
        return "\(error)"
      }
    }
  }

  private func text(_ outcome: Verifier.Outcome) -> String {
    let counts =
      "derived again: \(outcome.runs) runs (\(outcome.readings) half-hours), \(outcome.bills) bills, "
      + "\(outcome.payments) payments, \(outcome.journalEntries) ledger entries\n"
    guard !outcome.isIdentical else { return counts + "identical bytes; all postings add up to nothing\n" }
    return counts + outcome.differences.map { "DIFFERS: \($0)\n" }.joined()
  }

  private func json(_ outcome: Verifier.Outcome) -> String {
    let value = JSONValue.object([
      "identical": .bool(outcome.isIdentical), "runs": .integer(outcome.runs), "halfHours": .integer(outcome.readings),
      "bills": .integer(outcome.bills), "payments": .integer(outcome.payments),
      "journalEntries": .integer(outcome.journalEntries),
      "differences": .array(outcome.differences.map { .string($0) }),
    ])
    return String(decoding: JSONText.write(value, pretty: true), as: UTF8.self) + "\n"
  }
}
