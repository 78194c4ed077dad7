import MarketIdentifiers
import Operations
import Quantities

/// Stages 6 and 7: bills by supplier, payments.
enum PaymentTables {
  static func bills(_ bills: ReportData.BillTotals) -> PageTable {
    PageTable(
      "Bills by supplier, VAT included", "Supplier", numbers: ["Bills", "Energy kWh", "Total £"],
      rows: bills.suppliers.keys.sorted().map { supplier in
        let row = bills.suppliers[supplier] ?? ReportData.SupplierBills()
        return PageTable.Row(
          label: supplier.code, cells: [.count(row.count), .energy(row.energy), .money(row.total)])
      },
      foot: [
        PageTable.Row(
          label: "Total",
          cells: [.count(bills.count), .energy(bills.imported + bills.exported), .money(bills.total)])
      ])
  }

  static func billNotes(_ bills: ReportData.BillTotals) -> [String] {
    guard bills.count > 0 else { return [] }
    let share = Proportion(bills.estimated.wattHours, of: (bills.imported + bills.exported).wattHours)
    var notes = [
      "Excluding VAT \(FigureText.pounds(bills.subtotal)), VAT \(FigureText.pounds(bills.vat)). "
        + "\(share.percentText(places: 2)) % of the energy billed was estimated."
    ]
    notes.append(
      bills.capBreaches == 0
        ? "No bill that the price cap binds is above it."
        : "\(FigureText.count(bills.capBreaches, "bill")) above the price cap.")
    return notes
  }

  static func payments(_ ledger: ReportData.LedgerTotals) -> PageTable {
    func row(_ label: String, _ count: PageTable.Cell, _ amount: Money) -> PageTable.Row {
      PageTable.Row(label: label, cells: [count, .money(amount)])
    }
    return PageTable(
      "Bills and payments in the ledger: \(FigureText.count(ledger.entries, "entry", "entries")), \(FigureText.count(ledger.postings, "posting")), \(FigureText.count(ledger.collectionFiles, "collection file"))",
      "", numbers: ["Count", "£"],
      rows: [
        row("Billed", .empty, ledger.billed), row("Collected", .count(ledger.collectedCount), -ledger.collected),
        row("Came back unpaid", .count(ledger.bouncedCount), ledger.bounced),
      ],
      foot: [
        row("Outstanding", .count(ledger.owingCustomers), ledger.owed),
        row("Credit of customers", .empty, -ledger.credit),
      ])
  }
}
