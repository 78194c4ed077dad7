import Operations
import Quantities
import SettlementCalendar

/// The seven stages: what the drawing says of each and which tables stand under it.
enum ReportStages {
  static let ids = ["measured", "validated", "aggregated", "settled", "reconciled", "billed", "paid"]
  static let titles = ["Measured", "Validated", "Aggregated", "Settled", "Reconciled", "Billed", "Paid"]

  static func summaries(
    _ data: ReportData
  ) -> [(title: String, headline: String, lines: [String], link: String)] {
    let texts = [measured, validated, aggregated, settled, reconciled, billed, paid].map { $0(data) }
    return texts.enumerated().map { (titles[$0.offset], $0.element[0], Array($0.element.dropFirst()), ids[$0.offset]) }
  }

  private static func measured(_ data: ReportData) -> [String] {
    let intake = data.intake
    return [
      FigureText.count(intake.total.rowsRead), "rows in \(FigureText.count(intake.sources.count, "source"))",
      "\(FigureText.count(intake.seriesCount)) series, \(FigureText.count(intake.readingDays, "day"))",
      "\(FigureText.count(intake.total.quarantined)) quarantined",
    ]
  }

  private static func validated(_ data: ReportData) -> [String] {
    let quality = data.lastQuality
    guard quality.expected > 0 else { return ["none yet"] }
    return [
      quality.validatedShare.percentText(places: 2) + " %", "measured, last run",
      "\(quality.firstPassShare.percentText(places: 2)) % at first pass",
      "\(FigureText.count(quality.estimated)) estimated",
    ]
  }

  private static func aggregated(_ data: ReportData) -> [String] {
    guard !data.groups.isEmpty else { return ["none yet"] }
    let volume = data.groups.map(\.volume).reduce(ReportData.Volume(), +)
    return [
      FigureText.energy(volume.netLossAdjusted), "net at Supply Points",
      "\(FigureText.energy(volume.losses)) losses",
      "\(FigureText.count(data.groups.count, "group")), \(FigureText.count(data.parties.count, "party", "parties"))",
    ]
  }

  private static func settled(_ data: ReportData) -> [String] {
    guard !data.days.isEmpty else { return ["none yet"] }
    let runCount = data.runs.reduce(0) { $0 + $1.days }
    let first = data.runs.first(where: \.movesMoney)
    let net = first?.cash.values.reduce(Money.zero, +) ?? .zero
    return [
      FigureText.count(data.days.count, "day"), "\(FigureText.count(runCount, "run")) made",
      first.map { "net \(FigureText.pounds(net)) at \($0.run.rawValue)" } ?? "no run moved money",
      "\(FigureText.count(data.points.count)) half-hours",
    ]
  }

  private static func reconciled(_ data: ReportData) -> [String] {
    let later = data.runs.filter(\.movesMoney).dropFirst()
    guard !later.isEmpty else { return ["none yet"] }
    let turnover = later.flatMap(\.moved.values).reduce(Money.zero) { $0 + ($1 < .zero ? -$1 : $1) }
    let energy = later.reduce(Energy.zero) { $0 + $1.energyChange }
    return [
      FigureText.pounds(turnover), "moved after \(data.runs.first(where: \.movesMoney)?.run.rawValue ?? "")",
      "\(FigureText.grouped(energy.kilowattHoursText)) kWh change", later.map(\.run.rawValue).joined(separator: " "),
    ]
  }

  private static func billed(_ data: ReportData) -> [String] {
    let bills = data.bills
    guard bills.count > 0 else { return ["none yet"] }
    return [
      FigureText.pounds(bills.total), "in \(FigureText.count(bills.count, "bill"))",
      FigureText.energy(LossAdjustedEnergy(bills.imported)), "VAT \(FigureText.pounds(bills.vat))",
    ]
  }

  private static func paid(_ data: ReportData) -> [String] {
    let ledger = data.ledger
    guard data.bills.count > 0 else { return ["none yet"] }
    return [
      FigureText.pounds(ledger.collected - ledger.bounced), "received",
      "\(FigureText.pounds(ledger.bounced)) bounced", "\(FigureText.pounds(ledger.owed)) owed",
    ]
  }

  static func sections(_ data: ReportData) -> [ReportPageModel.Section] {
    let contents: [(lead: String, tables: [PageTable], notes: [String])] = [
      (
        "Every row that was read is in one of four places: newly taken, already there, there with another value, or kept out with a reason.",
        [IntakeTables.formats(data.intake), IntakeTables.findings(data.intake)].compactMap(\.self), []
      ),
      (
        "A half-hour that is missing, late or implausible is estimated by the first method that applies; a reading that comes later replaces the estimate at the next run.",
        data.runs.isEmpty ? [] : [QualityTables.byRun(data)] + [QualityTables.failures(data)].compactMap(\.self), []
      ),
      (
        "At the last run of each date: what the meters say, what line losses make of it, by GSP Group.",
        data.groups.isEmpty ? [] : [VolumeTables.groups(data)], []
      ),
      (
        "Each party's imbalance is what it bought less what its customers took off, priced half-hour by half-hour. Above zero the party receives, below it pays.",
        data.parties.isEmpty ? [] : [VolumeTables.parties(data), CashTables.byRun(data)], []
      ),
      (
        "Each run posts only what it changes.",
        data.runs.isEmpty ? [] : [CashTables.moved(data), QualityTables.energyChange(data)], []
      ),
      (
        "Bills are made from the same half-hours that were settled.",
        data.bills.count == 0 ? [] : [PaymentTables.bills(data.bills)], PaymentTables.billNotes(data.bills)
      ),
      (
        "What was collected, what came back, and what is still owed.",
        data.ledger.entries == 0 ? [] : [PaymentTables.payments(data.ledger)], []
      ),
    ]
    return contents.enumerated().map { position, content in
      ReportPageModel.Section(
        id: ids[position], number: position + 1, title: titles[position], lead: content.lead, tables: content.tables,
        folded: position == 0 ? IntakeTables.folded(data.intake) : [],
        notes: content.tables.isEmpty ? ["Nothing here yet."] : content.notes)
    }
  }

  static func days(_ data: ReportData) -> PageTable {
    let rows = data.days.map { day in
      PageTable.Row(
        label: "\(day.date)",
        cells: [
          .text(day.run.rawValue), .count(day.periodCount), .rate(day.lowestPrice), .rate(day.highestPrice),
          .energy(day.offtake), .energy(day.contracted), .money(day.cash),
        ])
    }
    let total = PageTable.Row(
      label: "Total",
      cells: [
        .empty, .count(data.days.reduce(0) { $0 + $1.periodCount }), .empty, .empty,
        .energy(data.days.reduce(LossAdjustedEnergy.zero) { $0 + $1.offtake }),
        .energy(data.days.reduce(Energy.zero) { $0 + $1.contracted }), .money(data.days.reduce(.zero) { $0 + $1.cash }),
      ])
    let numbers = ["Periods", "Lowest £/MWh", "Highest £/MWh", "Offtake kWh", "Contracted kWh", "Net cash £"]
    return PageTable(
      "Each settlement date at its last run",
      head: [PageTable.Head(label: "Date", isNumber: false), PageTable.Head(label: "Run", isNumber: false)]
        + numbers.map { PageTable.Head(label: $0, isNumber: true) },
      rows: rows, foot: [total])
  }
}
