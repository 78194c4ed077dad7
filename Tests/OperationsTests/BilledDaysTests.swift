import Accounting
import Operations
import Quantities
import Rulebooks
import SettlementCalendar
import Testing

/// No day is charged twice, and money that cannot be collected says why.
@Suite struct BilledDaysTests {
  private static let days = [-2, -1, 0, 1, 2].compactMap { SettlerTests.estate(0).date.advanced(by: $0) }

  private func make(_ desk: Desk, _ from: Int, _ through: Int, issued: SettlementDate = VerifierTests.issued) throws
    -> BillRun.Outcome
  {
    let basis = BillBasis(
      rulebook: "may-2026", settings: RunSettings(),
      knowledge: Knowledge(cutOff: SettlementDay(issued).start, sourceCount: try desk.store.sources().count),
      from: Self.days[from], through: Self.days[through], issued: issued)
    return try BillRun(store: desk.store, hash: testHash).make(basis, rulebook: .default)
  }

  @Test(arguments: [(0, 2), (2, 4), (0, 4), (2, 2), (1, 2), (3, 4)])
  func daysThatWereBilledAreRefused(first: Int, last: Int) throws {
    let desk = try SettlerTests.estate(0).desk()
    let made = try make(desk, 1, 3)
    #expect(!made.bills.isEmpty && made.notBilled.isEmpty)
    let (journal, balances) = (try desk.store.journal(), try desk.store.balances().map(\.balance))
    let again = try make(desk, first, last)
    #expect(again.bills.isEmpty && again.alreadyMade == 0)
    #expect(again.notBilled.count == made.bills.count && again.notBilled.allSatisfy { $0.rule == "BILL-10" })
    #expect(again.findings.filter { $0.rule == "BILL-10" && $0.severity == .error }.count == made.bills.count)
    #expect(again.findings.allSatisfy { $0.rule == "BILL-10" })
    #expect(try desk.store.journal() == journal)
    #expect(try desk.store.balances().map(\.balance) == balances)
    #expect(try desk.store.documents(kind: DocumentKind.bill).count == made.bills.count)
    #expect(try desk.verify().isIdentical)
  }

  @Test func daysBesideAreBilled() throws {
    let desk = try SettlerTests.estate(0).desk()
    let made = try make(desk, 1, 2)
    #expect(try make(desk, 0, 0).bills.count == made.bills.count)
    #expect(try make(desk, 3, 4).bills.count == made.bills.count)
    #expect(try make(desk, 1, 2, issued: date("2026-12-24")).alreadyMade == made.bills.count)
    #expect(try desk.verify().isIdentical)
  }

  @Test func nothingToCollectSaysWhy() throws {
    let desk = try SettlerTests.estate(0).desk()
    let run = CollectionRun(store: desk.store, rulebook: .default, hash: testHash)
    let created = date("2026-12-02")
    #expect(try run.collect(created: created).reasonForNothing?.contains("the store holds no bill") == true)
    let count = try make(desk, 1, 3).bills.count
    let first = try run.collect(created: created)
    #expect(first.reasonForNothing == nil && first.left == 0)
    #expect(first.files.reduce(0) { $0 + $1.file.instructions.count } == count)
    let second = try run.collect(created: created)
    #expect(second.files.isEmpty && second.alreadyCollected == count && second.left == count)
    #expect(
      second.reasonForNothing
        == "nothing to collect: of \(count) bills \(count) were collected already, 0 are not paid by "
        + "direct debit, on 0 nothing is owed")
  }

  @Test(arguments: [
    ("customer/1200023305967", "customer"), ("bank/SUPA", "bank"), ("market/may-2026", "market/may-2026"),
    ("market/bsc", "market/bsc"), ("party/SUPA/may-2026", "party/*/may-2026"), ("party/SUPB/bsc", "party/*/bsc"),
    ("market", "market"),
  ])
  func settlementAccountsAreAddedUpByRulebook(path: String, group: String) {
    #expect(Account(path).balanceGroup == group)
  }
}
