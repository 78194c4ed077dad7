import Billing
import Findings
import MarketIdentifiers
import SettlementCalendar

/// Which days of which metering points were billed, so that no day is charged twice.
struct BilledDays {
  /// The ids of all bills.
  private(set) var ids: Set<String>
  private var spans: [MPAN: [ClosedRange<SettlementDate>]] = [:]

  /// - Parameter ids: those of the bills that were made. An id names its metering point and its days.
  init(_ ids: [String]) {
    self.ids = Set(ids)
    for id in ids {
      guard let span = BillRequest.span(ofID: id) else { continue }
      spans[span.mpan, default: []].append(span.days)
    }
  }

  /// Takes a bill whose days are all free; any other is refused with `BILL-10`.
  mutating func admit(_ made: Checked<Bill?>) -> Checked<Bill?> {
    guard let bill = made.value else { return made }
    let (mpan, days) = (bill.request.mpan, bill.request.from...bill.request.through)
    if let taken = spans[mpan]?.first(where: { $0.overlaps(days) }) {
      return Checked(nil, findings: [Self.refusal(bill, taken)])
    }
    ids.insert(bill.id)
    spans[mpan, default: []].append(days)
    return made
  }

  private static func refusal(_ bill: Bill, _ taken: ClosedRange<SettlementDate>) -> Finding {
    Finding(
      "BILL-10", .error,
      "Days from \(bill.request.from) to \(bill.request.through) were billed already, by a bill of "
        + "\(taken.lowerBound) to \(taken.upperBound).",
      remedy: "Bill only days that no bill has: begin after \(taken.upperBound) or end before \(taken.lowerBound).",
      detail: bill.id)
  }
}
