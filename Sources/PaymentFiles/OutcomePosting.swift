import Accounting
import Billing
import Findings
import Quantities
import SettlementCalendar

/// Posts what became of collections to the ledger.
public enum OutcomePosting {
  /// The journal entries of outcomes, the same in whatever order and however often the outcomes come.
  ///
  /// A paid outcome is one entry; a bounced one is two, the collection and its reversal, so that the customer's account
  /// shows both. The outcomes of one bill are its attempts in order of date.
  ///
  /// Findings: `PAY-03` error: no bill has the reference; `PAY-04` error: the amount is not what the bill asks;
  /// `PAY-05` error: a further outcome after the bill was paid. These outcomes post nothing. `PAY-06` note: an outcome
  /// was given twice; it posts once.
  ///
  /// - Parameter bills: of several revisions of a bill the highest counts.
  public static func entries(
    _ outcomes: some Sequence<PaymentOutcome>, bills: some Sequence<Bill>
  ) -> Checked<[JournalEntry]> {
    var billOf: [PaymentReference: Bill] = [:]
    for bill in bills {
      guard let reference = PaymentReference(bill) else { continue }
      if let known = billOf[reference], known.request.revision >= bill.request.revision { continue }
      billOf[reference] = bill
    }
    var posted = Checked<[JournalEntry]>([])
    var seen: Set<PaymentOutcome> = []
    var attempts: [PaymentReference: Int] = [:]
    var paid: Set<PaymentReference> = []
    for outcome in outcomes.sorted(by: comesBefore) {
      guard seen.insert(outcome).inserted else {
        posted.report("PAY-06", .note, "An outcome was given twice; it is posted once.", outcome)
        continue
      }
      guard let bill = billOf[outcome.reference] else {
        posted.report("PAY-03", .error, "No bill has the reference of this outcome.", outcome)
        continue
      }
      guard outcome.amount == bill.total else {
        posted.report("PAY-04", .error, "The amount of this outcome is not the total of its bill.", outcome)
        continue
      }
      guard !paid.contains(outcome.reference) else {
        posted.report("PAY-05", .error, "The bill of this outcome is already paid.", outcome)
        continue
      }
      attempts[outcome.reference, default: 0] += 1
      if outcome.result == .paid { paid.insert(outcome.reference) }
      posted.value += entries(outcome, bill, attempt: attempts[outcome.reference] ?? 1)
    }
    return posted
  }

  private static func entries(_ outcome: PaymentOutcome, _ bill: Bill, attempt: Int) -> [JournalEntry] {
    // Entries of two opposite postings always balance.
    let collected = try? BillLedger.collected(outcome.amount, for: bill, attempt: attempt, on: outcome.date)
    let bounced =
      outcome.result == .bounced
      ? try? BillLedger.bounced(
        outcome.amount, for: bill, attempt: attempt, reason: outcome.reason, on: outcome.date) : nil
    return [collected, bounced].compactMap(\.self)
  }

  /// By reference, then date; on one day a bounce comes before a payment.
  private static func comesBefore(_ a: PaymentOutcome, _ b: PaymentOutcome) -> Bool {
    if a.reference != b.reference { return a.reference < b.reference }
    if a.date != b.date { return a.date < b.date }
    if a.result != b.result { return a.result == .bounced }
    return (a.amount, a.reason) < (b.amount, b.reason)
  }
}

extension Checked<[JournalEntry]> {
  fileprivate mutating func report(
    _ rule: RuleID, _ severity: Severity, _ message: String, _ outcome: PaymentOutcome
  ) {
    let remedy = severity == .note ? "Nothing needs to be done." : "Compare the outcome with the collection file."
    findings.append(Finding(rule, severity, message, remedy: remedy, detail: outcome.reference.text))
  }
}
