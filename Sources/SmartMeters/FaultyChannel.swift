public import GBCS

/// The way between the DSP and a device, with the faults of a ``FaultPlan``, each of them counted.
///
/// A value: the same plan and the same messages of a device in the same order meet the same faults. What is lost is lost here; what is late is handed
/// on with the delay, for whoever keeps the clock.
public struct FaultyChannel: Sendable {
  public let plan: FaultPlan
  /// Seconds by which a late answer comes, at most.
  public let longestDelay: Int
  public private(set) var account = FaultAccount()
  /// What befell the message that was given last.
  public private(set) var lastFaults: [FaultPlan.Kind] = []
  /// Messages that passed, by device: what befalls a device does not depend on the others.
  private var sent: [EUI64: UInt64] = [:]

  public init(_ plan: FaultPlan, longestDelay: Int = 172_800) {
    self.plan = plan
    self.longestDelay = max(longestDelay, 1)
  }

  /// A message as it arrives.
  public struct Arrival: Hashable, Sendable {
    public let bytes: [UInt8]
    /// Seconds later than without a fault.
    public let delay: Int
  }

  /// Tells attempts apart, so that a retry has a draw of its own.
  private mutating func draw(_ device: EUI64) -> UInt64 {
    lastFaults.removeAll(keepingCapacity: true)
    let number = sent[device, default: 0] &+ 1
    sent[device] = number
    return device.rawValue &* 0x9E37_79B9_7F4A_7C15 ^ number
  }

  /// Sends a command to a device. - Returns: what the device gets: nothing, the command, or the command twice.
  public mutating func command(_ bytes: [UInt8], to device: EUI64) -> [[UInt8]] {
    let draw = draw(device)
    account.commands += 1
    if strikes(.lostCommand, device, draw) { return [] }
    if strikes(.repeatedCommand, device, draw) { return [bytes, bytes] }
    return [bytes]
  }

  /// Brings a device's answer back. - Returns: what arrives: nothing, the answer, or the answer twice; late or damaged.
  public mutating func response(_ bytes: [UInt8], from device: EUI64) -> [Arrival] {
    let draw = draw(device)
    account.responses += 1
    if strikes(.lostResponse, device, draw) { return [] }
    var bytes = bytes
    if let last = bytes.indices.last, strikes(.wrongMAC, device, draw) { bytes[last] ^= 0x01 }
    let delay =
      strikes(.lateResponse, device, draw)
      ? 1 + Int(plan.detail(.lateResponse, draw, below: UInt64(longestDelay))) : 0
    let arrival = Arrival(bytes: bytes, delay: delay)
    return strikes(.repeatedResponse, device, draw) ? [arrival, arrival] : [arrival]
  }

  /// Whether a meter's answer to a profile read ends early. Asked before the meter answers, since its MAC covers what
  /// it leaves out.
  public mutating func cutsLog(of device: EUI64) -> Bool { strikes(.partialLog, device, draw(device)) }

  /// Counts a fault that befell a device on another way than through the channel.
  public mutating func record(_ kind: FaultPlan.Kind, _ device: EUI64) { account.record(kind, device) }

  private mutating func strikes(_ kind: FaultPlan.Kind, _ device: EUI64, _ draw: UInt64) -> Bool {
    guard plan.strikes(kind, draw) else { return false }
    account.record(kind, device)
    lastFaults.append(kind)
    return true
  }
}

/// What was injected, so that a run can account for everything that did not come.
public struct FaultAccount: Hashable, Sendable {
  public internal(set) var commands = 0
  public internal(set) var responses = 0
  /// How often each fault was injected.
  public private(set) var counts: [FaultPlan.Kind: Int] = [:]
  /// The first injected faults in order, at most ``kept``.
  public private(set) var first: [Entry] = []

  public struct Entry: Hashable, Sendable {
    public let kind: FaultPlan.Kind
    public let device: EUI64
  }

  static let kept = 10_000

  public init() {}

  public mutating func record(_ kind: FaultPlan.Kind, _ device: EUI64) {
    counts[kind, default: 0] += 1
    if first.count < Self.kept { first.append(Entry(kind: kind, device: device)) }
  }

  public static func + (a: Self, b: Self) -> Self {
    var sum = a
    sum.commands += b.commands
    sum.responses += b.responses
    sum.counts.merge(b.counts, uniquingKeysWith: +)
    sum.first += b.first.prefix(max(0, kept - a.first.count))
    return sum
  }
}
