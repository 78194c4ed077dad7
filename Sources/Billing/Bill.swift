import MarketIdentifiers
import Quantities
import SettlementCalendar

/// A bill for one metering point and one span of days: lines, VAT and total, with what each was computed from.
///
/// Laws: the lines add up to ``subtotal``; ``subtotal`` and the VAT add up to ``total``; the energy lines' energies add
/// up to ``energy``; the same facts give the same bill in whatever order they come.
public struct Bill: Hashable, Sendable {
  /// What is billed: see ``BillRequest``.
  public var request: BillRequest
  public var supplier: ParticipantID
  public var tariff: String
  public var tariffKind: TariffKind
  /// Active import or active export.
  public var quantity: MeasurementQuantity
  /// Energy first, then standing charge, then pass-through charges; each rising by date.
  public var lines: [BillLine]
  /// All lines, excluding VAT.
  public var subtotal: Money
  public var vat: VAT
  /// What the customer owes; below zero the supplier owes it.
  public var total: Money
  /// The estimates that the energy contains, by method, rising by name.
  public var estimates: [EstimateShare]
  /// Days of the span for which no usable energy was given. Nothing is charged for their energy.
  public var missingDays: [SettlementDate]
  /// Energy by band and half-hour of the clock day, over all days.
  public var shape: [BandShape]
  /// Which rules the amounts follow.
  public var rules: BillingRules
  /// The price cap's verdict; `nil` for export and where no cap level is known: ``capAbsence`` says which.
  public var capCheck: CapCheck?

  public struct VAT: Hashable, Sendable {
    /// The rate's name in the rules: `domestic`.
    public var name: String
    public var rate: Proportion
    /// On the subtotal, rounded once.
    public var amount: Money
    public var source: String

    public init(name: String, rate: Proportion, amount: Money, source: String) {
      self.name = name
      self.rate = rate
      self.amount = amount
      self.source = source
    }
  }

  public struct EstimateShare: Hashable, Sendable {
    public var method: String
    public var periodCount: Int
    public var energy: Energy

    public init(method: String, periodCount: Int, energy: Energy) {
      self.method = method
      self.periodCount = periodCount
      self.energy = energy
    }
  }

  public struct BandShape: Hashable, Sendable {
    public var band: String
    /// 48: the first is 00:00 to 00:30 by the clock. The repeated hour of the long day is in its half-hours twice.
    public var energies: [Energy]

    public init(band: String, energies: [Energy]) {
      self.band = band
      self.energies = energies
    }
  }

  public init(
    request: BillRequest, supplier: ParticipantID, tariff: String, tariffKind: TariffKind,
    quantity: MeasurementQuantity, lines: [BillLine], subtotal: Money, vat: VAT, total: Money,
    estimates: [EstimateShare], missingDays: [SettlementDate], shape: [BandShape], rules: BillingRules,
    capCheck: CapCheck?
  ) {
    self.request = request
    self.supplier = supplier
    self.tariff = tariff
    self.tariffKind = tariffKind
    self.quantity = quantity
    self.lines = lines
    self.subtotal = subtotal
    self.vat = vat
    self.total = total
    self.estimates = estimates
    self.missingDays = missingDays
    self.shape = shape
    self.rules = rules
    self.capCheck = capCheck
  }

  /// The longest span of one bill, in days: a year and a month. Longer is refused, which bounds every amount.
  public static let longestSpan = 400
}

extension Bill {
  public var id: String { request.id }
  public var energyLines: [BillLine] { lines.filter { $0.kind == .energy } }
  /// All energy on the bill.
  public var energy: Energy { energyLines.reduce(.zero) { $0 + $1.energy } }
  public var estimatedEnergy: Energy { energyLines.reduce(.zero) { $0 + $1.estimatedEnergy } }
  /// How many half-hours the energy was added up from.
  public var periodCount: Int { energyLines.reduce(0) { $0 + $1.periodCount } }
  public var estimatedPeriodCount: Int { energyLines.reduce(0) { $0 + $1.estimatedPeriodCount } }
  /// The estimated part of the energy.
  public var estimatedShare: Proportion { Proportion(estimatedEnergy.wattHours, of: energy.wattHours) }
  /// The sum of the lines of one kind, excluding VAT.
  public func amount(of kind: BillLine.Kind) -> Money {
    lines.filter { $0.kind == kind }.reduce(.zero) { $0 + $1.amount }
  }

