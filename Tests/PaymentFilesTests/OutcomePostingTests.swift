import Accounting
import Billing
import Findings
import MarketIdentifiers
import PaymentFiles
import Quantities
import Rulebooks
import SettlementCalendar
import Testing

@Suite("Outcomes in the ledger")
struct OutcomePostingTests {
  /// A bill of some 336 kWh for December, on an all-day rate.
  func bill(serial: Int, revision: Int = 1) throws -> Bill {
    let rate = try #require(DecimalNumber("20").flatMap { UnitRate(pencePerKWh: $0) })
    let rates = try TariffRates(
      effectiveFrom: Sample.date("2026-01-01"), singleRate: rate, standingCharge: Money(pence: 50), source: "sheet")
    let supplier = try #require(ParticipantID("MRCY"))
    let book = try TariffBook([
      Tariff(name: "t", supplier: supplier, kind: .fixed, vatRate: "domestic", rates: [rates])
    ])
    let request = BillRequest(
      customer: "C", mpan: try #require(MPAN(distributor: 12, serial: serial)), gspGroup: .c,
      paymentMethod: "direct-debit", supplier: supplier, tariff: "t", from: Sample.date("2026-12-01"),
      through: Sample.date("2026-12-31"), issued: Sample.date("2027-01-05"), revision: revision)
    let days = settlementDates(request.from, through: request.through).map {
      BillableDay(date: $0, measured: (0..<48).map { _ in Energy(wattHours: Int64(225 + revision)) })
    }
    let rulebook = try #require(Rulebook.named("may-2026"))
    let rules = try #require(BillingRules(rulebook, on: request.through))
    return try #require(Bill.make(request, book: book, days: days, rules: rules).value)
  }

  func outcome(
    _ bill: Bill, _ result: PaymentOutcome.Result, on date: String, amount: Money? = nil
  ) throws -> PaymentOutcome {
    PaymentOutcome(
      reference: try #require(PaymentReference(bill)), amount: amount ?? bill.total, result: result,
      reason: result == .bounced ? "refer to payer" : "", date: Sample.date(date))
  }

  func owed(_ bill: Bill, _ entries: [JournalEntry]) -> Money {
    let account = BillLedger.customer(bill.request.mpan)
    return entries.flatMap(\.postings).filter { $0.account == account }.reduce(.zero) { $0 + $1.amount }
  }

  @Test("Paid settles the debt; bounced leaves it; paid at the second attempt settles it")
  func outcomes() throws {
    let (one, two) = (try bill(serial: 1), try bill(serial: 2))
    let issued = [try BillLedger.issued(one), try BillLedger.issued(two)]
    let first = [try outcome(one, .paid, on: "2027-01-27"), try outcome(two, .bounced, on: "2027-01-28")]
    let posted = OutcomePosting.entries(first, bills: [one, two])
    #expect(posted.findings.isEmpty && posted.value.count == 3)
    #expect(owed(one, issued + posted.value) == .zero)
    #expect(owed(two, issued + posted.value) == -two.total)

    let second = first + [try outcome(two, .paid, on: "2027-02-10")]
    let all = OutcomePosting.entries(second, bills: [two, one])
    #expect(all.value.count == 4 && Set(all.value.map(\.id)).count == 4)
    #expect(owed(two, issued + all.value) == .zero)
    // What was posted before is posted again under the same ids: deriving twice adds nothing.
    #expect(Set(posted.value).isSubset(of: Set(all.value)))
    #expect(all.value.flatMap(\.postings).reduce(Money.zero) { $0 + $1.amount } == .zero)
  }

  @Test("Order and repetition do not matter")
  func order() throws {
    let bill = try bill(serial: 1)
    let outcomes = [
      try outcome(bill, .bounced, on: "2027-01-28"), try outcome(bill, .bounced, on: "2027-02-02"),
      try outcome(bill, .paid, on: "2027-02-10"),
    ]
    let expected = OutcomePosting.entries(outcomes, bills: [bill])
    let shuffled = OutcomePosting.entries(Array(outcomes.reversed()) + outcomes, bills: [bill])
    #expect(shuffled.value == expected.value)
    #expect(shuffled.findings.map(\.rule) == ["PAY-06", "PAY-06", "PAY-06"])
  }

  @Test("An outcome that fits no bill posts nothing and is said")
  func findings() throws {
    let (one, stranger) = (try bill(serial: 1), try bill(serial: 9))
    let posted = OutcomePosting.entries(
      [
        try outcome(stranger, .paid, on: "2027-01-27"),
        try outcome(one, .paid, on: "2027-01-27", amount: one.total + Money(pence: 1)),
      ], bills: [one])
    #expect(posted.value.isEmpty)
    #expect(posted.findings.map(\.rule).sorted() == ["PAY-03", "PAY-04"])
    let again = OutcomePosting.entries(
      [try outcome(one, .paid, on: "2027-01-27"), try outcome(one, .bounced, on: "2027-01-29")], bills: [one])
    #expect(again.value.count == 1 && again.findings.map(\.rule) == ["PAY-05"])
  }

  @Test("The highest revision of a bill is the one that is paid")
  func revision() throws {
    let (first, second) = (try bill(serial: 1), try bill(serial: 1, revision: 2))
    #expect(first.total != second.total)
    let posted = OutcomePosting.entries([try outcome(second, .paid, on: "2027-01-27")], bills: [second, first])
    #expect(posted.findings.isEmpty && posted.value.map(\.id) == ["bill/\(second.id)/collected-1"])
  }

  @Test("A bill becomes a collection when something is owed")
  func instruction() throws {
    let bill = try bill(serial: 1)
    let account = try #require(BankAccount(fictitiousFor: bill.request.mpan))
    #expect(account.sortCode == "000000" && account.number.count == 8)
    let day = Sample.date("2027-01-26")
    let instruction = try #require(PaymentInstruction(collecting: bill, from: account, processingDay: day))
    #expect(instruction.amount == bill.total && instruction.reference == PaymentReference(bill))
    #expect(PaymentInstruction(collecting: bill, from: account, code: .credit, processingDay: day) == nil)
    let read = CollectionFile.read(
      try Sample.file([instruction]).write(), file: "c.txt", calendar: Sample.calendar)
    #expect(read.value?.instructions == [instruction])
  }
}
