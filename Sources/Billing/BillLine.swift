import Quantities
import Rulebooks
import SettlementCalendar

/// One line of a bill, with everything that it was computed from.
public struct BillLine: Hashable, Sendable {
  public enum Kind: String, Hashable, Sendable, CaseIterable {
    /// Energy of one band at one rate.
    case energy
    case standingCharge = "standing-charge"
    case passThrough = "pass-through"
  }

  /// What the quantity is multiplied by.
  public enum Price: Hashable, Sendable {
    /// For ``BillLine/energy``.
    case perKilowattHour(UnitRate)
    /// For ``BillLine/days``.
    case perDay(Money)
    /// For a thirtieth of ``BillLine/days``.
    case perThirtyDays(Money)
    case perBill(Money)
  }

  public var kind: Kind
  /// The band's or charge's name.
  public var name: String
  public var from: SettlementDate
  /// Included.
  public var through: SettlementDate
  /// The dates from ``from`` to ``through``.
  public var days: Int
  /// How many half-hours the energy was added up from; zero for a line that is not about energy.
  public var periodCount: Int
  /// Of those, the estimated ones.
  public var estimatedPeriodCount: Int
  public var energy: Energy
  public var estimatedEnergy: Energy
  /// Excluding VAT.
  public var price: Price
  /// Export is credited: the amount is below zero.
  public var isCredit: Bool
  /// Excluding VAT, rounded once.
  public var amount: Money
  /// Where the price comes from.
  public var source: String

  public init(
    kind: Kind, name: String, from: SettlementDate, through: SettlementDate, days: Int, periodCount: Int,
    estimatedPeriodCount: Int, energy: Energy, estimatedEnergy: Energy, price: Price, isCredit: Bool, amount: Money,
    source: String
  ) {
    self.kind = kind
    self.name = name
    self.from = from
    self.through = through
    self.days = days
    self.periodCount = periodCount
    self.estimatedPeriodCount = estimatedPeriodCount
    self.energy = energy
    self.estimatedEnergy = estimatedEnergy
    self.price = price
    self.isCredit = isCredit
    self.amount = amount
    self.source = source
  }

  /// The amount computed again from quantity and price: what ``amount`` must be.
  public func recomputedAmount(_ rule: RoundingRule) -> Money {
    let amount: Money =
      switch price {
      case .perKilowattHour(let rate): rate.charge(for: energy, to: rule.step, rule.rounding)
      case .perDay(let price): rule.money(micropounds: Int128(price.micropounds) * Int128(days))
      case .perThirtyDays(let price): rule.money(micropounds: Int128(price.micropounds) * Int128(days), over: 30)
      case .perBill(let price): rule.money(micropounds: Int128(price.micropounds))
      }
    return isCredit ? -amount : amount
  }
}
