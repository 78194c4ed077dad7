import ArgumentParser

/// The program: one verb for each thing that a settlement analyst does.
public struct HalfhourCommand: ParsableCommand {
  public static let configuration = CommandConfiguration(
    commandName: "halfhour",
    abstract:
      "Carries half-hourly energy data from the meter reading to the pound on the bill, and explains every figure.",
    discussion: """
      A store is a folder. Facts go in (ingest), figures come out (settle, bill), and every figure can be walked back to
      the line of the file that it came from (explain) and computed again to the same bytes (verify).

      A first walk:
        halfhour sample --out sample                       make a sample estate
        halfhour ingest --store S --receipts sample/receipts.csv sample/sample-*
        halfhour settle --store S --from 2026-03-16 --to 2026-04-12 --as-of 2027-12-31
        halfhour report --store S --out report.html        look at it

      Exit status: 0 done; 1 a check failed; 2 input refused; 3 not possible with what is there; 64 wrong command line.
      """,
    version: "0.1.0",
    subcommands: [
      IngestCommand.self,
      PortfolioCommand.self,
      ValidateCommand.self,
      SettleCommand.self,
      RunsCommand.self,
      ReconcileCommand.self,
      CompareCommand.self,
      ReportFilesCommand.self,
      BillCommand.self,
      PayCommand.self,
      ExplainCommand.self,
      ReportCommand.self,
      VerifyCommand.self,
      PriceCommand.self,
      ChargesCommand.self,
      SourcesCommand.self,
      CalendarCommand.self,
      MPANCommand.self,
      ExampleCommand.self,
      SampleCommand.self,
      SimulateCommand.self,
      CompactCommand.self,
      MetersCommand.self,
      StandingCommand.self,
      LoadCommand.self,
      ExportCommand.self,
      DCCCommand.self,
      SampleReportCommand.self,
      MarketCommand.self,
      CreditCommand.self,
    ])

  public init() {}
}
