import Billing
import Findings
import JSONText
import MarketIdentifiers
import Quantities

/// Reads and writes a tariff book as JSON.
///
/// ```json
/// {"tariffs": [{"name": "household-tou", "supplier": "MRCY", "kind": "fixed", "vat": "domestic",
///   "rates": [{"effective_from": "2026-04-01", "standing_charge_pence_per_day": "50", "source": "price sheet",
///     "bands": [{"name": "off-peak", "pence_per_kwh": "12", "windows": [{"from": "22:00", "to": "08:00"}]}],
///     "pass_through": [{"name": "network", "pounds_per_30_days": "75.00", "source": "price sheet"}]}]}]}
/// ```
///
/// `quantity` (`AI` or `AE`) and a window's `days` (`all`, `weekday`, `weekend`) may be left out for `AI` and `all`. A
/// pass-through has one of `pounds_per_30_days`, `pounds_per_bill`, `pence_per_kwh`. Prices exclude VAT; they may be
/// numbers or texts, and are taken digit by digit either way.
public enum TariffBookFile {
  /// Findings: `TAR-01` error: not a book at all, and the book is empty; `TAR-02` error: a tariff that cannot be used
  /// is left out, the others stay; `TAR-03` warning: a field that no rule reads.
  public static func read(_ bytes: [UInt8], file: String) -> Checked<TariffBook> {
    var findings: [Finding] = []
    func report(_ rule: RuleID, _ severity: Severity, _ path: String?, _ message: String, _ remedy: String) {
      findings.append(
        Finding(rule, severity, at: SourcePosition(file: file, field: path), message, remedy: remedy))
    }
    var tariffs: [Tariff] = []
    do {
      let root = try JSONFields(try JSONText.parse(bytes), path: "")
      let list = try root.field("tariffs", "a list") { $0.elements }
      warn(root, ["tariffs"])
      for (index, element) in list.enumerated() {
        do throws(JSONFieldFault) {
          let fields = try JSONFields(element, path: "tariffs[\(index)]")
          let tariff = try tariff(fields, warn)
          if tariffs.contains(where: { $0.supplier == tariff.supplier && $0.name == tariff.name }) {
            throw fields.fault("name", "The supplier already has a tariff of this name.")
          }
          tariffs.append(tariff)
        } catch {
          report("TAR-02", .error, error.path, error.message, "Correct the tariff; the others are used.")
        }
      }
    } catch let fault as JSONFieldFault {
      report("TAR-01", .error, fault.path, fault.message, "Give a book as the documentation shows.")
    } catch {
      report("TAR-01", .error, nil, "The file is not JSON: \(error)", "Correct the file.")
    }
    func warn(_ fields: JSONFields, _ known: Set<String>) {
      for key in fields.unknownKeys(known) {
        report("TAR-03", .warning, fields.fault(key, "").path, "No rule reads this field.", "Remove or rename it.")
      }
    }
    return Checked((try? TariffBook(tariffs)) ?? .empty, findings: findings)
  }

  private typealias Warn = (JSONFields, Set<String>) -> Void

  private static func tariff(_ fields: JSONFields, _ warn: Warn) throws(JSONFieldFault) -> Tariff {
    warn(fields, ["name", "supplier", "kind", "quantity", "vat", "rates"])
    var rates: [TariffRates] = []
    for entry in try fields.objects("rates") { rates.append(try self.rates(entry, warn)) }
    let name = try fields.text("name")
    let supplier = try fields.field("supplier", "a participant") { $0.text.flatMap { ParticipantID($0) } }
    let quantity = fields.has("quantity") ? try fields.choice("quantity", MeasurementQuantity.self) : .activeImport
    let kind = try fields.choice("kind", TariffKind.self)
    let vat = try fields.text("vat")
    return try built(fields) { () throws(TariffFault) in
      try Tariff(name: name, supplier: supplier, kind: kind, quantity: quantity, vatRate: vat, rates: rates)
    }
  }

  private static func rates(_ fields: JSONFields, _ warn: Warn) throws(JSONFieldFault) -> TariffRates {
    warn(fields, ["effective_from", "standing_charge_pence_per_day", "source", "bands", "pass_through"])
    var bands: [RateBand] = []
    for entry in try fields.objects("bands") {
      warn(entry, ["name", "pence_per_kwh", "windows"])
      var windows: [ClockWindow] = []
      for window in try entry.objects("windows") { windows.append(try self.window(window, warn)) }
      bands.append(
        RateBand(name: try entry.text("name"), windows: windows, unitRate: try entry.pencePerKWh("pence_per_kwh")))
    }
    var charges: [PassThroughCharge] = []
    if fields.has("pass_through") {
      for entry in try fields.objects("pass_through") { charges.append(try charge(entry, warn)) }
    }
    let from = try fields.date("effective_from")
    let standing = try fields.pence("standing_charge_pence_per_day")
    let source = try fields.text("source")
    return try built(fields) { () throws(TariffFault) in
      try TariffRates(
        effectiveFrom: from, bands: bands, standingCharge: standing, passThroughs: charges, source: source)
    }
  }

