import Accounting
import ArgumentParser
import Findings
import Foundation
import InputFiles
import Operations
import OperationsDatabase
import PaymentFiles
import Quantities
import SettlementCalendar

struct PayCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "pay", abstract: "Collects bills by direct debit and takes the outcomes.",
    subcommands: [Collect.self, Outcomes.self, Balances.self])

  struct Collect: ParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Writes one BACS Standard 18 file per supplier for the bills not collected yet.",
      discussion: "Bank accounts are plainly invented: sort code 00-00-00, the account number from the MPAN.")

    @OptionGroup var store: StoreOptions
    @OptionGroup var rulebook: RulebookOptions

    @Option(help: "The day on which the files are made; today by default.")
    var date: SettlementDate?

    @Option(help: "The folder for the files.", completion: .directory)
    var out: String

    @Option(help: "table, json or csv.")
    var format: OutputFormat = .table

    func run() throws {
      try reportingErrors {
        let disk = try store.open(.readWrite)
        let run = CollectionRun(store: disk, rulebook: try rulebook.load(), hash: contentHash)
        // The folder first: what is collected stands as collected in the store.
        try makeFolder(out)
        let collection = try run.collect(created: date ?? today())
        var table = OutputTable([.init("file"), .init("supplier"), .init("collections"), .init("pounds", "GBP")])
        for entry in collection.files {
          let name = "\(entry.id).bacs"
          try writeData(Data(entry.file.write()), to: URL(fileURLWithPath: out).appendingPathComponent(name).path)
          table.rows.append([
            .text(name), .text(entry.supplier.code), .count(entry.file.instructions.count),
            .number(entry.file.instructions.reduce(Money.zero) { $0 + $1.amount }.poundsText),
          ])
        }
        printOut(table.text(format))
        if let reason = collection.reasonForNothing { printError(reason) }
      }
    }
  }

  struct Outcomes: ParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Takes a CSV of outcomes: reference,amount_pence,outcome,reason,date.")

    @OptionGroup var store: StoreOptions
    @OptionGroup var rulebook: RulebookOptions

    @Argument(help: "The outcome file.", completion: .file())
    var file: String

    @Flag(help: "Show what the findings are about, which may be personal data.")
    var details = false

    /// The outcome file could not be read.
    struct Unreadable: Error, CustomStringConvertible {
      let path: String
      let fault: InputFault
      var description: String { "cannot read \(path): \(fault.message) Next: \(fault.remedy)" }
    }

    func run() throws {
      try reportingErrors {
        let (outcomes, findings) = try read()
        let disk = try store.open(.readWrite)
        let taken = try CollectionRun(store: disk, rulebook: try rulebook.load(), hash: contentHash).take(outcomes)
        for line in FindingLines.grouped(findings + taken.findings, details: details) { printError(line) }
        printOut("\(outcomes.count) outcomes read, \(taken.new) new\n")
        if (findings + taken.findings).contains(where: { $0.severity == .error }) { throw ExitStatus.inputRefused }
      }
    }

    private func read() throws -> ([PaymentOutcome], [Finding]) {
      var outcomes: [PaymentOutcome] = []
      var findings: [Finding] = []
      do {
        try InputFile(file).read { part in
          var reader = PaymentOutcomeReader(file: part.name)
          let take: (PaymentOutcomeReader.Event) -> Void = { event in
            switch event {
            case .outcome(let outcome, _): outcomes.append(outcome)
            case .finding(let finding): findings.append(finding)
            }
          }
          try part.forEachPiece { reader.consume($0, take) }
          reader.finish(take)
        }
      } catch let fault as InputFault {
        throw Unreadable(path: file, fault: fault)
      }
      return (outcomes, findings)
    }
  }

  struct Balances: ParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Shows the ledger's balances by kind of account, or one by one.",
      discussion: """
        Above zero: the account's owner is owed money. All balances add up to nothing. Settlement accounts (market,
        party) stand by rulebook: two rulebooks settle the same days, so their amounts are never added up.
        """)

    @OptionGroup var store: StoreOptions

    @Option(help: "Only accounts whose name begins so: party/, customer/, market, ...")
    var prefix: String?

    @Option(help: "table, json or csv.")
    var format: OutputFormat = .table

    func run() throws {
      try reportingErrors {
        let disk = try store.open(.readOnly)
        var sums: [String: Int128] = [:]
        var total: Int128 = 0
        for entry in try disk.balances() {
          total += entry.balance
          if let prefix {
            if entry.account.path.hasPrefix(prefix) { sums[entry.account.path] = entry.balance }
          } else {
            sums[entry.account.balanceGroup, default: 0] += entry.balance
          }
        }
        var table = OutputTable([.init("account"), .init("pounds", "GBP")])
        for (name, balance) in sums.sorted(by: { $0.key < $1.key }) {
          table.rows.append([.text(name), .number(DecimalNumber.text(balance, places: 6, keeping: 2))])
        }
        table.rows.append([.text("all accounts"), .number(DecimalNumber.text(total, places: 6, keeping: 2))])
        printOut(table.text(format))
      }
    }
  }
}
