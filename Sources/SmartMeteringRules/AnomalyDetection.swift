public import SettlementCalendar

/// Counts requests against the thresholds that users and the DCC declare, and keeps those above in quarantine
/// (SEC Appendix AA). A long-lived value: requests go in, effects come out.
public struct AnomalyDetection: Sendable {
  /// What is counted together; `nil` counts all services of the role.
  public struct Scope: Hashable, Sendable {
    public var user: PartyIdentifier
    public var role: UserRole
    public var variant: ServiceVariant?

    public init(user: PartyIdentifier, role: UserRole, variant: ServiceVariant? = nil) {
      self.user = user
      self.role = role
      self.variant = variant
    }
  }

  /// At most so many in each period; periods follow one another from 1970-01-01T00:00:00Z.
  public struct Threshold: Hashable, Sendable {
    public let count: Int
    public let seconds: Int64

    /// - Returns: `nil` for a negative count or a period of no length.
    public init?(count: Int, seconds: Int64) {
      guard count >= 0, seconds > 0 else { return nil }
      self.count = count
      self.seconds = seconds
    }

    func window(_ time: UTCInstant) -> Int64 {
      let value = time.secondsSince1970
      return value >= 0 ? value / seconds : (value - seconds + 1) / seconds
    }
  }

  /// Lowest and highest value of a service's data.
  public struct AttributeLimits: Hashable, Sendable {
    public var values: ClosedRange<Int64>
    public init(_ values: ClosedRange<Int64>) { self.values = values }
  }

  /// Which threshold was passed, by DUIS's names.
  public enum Breach: String, Hashable, Sendable, CaseIterable {
    case user = "ADUserThresholdBreach"
    case dcc = "ADDCCThresholdBreach"
    case attributeLimits = "ADAttributeLimitsBreach"
  }

  /// The number of an event of quarantine: at most 20 digits, as every 64-bit number is.
  public typealias QuarantineReference = UInt64

  public struct Request: Hashable, Sendable {
    public var id: UInt64
    public var user: PartyIdentifier
    public var role: UserRole
    public var variant: ServiceVariant
    public var generation: MeterGeneration
    /// A value of its data that has limits; `nil` for none.
    public var attribute: Int64?

    public init(
      id: UInt64, user: PartyIdentifier, role: UserRole, variant: ServiceVariant,
      generation: MeterGeneration = .smets2, attribute: Int64? = nil
    ) {
      self.id = id
      self.user = user
      self.role = role
      self.variant = variant
      self.generation = generation
      self.attribute = attribute
    }
  }

  public enum Outcome: Hashable, Sendable {
    case passed
    case quarantined(QuarantineReference, Breach)
    /// Not kept: a SMETS1 request beyond attribute limits, or one that quarantine has no room for; the user is told.
    case deleted(Breach)
  }

  public struct Held: Hashable, Sendable {
    public let request: Request
    public let breach: Breach
    public let since: UTCInstant
  }

  private struct Counter: Hashable {
    var window: Int64
    var count: Int
  }

  /// Requests held at most; what comes then is deleted. Not confirmed: 10,000.
  public var capacity = 10_000
  public private(set) var quarantine: [QuarantineReference: Held] = [:]
  private var userThresholds: [Scope: Threshold] = [:]
  private var dccThresholds: [ServiceVariant: Threshold] = [:]
  private var limits: [ServiceVariant: AttributeLimits] = [:]
  private var userCounters: [Scope: Counter] = [:]
  private var dccCounters: [ServiceVariant: Counter] = [:]
  private var nextReference: QuarantineReference = 1

  public init() {}

  /// A user declares or replaces a threshold.
  public mutating func declare(_ threshold: Threshold, for scope: Scope) { userThresholds[scope] = threshold }
  /// The DCC's own, over all users.
  public mutating func declare(_ threshold: Threshold, for variant: ServiceVariant) {
    dccThresholds[variant] = threshold
  }
  public mutating func declare(_ limits: AttributeLimits, for variant: ServiceVariant) { self.limits[variant] = limits }

  /// Whether a user has declared any threshold in a role, which entry asks for.
  public func hasThresholds(_ user: PartyIdentifier, _ role: UserRole) -> Bool {
    userThresholds.keys.contains { $0.user == user && $0.role == role }
  }

  /// Counts a request and says whether it may go on.
  public mutating func submit(_ request: Request, at time: UTCInstant) -> Outcome {
    if let value = request.attribute, let limits = limits[request.variant], !limits.values.contains(value) {
      if request.generation == .smets1 { return .deleted(.attributeLimits) }
      return hold(request, .attributeLimits, time)
    }
    let scopes = [
      Scope(user: request.user, role: request.role),
      Scope(user: request.user, role: request.role, variant: request.variant),
    ]
    var isOverUser = false
    for scope in scopes {
      guard let threshold = userThresholds[scope] else { continue }
      isOverUser = Self.count(&userCounters[scope], threshold, time) || isOverUser
    }
    var isOverDCC = false
    if let threshold = dccThresholds[request.variant] {
      isOverDCC = Self.count(&dccCounters[request.variant], threshold, time)
    }
    if isOverUser { return hold(request, .user, time) }
    return isOverDCC ? hold(request, .dcc, time) : .passed
  }

  /// - Returns: whether the count is now above the threshold.
  private static func count(_ counter: inout Counter?, _ threshold: Threshold, _ time: UTCInstant) -> Bool {
    let window = threshold.window(time)
    let before = counter?.window == window ? counter?.count ?? 0 : 0
    counter = Counter(window: window, count: before + 1)
    return before + 1 > threshold.count
  }

  private mutating func hold(_ request: Request, _ breach: Breach, _ time: UTCInstant) -> Outcome {
    guard quarantine.count < capacity else { return .deleted(breach) }
    let reference = nextReference
    nextReference += 1
    quarantine[reference] = Held(request: request, breach: breach, since: time)
    return .quarantined(reference, breach)
  }

  /// Lets a request go on that was held. - Returns: `nil` where there is none of that number.
  public mutating func release(_ reference: QuarantineReference) -> Request? {
    quarantine.removeValue(forKey: reference)?.request
  }

  /// Drops a request that was held.
  public mutating func delete(_ reference: QuarantineReference) -> Request? {
    quarantine.removeValue(forKey: reference)?.request
  }
}
