import ArgumentParser
import Findings
import InputFiles
import JSONText
import Operations
import OperationsDatabase
import Quantities
import SettlementReports

/// `halfhour compare`: a received settlement report held against the store.
struct CompareCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "compare",
    abstract: "Compares a received settlement report with what the store makes of the same date and run.",
    discussion: """
      Reads S0142, C0291 or C0421, plain or gzip, known by their header. Each difference is valued in pounds at the price
      of our run, ranked, and given its likely cause. Listed, below the threshold and equal together are the whole
      difference, exactly. Above zero the received report pays the party more than our run.

      Exit status: 0 nothing at or above the threshold; 1 differences; 2 the file is refused.
      """)

  @Option(help: "The received file.")
  var received: String

  @OptionGroup var store: StoreOptions
  @OptionGroup var rulebook: RulebookOptions
  @OptionGroup var options: RunOptions

  @Option(help: "List differences of this value or more, in pounds.")
  var threshold: String = "0.01"

  @Option(name: .customLong("party"), help: "Compare only this party of a settlement report. Repeat for more.")
  var parties: [String] = []

  @Option(help: "Print at most so many differences as a table; JSON and CSV hold all.")
  var limit: Int = 40

  @Option(help: "table, json or csv.")
  var format: OutputFormat = .table

  func validate() throws {
    guard let pounds = DecimalNumber(threshold).flatMap(Money.init(pounds:)), pounds >= .zero else {
      throw ValidationError("--threshold is an amount in pounds, 0 or more, such as 0.50")
    }
  }

  func run() throws {
    try reportingErrors {
      let threshold = DecimalNumber(threshold).flatMap(Money.init(pounds:)) ?? .zero
      var findings: [Finding] = []
      let report = try read(&findings)
      for line in lines(findings, report.tally) { printError(line) }
      if let refusal = report.refusal {
        printError("halfhour: \(received): \(refusal)")
        throw ExitStatus.inputRefused
      }
      let desk = ReportFiguresDesk(
        store: try store.open(.readOnly), rulebook: try rulebook.load(), settings: options.settings, hash: contentHash)
      guard let comparison = try ShadowSettlement(desk).compare(report, threshold: threshold) else {
        throw ExitStatus.inputRefused
      }
      let page = ComparisonPage(
        comparison: comparison, file: received, rulebook: rulebook.rulebook, findings: findings, limit: limit)
      printOut(page.text(format))
      if !comparison.listed.isEmpty { throw ExitStatus.checkFailed }
    }
  }

  /// The first findings of each rule, and how many the file has in all.
  private func lines(_ findings: [Finding], _ tally: ReportTally?) -> [String] {
    Dictionary(grouping: findings, by: \.rule).sorted { $0.key < $1.key }.flatMap { rule, found -> [String] in
      let shown = found.prefix(FindingLines.shownOfOneRule).map(\.description)
      let count = tally?.findings[rule] ?? found.count
      return count > shown.count ? shown + ["... \(count) of rule \(rule) in all"] : shown
    }
  }

  private func read(_ findings: inout [Finding]) throws -> ReceivedReport {
    var report = ReceivedReport(parties: parties.isEmpty ? nil : Set(parties))
    var found: [Finding] = []
    do {
      try InputFile(received).read { part in
        guard report.tally == nil else { throw SeveralParts() }
        var reader = SettlementReportReader(file: part.name)
        func take(_ event: ReportEvent) {
          if case .noted(let finding) = event { found.append(finding) }
          report.take(event)
        }
        try part.forEachPiece { reader.consume($0) { take($0) } }
        reader.finish { take($0) }
      }
    } catch let fault as InputFault {
      printError("halfhour: \(fault)")
      throw ExitStatus.inputRefused
    } catch let fault as SeveralParts {
      printError("halfhour: \(received): \(fault)")
      throw ExitStatus.inputRefused
    }
    findings = found
    return report
  }

  private struct SeveralParts: Error, CustomStringConvertible {
    let description = "the file holds several files: compare them one by one"
  }
}