  /// Why the bill is held against no price cap; `nil` where it has a verdict.
  public var capAbsence: String? {
    guard capCheck == nil else { return nil }
    guard quantity == .activeImport else {
      return "The price cap limits what customers pay for energy they take; this is a credit for energy they export."
    }
    return "No level of the price cap is known for every day from \(request.from) to \(request.through) in region "
      + "\(request.gspGroup.rawValue) for payment by \(request.paymentMethod.split(separator: "-").joined(separator: " "))"
      + ", so the charges are held against none."
  }

  /// Whether every amount is what its parts make: computed again, line by line.
  public var addsUp: Bool {
    lines.allSatisfy { $0.amount == $0.recomputedAmount(rules.line) }
      && subtotal == lines.reduce(.zero) { $0 + $1.amount }
      && vat.amount == vat.rate.of(subtotal, to: rules.vat.step, rules.vat.rounding)
      && total == subtotal + vat.amount
      && estimates.reduce(.zero) { $0 + $1.energy } == estimatedEnergy
      && shape.flatMap(\.energies).reduce(.zero, +) == energy
  }
}

/// What to bill: whose energy, over which days, on which tariff.
public struct BillRequest: Hashable, Sendable {
  /// The supplier's reference of the customer.
  public var customer: String
  public var mpan: MPAN
  /// The region of the price cap.
  public var gspGroup: GSPGroupID
  /// `direct-debit`, `standard-credit`, `prepayment`.
  public var paymentMethod: String
  public var supplier: ParticipantID
  /// The tariff's name in the book.
  public var tariff: String
  public var from: SettlementDate
  /// Included.
  public var through: SettlementDate
  /// The bill's own date, on which it is posted.
  public var issued: SettlementDate
  /// 1 for the first bill of a span; a bill that replaces it has the next number.
  public var revision: Int

  public init(
    customer: String, mpan: MPAN, gspGroup: GSPGroupID, paymentMethod: String, supplier: ParticipantID,
    tariff: String, from: SettlementDate, through: SettlementDate, issued: SettlementDate, revision: Int = 1
  ) {
    self.customer = customer
    self.mpan = mpan
    self.gspGroup = gspGroup
    self.paymentMethod = paymentMethod
    self.supplier = supplier
    self.tariff = tariff
    self.from = from
    self.through = through
    self.issued = issued
    self.revision = revision
  }

  /// `1200023305967-20261201-20261231`, with `-r2` for a second revision: the same for the same request.
  public var id: String {
    let base = "\(mpan)-\(from.compactText)-\(through.compactText)"
    return revision == 1 ? base : "\(base)-r\(revision)"
  }

  /// The days of the span.
  public var days: Int { max(0, from.days(to: through) + 1) }

  /// Whose days a bill's id says it charges; the inverse of ``id``.
  ///
  /// - Returns: `nil` for a text that is no bill's id.
  public static func span(ofID id: String) -> (mpan: MPAN, days: ClosedRange<SettlementDate>)? {
    let parts = id.split(separator: "-", omittingEmptySubsequences: false)
    guard parts.count == 3 || (parts.count == 4 && parts[3].first == "r"), let mpan = MPAN(String(parts[0])),
      let from = date(compact: parts[1]), let through = date(compact: parts[2]), from <= through
    else { return nil }
    return (mpan, from...through)
  }

  /// `20260329`.
  private static func date(compact text: Substring) -> SettlementDate? {
    text.utf8.count == 8 ? SettlementDate(text) : nil
  }
}
