public import DUIS
public import GBCS
public import SmartMeteringRules

/// A request on its way to the service provider of a SMETS1 device (S1SP), with the DSP's signature beside the user's.
///
/// What a countersigned request looks like within the DCC is not public; here it is the request as the user signed it
/// (one of the DSP's own making for a schedule) and an ECDSA signature over its bytes. [?]
public struct CountersignedRequest: Hashable, Sendable {
  /// What names the exchange: the user and its counter; for a schedule the broker and the broker's.
  public var key: CommandKey
  public var request: ServiceRequest
  public var cohort: Int
  /// The service provider.
  public var provider: EUI64
  public var route: NetworkRoute
  public var mode: RequestMode
  /// 64 bytes.
  public var countersignature: [UInt8]

  public init(
    key: CommandKey, request: ServiceRequest, cohort: Int, provider: EUI64, route: NetworkRoute, mode: RequestMode,
    countersignature: [UInt8] = []
  ) {
    self.key = key
    self.request = request
    self.cohort = cohort
    self.provider = provider
    self.route = route
    self.mode = mode
    self.countersignature = countersignature
  }

  /// What the countersignature is over.
  public var document: [UInt8] { request.element.document }
}

/// What the DSP keeps of SMETS1 devices: requests before the dual control organisation (DCO), and the cache where it is
/// switched on.
struct SMETS1Desk: Sendable {
  var cohorts = CohortWork<CountersignedRequest>()
  /// What each cohort's control works on.
  var inControl: [Int: CountersignedRequest] = [:]
  var cache: SMETS1Cache<SMETS1SignedResponse>?
  var cacheHits = 0

  /// Services of SMETS1 devices beside reads, with the element that asks.
  static let commands = [
    "6.11": "SynchroniseClock", "7.1": "EnableSupply", "7.2": "DisableSupply", "7.3": "ArmSupply",
    "7.4": "ReadSupplyStatus", "11.2": "ReadFirmwareVersion",
  ]

  /// Whether a SMETS1 meter here does what a request asks.
  static func serves(_ body: ServiceBody, variant: String) -> Bool {
    switch body {
    case .read(let read): read.kind != .exportDailyLog && read.kind != .dailyConsumption
    case .synchroniseClock: true
    case .other(let element): commands[variant] == element.name
    default: false
    }
  }
}

extension ServiceProvider {
  /// Requests that the SMETS1 cache answered in the meter's place.
  public var smets1CacheHits: Int { smets1.cacheHits }
  /// Results that the SMETS1 cache holds.
  public var smets1CacheCount: Int { smets1.cache?.count ?? 0 }
  /// SMETS1 requests that wait for dual control.
  public var waitingForDualControl: Int { smets1.cohorts.waiting }
}
