import ArgumentParser
import ImbalancePricing
import JSONText
import Quantities
import SettlementCalendar

/// `halfhour price replay`: the price of every period of some days beside the published one, with a reason for each miss.
struct PriceReplayCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "replay",
    abstract:
      "Recompute the price of every period of some days, and say for each miss which kind of action is lacking.",
    discussion: """
      Example:
        halfhour price replay --input stack --from 2026-01-01 --to 2026-01-05 --misses
      """)

  @Option(help: "The folder that holds the files, or one file.")
  var input: [String]

  @Option(help: "The first settlement date.")
  var from: String

  @Option(help: "The last settlement date; the first one by default.")
  var to: String?

  @Flag(help: "Only periods whose price is not the published one.")
  var misses = false

  @Option(help: "How to print: table, json or csv.")
  var format: OutputFormat = .table

  /// A longer range is refused: every fact is held against every period.
  private static let mostDays = 31

  func run() throws {
    guard let first = SettlementDate(from), let last = SettlementDate(to ?? from), first <= last,
      first.days(to: last) < Self.mostDays
    else { throw ValidationError("--from and --to are dates, not more than \(Self.mostDays) days together.") }
    try reportingErrors {
      var folder = PriceFolder(settlementDates(first, through: last).flatMap { SettlementDay($0).periods })
      for path in input { try folder.read(path) }
      let pricings = folder.periods.map { PeriodPricing($0) }
      guard pricings.contains(where: { $0.facts.record != nil || $0.walk != nil }) else {
        printError("halfhour: no file says anything about \(first) to \(last).")
        throw ExitStatus.notPossible
      }
      printOut(table(pricings).text(format))
      printError(summary(pricings))
    }
  }

  private func table(_ pricings: [PeriodPricing]) -> OutputTable {
    var table = OutputTable(columns: [
      "date", "period", "basis", "computed", "published", "covered", "reproduced", "cause", "sentence",
    ])
    for pricing in pricings where !misses || pricing.isReproduced != true {
      let difference = pricing.difference
      table.rows.append([
        .text("\(pricing.facts.period.day.date)"), .count(pricing.facts.period.number), .text(pricing.basis.rawValue),
        Self.price(pricing.systemPrice), Self.price(pricing.facts.record?.systemPrice),
        .text(pricing.walk.map { $0.uncoveredVolume.units == 0 ? "yes" : "no" } ?? ""),
        .text(pricing.isReproduced.map { $0 ? "yes" : "no" } ?? ""), .text(difference?.cause.rawValue ?? ""),
        .text(difference?.sentence ?? pricing.unpricedSentence ?? ""),
      ])
    }
    return table
  }

  private static func price(_ rate: UnitRate?) -> OutputCell { rate.map { .number($0.poundsPerMWhText) } ?? .empty }

  private func summary(_ pricings: [PeriodPricing]) -> String {
    let compared = pricings.filter { $0.isReproduced != nil }
    let covered = compared.filter { $0.walk?.uncoveredVolume.units == 0 }
    return "\(pricings.count) periods, \(compared.count) with a price and a published one, "
      + "\(compared.count { $0.isReproduced == true }) reproduced; of \(covered.count) that the actions cover, "
      + "\(covered.count { $0.isReproduced == true }) reproduced."
  }
}
