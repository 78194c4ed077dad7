import Accounting
import MarketIdentifiers
import Quantities
import SettlementCalendar

/// The journal entries of a bill's life: issued, collected, bounced.
///
/// As everywhere in the ledger a positive posting is a credit to the account's owner. A customer who owes has a
/// negative balance; revenue and VAT payable grow positive; money that the supplier holds at its bank is negative,
/// as the bank's debt to it. Entry ids follow from the bill, so deriving an entry again gives the same one.
public enum BillLedger {
  public static func customer(_ mpan: MPAN) -> Account { Account("customer/\(mpan)") }
  public static func revenue(_ supplier: ParticipantID) -> Account { Account("revenue/\(supplier)") }
  public static func vat(_ supplier: ParticipantID) -> Account { Account("vat/\(supplier)") }
  public static func bank(_ supplier: ParticipantID) -> Account { Account("bank/\(supplier)") }

  /// The bill is issued: the customer owes its total, of which the VAT is owed on.
  public static func issued(_ bill: Bill) throws(JournalEntry.Fault) -> JournalEntry {
    try JournalEntry(
      id: "bill/\(bill.id)/issued", date: bill.request.issued, narrative: "bill issued",
      postings: [
        Posting(customer(bill.request.mpan), -bill.total),
        Posting(revenue(bill.supplier), bill.subtotal),
        Posting(vat(bill.supplier), bill.vat.amount),
      ])
  }

  /// A bill is taken back, to be replaced by a later revision.
  public static func withdrawn(_ bill: Bill, on date: SettlementDate) throws(JournalEntry.Fault) -> JournalEntry {
    try JournalEntry(
      id: "bill/\(bill.id)/withdrawn", date: date, narrative: "bill withdrawn",
      postings: [
        Posting(customer(bill.request.mpan), bill.total),
        Posting(revenue(bill.supplier), -bill.subtotal),
        Posting(vat(bill.supplier), -bill.vat.amount),
      ])
  }

  /// A direct debit was collected: the customer's debt moves to the bank.
  ///
  /// - Parameter attempt: 1 for the first collection of a bill, 2 for its re-presentation, ...
  public static func collected(
    _ amount: Money, for bill: Bill, attempt: Int = 1, on date: SettlementDate
  ) throws(JournalEntry.Fault) -> JournalEntry {
    try JournalEntry(
      id: "bill/\(bill.id)/collected-\(attempt)", date: date, narrative: "direct debit collected",
      postings: [Posting(customer(bill.request.mpan), amount), Posting(bank(bill.supplier), -amount)])
  }

  /// The same direct debit came back unpaid: the collection is reversed and the debt stands again.
  public static func bounced(
    _ amount: Money, for bill: Bill, attempt: Int = 1, reason: String, on date: SettlementDate
  ) throws(JournalEntry.Fault) -> JournalEntry {
    try JournalEntry(
      id: "bill/\(bill.id)/bounced-\(attempt)", date: date, narrative: "direct debit returned unpaid: \(reason)",
      postings: [Posting(customer(bill.request.mpan), -amount), Posting(bank(bill.supplier), amount)])
  }
}
