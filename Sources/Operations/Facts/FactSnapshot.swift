import Aggregation
import MarketIdentifiers
import MarketRegistration
import ReadingValidation
import Readings
import Rulebooks
import Settlement
import SettlementCalendar

/// The facts of a store as they stood after so many sources: what a run, a bill or an explanation may look at.
///
/// Facts are only ever appended, so the same count gives the same facts for ever. Readings are further cut by when they
/// were received; prices, loss factors, contracts and registrations are taken as the snapshot knows them, since a run
/// made later than its date is meant to use the better knowledge, and says which it used.
public final class FactSnapshot {
  public let store: any Store
  public let sourceCount: Int
  /// The sources of the snapshot in order of commitment.
  public let sources: [SourceRecord]
  private let visible: FactKnowledge
  private let registrations: RegistrationBook
  private let seriesByKey: [SeriesKey: SeriesIndex]

  private var pointsByDate: [SettlementDate: [ValidationPoint]] = [:]
  private var layersByDate = RecentCache<SettlementDate, [ReadingLayer]>(capacity: 64)
  private var resolvedDays = RecentCache<ResolvedKey, ResolvedDay>(capacity: 48)
  private var priceBooks: [SettlementDate: [SystemPrice]] = [:]
  private var contractBooks: [SettlementDate: [ContractVolume]] = [:]
  private var takeBooks: [SettlementDate: GroupTakeBook] = [:]
  private var schedules: [LossClassKey: [LossFactorSchedule]] = [:]

  private struct ResolvedKey: Hashable {
    let date: SettlementDate
    /// The layers seen, by their position among the date's layers: later moments often see the same.
    let seen: [Int]
  }

  private struct LossClassKey: Hashable {
    let distributor: Int
    let lossClass: LineLossFactorClassID
  }

  /// - Parameter sourceCount: how many sources to know; all by default.
  public convenience init(_ store: any Store, sourceCount: Int? = nil) throws {
    let all = try store.sources()
    let count = min(sourceCount ?? all.count, all.count)
    try self.init(store, sources: all, counts: FactCounts(all: count))
  }

  /// Facts of each kind as they stood after a number of sources of its own: what lies between two runs.
  ///
  /// - Parameter counts: how many sources to know of each kind of fact; the largest is the snapshot's own count.
  convenience init(_ store: any Store, counts: FactCounts) throws {
    try self.init(store, sources: try store.sources(), counts: counts)
  }

  private init(_ store: any Store, sources all: [SourceRecord], counts: FactCounts) throws {
    self.store = store
    sourceCount = min(counts.largest, all.count)
    sources = Array(all.prefix(sourceCount))
    visible = FactKnowledge(all, counts)
    let lastRegistration = all.prefix(counts.registrations).filter { PortfolioFormats.holdsRegistrations($0) }
      .map(\.receivedAt).max()
    registrations = RegistrationBook(
      try store.registrations().filter { statement in lastRegistration.map { statement.recordedAt <= $0 } ?? false })
    seriesByKey = Dictionary(uniqueKeysWithValues: try store.allSeries().map { ($0.key, $0.index) })
  }

  /// The registered metering points of a date, each with the series that its readings are stored under.
  public func points(on date: SettlementDate) -> [ValidationPoint] {
    if let known = pointsByDate[date] { return known }
    let points = registrations.points(on: date).map {
      ValidationPoint(registration: $0, series: series(of: $0))
    }
    pointsByDate[date] = points
    return points
  }

  /// The statement about one metering point in force on a date.
  public func registration(_ mpan: MPAN, on date: SettlementDate) -> Registration? {
    registrations.point(mpan, on: date)
  }

  /// All statements about all points.
  public var allRegistrations: [Registration] { registrations.all }

  /// The MPAN's own series where there is one, else the one stored under its alias.
  public func series(of registration: Registration) -> SeriesIndex? {
    if let own = seriesByKey[SeriesKey(registration.mpan, registration.quantity)] { return own }
    return registration.alias.flatMap { SeriesKey(name: $0, quantity: registration.quantity) }
      .flatMap { seriesByKey[$0] }
  }

