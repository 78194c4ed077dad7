import ArgumentParser
import JSONText
import MarketIdentifiers
import Operations
import OperationsDatabase
import Reports
import Rulebooks
import SettlementCalendar

struct ExplainCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "explain",
    abstract: "Walks a figure down to the readings, factors, prices and rules it was made from, and adds it up again.",
    subcommands: [BillFigure.self, Cash.self, Volume.self, Change.self])

  /// How an explanation is printed.
  struct Output: ParsableArguments {
    enum Format: String, ExpressibleByArgument, CaseIterable { case table, json, csv, html }

    @Option(help: "table (a tree for the terminal), json, csv (one line a figure) or html.")
    var format: Format = .table

    @Option(help: "Write to this file instead of standard output.", completion: .file())
    var out: String?

    func print(_ explanation: Explanation) throws {
      let text =
        switch format {
        case .table: ExplanationText.render(explanation)
        case .json:
          String(decoding: JSONText.write(ExplanationJSON.value(explanation), pretty: true), as: UTF8.self) + "\n"
        case .csv: ExplanationCSV.render(explanation)
        case .html: try ExplanationPage.render(explanation, title: explanation.title)
        }
      if let out { try writeFile(text, to: out) } else { printOut(text) }
      if !explanation.holds { throw ExitStatus.checkFailed }
    }
  }

  struct BillFigure: ParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "bill", abstract: "Explains a bill's total or one of its lines.")

    @OptionGroup var store: StoreOptions
    @OptionGroup var output: Output

    @Argument(help: "The bill's id: `halfhour bill list` prints them.")
    var id: String

    @Option(help: "Only this line: a band's or charge's name.")
    var line: String?

    @Option(help: "Show the half-hours of this date one by one.")
    var date: SettlementDate?

    func run() throws {
      try reportingErrors {
        let disk = try store.open(.readOnly)
        let explainer = BillExplainer(store: disk, archive: store.archive(disk), rulebooks: Rulebook.named)
        try output.print(try explainer.bill(id, line: line, date: date))
      }
    }
  }

  /// What a run's explanation is about.
  struct RunFigure: ParsableArguments {
    @OptionGroup var store: StoreOptions
    @OptionGroup var rulebook: RulebookOptions
    @OptionGroup var output: Output

    @Option(help: "The party, e.g. a supplier's id.")
    var party: String

    @Option(help: "The settlement date.")
    var date: SettlementDate

    @Option(help: "How many metering points to show one by one; the rest are one line.")
    var limit: Int = 20

    func explainer() throws -> RunExplainer {
      let disk = try store.open(.readOnly)
      return RunExplainer(
        store: disk, rulebook: try rulebook.load(), archive: store.archive(disk), limit: max(limit, 0))
    }

    func partyID() throws -> ParticipantID {
      guard let id = ParticipantID(party) else {
        throw ValidationError("a party's id has capital letters and digits only")
      }
      return id
    }
  }

  struct Cash: ParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Explains a party's cash of a date at a run; with --period down to the readings.")

    @OptionGroup var figure: RunFigure

    @Option(name: .customLong("run"), help: "The run.")
    var atRun: RunType = .sf

    @Option(help: "The settlement period to walk down.")
    var period: Int?

    func run() throws {
      try reportingErrors {
        try figure.output.print(
          try figure.explainer().cash(try figure.partyID(), figure.date, atRun, period: period))
      }
    }
  }

  struct Volume: ParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Explains a supplier's volume in one period, by GSP Group and metering point.")

    @OptionGroup var figure: RunFigure

    @Option(name: .customLong("run"), help: "The run.")
    var atRun: RunType = .sf

    @Option(help: "The settlement period.")
    var period: Int

    @Option(help: "Only this GSP Group, e.g. _C.")
    var group: String?

    func run() throws {
      try reportingErrors {
        let id = try group.map { text in
          guard let id = GSPGroupID(rawValue: text) else { throw ValidationError("there is no GSP Group \(text)") }
          return id
        }
        try figure.output.print(
          try figure.explainer().volume(try figure.partyID(), group: id, figure.date, atRun, period: period))
      }
    }
  }

  struct Change: ParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Explains what changed for a party between two runs of a date, by cause.")

    @OptionGroup var figure: RunFigure

    @Option(name: .customLong("from-run"), help: "The earlier run.")
    var from: RunType = .sf

    @Option(name: .customLong("to-run"), help: "The later run.")
    var to: RunType = .r1

    func run() throws {
      try reportingErrors {
        try figure.output.print(try figure.explainer().change(try figure.partyID(), figure.date, from: from, to: to))
      }
    }
  }
}
