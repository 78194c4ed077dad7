import BalancingMechanism
import Quantities

/// What one energy account traded in one period, step by step.
public struct AccountLine: Hashable, Sendable {
  /// QACE: energy credited to the account, losses applied.
  public var credited = CreditedVolume.zero
  /// QABS: balancing services volume of the units that the account leads, losses applied.
  public var balancing = CreditedVolume.zero
  /// QABC: sold less bought.
  public var sold = CreditedVolume.zero
  /// QAEI = QACE − QABS − QABC; positive is long.
  public var imbalance = CreditedVolume.zero
  /// The price that applied: the sell price when long, else the buy price.
  public var price = UnitRate.zero
  /// CAEI = −QAEI × price; positive is paid by the party.
  public var imbalanceCharge = Money.zero
  /// The magnitudes of the credited volumes that count for the share in the residual cashflow.
  public var residualBasis = CreditedVolume.zero
  /// RCRC; positive is received by the party.
  public var residualCashflow = Money.zero
}

/// A volume that went to a subsidiary account.
public struct ReallocatedVolume: Hashable, Sendable {
  public var reallocation: Reallocation
  /// `(QM − QBS) × QMPR + QMFR` in whole kilowatt-hours, rounded once.
  public var metered: SettlementVolume
  /// QCE of the subsidiary account: the metered part times TLM.
  public var credited: CreditedVolume
}

/// The trading charges of one settlement period with every step, over the places of the roster.
public struct TradingPeriodResult: Sendable {
  public internal(set) var losses: TransmissionLosses
  /// QBS by unit: accepted plus applicable balancing services volume, whole kilowatt-hours.
  public internal(set) var balancing: [SettlementVolume]
  /// QCE of the lead account by unit.
  public internal(set) var leadCredited: [CreditedVolume]
  public internal(set) var reallocated: [ReallocatedVolume] = []
  /// By place of the account.
  public internal(set) var accounts: [AccountLine]
  /// Units with acceptances only.
  public internal(set) var unitCash: [UnitCashflow] = []
  /// QII by unit: the magnitude of metered less expected volume; empty where no notifications are known.
  public internal(set) var informationVolumes: [SettlementVolume] = []
  /// CII by party; empty while its price is zero.
  public internal(set) var informationCharges: [Money] = []
  /// TRC: what is reallocated among the accounts.
  public internal(set) var totalResidualCashflow = Money.zero
  /// Σ of ``AccountLine/residualBasis``.
  public internal(set) var totalResidualBasis = CreditedVolume.zero
  /// CSO: what the system operator pays for accepted bids and offers, less non-delivery charges where those are its.
  public internal(set) var systemOperatorCashflow = Money.zero

  /// The residual cashflow of a period in which no account has credited energy to share it by; else nothing.
  public var unsharedResidual: Money { totalResidualBasis.units > 0 ? .zero : totalResidualCashflow }

  /// RCRP with the seven decimals of its interface. The cashflow itself is shared by exact volumes.
  public func residualProportion(of account: AccountIndex) -> Proportion {
    guard totalResidualBasis.units > 0 else { return Proportion(billionths: 0) }
    let value = Rounding.halfAwayFromZero.quotient(
      Int128(accounts[account.place].residualBasis.units) * 10_000_000, by: Int128(totalResidualBasis.units))
    return Proportion(billionths: Int64(value) * 100)
  }
}

/// What one party pays and receives, by kind of charge.
public struct PartyCharges: Hashable, Sendable {
  /// Σ CAEI; positive is paid.
  public var imbalance = Money.zero
  /// Σ CII; positive is paid.
  public var information = Money.zero
  /// Σ RCRC; positive is received.
  public var residual = Money.zero
  /// Σ CBM; positive is received.
  public var balancing = Money.zero
  /// Σ CND; positive is paid.
  public var nonDelivery = Money.zero

  public init() {}

  /// Everything together; positive is received by the party.
  public var netReceipt: Money { balancing + residual - imbalance - information - nonDelivery }

  public static func + (a: Self, b: Self) -> Self {
    var sum = a
    sum.imbalance += b.imbalance
    sum.information += b.information
    sum.residual += b.residual
    sum.balancing += b.balancing
    sum.nonDelivery += b.nonDelivery
    return sum
  }

  public static func += (a: inout Self, b: Self) { a = a + b }
}

/// The daily charges of every party, added up period by period in any order.
public struct DailyCharges: Sendable {
  /// By place of the party.
  public private(set) var parties: [PartyCharges]
  /// What the system operator pays.
  public private(set) var systemOperator = Money.zero
  /// What of the residual cashflow no account could share.
  public private(set) var unsharedResidual = Money.zero
  private let leads: [AccountIndex]

  public init(_ roster: TradingRoster) {
    parties = Array(repeating: PartyCharges(), count: roster.parties.count)
    leads = roster.leads
  }

  /// - Parameter result: of the roster that this was made with.
  public mutating func add(_ result: TradingPeriodResult) {
    for place in result.accounts.indices {
      let party = place / 2
      parties[party].imbalance += result.accounts[place].imbalanceCharge
      parties[party].residual += result.accounts[place].residualCashflow
    }
    for row in result.unitCash {
      let party = leads[row.unit].party
      parties[party].balancing += row.cash
      parties[party].nonDelivery += row.nonDeliveryCharge
    }
    for place in result.informationCharges.indices { parties[place].information += result.informationCharges[place] }
    systemOperator += result.systemOperatorCashflow
    unsharedResidual += result.unsharedResidual
  }

  /// What all parties receive together less what the system operator pays, with the residual that no account could share:
  /// nothing, whatever happened.
  public var clearingDifference: Money {
    parties.reduce(.zero) { $0 + $1.netReceipt } - systemOperator + unsharedResidual
  }
}
