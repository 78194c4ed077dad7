import BalancingMechanism
import Findings
import MarketIdentifiers
import Quantities
import SettlementCalendar
import TradingCharges

/// One figure of the charges, by its name in the code: `QAEI` of account `SUPP/C` in period 21.
public struct ChargeFigure: Hashable, Sendable {
  /// What the figure is of.
  public enum Subject: String, Hashable, Sendable, CaseIterable {
    case period
    case unit
    case account
    /// A party's whole day.
    case party
  }

  public var subject: Subject
  /// `nil` for a whole day.
  public var period: Int?
  /// Account, BM unit or party; empty for a period.
  public var name: String
  /// The code's name of the item.
  public var item: String
  /// A decimal number: MWh, GBP/MWh, GBP or a factor, as the item is.
  public var value: String
}

/// The charges of a settlement date with every step.
public struct TradingDayCharges: Sendable {
  public let day: SettlementDay
  public let roster: TradingRoster
  public let rules: TradingRules
  /// The periods that were settled, rising.
  public private(set) var periods: [(number: Int, inputs: TradingPeriod, result: TradingPeriodResult)] = []
  /// Daily charges by place of the party.
  public private(set) var daily: DailyCharges
  /// Periods without a price: they are not settled.
  public internal(set) var unpriced: [Int] = []
  /// Units without a metered volume, with the number of periods.
  public internal(set) var incomplete: [String: Int] = [:]
  public internal(set) var findings = FindingLog()

  init(day: SettlementDay, roster: TradingRoster, rules: TradingRules) {
    self.day = day
    self.roster = roster
    self.rules = rules
    daily = DailyCharges(roster)
  }

  mutating func add(_ result: TradingPeriodResult, of number: Int, _ inputs: TradingPeriod) {
    periods.append((number, inputs, result))
    daily.add(result)
  }

  /// Every step of every settled period, then the parties' days.
  public var figures: [ChargeFigure] {
    periods.flatMap { figures($0.number, $0.inputs, $0.result) } + partyFigures
  }

  private func figures(_ number: Int, _ inputs: TradingPeriod, _ result: TradingPeriodResult) -> [ChargeFigure] {
    var rows: [ChargeFigure] = []
    func add(_ subject: ChargeFigure.Subject, _ name: String, _ items: [(String, String?)]) {
      rows += items.compactMap { item, value in
        value.map { ChargeFigure(subject: subject, period: number, name: name, item: item, value: $0) }
      }
    }
    add(
      .period, "",
      [
        ("SBP", inputs.prices.buy.poundsPerMWhText), ("SSP", inputs.prices.sell.poundsPerMWhText),
        ("TLMO+", result.losses.deliveringAdjustment.map(Self.factor)),
        ("TLMO-", result.losses.offtakingAdjustment.map(Self.factor)),
        ("TRC", result.totalResidualCashflow.poundsText), ("CSO", result.systemOperatorCashflow.poundsText),
      ])
    let cash = Dictionary(uniqueKeysWithValues: result.unitCash.map { ($0.unit, $0) })
    for (place, unit) in roster.units.enumerated() {
      add(
        .unit, unit.id,
        [
          ("QM", inputs.metered[place].megawattHoursText),
          ("TLM", Self.factor(result.losses.multipliers[place].tenMillionths)),
          ("QBS", result.balancing[place].megawattHoursText),
          ("QCE", result.leadCredited[place].megawattHoursText),
          ("QII", result.informationVolumes.isEmpty ? nil : result.informationVolumes[place].megawattHoursText),
          ("CBM", cash[place]?.cash.poundsText), ("QND", cash[place].map(Self.nonDelivered)),
          ("CND", cash[place]?.nonDeliveryCharge.poundsText),
        ])
    }
    for row in result.reallocated {
      let account = roster.account(row.reallocation.subsidiary)
      add(
        .account, account.description,
        [("QCE of \(roster.units[row.reallocation.unit].id)", row.credited.megawattHoursText)])
    }
    for place in result.accounts.indices {
      let index = AccountIndex(place: place)
      add(.account, roster.account(index).description, accountItems(result.accounts[place], result, index))
    }
    return rows
  }

  private func accountItems(
    _ line: AccountLine, _ result: TradingPeriodResult, _ index: AccountIndex
  ) -> [(String, String?)] {
    // An account that did nothing says nothing.
    guard line.credited != .zero || line.sold != .zero || line.balancing != .zero || line.residualBasis != .zero else {
      return []
    }
    return [
      ("QACE", line.credited.megawattHoursText), ("QABS", line.balancing.megawattHoursText),
      ("QABC", line.sold.megawattHoursText), ("QAEI", line.imbalance.megawattHoursText),
      ("price", line.price.poundsPerMWhText), ("CAEI", line.imbalanceCharge.poundsText),
      ("RCRP", DecimalNumber.text(Int128(result.residualProportion(of: index).billionths), places: 9, keeping: 7)),
      ("RCRC", line.residualCashflow.poundsText),
    ]
  }

  private var partyFigures: [ChargeFigure] {
    zip(roster.parties, daily.parties).flatMap { party, charges in
      [
        ("CAEI", charges.imbalance), ("CII", charges.information), ("RCRC", charges.residual),
        ("CBM", charges.balancing), ("CND", charges.nonDelivery), ("net", charges.netReceipt),
      ].map {
        ChargeFigure(subject: .party, period: nil, name: party.code, item: $0.0, value: $0.1.poundsText)
      }
    }
  }

  private static func factor(_ tenMillionths: Int64) -> String {
    DecimalNumber.text(Int128(tenMillionths), places: 7)
  }

  /// Non-delivered offers (positive) or bids (negative) of a unit.
  private static func nonDelivered(_ cash: UnitCashflow) -> String {
    cash.pairs.reduce(BalancingEnergy.zero) { $0 + $1.nonDeliveredOffer + $1.nonDeliveredBid }.megawattHoursText
  }
}
