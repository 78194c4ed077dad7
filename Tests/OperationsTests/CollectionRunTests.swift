import Accounting
import Billing
import Operations
import PaymentFiles
import PortfolioFiles
import Quantities
import Rulebooks
import SettlementCalendar
import Testing

@Suite struct CollectionRunTests {
  /// The worked household's bill, saved as a bill run saves it.
  private func desk() throws -> (store: MemoryStore, run: CollectionRun, bill: Bill) {
    let rulebook = try #require(Rulebook.named("may-2026"))
    let bill = try WorkedHousehold(rulebook: rulebook, hash: testHash).bill
    let store = MemoryStore()
    let bytes = BillDocument.write(bill)
    let document = DocumentRecord(kind: DocumentKind.bill, id: bill.id, hash: testHash(bytes), bytes: bytes)
    try store.save([(document, [try BillLedger.issued(bill)])])
    return (store, CollectionRun(store: store, rulebook: rulebook, hash: testHash), bill)
  }

  private func balance(_ store: MemoryStore, _ account: Account) throws -> Int128 {
    try store.balances().first { $0.account == account }?.balance ?? 0
  }

  @Test func aBillIsCollectedOnce() throws {
    let (_, run, bill) = try desk()
    let date = try #require(SettlementDate("2027-01-08"))
    let first = try run.collect(created: date)
    #expect(first.files.map(\.file.instructions.count) == [1])
    #expect(first.files.first?.file.instructions.first?.amount == bill.total)
    #expect(try run.collect(created: date).files.isEmpty)
  }

  @Test func onlyOutcomesThatCanBePostedAreKept() throws {
    let (store, run, bill) = try desk()
    let reference = try #require(PaymentReference(bill))
    let date = try #require(SettlementDate("2027-01-25"))
    let wrong = PaymentOutcome(
      reference: reference, amount: bill.total + Money(pence: 1), result: .paid, reason: "", date: date)
    let refused = try run.take([wrong])
    #expect(refused.new == 0)
    #expect(refused.findings.map(\.rule) == ["PAY-04"])
    #expect(try store.documents(kind: DocumentKind.payment).isEmpty)

    let paid = PaymentOutcome(reference: reference, amount: bill.total, result: .paid, reason: "", date: date)
    #expect(try run.take([paid, paid]).new == 1)
    #expect(try run.take([paid]).new == 0)
    #expect(try balance(store, BillLedger.customer(bill.request.mpan)) == 0)
    #expect(try balance(store, BillLedger.bank(bill.supplier)) == -Int128(bill.total.micropounds))
  }
}