  /// The layers of a date from this snapshot's sources, in the order of rule READ-1.
  public func layers(on date: SettlementDate) throws -> [ReadingLayer] {
    if let known = layersByDate[date] { return known }
    let layers = try store.layers(on: date).filter { visible.readings.contains($0.source) }
      .sorted { ($0.receivedAt, $0.source, $0.sequence) < ($1.receivedAt, $1.source, $1.sequence) }
    layersByDate[date] = layers
    return layers
  }

  /// What was known of a date's readings before a moment.
  public func resolved(_ date: SettlementDate, before cutOff: UTCInstant) throws -> ResolvedDay {
    let layers = try layers(on: date)
    let seen = layers.indices.filter { layers[$0].receivedAt < cutOff }
    let key = ResolvedKey(date: date, seen: Array(seen))
    if let known = resolvedDays[key] { return known }
    let day = ResolvedDay(SettlementDay(date), layers: seen.map { layers[$0] })
    resolvedDays[key] = day
    return day
  }

  public func prices(_ date: SettlementDate, shiftDays: Int) throws -> PriceBook {
    guard let shifted = date.advanced(by: shiftDays) else { return PriceBook([], shiftDays: shiftDays) }
    let prices =
      try priceBooks[shifted] ?? store.systemPrices(shifted...shifted).filter { visible.prices.contains($0.source) }
    priceBooks[shifted] = prices
    return PriceBook(prices, shiftDays: shiftDays)
  }

  public func contracts(_ date: SettlementDate) throws -> (book: ContractBook, sources: [String]) {
    let volumes =
      try contractBooks[date] ?? store.contractVolumes(date...date).filter { visible.contracts.contains($0.source) }
    contractBooks[date] = volumes
    return (ContractBook(volumes), Set(volumes.map(\.source)).sorted())
  }

  /// What the GSP Groups took on a date.
  public func takes(_ date: SettlementDate) throws -> GroupTakeBook {
    if let known = takeBooks[date] { return known }
    let book = GroupTakeBook(try store.groupTakes(date...date).filter { visible.takes.contains($0.source) })
    takeBooks[date] = book
    return book
  }

  public func lossFactors(
    for points: [ValidationPoint], rulebook: Rulebook, shiftDays: Int
  ) throws -> LossFactorBook {
    var found: [LossFactorSchedule] = []
    let classes = Set(
      points.map { LossClassKey(distributor: $0.registration.distributor, lossClass: $0.registration.lossClass) })
    for key in classes {
      let known =
        try schedules[key]
        ?? store.lossFactors(distributor: key.distributor, lossClass: key.lossClass)
        .filter { visible.lossFactors.contains($0.source) }
      schedules[key] = known
      found += known
    }
    return LossFactorBook(found, rulebook: rulebook, shiftDays: shiftDays)
  }
}

/// The names under which our own portfolio files are recorded as sources.
public enum PortfolioFormats {
  public static let registrations = "registrations"
  public static let contracts = "contracts"
  public static let arrivals = "arrivals"
  public static let tariffs = "tariffs"

  /// Whether a source brought registrations: alone, or beside other parts (`registrations+contracts`).
  static func holdsRegistrations(_ source: SourceRecord) -> Bool {
    source.format.split(separator: "+").contains { $0 == registrations }
  }
}

/// Keeps the values that were used last; the oldest gives way.
struct RecentCache<Key: Hashable, Value> {
  private var values: [Key: Value] = [:]
  private var order: [Key] = []
  private let capacity: Int

  init(capacity: Int) { self.capacity = capacity }

  subscript(key: Key) -> Value? {
    get { values[key] }
    set {
      if values.updateValue(newValue!, forKey: key) == nil {  // only ever set to a value
        order.append(key)
        if order.count > capacity { values[order.removeFirst()] = nil }
      }
    }
  }
}
