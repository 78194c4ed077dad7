import ArgumentParser
import CreditCover
import Foundation
import InputFiles
import JSONText
import PortfolioFiles
import Quantities
import Rulebooks
import SettlementCalendar

/// `halfhour credit`: credit cover.
struct CreditCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "credit", abstract: "Credit cover under the code.", subcommands: [WhatIf.self])

  /// `halfhour credit what-if`.
  struct WhatIf: ParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "what-if",
      abstract: "Which party defaults if the imbalance price is so much for so many hours?",
      discussion: """
        Takes every party of a simulated market as it stands after its last half-hour, lets the price hold while each is
        short by what it was short by on the last day, and says whose credit cover percentage passes 80 (Level 1) and 90
        (Level 2), and after how long. Credit assessment itself sees a price only when a run's charges come: this is
        what it will see then. With --positions the parties come from a table of your own instead: party, cover_pounds,
        indebtedness_mwh, short_mwh_per_period.

        Exit status: 0, also when parties default; 2 when no row of the table can be used.

        Examples:
          halfhour credit what-if --price 4000 --hours 4 --days 40 --parties 60
          halfhour credit what-if --price 4000 --hours 4 --positions positions.csv --on 2026-01-05
        """)

    @Option(help: "The imbalance price in pounds per MWh.")
    var price: String

    @Option(help: "How many hours it holds, 0 to 744.")
    var hours: Int

    @OptionGroup var options: MarketCommand.Options

    @Option(help: "A table of positions to take instead of a simulated market.")
    var positions: String?

    @Option(help: "The date whose thresholds and credit assessment price hold; the market's last date by default.")
    var on: SettlementDate?

    @Flag(help: "Print also the parties that do not default.")
    var all = false

    @Option(help: "How to print: table, json or csv.")
    var format: OutputFormat = .table

    func validate() throws {
      guard DecimalNumber(price).flatMap({ UnitRate(poundsPerMWh: $0) }) != nil else {
        throw ValidationError("--price is pounds per MWh, such as 4000 or -90.32, within 100,000 either way")
      }
      guard (0...744).contains(hours) else { throw ValidationError("--hours is 0 to 744") }
    }

    func run() throws {
      try reportingErrors {
        guard let rate = DecimalNumber(price).flatMap({ UnitRate(poundsPerMWh: $0) }) else { return }
        let last = options.from.advanced(by: options.days - 1) ?? options.from
        let rules = try CreditRules(Rulebook.named(options.rulebook) ?? .default, on: on ?? last)
        let whatIf = CreditWhatIf(price: rate, hours: hours, rules: rules)
        let outcomes = whatIf.outcomes(try positions.map(Self.read) ?? options.simulate().positions)
        let shown = all ? outcomes : outcomes.filter { $0.level1After != nil || $0.isBeyondCover }
        guard format == .table else {
          printOut(Self.table(shown).text(format))
          return
        }
        for outcome in shown { printOut(whatIf.sentence(outcome) + "\n") }
        let new = outcomes.count { ($0.level1After ?? 0) > 0 || $0.level1After == nil && $0.isBeyondCover }
        let before = outcomes.count { $0.level1After == 0 }
        printOut("\(new) of \(outcomes.count) parties pass Level 1 on the way, \(before) were above it before.\n")
      }
    }

    /// The usable rows of a table of positions; what is wrong with the others goes to standard error.
    private static func read(_ path: String) throws -> [CreditPosition] {
      var found: [CreditPosition] = []
      try InputFile(path).read { part in
        guard let bytes = try part.bytes(limit: 64 << 20) else {
          printError("halfhour: \(part.name) is larger than 64 MB, which no table of positions is.")
          return
        }
        var reader = CreditPositionReader(file: part.name)
        func take(_ event: CreditPositionReader.Event) {
          switch event {
          case .value(let position, _): found.append(position)
          case .quarantined(let finding, _), .noted(let finding): printError("\(finding)")
          }
        }
        bytes.withUnsafeBytes { reader.consume($0, take) }
        reader.finish(take)
      }
      guard !found.isEmpty else { throw ExitStatus.inputRefused }
      return found
    }

    private static func table(_ outcomes: [CreditWhatIf.Outcome]) -> OutputTable {
      OutputTable(
        columns: [
          "party", "percentageBefore", "percentageAfter", "charge", "level1AfterPeriods", "level2AfterPeriods",
          "beyondCover",
        ],
        rows: outcomes.map { outcome in
          [
            .text(outcome.party.code), .number(percent(outcome.before)), .number(percent(outcome.after)),
            .number(outcome.charge.poundsText), outcome.level1After.map { .count($0) } ?? .empty,
            outcome.level2After.map { .count($0) } ?? .empty, .text(outcome.isBeyondCover ? "yes" : "no"),
          ]
        })
    }

    private static func percent(_ percentage: CreditCoverPercentage) -> String {
      DecimalNumber.text(Int128(percentage.hundredThousandths), places: 5)
    }
  }
}
