import Billing
import Findings
import MarketIdentifiers
import PortfolioFiles
import Quantities
import Rulebooks
import SettlementCalendar
import Testing

@Suite("Tariff book and bill documents")
struct BillDocumentTests {
  static let bookText = """
    {"tariffs": [
      {"name": "household-tou", "supplier": "MRCY", "kind": "fixed", "vat": "domestic", "rates": [
        {"effective_from": "2026-04-01", "standing_charge_pence_per_day": 50, "source": "price sheet",
         "bands": [
          {"name": "peak", "pence_per_kwh": 35, "windows": [{"from": "17:00", "to": "19:00"}]},
          {"name": "standard", "pence_per_kwh": "24.0",
           "windows": [{"from": "08:00", "to": "17:00"}, {"from": "19:00", "to": "22:00", "days": "all"}]},
          {"name": "off-peak", "pence_per_kwh": "12", "windows": [{"from": "22:00", "to": "08:00"}]}],
         "pass_through": [
          {"name": "network and policy", "pounds_per_30_days": "75.00", "source": "price sheet"},
          {"name": "levy", "pence_per_kwh": "0.125", "source": "price sheet"},
          {"name": "paper", "pounds_per_bill": "1.50", "source": "price sheet"}]}]},
      {"name": "export", "supplier": "MRCY", "kind": "fixed", "quantity": "AE", "vat": "none", "rates": [
        {"effective_from": "2026-04-01", "standing_charge_pence_per_day": "0", "source": "price sheet",
         "bands": [{"name": "all", "pence_per_kwh": "15.5", "windows": [{"from": "00:00", "to": "24:00"}]}]}]}
    ]}
    """

  func book() throws -> TariffBook {
    let read = TariffBookFile.read(Array(Self.bookText.utf8), file: "tariffs.json")
    #expect(read.findings.isEmpty)
    return read.value
  }

