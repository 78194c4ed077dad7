import Quantities
import Rulebooks
import SettlementCalendar

/// A bill held against the price cap: what the cap allows for the same days and the same energy, VAT included.
///
/// The cap amount is, for each level in force, its unit rate times the energy of its days plus its standing charge
/// times its days; the sum is rounded once. Levels without VAT have the bill's VAT rate added, so that both sides are
/// VAT-inclusive.
public struct CapCheck: Hashable, Sendable {
  /// The days of one cap level.
  public struct Segment: Hashable, Sendable {
    public var from: SettlementDate
    /// Included.
    public var through: SettlementDate
    public var days: Int
    public var energy: Energy
    public var level: PriceCapRow
    /// Whether the days lie beyond the quarter for which the level was set: a newer level may exist.
    public var isBeyondQuarter: Bool

    public init(
      from: SettlementDate, through: SettlementDate, days: Int, energy: Energy, level: PriceCapRow,
      isBeyondQuarter: Bool
    ) {
      self.from = from
      self.through = through
      self.days = days
      self.energy = energy
      self.level = level
      self.isBeyondQuarter = isBeyondQuarter
    }
  }

  /// One component's part of the cap amount.
  public struct ComponentAmount: Hashable, Sendable {
    public var component: PriceCapComponent
    public var amount: Money

    public init(component: PriceCapComponent, amount: Money) {
      self.component = component
      self.amount = amount
    }
  }

  public var segments: [Segment]
  /// Including VAT.
  public var capAmount: Money
  /// Energy, standing charge and pass-through charges of the bill, including VAT.
  public var chargedAmount: Money
  /// Standard variable tariffs only.
  public var binds: Bool
  /// The cap amount by component; the amounts add up to it exactly.
  public var components: [ComponentAmount]

  public init(
    segments: [Segment], capAmount: Money, chargedAmount: Money, binds: Bool, components: [ComponentAmount]
  ) {
    self.segments = segments
    self.capAmount = capAmount
    self.chargedAmount = chargedAmount
    self.binds = binds
    self.components = components
  }

  /// Below zero when the charge is above the cap.
  public var headroom: Money { capAmount - chargedAmount }
  public var isWithin: Bool { headroom >= .zero }
  /// The cap limits this tariff and the bill is above it: it may not be sent as it is.
  public var isBreach: Bool { binds && !isWithin }
}

extension CapCheck {
  /// The verdict and its reason, for the customer.
  public var sentence: String {
    let compared = "The charges of \(chargedAmount) including VAT are "
    let verdict =
      isWithin
      ? "within the price cap of \(capAmount) for this energy and these days, by \(headroom)."
      : "above the price cap of \(capAmount) for this energy and these days, by \(-headroom)."
    let reason =
      switch (binds, isWithin) {
      case (true, true): " The cap limits this standard variable tariff."
      case (true, false): " The cap limits this standard variable tariff: the bill must not be sent like this."
      case (false, _): " The cap limits standard variable tariffs; this tariff is fixed, so the cap does not bind it."
      }
    return compared + verdict + reason + ageSentence
  }

  /// Says when a level older than its quarter was used; empty otherwise.
  private var ageSentence: String {
    guard let old = segments.first(where: \.isBeyondQuarter) else { return "" }
    return " The cap level from \(old.level.from) is the latest known; a newer one may be in force."
  }
}

extension CapCheck {
  /// - Parameter days: the days whose energy the bill charges.
  /// - Returns: `nil` when some day of the bill has no cap level.
  init?(_ bill: Bill, _ days: [BillableDay], _ cap: PriceCap) {
    var energyByDay: [SettlementDate: Energy] = [:]
    for day in days { energyByDay[day.date] = day.energies.reduce(.zero, +) }
    guard let segments = Self.segments(bill.request, energyByDay, cap) else { return nil }
    let amount = bill.rules.cap.money(
      micropounds: segments.reduce(0) { $0 + Self.exactAmount($1, vat: bill.vat.rate) }, over: Self.exactDenominator)
    let parts = PriceCapComponent.split(amount, by: cap.components)
    self.init(
      segments: segments, capAmount: amount, chargedAmount: bill.total, binds: bill.tariffKind == .standardVariable,
      components: zip(cap.components, parts).map { ComponentAmount(component: $0, amount: $1) })
  }

  /// 10⁻⁸ micropounds of the unit charge, times 10⁹ for the VAT share.
  private static let exactDenominator: Int128 = 100_000_000 * 1_000_000_000

  /// The segment's cap amount, unrounded, in micropounds times ``exactDenominator``.
  private static func exactAmount(_ segment: Segment, vat: Proportion) -> Int128 {
    let unit = Int128(segment.energy.wattHours) * Int128(segment.level.unitRate.micropencePerMWh)
    let standing = Int128(segment.days) * Int128(segment.level.standingCharge.micropounds) * 100_000_000
    let billionths: Int128 = 1_000_000_000 + (segment.level.includesVAT ? 0 : Int128(vat.billionths))
    return (unit + standing) * billionths
  }

  private static func segments(
    _ request: BillRequest, _ energyByDay: [SettlementDate: Energy], _ cap: PriceCap
  ) -> [Segment]? {
    var segments: [Segment] = []
    for date in settlementDates(request.from, through: request.through) {
      guard
        let level = cap.row(on: date, gspGroup: request.gspGroup, paymentMethod: request.paymentMethod)
      else { return nil }
      let isBeyond = level.from.advanced(byMonths: PriceCap.monthsOfALevel).map { date >= $0 } ?? false
      let energy = energyByDay[date] ?? .zero
      if let open = segments.last, open.level == level, open.isBeyondQuarter == isBeyond {
        segments[segments.count - 1].through = date
        segments[segments.count - 1].days += 1
        segments[segments.count - 1].energy += energy
      } else {
        segments.append(
          Segment(from: date, through: date, days: 1, energy: energy, level: level, isBeyondQuarter: isBeyond))
      }
    }
    return segments
  }
}
