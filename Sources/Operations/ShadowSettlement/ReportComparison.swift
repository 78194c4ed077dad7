import MarketIdentifiers
import Quantities
import SettlementCalendar
import SettlementReports

/// A received report held against our own figures of the same date and run.
///
/// Every difference has a value in pounds, and the values add up: listed, below the threshold and equal together are the
/// difference of the two totals, exactly.
public struct ReportComparison: Hashable, Sendable {
  public let kind: ReportKind
  public let date: SettlementDate
  public let run: RunType
  /// Whether our run had been made and saved.
  public let isSavedRun: Bool
  /// Micropounds; differences of a smaller value either way are summed and not listed.
  public let threshold: Int128
  /// Micropounds: what our figures come to, and what the received ones come to. Cash of the parties, positive to them; for
  /// files of volumes their value at the price of our run.
  public let ours: Int128
  public let received: Int128
  /// Largest value first, either way.
  public internal(set) var listed: [ReportDifference]
  public let belowCount: Int
  /// Micropounds.
  public let belowValue: Int128
  /// Figures that are the same on both sides.
  public let equalCount: Int

  /// Micropounds.
  public var difference: Int128 { received - ours }
  /// Micropounds.
  public var listedValue: Int128 { listed.reduce(0) { $0 + $1.value } }
  /// Whether what is listed, what is below the threshold and what is equal add up to the difference.
  public var addsUp: Bool { listedValue + belowValue == difference }

  /// - Precondition: the received report has no ``ReceivedReport/refusal``.
  init(_ received: ReceivedReport, _ figures: ReportFigures, threshold: Int128) {
    var ledger = ComparisonLedger(figures: figures, received: received.named(as: figures))
    switch received.kind {
    case .settlementReport: ledger.compareParties()
    case .groupTake: ledger.compareTakes()
    case .unitAggregation: ledger.compareUnits()
    case .distributionArea, nil: break
    }
    kind = received.kind ?? .settlementReport
    date = figures.day.date
    run = figures.run
    isSavedRun = figures.isSaved
    self.threshold = threshold
    ours = ledger.oursTotal
    self.received = ledger.receivedTotal
    let isListed = { (row: ReportDifference) in row.value.magnitude >= threshold.magnitude }
    let below = ledger.rows.filter { !isListed($0) }
    listed = ledger.rows.filter(isListed).enumerated()
      .sorted { ($1.element.value.magnitude, $0.offset) < ($0.element.value.magnitude, $1.offset) }.map(\.element)
    belowCount = below.count
    belowValue = below.reduce(0) { $0 + $1.value }
    equalCount = ledger.equalCount
  }
}