  func bill() throws -> Bill {
    let rulebook = try #require(Rulebook.named("mhhs"))
    let through = try #require(SettlementDate("2026-10-30"))
    let request = BillRequest(
      customer: "C \"1\"", mpan: try #require(MPAN(distributor: 12, serial: 34)), gspGroup: .c,
      paymentMethod: "direct-debit", supplier: try #require(ParticipantID("MRCY")), tariff: "household-tou",
      from: try #require(SettlementDate("2026-10-01")), through: through, issued: through, revision: 2)
    let days = settlementDates(request.from, through: through).dropLast().map { date in
      let count = SettlementDay(date).periodCount
      return BillableDay(
        date: date, energies: (0..<count).map { Energy(wattHours: Int64(100 + $0 * 7)) },
        estimates: (0..<count).map { $0 % 17 == 3 ? "same day type" : nil })
    }
    let rules = try #require(BillingRules(rulebook, on: through))
    let made = Bill.make(
      request, book: try book(), days: days, rules: rules, priceCap: PriceCap(rulebook, on: through))
    #expect(made.findings.map(\.rule) == ["BILL-08"])
    return try #require(made.value)
  }

  @Test("A bill without a verdict of the price cap says why, and reads back")
  func withoutCap() throws {
    var bill = try bill()
    bill.capCheck = nil
    let value = BillDocument.value(bill)
    #expect(value["price_cap"]?["applies"] == .bool(false))
    #expect(value["price_cap"]?["reason"] == .string(try #require(bill.capAbsence)))
    #expect(try BillDocument.read(BillDocument.write(bill)) == bill)
    #expect(BillDocument.value(try self.bill())["price_cap"]?["applies"] == .bool(true))
    let altered = String(decoding: BillDocument.write(bill), as: UTF8.self).replacing(
      "No level of", with: "Some level of")
    #expect(throws: BillDocument.Fault.inconsistent) { try BillDocument.read(Array(altered.utf8)) }
  }

  @Test("A book is read as written, and written and read again is the same")
  func bookRoundTrip() throws {
    let book = try book()
    #expect(book.tariffs.map(\.name) == ["export", "household-tou"])
    let household = try #require(book.tariffs.last?.rates.first)
    #expect(household.standingCharge == Money(pence: 50))
    #expect(household.bands.map(\.unitRate.pencePerKWhText) == ["35", "24", "12"])
    #expect(household.passThroughs.count == 3)
    #expect(book.tariffs.first?.quantity == .activeExport)
    let again = TariffBookFile.read(TariffBookFile.write(book), file: "again.json")
    #expect(again.findings.isEmpty && again.value == book)
  }

  @Test(
    "A tariff that cannot be used is named by its field; the others stay",
    arguments: [
      ("\"17:00\", \"to\": \"19:00\"", "\"17:00\", \"to\": \"18:00\"", "tariffs[0].rates[0]"),
      ("\"17:00\", \"to\": \"19:00\"", "\"17:00\", \"to\": \"19:10\"", "tariffs[0].rates[0].bands[0].windows[0].from"),
      ("\"kind\": \"fixed\", \"vat\": \"domestic\"", "\"kind\": \"x\", \"vat\": \"domestic\"", "tariffs[0].kind"),
      (": 35", ": true", "tariffs[0].rates[0].bands[0].pence_per_kwh"),
      ("_day\": 50", "_day\": -50", "tariffs[0].rates[0]"),
      ("\"2026-04-01\", \"standing_charge_pence_per_day\": 50", "\"1 April\"", "tariffs[0].rates[0].effective_from"),
      ("\"pounds_per_bill\": \"1.50\"", "\"other\": 1", "tariffs[0].rates[0].pass_through[2].name"),
      ("\"export\"", "\"household-tou\"", "tariffs[1].name"),
    ])
  func faults(part: String, replacement: String, path: String) {
    let pieces = Self.bookText.split(separator: part, maxSplits: 1, omittingEmptySubsequences: false)
    let text = pieces.joined(separator: replacement)
    let read = TariffBookFile.read(Array(text.utf8), file: "tariffs.json")
    let errors = read.findings.filter { $0.severity == .error }
    #expect(errors.map(\.rule) == ["TAR-02"])
    #expect(errors.first?.position?.field == path)
    #expect(read.value.tariffs.count == 1)
  }

  @Test("What is no book is one finding; an unknown field is a warning")
  func noBook() {
    for text in ["", "{", "[]", "{\"tariffs\": 1}", "{}", "\u{FEFF}", "null"] {
      let read = TariffBookFile.read(Array(text.utf8), file: "t.json")
      #expect(read.findings.map(\.rule) == ["TAR-01"] && read.value.tariffs.isEmpty)
    }
    let read = TariffBookFile.read(Array("{\"tariffs\": [], \"x\": 1}".utf8), file: "t.json")
    #expect(read.findings.map(\.rule) == ["TAR-03"])
  }

  @Test("Truncated and changed books never stop the program")
  func brokenBooks() {
    let bytes = Array(Self.bookText.utf8)
    for length in bytes.indices {
      #expect(!TariffBookFile.read(Array(bytes.prefix(length)), file: "t").findings.isEmpty)
    }
    for position in bytes.indices {
      for value in [UInt8(ascii: "9"), UInt8(ascii: "\""), UInt8(ascii: "-"), 0xFF] {
        var changed = bytes
        changed[position] = value
        let read = TariffBookFile.read(changed, file: "t")
        #expect(read.value.tariffs.count <= 2)
      }
    }
  }

  @Test("A bill is read back to the same value, and its bytes are the same again")
  func billRoundTrip() throws {
    let bill = try bill()
    let bytes = BillDocument.write(bill)
    let read = try BillDocument.read(bytes)
    #expect(read == bill)
    #expect(BillDocument.write(read) == bytes)
    let text = String(decoding: bytes, as: UTF8.self)
    #expect(text.contains("\"total_pounds\": \"\(bill.total.poundsText)\""))
    #expect(text.contains("\"id\": \"\(bill.id)\""))
    #expect(bill.capCheck != nil && bill.estimatedPeriodCount > 0)
  }

  @Test("A bill document whose sums are not those of its parts is refused")
  func tampered() throws {
    let bill = try bill()
    let text = String(decoding: BillDocument.write(bill), as: UTF8.self)
    func fault(_ part: String, _ replacement: String) throws -> BillDocument.Fault? {
      let pieces = text.split(separator: part, maxSplits: 1, omittingEmptySubsequences: false)
      try #require(pieces.count == 2, "the document has \(part)")
      do throws(BillDocument.Fault) {
        _ = try BillDocument.read(Array(pieces.joined(separator: replacement).utf8))
        return nil
      } catch { return error }
    }
    #expect(try fault("\"total_pounds\": \"", "\"total_pounds\": \"1") == .doesNotAddUp)
    #expect(try fault("\n  \"energy_wh\": ", "\n  \"energy_wh\": 1") == .inconsistent)
    #expect(try fault("\"kind\": \"energy\"", "\"kind\": \"enemy\"") != nil)
    #expect(try fault("\"price\": \"35\"", "\"price\": \"36\"") == .doesNotAddUp)
    #expect(try fault("\"subtotal_pounds\": \"", "\"subtotal_pounds\": \"9000000000000") != nil)
    #expect(try fault("{", "[") != nil)
  }

  @Test("Truncated and changed bill documents never stop the program, and are never taken for another bill unnoticed")
  func brokenBills() throws {
    let bill = try bill()
    let bytes = BillDocument.write(bill)
    for length in stride(from: 0, to: bytes.count - 1, by: 37) {
      #expect(throws: BillDocument.Fault.self) { try BillDocument.read(Array(bytes.prefix(length))) }
    }
    for position in stride(from: 0, to: bytes.count, by: 13) {
      for value in [UInt8(ascii: "9"), UInt8(ascii: "-")] {
        var changed = bytes
        changed[position] = value
        if let read = try? BillDocument.read(changed) { #expect(read.addsUp) }
      }
    }
  }
}
