public import SettlementCalendar

/// A supplier's prepayment top-ups (service request 2.2) behind the threshold anomaly detection: what is beyond limits
/// waits in quarantine and no token is made. A long-lived value.
public struct TopUpDesk: Sendable {
  public struct TopUp: Hashable, Sendable {
    public var id: UInt64
    public var device: PartyIdentifier
    /// 1 to 8191 pence or pounds, as the token counts it.
    public var value: Int
    public var isPounds: Bool
    /// The top-up counter: its low 32 bits are zero, and it rises with each top-up of a device.
    public var counter: UInt64

    public init(id: UInt64, device: PartyIdentifier, value: Int, isPounds: Bool, counter: UInt64) {
      self.id = id
      self.device = device
      self.value = value
      self.isPounds = isPounds
      self.counter = counter
    }

    public var pence: Int64 { isPounds ? Int64(value) * 100 : Int64(value) }
  }

  public enum Outcome: Hashable, Sendable {
    /// A token may be made.
    case vend(TopUp)
    case held(AnomalyDetection.QuarantineReference, AnomalyDetection.Breach)
    case deleted(AnomalyDetection.Breach)
    case refused(Refusal)
  }

  public enum Refusal: Hashable, Sendable {
    case value
    case counterForm
    /// Not above the last one of that device: the meter would refuse the token as a duplicate.
    case counterUsed
  }

  public let supplier: PartyIdentifier
  public let role: UserRole
  public private(set) var detection: AnomalyDetection
  private var counters: [PartyIdentifier: UInt64] = [:]
  private var held: [AnomalyDetection.QuarantineReference: TopUp] = [:]

  /// - Parameter detection: with the thresholds of the supplier and the limits on pence for service 2.2.
  public init(supplier: PartyIdentifier, role: UserRole = .importSupplier, detection: AnomalyDetection) {
    self.supplier = supplier
    self.role = role
    self.detection = detection
  }

  public mutating func request(_ topUp: TopUp, of generation: MeterGeneration, at time: UTCInstant) -> Outcome {
    guard (1...8191).contains(topUp.value) else { return .refused(.value) }
    guard topUp.counter & 0xFFFF_FFFF == 0, topUp.counter > 0 else { return .refused(.counterForm) }
    guard topUp.counter > counters[topUp.device, default: 0] else { return .refused(.counterUsed) }
    let request = AnomalyDetection.Request(
      id: topUp.id, user: supplier, role: role, variant: "2.2", generation: generation, attribute: topUp.pence)
    switch detection.submit(request, at: time) {
    case .passed:
      counters[topUp.device] = topUp.counter
      return .vend(topUp)
    case .quarantined(let reference, let breach):
      held[reference] = topUp
      return .held(reference, breach)
    case .deleted(let breach): return .deleted(breach)
    }
  }

  /// Lets a held top-up go. - Returns: `nil` where there is none of that number.
  public mutating func release(_ reference: AnomalyDetection.QuarantineReference) -> Outcome? {
    guard let topUp = held.removeValue(forKey: reference), detection.release(reference) != nil else { return nil }
    guard topUp.counter > counters[topUp.device, default: 0] else { return .refused(.counterUsed) }
    counters[topUp.device] = topUp.counter
    return .vend(topUp)
  }

  /// Drops a held top-up. - Returns: whether there was one.
  @discardableResult
  public mutating func delete(_ reference: AnomalyDetection.QuarantineReference) -> Bool {
    held[reference] = nil
    return detection.delete(reference) != nil
  }
}
