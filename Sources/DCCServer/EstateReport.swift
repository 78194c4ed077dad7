import DUIS
public import DataServiceProvider
import GBCS
public import JSONText
public import SettlementCalendar
import SmartMeteringRules
public import SmartMeters

/// A device of the estate as a line of a list.
public enum EstateListing {
  public static func device(_ record: InventoryRecord) -> JSONValue {
    let device = record.device
    func text(_ value: String?) -> JSONValue { value.map(JSONValue.string) ?? .null }
    return .object([
      "device": .string(device.device.description), "type": .string(device.type.rawValue),
      "status": text(device.status?.rawValue), "import": text(device.points.importPoint),
      "export": text(device.points.export), "region": .string(record.region.rawValue),
      "hub": text(record.hub?.description), "generation": .string(record.generation.rawValue),
      "s1sp": text(device.smets1Provider), "smets_version": text(device.smetsVersion),
    ])
  }
}

/// What a DSP did: hops, answers, response times, scheduled and on-demand reads.
public struct EstateReport {
  public var now: UTCInstant
  public var provider: ServiceProvider
  public var hops: HopLedger
  /// Responses that users could not be given.
  public var undelivered: Int
  /// What the fault plan did.
  public var faults: FaultAccount

  public init(
    now: UTCInstant, provider: ServiceProvider, hops: HopLedger, undelivered: Int = 0,
    faults: FaultAccount = FaultAccount()
  ) {
    self.now = now
    self.provider = provider
    self.hops = hops
    self.undelivered = undelivered
    self.faults = faults
  }

  public var json: JSONValue {
    .object([
      "time": .string(now.description), "devices": .integer(provider.inventory.count),
      "schedules": .integer(provider.schedules.count), "in_flight": .integer(provider.inFlight),
      "undelivered_responses": .integer(undelivered), "hops": .array(hops.lines.map(Self.hop)),
      "answers": .array(
        provider.answers.sorted { $0.key < $1.key }.map {
          .object(["code": .string($0.key), "count": .integer($0.value)])
        }),
      "response_times": .array(provider.clocks.lines.map(Self.clock)),
      "reads": .array(
        provider.reads.counts.sorted { Self.order($0.key) < Self.order($1.key) }.map { Self.reads($0.key, $0.value) }),
      "quarantined": .integer(provider.anomalies.quarantine.count),
      "faults": .array(
        FaultPlan.Kind.allCases.compactMap { kind in
          faults.counts[kind].map { .object(["fault": .string("\(kind)"), "count": .integer($0)]) }
        }),
      "smets1_waiting": .integer(provider.waitingForDualControl),
      "smets1_cached": .integer(provider.smets1CacheCount),
      "smets1_cache_hits": .integer(provider.smets1CacheHits),
    ])
  }

  static func hop(_ entry: (line: HopLedger.Line, count: Int)) -> JSONValue {
    .object([
      "hop": .integer(entry.line.hop.rawValue), "name": .string(entry.line.hop.description),
      "outcome": .string(entry.line.outcome.rawValue),
      "reason": entry.line.reason.map(JSONValue.string) ?? .null, "count": .integer(entry.count),
    ])
  }

  static func clock(_ entry: (kind: ResponseClocks.Class, tally: ResponseClocks.Tally)) -> JSONValue {
    let tally = entry.tally
    return .object([
      "service": .string(entry.kind.variant), "role": .string(entry.kind.role.rawValue),
      "mode": .string(entry.kind.mode.rawValue), "generation": .string(entry.kind.generation.rawValue),
      "answered": .integer(tally.answered),
      "in_time": .integer(tally.inTime), "unanswered": .integer(tally.unanswered),
      "target_seconds": tally.target.map { .integer($0) } ?? .null, "longest_seconds": .integer(tally.longest),
      "mean_seconds": tally.answered > 0 ? .integer(tally.seconds / tally.answered) : .null,
    ])
  }

  private static func order(_ key: ReadMonitor.Key) -> String {
    "\(key.user.rawValue) \(key.role.rawValue) \(key.variant) \(key.day)"
  }

  static func reads(_ key: ReadMonitor.Key, _ count: ReadMonitor.Count) -> JSONValue {
    .object([
      "user": .string(EUI64(rawValue: key.user.rawValue).description), "role": .string(key.role.rawValue),
      "service": .string(key.variant.description), "date": .string(key.day.description),
      "scheduled": .integer(count.scheduled), "on_demand": .integer(count.onDemand),
      "on_demand_per_mille": .integer(count.onDemandPerMille),
    ])
  }
}
