import BalancingMechanism
import Findings
import MarketIdentifiers
import Quantities
import SettlementCalendar
import TradingCharges

/// The rows that bear on one settlement date, and the charges that come of them.
public struct TradingDayBook: Sendable {
  /// What stands in the tables for one unit in one period.
  private struct UnitPeriod: Sendable {
    var metered: SettlementVolume?
    var notified: SettlementVolume?
    var services: SettlementVolume?
    var multiplier: TransmissionLossMultiplier?
    var pairs: [AcceptedPair] = []
  }

  /// What a notification says of its periods: one value for all, and others for single ones, which go before it.
  private struct PeriodValues<Value: Hashable & Sendable>: Sendable {
    var all: Value?
    var single: [Int: Value] = [:]

    /// - Returns: whether the place was free.
    mutating func set(_ value: Value, _ period: Int?) -> Bool {
      if let period {
        guard single[period] == nil else { return false }
        single[period] = value
      } else {
        guard all == nil else { return false }
        all = value
      }
      return true
    }

    /// One value for each of fifty periods.
    func values(_ none: Value) -> [Value] { (1...50).map { single[$0] ?? all ?? none } }
  }

  private struct Transfer: Hashable, Sendable {
    var share: Proportion
    var fixed: SettlementVolume
  }

  private struct ContractKey: Hashable {
    var header: NotificationHeader
    var seller: EnergyAccount
    var buyer: EnergyAccount
  }

  private struct ReallocationKey: Hashable {
    var header: NotificationHeader
    var unit: String
    var subsidiary: EnergyAccount
  }

  /// More rows of one date than this are refused: no market has so many.
  public static let mostRows = 5_000_000

  public let day: SettlementDay
  private let book: TradingRuleBook
  private var parties: Set<ParticipantID> = []
  private var units: [UnitRegistration] = []
  private var unitPeriods: [String: [Int: UnitPeriod]] = [:]
  private var prices: [Int: ImbalancePrices] = [:]
  private var contracts: [ContractKey: PeriodValues<SettlementVolume>] = [:]
  private var reallocations: [ReallocationKey: PeriodValues<Transfer>] = [:]
  private var rows = 0
  public private(set) var findings = FindingLog()
  /// Rows of other dates.
  public private(set) var otherRows = 0

  public init(_ day: SettlementDay, rules book: TradingRuleBook = .shipped) {
    self.day = day
    self.book = book
  }

  // MARK: Rows

  public mutating func take(_ row: TradingRow, at position: SourcePosition) {
    guard rows < Self.mostRows else {
      return refuse(TradingTableRules.line, position, "The tables hold more rows than any market has.")
    }
    rows += 1
    switch row {
    case .party(let party): parties.insert(party)
    case .unit(let unit): units.append(unit)
    case .contract(let contract, let period, let volume):
      let key = ContractKey(header: contract.header, seller: contract.seller, buyer: contract.buyer)
      if !contracts[key, default: PeriodValues()].set(volume, period) { repeated(position) }
    case .reallocation(let row, let period, let share, let fixed):
      let key = ReallocationKey(header: row.header, unit: row.unit, subsidiary: row.subsidiary)
      if !reallocations[key, default: PeriodValues()].set(Transfer(share: share, fixed: fixed), period) {
        repeated(position)
      }
    case .price(let period, let price):
      guard isOfDay(period) else { return }
      guard prices[period.number] == nil || prices[period.number] == price else { return repeated(position) }
      prices[period.number] = price
    case .metered, .acceptance, .multiplier: takeUnitRow(row, position)
    }
  }

  private mutating func takeUnitRow(_ row: TradingRow, _ position: SourcePosition) {
    switch row {
    case .metered(let unit, let period, let volume, let notified, let services):
      edit(unit, period, position) { values in
        guard values.metered == nil else { return false }
        (values.metered, values.notified, values.services) = (volume, notified, services)
        return true
      }
    case .acceptance(let unit, let period, let pair):
      edit(unit, period, position) { values in
        guard !values.pairs.contains(where: { $0.number == pair.number }) else { return false }
        values.pairs.append(pair)
        return true
      }
    case .multiplier(let unit, let period, let multiplier):
      edit(unit, period, position) { values in
        guard values.multiplier == nil else { return false }
        values.multiplier = multiplier
        return true
      }
    case .party, .unit, .contract, .reallocation, .price: break
    }
  }

  private mutating func edit(
    _ unit: String, _ period: SettlementPeriod, _ position: SourcePosition, _ change: (inout UnitPeriod) -> Bool
  ) {
    guard isOfDay(period) else { return }
    if !change(&unitPeriods[unit, default: [:]][period.number, default: UnitPeriod()]) { repeated(position) }
  }

  private mutating func isOfDay(_ period: SettlementPeriod) -> Bool {
    guard period.day == day else {
      otherRows += 1
      return false
    }
    return true
  }

  private mutating func repeated(_ position: SourcePosition) {
    refuse("TRC-02", position, "The same figure is given twice; the first one counts.")
  }

