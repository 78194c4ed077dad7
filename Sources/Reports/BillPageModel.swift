import Billing
import Quantities
import Rulebooks
import SettlementCalendar

/// The bill page's texts, ready for the template; names are those that the template uses.
struct BillPageModel {
  struct Pair {
    var name: String
    var value: String
  }

  struct Line {
    var name: String
    var span: String
    var quantity: String
    var price: String
    var amount: String
    /// kWh, when there are any.
    var estimated: String?
  }

  struct Estimate {
    var method: String
    var periods: Int
    var energy: String
  }

  struct CollectionText {
    var date: String
    var reference: String
  }

  /// `bill`, or `credit statement` for export.
  var document: String
  var id: String
  var supplier: String
  var totalLabel: String
  /// The total without its sign, under ``totalLabel``.
  var headline: String
  var total: String
  var collection: CollectionText?
  var facts: [Pair]
  var lines: [Line]
  var subtotal: String
  var vatLabel: String
  var vat: String
  var drawing: BillShapeDrawing?
  var readings: String
  var hasEstimates: Bool
  var estimates: [Estimate]
  var missing: String?
  var cap: BillCapModel?
  /// Why there is no ``cap``.
  var noCap: String?
  var sources: [Pair]

  init(_ bill: Bill, _ collection: BillPage.Collection?) {
    let isExport = bill.quantity == .activeExport
    document = isExport ? "credit statement" : "bill"
    id = bill.id
    supplier = bill.supplier.code
    totalLabel = bill.total < .zero ? "We owe you" : "You owe"
    headline = PageText.pounds(bill.total < .zero ? -bill.total : bill.total)
    total = PageText.pounds(bill.total)
    self.collection = collection.map { CollectionText(date: PageText.date($0.date), reference: $0.reference) }
    facts = Self.facts(bill)
    lines = bill.lines.map(Self.line)
    subtotal = PageText.pounds(bill.subtotal)
    vatLabel = "VAT at \(PageText.percent(bill.vat.rate)) (\(bill.vat.name) rate)"
    vat = PageText.pounds(bill.vat.amount)
    drawing = BillShapeDrawing(bill)
    readings = Self.readings(bill)
    hasEstimates = !bill.estimates.isEmpty
    estimates = bill.estimates.map {
      Estimate(method: $0.method, periods: $0.periodCount, energy: $0.energy.kilowattHoursText)
    }
    missing = Self.missing(bill)
    cap = bill.capCheck.map(BillCapModel.init)
    noCap = bill.capAbsence
    sources = Self.sources(bill)
  }

  private static func facts(_ bill: Bill) -> [Pair] {
    let request = bill.request
    return [
      Pair(name: "Customer reference", value: request.customer),
      Pair(name: "Supply number (MPAN)", value: request.mpan.description),
      Pair(name: "Period", value: "\(PageText.span(request.from, request.through)), \(request.days) days"),
      Pair(name: "Issued", value: PageText.date(request.issued)),
      Pair(
        name: "Tariff",
        value: "\(bill.tariff), \(bill.tariffKind == .fixed ? "fixed" : "standard variable")"),
      Pair(name: "Payment", value: request.paymentMethod.split(separator: "-").joined(separator: " ")),
      Pair(name: "Energy", value: "\(bill.energy.kilowattHoursText) kWh"),
      Pair(name: "Number", value: bill.id),
    ]
  }

  private static func line(_ line: BillLine) -> Line {
    let quantity: String
    let price: String
    switch line.price {
    case .perKilowattHour(let rate):
      quantity = "\(line.energy.kilowattHoursText) kWh"
      price = "\(rate.pencePerKWhText) p/kWh"
    case .perDay(let amount):
      quantity = "\(line.days) days"
      price = "\(PageText.pence(amount)) p a day"
    case .perThirtyDays(let amount):
      quantity = "\(line.days) days"
      price = "\(PageText.pounds(amount)) for 30 days"
    case .perBill(let amount):
      quantity = "1"
      price = PageText.pounds(amount)
    }
    return Line(
      name: line.name, span: PageText.span(line.from, line.through), quantity: quantity, price: price,
      amount: PageText.pounds(line.amount),
      estimated: line.estimatedPeriodCount > 0 ? line.estimatedEnergy.kilowattHoursText : nil)
  }

  private static func readings(_ bill: Bill) -> String {
    let measured = bill.periodCount - bill.estimatedPeriodCount
    var text = "\(measured) of \(bill.periodCount) half-hours were measured by your meter."
    if bill.estimatedPeriodCount > 0 {
      text +=
        " \(bill.estimatedPeriodCount) \(bill.estimatedPeriodCount == 1 ? "was" : "were") estimated: \(bill.estimatedEnergy.kilowattHoursText) kWh, "
      text += "\(bill.estimatedShare.percentText()) % of the energy. Lines that contain them are marked E."
    }
    return text
  }

  private static func missing(_ bill: Bill) -> String? {
    guard let first = bill.missingDays.first else { return nil }
    let others = bill.missingDays.count - 1
    let more = others > 0 ? " and \(others) more" : ""
    return "for \(PageText.date(first))\(more) there are no readings; the energy of these days is not charged here."
  }

  private static func sources(_ bill: Bill) -> [Pair] {
    var pairs: [Pair] = []
    for line in bill.lines
    where !pairs.contains(where: { $0.name == "Price of \(line.name)" && $0.value == line.source }) {
      pairs.append(Pair(name: "Price of \(line.name)", value: line.source))
    }
    pairs.append(Pair(name: "Rounding of lines", value: PageText.rule(bill.rules.line)))
    pairs.append(Pair(name: "VAT rate", value: bill.vat.source))
    pairs.append(Pair(name: "Rounding of VAT", value: PageText.rule(bill.rules.vat)))
    for segment in bill.capCheck?.segments ?? [] {
      pairs.append(Pair(name: "Price cap from \(PageText.date(segment.level.from))", value: segment.level.source))
    }
    pairs.append(Pair(name: "Rulebook", value: "\(bill.rules.rulebook), edition \(bill.rules.edition)"))
    return pairs
  }
}
