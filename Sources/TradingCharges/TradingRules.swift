import Quantities
import SettlementCalendar

/// What the rules of trading charges leave to parameters, as it holds on one settlement date (BSC Section T).
public struct TradingRules: Hashable, Sendable {
  /// How many imbalance prices a period has.
  public enum PriceRegime: String, Hashable, Sendable, CaseIterable {
    /// System sell price equals system buy price (since P305, 5 November 2015).
    case single = "one"
    /// A long account is paid the sell price, a short one pays the buy price.
    case dual = "two"
  }

  /// Which of a unit's accepted bid-offer pairs counts as not delivered first.
  public enum NonDeliveryOrder: String, Hashable, Sendable, CaseIterable {
    /// The offer with the highest price, the bid with the lowest.
    case dearestFirst = "dearest-first"
    /// The offer with the lowest price, the bid with the highest.
    case cheapestFirst = "cheapest-first"
    /// The pair farthest from the notification.
    case outermostFirst = "outermost-first"
  }

  /// Who gets the non-delivery charges.
  public enum NonDeliveryCredit: String, Hashable, Sendable, CaseIterable {
    /// They lower what the system operator pays for balancing.
    case systemOperator = "system-operator"
    /// They are part of the residual cashflow.
    case residual
  }

  /// α: the share of transmission losses that delivering trading units bear.
  public var deliveringLossShare: Proportion
  /// Whether the loss total counts interconnector flows; it must for all losses to be borne.
  public var lossesIncludeInterconnectors: Bool
  /// Whether interconnector units are left out of the shares in the residual cashflow.
  public var residualExcludesInterconnectors: Bool
  public var priceRegime: PriceRegime
  /// £/MWh of information imbalance.
  public var informationImbalancePrice: UnitRate
  public var nonDeliveryOrder: NonDeliveryOrder
  public var nonDeliveryCredit: NonDeliveryCredit
  /// Seconds before the start of a period until which notifications for it may come.
  public var notificationDeadline: Int64
  /// What a cashflow of one account, unit or pair in one period is rounded to, once.
  public var cashStep: Money.Step = .micropound
  public var cashRounding: Rounding = .halfAwayFromZero
  /// For volumes that become whole kilowatt-hours and multipliers that become seven decimals, once.
  public var volumeRounding: Rounding = .halfAwayFromZero

  public init(
    deliveringLossShare: Proportion, lossesIncludeInterconnectors: Bool, residualExcludesInterconnectors: Bool,
    priceRegime: PriceRegime, informationImbalancePrice: UnitRate, nonDeliveryOrder: NonDeliveryOrder,
    nonDeliveryCredit: NonDeliveryCredit, notificationDeadline: Int64
  ) {
    self.deliveringLossShare = deliveringLossShare
    self.lossesIncludeInterconnectors = lossesIncludeInterconnectors
    self.residualExcludesInterconnectors = residualExcludesInterconnectors
    self.priceRegime = priceRegime
    self.informationImbalancePrice = informationImbalancePrice
    self.nonDeliveryOrder = nonDeliveryOrder
    self.nonDeliveryCredit = nonDeliveryCredit
    self.notificationDeadline = notificationDeadline
  }
}

/// One dated value of the pack, with where it comes from.
public struct TradingRuleRow: Hashable, Sendable {
  /// How sure the value is.
  public enum Mark: String, Hashable, Sendable, CaseIterable {
    /// Read in a source that was checked.
    case verified = "V"
    /// Taken as known; not checked against the text that rules.
    case known = "K"
  }

  public var name: String
  public var value: String
  public var effectiveFrom: SettlementDate
  public var source: String
  public var mark: Mark
}

/// The dated parameters of trading charges that are shipped with the program.
public struct TradingRuleBook: Sendable {
  public let rows: [TradingRuleRow]

  public init(rows: [TradingRuleRow]) { self.rows = rows }

  /// The shipped pack. Rows that cannot be read are left out; a test holds the pack to having none.
  public static let shipped = TradingRuleBook(csv: PackageResources.trading_rules_csv)

  /// Reads the pack's five columns; its texts have no commas within fields.
  public init(csv: [UInt8]) {
    rows = csv.split(separator: UInt8(ascii: "\n")).dropFirst().compactMap { line in
      let fields = line.split(separator: UInt8(ascii: ","), omittingEmptySubsequences: false)
        .map { String(decoding: $0, as: UTF8.self) }
      guard fields.count == 5, let from = SettlementDate(fields[2]), let mark = TradingRuleRow.Mark(rawValue: fields[4])
      else { return nil }
      return TradingRuleRow(name: fields[0], value: fields[1], effectiveFrom: from, source: fields[3], mark: mark)
    }
  }

  /// The row in force. - Returns: `nil` where none is.
  public func row(_ name: String, on date: SettlementDate) -> TradingRuleRow? {
    rows.filter { $0.name == name && $0.effectiveFrom <= date }.max { $0.effectiveFrom < $1.effectiveFrom }
  }

  /// All parameters of a date. - Returns: `nil` before 27 March 2001, when the trading arrangements began.
  public func rules(on date: SettlementDate) -> TradingRules? {
    func value(_ name: String) -> String? { row(name, on: date)?.value }
    guard let share = value("delivering-loss-share").flatMap({ DecimalNumber($0) }),
      let billionths = share.units(places: 9, rounding: .towardZero).flatMap({ Int64(exactly: $0.value) }),
      (0...1_000_000_000).contains(billionths),
      let regime = value("imbalance-prices").flatMap(TradingRules.PriceRegime.init),
      let price = value("information-imbalance-price").flatMap({ DecimalNumber($0) }).flatMap({
        UnitRate(poundsPerMWh: $0)
      }),
      let order = value("non-delivery-order").flatMap(TradingRules.NonDeliveryOrder.init),
      let credit = value("non-delivery-credited-to").flatMap(TradingRules.NonDeliveryCredit.init),
      let minutes = value("notification-deadline-minutes").flatMap({ Int64($0) }), (0...10_080).contains(minutes)
    else { return nil }
    return TradingRules(
      deliveringLossShare: Proportion(billionths: billionths),
      lossesIncludeInterconnectors: value("losses-include-interconnectors") == "yes",
      residualExcludesInterconnectors: value("residual-excludes-interconnectors") == "yes", priceRegime: regime,
      informationImbalancePrice: price, nonDeliveryOrder: order, nonDeliveryCredit: credit,
      notificationDeadline: minutes * 60)
  }
}
