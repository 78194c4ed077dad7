import MarketIdentifiers
import Operations
import Quantities

/// Stages 4 and 5: each party's cash by run, and what each run moved.
enum CashTables {
  static func byRun(_ data: ReportData) -> PageTable {
    let runs = data.runs
    let parties = Set(runs.flatMap(\.cash.keys)).sorted()
    func total(_ run: ReportData.RunSummary) -> Money { run.cash.values.reduce(.zero, +) }
    return PageTable(
      "Cash by run, £: above zero the party receives. A run that not all dates have yet covers fewer days", "Party",
      numbers: runs.map {
        "\($0.run.rawValue), \(FigureText.count($0.days, "day"))\($0.movesMoney ? "" : ", no money moves")"
      },
      rows: parties.map { party in
        PageTable.Row(label: party.code, cells: runs.map { .money($0.cash[party] ?? .zero) })
      },
      foot: [
        PageTable.Row(label: "All parties", cells: runs.map { .money(total($0)) }),
        PageTable.Row(label: "Market account", cells: runs.map { .money(-total($0)) }),
      ])
  }

  static func moved(_ data: ReportData) -> PageTable {
    let runs = data.runs.filter(\.movesMoney)
    let parties = Set(runs.flatMap(\.moved.keys)).sorted()
    func cells(_ amount: (ReportData.RunSummary) -> Money) -> [PageTable.Cell] {
      let amounts = runs.map(amount)
      return amounts.map(PageTable.Cell.money) + [.money(amounts.reduce(.zero, +))]
    }
    return PageTable(
      "Cash moved by run, £: the difference from the run before it that moved money", "Party",
      numbers: runs.map(\.run.rawValue) + ["In all"],
      rows: parties.map { party in PageTable.Row(label: party.code, cells: cells { $0.moved[party] ?? .zero }) },
      foot: [
        PageTable.Row(label: "All parties", cells: cells { $0.moved.values.reduce(.zero, +) }),
        PageTable.Row(label: "Market account", cells: cells { -$0.moved.values.reduce(.zero, +) }),
      ])
  }
}
