import Billing
import JSONText
import Quantities
import SettlementCalendar

/// A bill as a JSON document: amounts and rates as decimal texts, energy in whole watt-hours, always the same bytes.
///
/// The document holds all that the bill was computed from, and some sums for readers; ``read(_:)`` takes only a
/// document whose sums are those of its parts.
public enum BillDocument {
  /// The layout's name, first in every document.
  public static let format = "halfhour-bill-1"

  /// Why bytes are not a bill.
  public enum Fault: Error, Hashable, Sendable {
    case notJSON(String)
    case field(JSONFieldFault)
    /// A derived field, the order or the layout differs from what the bill itself gives.
    case inconsistent
    /// The bill's lines, VAT and total do not add up.
    case doesNotAddUp
  }

  public static func write(_ bill: Bill) -> [UInt8] { JSONText.write(value(bill), pretty: true) }

  public static func read(_ bytes: [UInt8]) throws(Fault) -> Bill {
    let value: JSONValue
    do { value = try JSONText.parse(bytes) } catch { throw .notJSON("\(error)") }
    let bill: Bill
    do { bill = try BillDocumentReader.bill(JSONFields(value, path: "")) } catch { throw .field(error) }
    guard self.value(bill) == value else { throw .inconsistent }
    guard bill.addsUp else { throw .doesNotAddUp }
    return bill
  }

  /// The document as a value, for a page or an explanation that holds more than the bill.
  public static func value(_ bill: Bill) -> JSONValue {
    .object([
      "format": .string(format), "id": .string(bill.id), "request": json(bill.request),
      "tariff": .string(bill.tariff), "tariff_kind": .string(bill.tariffKind.rawValue),
      "quantity": .string(bill.quantity.rawValue), "lines": .array(bill.lines.map(json)),
      "subtotal_pounds": pounds(bill.subtotal), "vat": json(bill.vat), "total_pounds": pounds(bill.total),
      "energy_wh": wattHours(bill.energy), "periods": .integer(bill.periodCount),
      "estimated_wh": wattHours(bill.estimatedEnergy), "estimated_periods": .integer(bill.estimatedPeriodCount),
      "estimated_percent": .string(bill.estimatedShare.percentText()),
      "estimates": .array(bill.estimates.map(json)),
      "missing_days": .array(bill.missingDays.map(date)), "shape": .array(bill.shape.map(json)),
      "rules": json(bill.rules),
      "price_cap": bill.capCheck.map(json)
        ?? .object(["applies": .bool(false), "reason": bill.capAbsence.map { .string($0) } ?? .null]),
    ])
  }

  static func pounds(_ amount: Money) -> JSONValue { .string(amount.poundsText) }
  static func wattHours(_ energy: Energy) -> JSONValue { .integer(energy.wattHours) }
  static func date(_ date: SettlementDate) -> JSONValue { .string(date.description) }
  static func percent(_ share: Proportion) -> JSONValue {
    .string(DecimalNumber.text(Int128(share.billionths), places: 7, keeping: 0))
  }
}

extension BillDocument {
  private static func json(_ request: BillRequest) -> JSONValue {
    .object([
      "customer": .string(request.customer), "mpan": .string(request.mpan.description),
      "gsp_group": .string(request.gspGroup.rawValue), "payment_method": .string(request.paymentMethod),
      "supplier": .string(request.supplier.code), "from": date(request.from), "through": date(request.through),
      "issued": date(request.issued), "revision": .integer(request.revision),
    ])
  }

  private static func json(_ line: BillLine) -> JSONValue {
    let (unit, price) =
      switch line.price {
      case .perKilowattHour(let rate): ("pence_per_kwh", rate.pencePerKWhText)
      case .perDay(let amount): ("pounds_per_day", amount.poundsText)
      case .perThirtyDays(let amount): ("pounds_per_30_days", amount.poundsText)
      case .perBill(let amount): ("pounds_per_bill", amount.poundsText)
      }
    return .object([
      "kind": .string(line.kind.rawValue), "name": .string(line.name), "from": date(line.from),
      "through": date(line.through), "days": .integer(line.days), "periods": .integer(line.periodCount),
      "estimated_periods": .integer(line.estimatedPeriodCount), "energy_wh": wattHours(line.energy),
      "estimated_wh": wattHours(line.estimatedEnergy), "price_unit": .string(unit), "price": .string(price),
      "credit": .bool(line.isCredit), "amount_pounds": pounds(line.amount), "source": .string(line.source),
    ])
  }

  private static func json(_ vat: Bill.VAT) -> JSONValue {
    .object([
      "name": .string(vat.name), "percent": percent(vat.rate), "amount_pounds": pounds(vat.amount),
      "source": .string(vat.source),
    ])
  }

  private static func json(_ share: Bill.EstimateShare) -> JSONValue {
    .object([
      "method": .string(share.method), "periods": .integer(share.periodCount), "energy_wh": wattHours(share.energy),
    ])
  }

  private static func json(_ shape: Bill.BandShape) -> JSONValue {
    .object(["band": .string(shape.band), "energy_wh": .array(shape.energies.map(wattHours))])
  }

  private static func json(_ rules: BillingRules) -> JSONValue {
    .object([
      "rulebook": .string(rules.rulebook), "edition": .string(rules.edition), "line": json(rules.line),
      "vat": json(rules.vat), "cap": json(rules.cap),
      "vat_rates": .array(
        rules.vatRates.sorted { $0.key < $1.key }.map {
          .object([
            "name": .string($0.key), "percent": percent($0.value.rate), "source": .string($0.value.source),
          ])
        }),
    ])
  }

  private static func json(_ check: CapCheck) -> JSONValue {
    .object([
      "applies": .bool(true), "cap_pounds": pounds(check.capAmount), "charged_pounds": pounds(check.chargedAmount),
      "headroom_pounds": pounds(check.headroom), "within": .bool(check.isWithin), "binds": .bool(check.binds),
      "sentence": .string(check.sentence), "segments": .array(check.segments.map(json)),
      "components": .array(check.components.map(json)),
    ])
  }

  private static func json(_ segment: CapCheck.Segment) -> JSONValue {
    .object([
      "from": date(segment.from), "through": date(segment.through), "days": .integer(segment.days),
      "energy_wh": wattHours(segment.energy), "beyond_quarter": .bool(segment.isBeyondQuarter),
      "level_from": date(segment.level.from), "region": .string(segment.level.region),
      "payment_method": .string(segment.level.paymentMethod), "meter_type": .string(segment.level.meterType),
      "pence_per_kwh": .string(segment.level.unitRate.pencePerKWhText),
      "standing_pounds_per_day": pounds(segment.level.standingCharge),
      "includes_vat": .bool(segment.level.includesVAT), "source": .string(segment.level.source),
    ])
  }

  private static func json(_ part: CapCheck.ComponentAmount) -> JSONValue {
    .object([
      "name": .string(part.component.name), "percent": percent(part.component.share),
      "stage": .string(part.component.stage), "recovers": .string(part.component.recovers),
      "from": date(part.component.from), "source": .string(part.component.source),
      "amount_pounds": pounds(part.amount),
    ])
  }
}
