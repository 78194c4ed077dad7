import ArgumentParser
import MarketIdentifiers

/// `halfhour mpan`: what can be said of supply numbers.
public struct MPANCommand: ParsableCommand {
  public static let configuration = CommandConfiguration(
    commandName: "mpan", abstract: "Check meter point administration numbers.", subcommands: [Check.self])

  public init() {}

  /// `halfhour mpan check MPAN...`.
  public struct Check: ParsableCommand {
    public static let configuration = CommandConfiguration(
      commandName: "check",
      abstract: "Say of each number whether its check digit agrees.",
      discussion: """
        An MPAN core has 13 digits: two of the distributor, ten of the supply point, one check digit.
        Exit status: 0 when all are valid, 1 when one is not.

        Example: halfhour mpan check 1200023305967 1234567890123
        """)

    @Argument(help: "Numbers of 13 digits; blanks within a quoted number are allowed.")
    var mpans: [String]

    @Option(help: "How to print: table, json or csv.")
    var format: OutputFormat = .table

    public init() {}

    public func run() throws {
      let verdicts = mpans.map(Verdict.init)
      print(Self.text(verdicts, format), terminator: "")
      if verdicts.contains(where: { !$0.isValid }) { throw ExitCode.failure }
    }

    /// `MPAN valid` or `MPAN invalid: reason` a line; or the same as JSON or comma-separated values.
    public static func text(_ verdicts: [Verdict], _ format: OutputFormat) -> String {
      guard format != .table else { return verdicts.map { "\($0.description)\n" }.joined() }
      let rows = verdicts.map { verdict -> [OutputTable.Cell] in
        [
          .text(verdict.mpan), .text(verdict.isValid ? "valid" : "invalid"),
          verdict.fault.map { .text($0.description) } ?? .empty,
        ]
      }
      return OutputTable(columns: ["mpan", "verdict", "reason"], rows: rows).text(format)
    }
  }

  /// A number as it was given, and what is wrong with it, if anything.
  public struct Verdict: Hashable, Sendable, CustomStringConvertible {
    public let mpan: String
    public let fault: MPAN.Fault?

    public init(_ text: String) {
      mpan = text
      fault =
        switch MPAN.check(text) {
        case .success: nil
        case .failure(let fault): fault
        }
    }

    public var isValid: Bool { fault == nil }
    public var description: String { fault.map { "\(mpan) invalid: \($0)" } ?? "\(mpan) valid" }
  }
}
