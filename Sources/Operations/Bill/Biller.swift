import Accounting
import Billing
import Findings
import MarketIdentifiers
import MarketRegistration
import PortfolioFiles
import Quantities
import ReadingValidation
import Rulebooks
import SettlementCalendar

/// Makes bills from validated days (seed 002, stage 6): the same readings, estimates and rules that settlement used.
public final class Biller {
  private let engine: RunEngine
  private let book: TariffBook
  private var validatedDays: [SettlementDate: ValidatedDay] = [:]
  private var cutOff: UTCInstant?

  public init(engine: RunEngine, book: TariffBook) {
    self.engine = engine
    self.book = book
  }

  /// The bills of all metering points that have a tariff, for the days from `from` to `through`, rising by MPAN.
  ///
  /// - Parameter known: readings received before it are billed; the rest of the span is estimated.
  public func bills(
    from: SettlementDate, through: SettlementDate, issued: SettlementDate, known: UTCInstant,
    only mpans: Set<MPAN>? = nil
  ) throws -> [(registration: Registration, bill: Checked<Bill?>)] {
    let spans = billableSpans(from, through).filter { mpans?.contains($0.registration.mpan) ?? true }
    var days: [MPAN: [BillableDay]] = [:]
    for date in settlementDates(from, through: through) {
      let validated = try validatedDay(date, known)
      for (row, point) in validated.points.enumerated() where mpans?.contains(point.registration.mpan) ?? true {
        days[point.registration.mpan, default: []].append(Self.day(validated, row))
      }
    }
    return try spans.map { span in
      (span.registration, try bill(span, days[span.registration.mpan] ?? [], issued: issued))
    }
  }

  private func bill(_ span: Span, _ days: [BillableDay], issued: SettlementDate) throws -> Checked<Bill?> {
    let registration = span.registration
    guard let rules = BillingRules(engine.rulebook, on: issued) else {
      throw MissingRounding(rulebook: engine.rulebook.id, name: "bill.line")
    }
    let request = BillRequest(
      customer: registration.mpan.description, mpan: registration.mpan, gspGroup: registration.gspGroup,
      paymentMethod: registration.paymentMethod.rawValue, supplier: registration.supplier,
      tariff: registration.tariff ?? "", from: span.from, through: span.through, issued: issued)
    return Bill.make(
      request, book: book, days: days.filter { (span.from...span.through).contains($0.date) }, rules: rules,
      priceCap: PriceCap(engine.rulebook, on: span.from))
  }

  /// Days of one metering point under one statement of its registration.
  struct Span {
    var registration: Registration
    var from: SettlementDate
    var through: SettlementDate
  }

  /// A change of supplier, tariff or payment method within the span starts another bill.
  private func billableSpans(_ from: SettlementDate, _ through: SettlementDate) -> [Span] {
    var spans: [MPAN: [Span]] = [:]
    for date in settlementDates(from, through: through) {
      for point in engine.snapshot.points(on: date) where point.registration.tariff != nil {
        let registration = point.registration
        if let last = spans[registration.mpan]?.last, last.registration == registration,
          last.through.days(to: date) == 1, let count = spans[registration.mpan]?.count
        {
          spans[registration.mpan]?[count - 1].through = date
        } else {
          spans[registration.mpan, default: []].append(Span(registration: registration, from: date, through: date))
        }
      }
    }
    return spans.keys.sorted().flatMap { spans[$0] ?? [] }
  }

  private func validatedDay(_ date: SettlementDate, _ known: UTCInstant) throws -> ValidatedDay {
    if cutOff == known, let day = validatedDays[date] { return day }
    if cutOff != known { validatedDays = [:] }
    cutOff = known
    let day = try engine.validator(date, before: known).validate()
    validatedDays[date] = day
    return day
  }

  static func day(_ validated: ValidatedDay, _ row: Int) -> BillableDay {
    let periods = 1...validated.day.periodCount
    return BillableDay(
      date: validated.day.date, energies: periods.map { validated.energy(row: row, period: $0) },
      estimates: periods.map { period in
        let method = validated.method(row: row, period: period)
        return method.isMeasured ? nil : method.summary
      })
  }
}
