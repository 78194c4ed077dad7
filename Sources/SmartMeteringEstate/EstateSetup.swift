import DataServiceProvider
public import SettlementCalendar
public import SmartMeteringRules
public import SmartMeters

/// What a simulated estate is made from. The same setup gives the same estate, faults and moments.
public struct EstateSetup: Hashable, Sendable {
  public var seed: UInt64
  /// Metering points in the inventory; a meter with import and export has two.
  public var points: Int
  /// Metering points beyond them whose meters stand in no inventory yet, to be commissioned.
  public var spares = 8
  /// Which of how many parts this is: rows are dealt out in turn.
  public var part = 0
  public var parts = 1
  /// The moment at which it begins.
  public var start: UTCInstant
  public var faults: FaultPlan
  /// Whether the retriever is appointed for all import points from the day before the start.
  public var appointsRetriever = false
  /// Hubs in the North, in thousandths.
  public var northPerMille = NationalSchedulePlan.northPerMille
  public var delays = NetworkDelays()
  /// Faults kept with the exchange that they befell: the last ones.
  public var faultsKept = 10_000
  /// Meters of a hundred that are of the first generation (SMETS1); which ones follows from the seed.
  public var smets1Percent = 0
  /// What MP162 describes and left out; all off.
  public var switches = DCCSwitches()
  /// Commands that a region takes in a second; `nil` for as many as come.
  public var commandsPerSecond: Int?
  /// Days before the start from which meters have counted: the 13 months of their longest half-hourly log.
  public var daysCounted = 397

  public init(seed: UInt64, points: Int, start: UTCInstant, faults: FaultPlan = FaultPlan()) {
    self.seed = seed
    self.points = points
    self.start = start
    self.faults = faults
  }
}

/// Seconds that a message takes one way. Not confirmed; no public source gives them.
public struct NetworkDelays: Hashable, Sendable {
  public var radio = 8
  public var cellular = 3
  public var virtual = 1

  public init() {}

  func seconds(_ carrier: NetworkRegion.Carrier) -> Int64 {
    switch carrier {
    case .radio412: Int64(radio)
    case .cellular: Int64(cellular)
    case .virtual: Int64(virtual)
    }
  }
}
