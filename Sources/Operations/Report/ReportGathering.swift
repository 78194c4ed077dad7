import Aggregation
import Findings
import Quantities
import ReadingValidation
import Rulebooks
import SettlementCalendar

extension ReportData {
  /// Reads a store through once: sources, the runs of one rulebook (decoded one at a time), bills, the ledger.
  ///
  /// - Throws: what the store throws, and ``RunResultCodec/Malformed`` or a bill's fault for a damaged result.
  public static func gather(store: any Store, rulebook: Rulebook) throws -> ReportData {
    var tally = RunTally(store: store, rulebook: rulebook)
    let records = try store.runs(rulebook: rulebook.id, withResults: false)
    for (position, record) in records.enumerated() {
      guard let whole = try store.run(record.date, record.run, rulebook: rulebook.id) else { continue }
      let isLast = position + 1 == records.count || records[position + 1].date != record.date
      try tally.add(try RunResultCodec.decode(whole.result), isLast: isLast)
    }
    let bills = try BillTally.totals(store)
    let ledger = try LedgerTally.totals(store, rulebook: rulebook.id)
    return ReportData(
      rulebook: RulebookName(id: rulebook.id, title: rulebook.title, edition: rulebook.edition),
      intake: try intake(store), runs: tally.runs, lastQuality: tally.lastQuality, groups: tally.groupRows,
      parties: tally.partyRows, days: tally.days, points: tally.points, bills: bills, ledger: ledger,
      checks: tally.checks + LedgerTally.checks(ledger, bills, tally))
  }

  private static func intake(_ store: any Store) throws -> Intake {
    let records = try store.sources()
    return Intake(
      sources: records.map {
        Source(
          name: $0.name, format: $0.format, hash: $0.hash, byteCount: $0.byteCount, receivedAt: $0.receivedAt,
          reckoning: $0.reckoning, findingCount: $0.findingCounts.values.reduce(0, +))
      },
      seriesCount: try store.allSeries().count, readingDays: try store.dates().count,
      registrationCount: try store.registrations().count, findings: findings(records))
  }

  /// The count of each rule over all sources; its sentence is that of the first finding kept.
  private static func findings(_ records: [SourceRecord]) -> [FindingCount] {
    var counts: [RuleID: Int] = [:]
    var first: [RuleID: Finding] = [:]
    for record in records {
      counts.merge(record.findingCounts, uniquingKeysWith: +)
      for finding in record.findings where first[finding.rule] == nil { first[finding.rule] = finding }
    }
    return counts.keys.sorted().map { rule in
      FindingCount(
        rule: rule, severity: first[rule]?.severity ?? .note, count: counts[rule] ?? 0,
        message: first[rule]?.message ?? "", remedy: first[rule]?.remedy ?? "")
    }
  }
}
