import Accounting
import Billing
import MarketIdentifiers
import PortfolioFiles
import Quantities
import Settlement
import SettlementCalendar

/// Adds the bills of a store up, one document at a time.
enum BillTally {
  static func totals(_ store: any Store) throws -> ReportData.BillTotals {
    var totals = ReportData.BillTotals()
    for entry in try store.documents(kind: DocumentKind.bill) {
      guard let document = try store.document(kind: DocumentKind.bill, id: entry.id) else { continue }
      add(try BillDocument.read(document.bytes), to: &totals)
    }
    return totals
  }

  private static func add(_ bill: Bill, to totals: inout ReportData.BillTotals) {
    totals.count += 1
    if bill.quantity == .activeExport { totals.exported += bill.energy } else { totals.imported += bill.energy }
    totals.estimated += bill.estimatedEnergy
    totals.subtotal += bill.subtotal
    totals.vat += bill.vat.amount
    totals.total += bill.total
    if bill.capCheck?.isBreach ?? false { totals.capBreaches += 1 }
    if !bill.addsUp { totals.notAddingUp += 1 }
    var supplier = totals.suppliers[bill.supplier] ?? ReportData.SupplierBills()
    supplier.count += 1
    supplier.energy += bill.energy
    supplier.total += bill.total
    totals.suppliers[bill.supplier] = supplier
  }
}

/// Adds the ledger up by what its entries are for.
enum LedgerTally {
  /// - Parameter rulebook: whose settlement accounts to read: each rulebook has books of its own.
  static func totals(_ store: any Store, rulebook: String) throws -> ReportData.LedgerTotals {
    var totals = ReportData.LedgerTotals()
    for entry in try store.journal() {
      totals.entries += 1
      totals.postings += entry.postings.count
      for posting in entry.postings { add(posting, rulebook, to: &totals) }
    }
    totals.collectionFiles = try store.documents(kind: DocumentKind.collection).count
    for (account, balance) in try store.balances() where account.path.hasPrefix("customer/") {
      let amount = Money(micropounds: Int64(clamping: balance))
      if amount < .zero {
        totals.owed -= amount
        totals.owingCustomers += 1
      } else {
        totals.credit += amount
      }
    }
    return totals
  }

  /// A collection moves money to the bank (below zero there), a bounce takes it back.
  private static func add(_ posting: Posting, _ rulebook: String, to totals: inout ReportData.LedgerTotals) {
    totals.sum += Int128(posting.amount.micropounds)
    let account = posting.account.path
    if account.hasPrefix("bank/") {
      if posting.amount < .zero {
        totals.collected -= posting.amount
        totals.collectedCount += 1
      } else {
        totals.bounced += posting.amount
        totals.bouncedCount += 1
      }
    }
    if account.hasPrefix("revenue/") || account.hasPrefix("vat/") { totals.billed += posting.amount }
    if let party = party(account, rulebook) { totals.parties[party, default: .zero] += posting.amount }
  }

  /// The party whose settlement account under the rulebook a path names.
  private static func party(_ path: String, _ rulebook: String) -> ParticipantID? {
    guard path.hasPrefix("party/"), let party = ParticipantID(path.dropFirst(6).prefix { $0 != "/" }),
      path == RunPostings.party(party, rulebook).path
    else { return nil }
    return party
  }

  static func checks(
    _ ledger: ReportData.LedgerTotals, _ bills: ReportData.BillTotals, _ runs: RunTally
  ) -> [ReportData.Check] {
    var checks = [
      EnergyFlow.check(
        5, "Cash of the last runs, party by party = parties' settlement accounts", text(runs.standingCash),
        text(ledger.parties))
    ]
    if bills.count > 0 {
      checks.append(
        EnergyFlow.check(
          6, "Bills whose amounts their lines make again", "\(bills.count)", "\(bills.count - bills.notAddingUp)"))
      checks.append(
        EnergyFlow.check(6, "Total of all bills = posted as revenue and VAT", "\(bills.total)", "\(ledger.billed)"))
      checks.append(
        EnergyFlow.check(
          7, "Billed = collected less bounced, plus owed, less credit", "\(ledger.billed)",
          "\(ledger.collected - ledger.bounced + ledger.owed - ledger.credit)"))
    }
    let sum = DecimalNumber.text(ledger.sum, places: 6, keeping: 2)
    checks.append(
      EnergyFlow.check(7, "All \(ledger.postings) postings of the ledger add up to nothing", "£0.00", "£\(sum)"))
    return checks
  }

  /// Each party's amount where there is one; every micropound shows, so equal texts are equal cash.
  private static func text(_ cash: [ParticipantID: Money]) -> String {
    let parties = cash.keys.filter { cash[$0] != .zero }.sorted()
    guard !parties.isEmpty else { return "no cash" }
    return parties.map { "\($0) \(cash[$0] ?? .zero)" }.joined(separator: ", ")
  }
}
