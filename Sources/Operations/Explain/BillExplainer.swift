import Billing
import MarketIdentifiers
import PortfolioFiles
import Quantities
import ReadingValidation
import Rulebooks
import SettlementCalendar

/// Explains a saved bill down to the readings: total, lines, days, half-hours.
public final class BillExplainer {
  private let store: any Store
  private let rulebooks: (String) -> Rulebook?
  private let locator: ReadingLocator

  /// There is no such bill, or what it was made from is gone.
  public enum Refusal: Error, Hashable, Sendable, CustomStringConvertible {
    case noBill
    case noBasis
    case noLine(String, have: [String])

    public var description: String {
      switch self {
      case .noBill: "there is no bill of that id: `halfhour bill list` prints the ids"
      case .noBasis: "what the bill was made from is missing from the store: `halfhour verify` says more"
      case .noLine(let name, let have): "the bill has no line \(name); it has \(have.joined(separator: ", "))"
      }
    }
  }

  public init(store: any Store, archive: any SourceArchive, rulebooks: @escaping (String) -> Rulebook?) {
    self.store = store
    self.rulebooks = rulebooks
    locator = ReadingLocator(archive)
  }

  /// - Parameters:
  ///   - line: only this line (a band's or charge's name); all by default.
  ///   - date: show the half-hours of this date one by one; of other dates only the estimated ones are shown.
  public func bill(_ id: String, line: String?, date: SettlementDate?) throws -> Explanation {
    guard let document = try store.document(kind: DocumentKind.bill, id: id) else { throw Refusal.noBill }
    let bill = try BillDocument.read(document.bytes)
    guard let saved = try store.document(kind: DocumentKind.billBasis, id: id),
      let basis = BillBasis(text: String(decoding: saved.bytes, as: UTF8.self)),
      let rulebook = rulebooks(basis.rulebook)
    else { throw Refusal.noBasis }
    let engine = RunEngine(
      snapshot: try FactSnapshot(store, sourceCount: basis.knowledge.sourceCount), rulebook: rulebook,
      settings: basis.settings)
    let work = BillWork(
      bill: bill, basis: basis, engine: engine, locator: locator, detailed: date,
      rates: try BillRun.tariffBook(store).tariff(named: bill.tariff, of: bill.supplier))
    if let line {
      guard let found = bill.lines.first(where: { $0.name == line }) else {
        throw Refusal.noLine(line, have: bill.lines.map(\.name))
      }
      return try work.explain(found)
    }
    return try work.whole()
  }
}

/// The explanation of one bill while it is made.
private final class BillWork {
  let bill: Bill
  let basis: BillBasis
  let engine: RunEngine
  let locator: ReadingLocator
  let detailed: SettlementDate?
  let rates: Tariff?
  private var days: [SettlementDate: DayExplainer] = [:]

  init(
    bill: Bill, basis: BillBasis, engine: RunEngine, locator: ReadingLocator, detailed: SettlementDate?, rates: Tariff?
  ) {
    self.bill = bill
    self.basis = basis
    self.engine = engine
    self.locator = locator
    self.detailed = detailed
    self.rates = rates
  }

  func whole() throws -> Explanation {
    let lines = try bill.lines.map(explain)
    let subtotal = Explanation.sum(
      "subtotal", bill.subtotal, how: "the lines, each rounded to the penny", rule: "bill.line", parts: lines)
    let vat = Explanation(
      "VAT at \(bill.vat.rate.percentText(places: 1)) percent", .money(bill.vat.amount),
      how: "on the subtotal, rounded once", rule: bill.vat.source,
      recomputed: .money(bill.vat.rate.of(bill.subtotal, to: bill.rules.vat.step, bill.rules.vat.rounding)))
    return Explanation.sum(
      "bill \(bill.request.from) to \(bill.request.through), tariff \(bill.tariff) of \(bill.supplier)", bill.total,
      how: "subtotal and VAT", parts: [subtotal, vat])
  }

  func explain(_ line: BillLine) throws -> Explanation {
    let again = Explanation.Amount.money(line.recomputedAmount(bill.rules.line))
    guard line.kind == .energy else {
      return Explanation(
        "\(line.name), \(line.from) to \(line.through)", .money(line.amount), how: describe(line),
        rule: line.source, recomputed: again)
    }
    let energy = Explanation.sum(
      "energy in band \(line.name)", line.energy,
      how: "\(line.periodCount) half-hours, \(line.estimatedPeriodCount) estimated", rule: "BILL-1",
      parts: try dayParts(line))
    return Explanation(
      "\(line.name), \(line.from) to \(line.through)", .money(line.amount), how: describe(line), rule: line.source,
      parts: [energy], recomputed: again)
  }

  private func describe(_ line: BillLine) -> String {
    switch line.price {
    case .perKilowattHour(let rate): "\(line.energy) at \(rate.pencePerKWhText) p/kWh, to the penny"
    case .perDay(let price): "\(line.days) days at \(price) a day"
    case .perThirtyDays(let price): "\(line.days) days at \(price) for thirty days"
    case .perBill(let price): "\(price) a bill"
    }
  }

  private func dayParts(_ line: BillLine) throws -> [Explanation] {
    try settlementDates(line.from, through: line.through).compactMap { date in
      guard let bands = rates?.rates(on: date) else { return nil }
      let day = try explainer(date)
      guard let row = day.validated.points.firstIndex(where: { $0.registration.mpan == bill.request.mpan }) else {
        return nil
      }
      let periods = bands.bandIndices(of: day.day).enumerated()
        .filter { bands.bands[$0.element].name == line.name }.map { $0.offset + 1 }
      let total = periods.reduce(Energy.zero) { $0 + day.validated.energy(row: row, period: $1) }
      guard !periods.isEmpty else { return nil }
      let parts = try parts(day, row, periods)
      guard !parts.isEmpty else {
        return Explanation(
          "\(date)", .energy(total), how: "\(periods.count) half-hours, all measured; one by one with --date \(date)")
      }
      return Explanation.sum("\(date)", total, how: "\(periods.count) half-hours of the band", parts: parts)
    }
  }

  /// The half-hours one by one where they were asked for or estimated; the measured rest of such days as one line.
  /// Nothing for a day that is all measured.
  private func parts(_ day: DayExplainer, _ row: Int, _ periods: [Int]) throws -> [Explanation] {
    let isShown = { (period: Int) in
      day.day.date == self.detailed || !day.validated.method(row: row, period: period).isMeasured
    }
    var parts = try periods.filter(isShown).map { try day.reading(row: row, period: $0) }
    let rest = periods.filter { !isShown($0) }
    if !parts.isEmpty, !rest.isEmpty {
      let energy = rest.reduce(Energy.zero) { $0 + day.validated.energy(row: row, period: $1) }
      parts.append(
        Explanation(
          "\(rest.count) measured half-hours", .energy(energy), how: "shown one by one with --date \(day.day.date)"))
    }
    return parts
  }

  private func explainer(_ date: SettlementDate) throws -> DayExplainer {
    if let known = days[date] { return known }
    let day = try DayExplainer(engine: engine, date: date, cutOff: basis.knowledge.cutOff, locator: locator)
    days[date] = day
    return day
  }
}