  private mutating func refuse(_ rule: RuleID, _ position: SourcePosition?, _ message: String) {
    findings.append(Finding(rule, .error, at: position, message, remedy: "Keep one row of each figure."))
  }

  // MARK: Charges

  /// Works out the charges of the date.
  ///
  /// - Parameter only: one settlement period; `nil` for all.
  /// - Throws: ``TradingDayFault``.
  public func settle(only: Int? = nil) throws(TradingDayFault) -> TradingDayCharges {
    guard let rules = book.rules(on: day.date) else { throw .noRules(day.date) }
    let roster = roster()
    let notifications = NotificationBook(
      roster.value,
      contracts: contracts.map { key, periods in
        ContractNotification(
          header: key.header, seller: key.seller, buyer: key.buyer, volumes: periods.values(.zero))
      },
      reallocations: reallocations.map { key, periods in
        let values = periods.values(Transfer(share: Proportion(billionths: 0), fixed: .zero))
        return ReallocationNotification(
          header: key.header, unit: key.unit, subsidiary: key.subsidiary, shares: values.map(\.share),
          fixed: values.map(\.fixed))
      }, rules: book)
    let reallocated = notifications.reallocations(on: day)
    let sold = notifications.sold(on: day)
    var charges = TradingDayCharges(day: day, roster: roster.value, rules: rules)
    charges.findings = findings
    for finding in roster.findings + reallocated.findings { charges.findings.append(finding) }
    charges.findings.append(contentsOf: notifications.findings)
    noteUnlisted(roster.value, &charges)
    for number in only.map({ $0...$0 }) ?? 1...day.periodCount {
      guard let price = prices[number] else {
        charges.unpriced.append(number)
        continue
      }
      let period = period(
        number, roster.value, price, sold[number - 1], reallocated.value[number - 1], &charges.incomplete)
      do {
        charges.add(try TradingPeriodResult(period, roster.value, rules), of: number, period)
      } catch {
        throw .period(number, error)
      }
    }
    noteIncomplete(&charges)
    return charges
  }

  /// Parties that only units and notifications name are listed too: a table of parties is for those that nothing names.
  private func roster() -> Checked<TradingRoster> {
    var all = parties
    if parties.isEmpty {
      all.formUnion(units.map(\.lead.party))
      for key in contracts.keys { all.formUnion([key.seller.party, key.buyer.party]) }
      all.formUnion(reallocations.keys.map(\.subsidiary.party))
    }
    return TradingRoster.make(parties: all, units: units)
  }

  private func period(
    _ number: Int, _ roster: TradingRoster, _ price: ImbalancePrices, _ sold: [SettlementVolume],
    _ reallocations: [Reallocation], _ incomplete: inout [String: Int]
  ) -> TradingPeriod {
    let values = roster.units.map { unitPeriods[$0.id]?[number] ?? UnitPeriod() }
    for (unit, value) in zip(roster.units, values) where value.metered == nil { incomplete[unit.id, default: 0] += 1 }
    var period = TradingPeriod(
      prices: price, metered: values.map { $0.metered ?? .zero }, sold: sold, reallocations: reallocations)
    if values.contains(where: { $0.services != nil }) { period.servicesVolumes = values.map { $0.services ?? .zero } }
    if !values.isEmpty, values.allSatisfy({ $0.notified != nil }) { period.notified = values.compactMap(\.notified) }
    if !values.isEmpty, values.allSatisfy({ $0.multiplier != nil }) {
      period.losses = .supplied(values.compactMap(\.multiplier))
    }
    period.acceptances = values.indices.compactMap { place in
      values[place].pairs.isEmpty ? nil : UnitAcceptances(unit: place, pairs: values[place].pairs)
    }
    return period
  }

  private func noteUnlisted(_ roster: TradingRoster, _ charges: inout TradingDayCharges) {
    for unit in unitPeriods.keys.sorted() where roster.place(ofUnit: unit) == nil {
      charges.findings.append(
        Finding(
          "TRC-01", .error, "Volumes of a BM unit that is not listed are left out.",
          remedy: "Add the unit to the table of units.", detail: unit))
    }
  }

  private func noteIncomplete(_ charges: inout TradingDayCharges) {
    for (unit, count) in charges.incomplete.sorted(by: { $0.key < $1.key }) {
      charges.findings.append(
        Finding(
          TradingTableRules.complete, .error,
          "A BM unit has no metered volume in \(count) periods that were settled; it counts as nothing there.",
          remedy: "Add its metered volumes and settle again.", detail: unit))
    }
  }
}

/// Why the charges of a date cannot be worked out.
public enum TradingDayFault: Error, Hashable, Sendable, CustomStringConvertible {
  case noRules(SettlementDate)
  case period(Int, TradingPeriodFault)

  public var description: String {
    switch self {
    case .noRules(let date): "There are no rules of trading charges for \(date): they begin on 2001-03-27."
    case .period(let number, let fault): "Period \(number): \(fault)"
    }
  }
}
