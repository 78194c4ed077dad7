import ArgumentParser
import Foundation
import ImbalancePricing
import JSONText
import SettlementCalendar

/// `halfhour price`: the imbalance price, of one period, of many, or as published for years.
public struct PriceCommand: ParsableCommand {
  public static let configuration = CommandConfiguration(
    commandName: "price",
    abstract: "Work out the system price from the accepted actions, and check published prices.",
    subcommands: [PricePeriodCommand.self, PriceReplayCommand.self, PriceHistoryCommand.self],
    defaultSubcommand: PricePeriodCommand.self)

  public init() {}
}

/// `halfhour price period`, or `halfhour price` alone: the price of one settlement period, worked out from Elexon's files.
struct PricePeriodCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "period",
    abstract: "Work out the system price of a settlement period from the accepted actions, step by step.",
    discussion: """
      Reads every file of a folder by its shape: physical data and bid-offer data of BMRS, Insights answers (price
      records, adjustment actions, acceptances, bid-offer data, market index, the settlement stack), lists of unflagged
      actions and published prices. What the files lack is named; nothing is filled in.

      Examples:
        halfhour price --input march --date 2022-03-19 --period 27 --explain
        halfhour price --input march --date 2022-03-19 --period 27 --format json --svg stack.svg
      """)

  @Option(help: "The folder that holds the files.")
  var input: String

  @Option(help: "The settlement date.")
  var date: String

  @Option(help: "The settlement period, 1 to 46, 48 or 50.")
  var period: Int

  @Option(help: "How to print: table or json.")
  var format: OutputFormat = .table

  @Flag(help: "Say in sentences what each step did and why the price is what it is.")
  var explain = false

  @Option(help: "Draw the stack into this file.")
  var svg: String?

  @Option(help: "Below the de minimis threshold: each row by itself (row), or with its unit and pair (unit-and-pair).")
  var deMinimis: String = DeMinimisRule.row.rawValue

  func run() throws {
    guard let day = SettlementDate(date).map({ SettlementDay($0) }) else {
      throw ValidationError("'\(date)' is not a date from 1996-01-01 to 2099-12-31, such as 2026-03-29.")
    }
    guard let period = day.period(period) else {
      throw ValidationError("\(day.date) has the periods 1 to \(day.periodCount).")
    }
    guard let rule = DeMinimisRule(rawValue: deMinimis) else {
      throw ValidationError("--de-minimis is row or unit-and-pair.")
    }
    guard format != .csv else { throw ValidationError("A price is printed as table or json.") }
    try reportingErrors {
      var folder = PriceFolder([period])
      try folder.read(input)
      let pricing = PeriodPricing(folder.periods[0], deMinimisRule: rule)
      let report = PriceReport(
        pricing: pricing, files: folder.files, findings: folder.findings.map(\.description),
        findingCount: folder.findingCount)
      if let svg { try draw(pricing, into: svg) }
      printOut(
        format == .json
          ? String(decoding: JSONText.write(report.json, pretty: true), as: UTF8.self)
          : report.text(isExplained: explain))
      if folder.files.allSatisfy({ $0.used == 0 }) {
        printError("halfhour: no file of the folder says anything about \(period).")
        throw ExitStatus.notPossible
      }
    }
  }

  private func draw(_ pricing: PeriodPricing, into path: String) throws {
    guard let walk = pricing.walk else {
      throw PriceFolderFault(description: "There is no stack to draw: the files hold no actions of the period.")
    }
    let picture = StackPicture(walk, title: "\(pricing.facts.period)")
    try writeData(Data(picture.svg.utf8), to: path)
  }
}
