import Aggregation
import MarketIdentifiers
import Quantities
import SettlementCalendar

/// What one party is out by in one settlement period, and what that costs.
public struct ImbalancePosition: Hashable, Sendable {
  public let party: ParticipantID
  /// 1...46, 48 or 50.
  public let period: Int
  /// Net offtake at the Grid Supply Point: import less export.
  public let offtake: LossAdjustedEnergy
  /// Net bought under notified contracts.
  public let contracted: Energy
  /// `contracted − offtake`: positive is long (a surplus), negative is short.
  public let imbalance: LossAdjustedEnergy
  /// The imbalance price that was applied.
  public let price: UnitRate
  /// The date whose price it is; another than the settlement date where history is settled with later prices.
  public let priceDate: SettlementDate
  /// Seeds' sign (seed 002, stage 4): positive is paid to the party, negative is paid by it.
  public let cash: Money

  public init(
    party: ParticipantID, period: Int, offtake: LossAdjustedEnergy, contracted: Energy,
    imbalance: LossAdjustedEnergy, price: UnitRate, priceDate: SettlementDate, cash: Money
  ) {
    self.party = party
    self.period = period
    self.offtake = offtake
    self.contracted = contracted
    self.imbalance = imbalance
    self.price = price
    self.priceDate = priceDate
    self.cash = cash
  }
}

/// Prices by settlement period, with the shift under which history borrows later prices.
public struct PriceBook: Sendable {
  private let prices: [SettlementDate: [Int: SystemPrice]]
  /// Days that are added to a settlement date before the price is looked up; 0 for the day's own price.
  public let shiftDays: Int

  /// - Parameter prices: of several for one period the last received counts, then the one with the higher source hash.
  public init(_ prices: [SystemPrice], shiftDays: Int = 0) {
    var byDate: [SettlementDate: [Int: SystemPrice]] = [:]
    for price in prices.sorted(by: { ($0.receivedAt, $0.source) < ($1.receivedAt, $1.source) }) {
      byDate[price.date, default: [:]][price.period] = price
    }
    self.prices = byDate
    self.shiftDays = shiftDays
  }

  /// The price that applies to a period, from the date that the shift leads to.
  public func price(of date: SettlementDate, period: Int) -> SystemPrice? {
    date.advanced(by: shiftDays).flatMap { prices[$0]?[period] }
  }

  /// The hashes of the files that the prices of a date come from, rising.
  public func sources(of date: SettlementDate) -> [String] {
    guard let shifted = date.advanced(by: shiftDays), let day = prices[shifted] else { return [] }
    return Set(day.values.map(\.source)).sorted()
  }
}

/// Net contract volumes by party and period.
public struct ContractBook: Sendable {
  private struct Key: Hashable {
    let party: ParticipantID
    let date: SettlementDate
    let period: Int
  }
  private let volumes: [Key: ContractVolume]
  private let partiesByDate: [SettlementDate: Set<ParticipantID>]

  /// - Parameter volumes: of several for one party and period the last received counts, then the higher source hash.
  public init(_ volumes: [ContractVolume]) {
    var byKey: [Key: ContractVolume] = [:]
    var parties: [SettlementDate: Set<ParticipantID>] = [:]
    for volume in volumes.sorted(by: { ($0.receivedAt, $0.source) < ($1.receivedAt, $1.source) }) {
      byKey[Key(party: volume.party, date: volume.date, period: volume.period)] = volume
      parties[volume.date, default: []].insert(volume.party)
    }
    self.volumes = byKey
    partiesByDate = parties
  }

  public func bought(_ party: ParticipantID, _ date: SettlementDate, period: Int) -> Energy {
    volumes[Key(party: party, date: date, period: period)]?.bought ?? .zero
  }

  public func parties(on date: SettlementDate) -> Set<ParticipantID> { partiesByDate[date] ?? [] }
}

/// Computes imbalance and cash-out in the simplified form of the source documents (rulebook `may-2026`).
///
/// The full form of BSC Section T (transmission losses, credited energy, reallocations) is a rulebook of its own.
public enum Imbalance {
  /// No imbalance price is known for a period.
  public struct MissingPrice: Error, Hashable, Sendable, CustomStringConvertible {
    public let date: SettlementDate
    public let period: Int
    public let shiftDays: Int

