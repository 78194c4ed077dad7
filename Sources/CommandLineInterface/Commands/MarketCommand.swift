import ArgumentParser
import Foundation
import JSONText
import MarketIdentifiers
import MarketSimulator
import Rulebooks
import SettlementCalendar

/// `halfhour market`: a simulated market with all its runs and all its cash.
struct MarketCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "market",
    abstract: "Simulate a whole market: trades, credit checks, runs, advice notes, defaults, disputes.",
    subcommands: [Simulate.self, Party.self])

  /// Which market; everything follows from these.
  struct Options: ParsableArguments {
    @Option(help: "The same seed gives the same bytes.")
    var seed: UInt64 = 1

    @Option(help: "Settlement dates, 1 to 366.")
    var days: Int = 365

    @Option(help: "Trading parties, 10 to 1000, in the mix of the source documents.")
    var parties: Int = 250

    @Option(help: "The first settlement date.")
    var from: SettlementDate = SettlementDate("2025-04-01") ?? .earliest

    @Option(help: "The rulebook whose runs, credit and dispute rules hold: bsc, may-2026 or mhhs.")
    var rulebook: String = "bsc"

    @Option(help: "Let facts, runs and payments arrive in another order; 0 as they are made. It changes no result.")
    var shuffle: UInt64 = 0

    func validate() throws {
      guard (1...366).contains(days), (10...1_000).contains(parties) else {
        throw ValidationError("--days is 1 to 366, --parties 10 to 1000")
      }
      guard Rulebook.named(rulebook) != nil else {
        throw ValidationError(
          "there is no rulebook \(rulebook); there are \(Rulebook.all.map(\.id).joined(separator: ", "))")
      }
    }

    func settings(watched: ParticipantID? = nil) -> MarketSettings {
      MarketSettings(
        seed: seed, firstDate: from, days: days, parties: parties, shuffle: shuffle, watched: watched)
    }

    /// Runs the market with a line of progress.
    func simulate(watched: ParticipantID? = nil) throws -> MarketReport {
      let progress = ProgressLine("market")
      var year = try MarketYear(settings(watched: watched), Rulebook.named(rulebook) ?? .default)
      let report = try year.simulate { progress.show($0, of: days, unit: "days") }
      progress.clear()
      return report
    }
  }

  /// `halfhour market simulate`.
  struct Simulate: ParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "simulate",
      abstract: "Settle a simulated year by every run, and move its cash.",
      discussion: """
        Nothing in it happened; everything follows from the seed. Each date is traded, checked for credit at every
        half-hour, metered with errors that shrink from run to run, and settled by BSC Section T in every run; each
        payment date has its advice notes, late payers and defaulters. The sums that must be nothing are shown, and a
        digest of all results: with another --shuffle it is the same.

        Exit status: 0 when all sums are nothing, 1 when one is not.

        Example: halfhour market simulate --seed 1 --days 28 --parties 60
        """)

    @OptionGroup var options: Options

    @Option(help: "How to print: table or json.")
    var format: OutputFormat = .table

    @Option(help: "How many defaults, debts and disputes to print as sentences.")
    var sentences: Int = 12

    func validate() throws {
      guard format != .csv else { throw ValidationError("A market is printed as table or json.") }
    }

    func run() throws {
      try reportingErrors {
        let started = Date()
        let report = try options.simulate()
        let page = MarketPage(
          report: report, seconds: Date().timeIntervalSince(started), peakBytes: peakMemoryBytes(),
          sentences: max(0, sentences))
        printOut(
          format == .json ? String(decoding: JSONText.write(page.json, pretty: true), as: UTF8.self) + "\n" : page.text)
        if !page.isBalanced { throw ExitStatus.checkFailed }
      }
    }
  }

  /// `halfhour market party`.
  struct Party: ParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "party",
      abstract: "Show the advice notes of one party of a simulated market, and why they are what they are.",
      discussion: """
        Without --date one row a payment date; with it the lines of that day's note, by settlement date and run. Codes
        are S001 (suppliers), G001 (generators), T001 (traders), D001, N001, I001, V001, and NETSO, the system operator.

        Example: halfhour market party S001 --days 28 --parties 60 --date 2025-05-13
        """)

    @Argument(help: "The party's code, such as S001.")
    var code: String

    @OptionGroup var options: Options

    @Option(help: "A payment date.")
    var date: SettlementDate?

    @Option(help: "How to print: table, json or csv.")
    var format: OutputFormat = .table

    func run() throws {
      guard let party = ParticipantID(code) else {
        throw ValidationError("'\(code)' is no party's code: capital letters and digits, such as S001.")
      }
      try reportingErrors {
        let report = try options.simulate(watched: party)
        guard !report.notes.isEmpty else {
          printError("halfhour: \(party) has no advice note in this market: look at the codes in the help.")
          throw ExitStatus.notPossible
        }
        guard let date else {
          printOut(NotePage.overview(report.notes).text(format))
          return
        }
        guard let note = report.notes.first(where: { $0.paymentDate == date }) else {
          printError("halfhour: \(party) has no advice note on \(date): without --date all are listed.")
          throw ExitStatus.notPossible
        }
        printOut(NotePage.lines(note).text(format))
      }
    }
  }
}