  private static func window(_ fields: JSONFields, _ warn: Warn) throws(JSONFieldFault) -> ClockWindow {
    warn(fields, ["from", "to", "days"])
    let days = fields.has("days") ? try fields.choice("days", TariffDays.self) : .all
    guard let window = ClockWindow(from: try fields.text("from"), to: try fields.text("to"), days: days) else {
      throw fields.fault("from", "The window does not run between half-hours of the clock such as 22:00 and 08:00.")
    }
    return window
  }

  private static func charge(_ fields: JSONFields, _ warn: Warn) throws(JSONFieldFault) -> PassThroughCharge {
    warn(fields, ["name", "pounds_per_30_days", "pounds_per_bill", "pence_per_kwh", "source"])
    let given = ["pounds_per_30_days", "pounds_per_bill", "pence_per_kwh"].filter(fields.has)
    guard given.count == 1 else {
      throw fields.fault("name", "It has not exactly one of pounds_per_30_days, pounds_per_bill, pence_per_kwh.")
    }
    let basis: PassThroughCharge.Basis =
      switch given[0] {
      case "pounds_per_30_days": .perThirtyDays(try fields.pounds(given[0]))
      case "pounds_per_bill": .perBill(try fields.pounds(given[0]))
      default: .perKilowattHour(try fields.pencePerKWh(given[0]))
      }
    return PassThroughCharge(name: try fields.text("name"), basis: basis, source: try fields.text("source"))
  }

  private static func built<Value>(
    _ fields: JSONFields, _ make: () throws(TariffFault) -> Value
  ) throws(JSONFieldFault) -> Value {
    do { return try make() } catch { throw JSONFieldFault(path: fields.path, message: error.description) }
  }
}

extension TariffBookFile {
  /// The book as bytes that ``read(_:file:)`` reads back to the same book.
  public static func write(_ book: TariffBook) -> [UInt8] {
    JSONText.write(.object(["tariffs": .array(book.tariffs.map(json))]), pretty: true)
  }

  private static func json(_ tariff: Tariff) -> JSONValue {
    .object([
      "name": .string(tariff.name), "supplier": .string(tariff.supplier.code), "kind": .string(tariff.kind.rawValue),
      "quantity": .string(tariff.quantity.rawValue), "vat": .string(tariff.vatRate),
      "rates": .array(tariff.rates.map(json)),
    ])
  }

  private static func json(_ rates: TariffRates) -> JSONValue {
    .object([
      "effective_from": .string(rates.effectiveFrom.description),
      "standing_charge_pence_per_day": .string(penceText(rates.standingCharge)), "source": .string(rates.source),
      "bands": .array(rates.bands.map(json)), "pass_through": .array(rates.passThroughs.map(json)),
    ])
  }

  private static func json(_ band: RateBand) -> JSONValue {
    .object([
      "name": .string(band.name), "pence_per_kwh": .string(band.unitRate.pencePerKWhText),
      "windows": .array(
        band.windows.map {
          .object([
            "from": .string(ClockWindow.clockText($0.fromMinute)), "to": .string(ClockWindow.clockText($0.toMinute)),
            "days": .string($0.days.rawValue),
          ])
        }),
    ])
  }

  private static func json(_ charge: PassThroughCharge) -> JSONValue {
    let (key, text) =
      switch charge.basis {
      case .perThirtyDays(let amount): ("pounds_per_30_days", amount.poundsText)
      case .perBill(let amount): ("pounds_per_bill", amount.poundsText)
      case .perKilowattHour(let rate): ("pence_per_kwh", rate.pencePerKWhText)
      }
    return .object([
      JSONMember("name", .string(charge.name)), JSONMember(key, .string(text)),
      JSONMember("source", .string(charge.source)),
    ])
  }

  /// Pence, shortest: `50`, `57.21`.
  static func penceText(_ amount: Money) -> String {
    DecimalNumber.text(Int128(amount.micropounds), places: 4, keeping: 0)
  }
}
