import BalancingMechanism
import MarketIdentifiers
import Quantities
import SettlementCalendar
import TradingCharges

/// One good row of a table of trading charges.
public enum TradingRow: Hashable, Sendable {
  case party(ParticipantID)
  case unit(UnitRegistration)
  /// The volumes array is empty: the row's period and volume stand beside it. `period` is `nil` for all periods.
  case contract(ContractNotification, period: Int?, volume: SettlementVolume)
  case reallocation(ReallocationNotification, period: Int?, share: Proportion, fixed: SettlementVolume)
  case metered(
    unit: String, SettlementPeriod, volume: SettlementVolume, notified: SettlementVolume?, services: SettlementVolume?)
  case price(SettlementPeriod, ImbalancePrices)
  case acceptance(unit: String, SettlementPeriod, AcceptedPair)
  case multiplier(unit: String, SettlementPeriod, TransmissionLossMultiplier)
}

/// Reads the fields of one line by column.
struct TradingRowReader {
  let table: TradingTable
  let fields: [String]
  /// A volume was finer than a kilowatt-hour.
  private(set) var isRounded = false

  init(_ table: TradingTable, _ fields: [String]) {
    self.table = table
    self.fields = fields
  }

  mutating func row() throws(TradingRowFault) -> TradingRow {
    switch table {
    case .parties: return .party(try party(0))
    case .units: return .unit(try unit())
    case .contracts:
      let header = try header(from: 5)
      let contract = ContractNotification(
        header: header, seller: EnergyAccount(try party(1), try kind(2)),
        buyer: EnergyAccount(try party(3), try kind(4)), volumes: [])
      return .contract(contract, period: try anyPeriod(8), volume: try volume(9))
    case .reallocations:
      let row = ReallocationNotification(
        header: try header(from: 4), unit: try name(1), subsidiary: EnergyAccount(try party(2), try kind(3)),
        shares: [], fixed: [])
      guard let share = DecimalNumber(fields[8]).flatMap({ Proportion(percent: $0) }) else { throw fault(8) }
      return .reallocation(row, period: try anyPeriod(7), share: share, fixed: try volume(9))
    case .metered:
      return .metered(
        unit: try name(0), try period(1, 2), volume: try volume(3), notified: try optionalVolume(4),
        services: try optionalVolume(5))
    case .prices: return .price(try period(0, 1), ImbalancePrices(sell: try price(2), buy: try price(3)))
    case .acceptances: return .acceptance(unit: try name(0), try period(1, 2), try pair())
    case .multipliers:
      guard let value = DecimalNumber(fields[3]).flatMap({ TransmissionLossMultiplier($0) }) else { throw fault(3) }
      return .multiplier(unit: try name(0), try period(1, 2), value)
    }
  }

  // MARK: Rows

  private func unit() throws(TradingRowFault) -> UnitRegistration {
    let crossing: Bool
    switch fields[4].lowercased() {
    case "yes": crossing = true
    case "no", "": crossing = false
    default: throw fault(4)
    }
    var factor: Int64 = 0
    if !fields[5].isEmpty {
      guard let units = DecimalNumber(fields[5])?.units(places: 7, rounding: .towardZero), units.isExact,
        let value = Int64(exactly: units.value)
      else { throw fault(5) }
      factor = value
    }
    return UnitRegistration(
      id: try name(0), lead: EnergyAccount(try party(1), try kind(2)), isInterconnector: crossing,
      tradingUnit: fields[3].isEmpty ? nil : try name(3), transmissionLossFactor: factor)
  }

  private func header(from column: Int) throws(TradingRowFault) -> NotificationHeader {
    guard let from = SettlementDate(fields[column]) else { throw fault(column) }
    var last: SettlementDate?
    if !fields[column + 1].isEmpty {
      guard let date = SettlementDate(fields[column + 1]) else { throw fault(column + 1) }
      last = date
    }
    guard let received = UTCInstant(fields[column + 2]) else { throw fault(column + 2) }
    return NotificationHeader(
      authorisation: try name(0), effectiveFrom: from, effectiveTo: last, receivedAt: received)
  }

  private func pair() throws(TradingRowFault) -> AcceptedPair {
    guard let number = Int(fields[3]), (-6...6).contains(number), number != 0 else { throw fault(3) }
    guard let offer = energy(4), offer.units >= 0 else { throw fault(4) }
    guard let bid = energy(5), bid.units <= 0 else { throw fault(5) }
    return AcceptedPair(number: number, offer: offer, bid: bid, offerPrice: try price(6), bidPrice: try price(7))
  }

  // MARK: Fields

  private func fault(_ column: Int) -> TradingRowFault {
    let names = table.columns + table.optionalColumns
    return TradingRowFault(TradingTableRules.field, names[column], "The field is not written as its column asks.")
  }

  private func name(_ column: Int) throws(TradingRowFault) -> String {
    let text = fields[column]
    guard (1...64).contains(text.utf8.count), text.utf8.allSatisfy({ (0x21...0x7E).contains($0) }) else {
      throw fault(column)
    }
    return text
  }

  private func party(_ column: Int) throws(TradingRowFault) -> ParticipantID {
    guard let party = ParticipantID(fields[column]) else { throw fault(column) }
    return party
  }

  private func kind(_ column: Int) throws(TradingRowFault) -> AccountKind {
    guard let kind = AccountKind(rawValue: fields[column].uppercased()) else { throw fault(column) }
    return kind
  }

  private func period(_ date: Int, _ number: Int) throws(TradingRowFault) -> SettlementPeriod {
    guard let day = SettlementDate(fields[date]) else { throw fault(date) }
    guard let value = Int(fields[number]), let period = SettlementDay(day).period(value) else {
      throw TradingRowFault(
        TradingTableRules.period, table.columns[number], "The settlement period does not exist on its date.")
    }
    return period
  }

  /// 1...50, or `*` for every period.
  private func anyPeriod(_ column: Int) throws(TradingRowFault) -> Int? {
    if fields[column] == "*" { return nil }
    guard let value = Int(fields[column]), (1...50).contains(value) else { throw fault(column) }
    return value
  }

  private mutating func volume(_ column: Int) throws(TradingRowFault) -> SettlementVolume {
    guard let number = DecimalNumber(fields[column]),
      let read = SettlementVolume.megawattHours(number, rounding: .halfAwayFromZero)
    else { throw fault(column) }
    if !read.isExact { isRounded = true }
    return read.volume
  }

  private mutating func optionalVolume(_ column: Int) throws(TradingRowFault) -> SettlementVolume? {
    fields[column].isEmpty ? nil : try volume(column)
  }

  private func energy(_ column: Int) -> BalancingEnergy? {
    fields[column].isEmpty ? .zero : DecimalNumber(fields[column]).flatMap { BalancingEnergy(megawattHours: $0) }
  }

  private func price(_ column: Int) throws(TradingRowFault) -> UnitRate {
    guard let price = DecimalNumber(fields[column]).flatMap({ UnitRate(poundsPerMWh: $0) }) else { throw fault(column) }
    return price
  }
}
