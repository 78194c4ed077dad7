import MarketIdentifiers
import MarketRegistration
import Quantities
import Readings
import SettlementCalendar

/// Makes an invented portfolio around the series of a research file: who supplies them, where, on what tariff.
///
/// Everything about a series follows from the seed and its name alone, whatever other series there are and in whatever
/// order they come. The one exception is an MPAN that two names would share: the later name in order moves on by one.
public struct PortfolioMaker: Sendable {
  /// An invented supplier and its share of the series, as a weight.
  public struct Supplier: Hashable, Sendable {
    public var id: ParticipantID
    public var weight: Int

    public init(id: ParticipantID, weight: Int) {
      self.id = id
      self.weight = weight
    }
  }

  /// A GSP Group and its share of the series, as a weight.
  public struct Area: Hashable, Sendable {
    public var group: GSPGroupID
    public var weight: Int

    public init(group: GSPGroupID, weight: Int) {
      self.group = group
      self.weight = weight
    }
  }

  public var seed: UInt64
  public var suppliers: [Supplier]
  public var areas: [Area]
  /// Names in the tariff book; empty where nobody bills.
  public var tariffs: [String]
  public var effectiveFrom: SettlementDate
  public var recordedAt: UTCInstant

  /// - Parameters:
  ///   - suppliers: with weights; ``invented`` by default.
  ///   - areas: with weights; ``sixAreas`` by default.
  ///   - recordedAt: when Halfhour came to know the registrations.
  public init(
    seed: UInt64, suppliers: [Supplier] = PortfolioMaker.invented, areas: [Area] = PortfolioMaker.sixAreas,
    tariffs: [String] = [], effectiveFrom: SettlementDate, recordedAt: UTCInstant
  ) {
    self.seed = seed
    self.suppliers = suppliers
    self.areas = areas
    self.tariffs = tariffs
    self.effectiveFrom = effectiveFrom
    self.recordedAt = recordedAt
  }

  /// Six invented suppliers with the skew of a real market: one large, a few in the middle, small ones.
  public static let invented: [Supplier] = [
    ("XALF", 450), ("XBRA", 200), ("XCHA", 150), ("XDEL", 100), ("XECH", 60), ("XFOX", 40),
  ].compactMap { code, weight in ParticipantID(code).map { Supplier(id: $0, weight: weight) } }

  /// Six areas from south to north, invented weights.
  public static let sixAreas: [Area] = [
    Area(group: .c, weight: 250), Area(group: .a, weight: 200), Area(group: .h, weight: 150),
    Area(group: .g, weight: 150), Area(group: .n, weight: 150), Area(group: .p, weight: 100),
  ]

  /// Domestic supply of one phase and 100 A at 230 V.
  public static let domesticCapacity = Power(watts: 23_000)

  /// One registration for each different series, in the order of the names (shorter first, so `X9` before `X10`).
  ///
  /// A name that is itself an MPAN keeps it; any other gets one and becomes its alias. Empty where ``suppliers`` or
  /// ``areas`` have no weight.
  public func registrations(_ series: some Sequence<SeriesKey>) -> [Registration] {
    let ordered = Set(series).sorted { ($0.name.utf8.count, $0) < ($1.name.utf8.count, $1) }
    var taken = Set(ordered.compactMap { MPAN($0.name) })
    return ordered.compactMap { registration($0.name, $0.quantity, &taken) }
  }

  /// The same for names of series that all measure `quantity`; what cannot be a series' name is left out.
  public func registrations(
    series names: some Sequence<String>, quantity: MeasurementQuantity = .activeImport
  ) -> [Registration] {
    registrations(names.compactMap { SeriesKey(name: $0, quantity: quantity) })
  }

  private func registration(
    _ name: String, _ quantity: MeasurementQuantity, _ taken: inout Set<MPAN>
  ) -> Registration? {
    var chance = SeededGenerator(seed: seed, stream: "registration/\(quantity.rawValue)/\(name)")
    guard let supplier = chance.pick(weights: suppliers.map(\.weight)),
      let area = chance.pick(weights: areas.map(\.weight))
    else { return nil }
    let own = MPAN(name)
    // A point that keeps its MPAN lies where that number says, where it says so.
    let home = own.flatMap { Distributor.numbered($0.distributor)?.group }
    let group = home ?? areas[area].group
    guard let mpan = own ?? freeMPAN(group.distributor, &chance, &taken) else { return nil }
    let method: PaymentMethod =
      switch chance.below(100) {
      case ..<70: .directDebit
      case ..<85: .standardCredit
      default: .prepayment
      }
    return Registration(
      mpan: mpan, alias: own == nil ? name : nil, quantity: quantity, supplier: suppliers[supplier].id,
      gspGroup: group, distributor: mpan.distributor, lossClass: Self.lossClass, consumptionClass: .domestic,
      tariff: tariffs.isEmpty ? nil : tariffs[chance.below(tariffs.count)], paymentMethod: method,
      supplyCapacity: Self.domesticCapacity, effectiveFrom: effectiveFrom, recordedAt: recordedAt)
  }

  static let lossClass = LineLossFactorClassID("1")!  // a literal of one digit

  private func freeMPAN(
    _ distributor: Int, _ chance: inout SeededGenerator, _ taken: inout Set<MPAN>
  ) -> MPAN? {
    var serial = chance.below(10_000_000_000)
    for _ in 0...taken.count {
      guard let mpan = MPAN(distributor: distributor, serial: serial) else { return nil }
      if taken.insert(mpan).inserted { return mpan }
      serial = (serial + 1) % 10_000_000_000
    }
    return nil
  }
}