    public init(date: SettlementDate, period: Int, shiftDays: Int) {
      self.date = date
      self.period = period
      self.shiftDays = shiftDays
    }

    public var description: String {
      let shifted = date.advanced(by: shiftDays).map { "\($0)" } ?? "a date out of range"
      let borrowed = shiftDays == 0 ? "" : " (looked up at \(shifted), by --price-shift \(shiftDays))"
      return "no imbalance price for \(date) period \(period)\(borrowed): ingest a system price file that covers it"
    }
  }

  /// Volumes or cash of a date are beyond anything that the market can hold: some fact is wrong.
  public struct OutOfRange: Error, Hashable, Sendable, CustomStringConvertible {
    public let date: SettlementDate

    public var description: String {
      "the volumes or prices of \(date) make more money than any ledger can hold: look for a contract volume or price "
        + "in the wrong unit (kWh, GBP per MWh) and ingest the corrected file"
    }
  }

  /// 10 TWh in one half-hour, in units of 10⁻⁵ Wh: at the highest price there may be, its cash still fits.
  private static let volumeLimit: Int128 = 1_000_000_000_000_000_000
  /// Micropounds of all positions of a date together, either sign: sums and differences of such days fit 64 bits.
  private static let cashLimit = Int128(Int64.max / 4)

  /// The position of every party that has volume or contracts on the day, by party, then period.
  ///
  /// - Parameter rounding: how a period's cash becomes whole micropounds (rule `cash.rounding`).
  /// - Throws: ``MissingPrice``, ``OutOfRange``.
  public static func positions(
    _ sums: AggregateSums, contracts: ContractBook, prices: PriceBook, step: Money.Step, rounding: Rounding
  ) throws -> [ImbalancePosition] {
    let date = sums.day.date
    guard sums.rows.values.allSatisfy({ $0.allSatisfy { isWithinLimit($0.lossAdjusted) } }) else {
      throw OutOfRange(date: date)
    }
    let offtakes = offtakesByParty(sums)
    var cash: Int128 = 0
    let parties = Set(offtakes.keys).union(contracts.parties(on: date)).sorted()
    var positions: [ImbalancePosition] = []
    positions.reserveCapacity(parties.count * sums.day.periodCount)
    for party in parties {
      let offtake = offtakes[party] ?? Array(repeating: .zero, count: sums.day.periodCount)
      for period in 1...sums.day.periodCount {
        guard let price = prices.price(of: date, period: period) else {
          throw MissingPrice(date: date, period: period, shiftDays: prices.shiftDays)
        }
        let bought = contracts.bought(party, date, period: period)
        let imbalance = LossAdjustedEnergy(bought) - offtake[period - 1]
        guard isWithinLimit(imbalance) else { throw OutOfRange(date: date) }
        // Two prices before 5 November 2015: a surplus is sold to the system, a deficit bought from it.
        let rate = imbalance > .zero ? price.sell : price.buy
        positions.append(
          ImbalancePosition(
            party: party, period: period, offtake: offtake[period - 1], contracted: bought, imbalance: imbalance,
            price: rate, priceDate: price.date, cash: rate.charge(for: imbalance, to: step, rounding)))
        cash += Int128(positions[positions.count - 1].cash.micropounds.magnitude)
      }
    }
    guard cash <= cashLimit else { throw OutOfRange(date: date) }
    return positions
  }

  private static func isWithinLimit(_ volume: LossAdjustedEnergy) -> Bool {
    volume.tenMicrowattHours.magnitude <= volumeLimit.magnitude
  }

  /// Import less export of each supplier, by period.
  public static func offtakesByParty(_ sums: AggregateSums) -> [ParticipantID: [LossAdjustedEnergy]] {
    var offtakes: [ParticipantID: [LossAdjustedEnergy]] = [:]
    for key in sums.sortedKeys {
      let isExport = key.quantity == .activeExport
      let periods = sums.periods(of: key)
      let before = offtakes[key.supplier] ?? Array(repeating: .zero, count: periods.count)
      offtakes[key.supplier] = zip(before, periods).map {
        isExport ? $0 - $1.lossAdjusted : $0 + $1.lossAdjusted
      }
    }
    return offtakes
  }

  /// Each party's cash of the day.
  public static func cashByParty(_ positions: [ImbalancePosition]) -> [ParticipantID: Money] {
    positions.reduce(into: [:]) { $0[$1.party, default: .zero] += $1.cash }
  }
}
