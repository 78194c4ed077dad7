public import GBCS
public import SettlementCalendar

/// A step of a message between user and device. There are six: three out, three back.
public enum Hop: Int, Hashable, Sendable, CaseIterable, CustomStringConvertible {
  case userToProvider = 1
  case providerToNetwork
  case networkToDevice
  case deviceToNetwork
  case networkToProvider
  case providerToUser

  public var description: String {
    switch self {
    case .userToProvider: "user to DSP"
    case .providerToNetwork: "DSP to network"
    case .networkToDevice: "network to device"
    case .deviceToNetwork: "device to network"
    case .networkToProvider: "network to DSP"
    case .providerToUser: "DSP to user"
    }
  }
}

/// One line of the hop log: what was found of a message where it was handed over. Without anything that it says.
public struct HopRecord: Hashable, Sendable {
  public enum Outcome: String, Hashable, Sendable, CaseIterable {
    /// Its signature or MAC was checked by the receiver and holds.
    case proved
    /// Taken; the receiver has no key to judge it by, or it carries nothing to judge.
    case passed
    /// Not taken: signature or MAC wrong, unknown, or refused by the rules.
    case refused
    /// It never came.
    case lost
  }

  public var hop: Hop
  public var outcome: Outcome
  public var time: UTCInstant
  /// The device that it is from or for; `nil` for services without one.
  public var device: EUI64?
  /// The user that it is from or for.
  public var user: EUI64?
  /// The counter that names the exchange.
  public var counter: UInt64
  public var region: NetworkRegion?
  /// Why it was refused or lost: a code or a fixed sentence.
  public var reason: String?

  public init(
    _ hop: Hop, _ outcome: Outcome, at time: UTCInstant, device: EUI64? = nil, user: EUI64? = nil, counter: UInt64,
    region: NetworkRegion? = nil, reason: String? = nil
  ) {
    self.hop = hop
    self.outcome = outcome
    self.time = time
    self.device = device
    self.user = user
    self.counter = counter
    self.region = region
    self.reason = reason
  }
}

/// How many messages each hop saw, by outcome and reason.
public struct HopLedger: Hashable, Sendable {
  public struct Line: Hashable, Sendable {
    public var hop: Hop
    public var outcome: HopRecord.Outcome
    public var reason: String?
  }

  public private(set) var counts: [Line: Int] = [:]

  public init() {}

  public mutating func add(_ record: HopRecord) {
    counts[Line(hop: record.hop, outcome: record.outcome, reason: record.reason), default: 0] += 1
  }

  public static func + (a: Self, b: Self) -> Self {
    var sum = a
    sum.counts.merge(b.counts, uniquingKeysWith: +)
    return sum
  }

  /// All that came to a hop.
  public func total(_ hop: Hop) -> Int { counts.reduce(0) { $0 + ($1.key.hop == hop ? $1.value : 0) } }

  /// What went on from a hop.
  public func taken(_ hop: Hop) -> Int { count(hop, .proved) + count(hop, .passed) }

  public func count(_ hop: Hop, _ outcome: HopRecord.Outcome) -> Int {
    counts.reduce(0) { $0 + ($1.key.hop == hop && $1.key.outcome == outcome ? $1.value : 0) }
  }

  /// In the order of hops, outcomes and reasons.
  public var lines: [(line: Line, count: Int)] {
    counts.map { (line: $0.key, count: $0.value) }.sorted {
      ($0.line.hop.rawValue, $0.line.outcome.rawValue, $0.line.reason ?? "")
        < ($1.line.hop.rawValue, $1.line.outcome.rawValue, $1.line.reason ?? "")
    }
  }
}
