public import GBCS
public import SettlementCalendar
public import SmartMeters

/// A fault and the exchange that it befell: whose counters, nothing that was said.
public struct InjectedFault: Hashable, Sendable {
  public var kind: FaultPlan.Kind
  public var device: EUI64
  /// The counter of the command, or of the command that was answered; `nil` where it befell the house or an alert.
  public var counter: UInt64?
  /// The counter of the party for whom the broker asked.
  public var partyCounter: UInt64?
  public var time: UTCInstant
}

/// What was injected into an estate and met something, and whatever went wrong without a fault.
public struct FaultLog: Hashable, Sendable {
  /// The last faults, oldest first.
  public private(set) var entries: [InjectedFault] = []
  /// How often each kind met a message or a house.
  public private(set) var counts: [FaultPlan.Kind: Int] = [:]
  /// What was lost or refused although no fault befell it, by hop and reason. Empty in a sound account.
  public private(set) var unexplained: [String: Int] = [:]
  /// Scheduled reads that the DSP did not start because their window was full, by the counter in their name: the first
  /// ones, as many as faults are kept.
  public private(set) var fullWindows: Set<UInt64> = []
  /// Alerts of devices on their way.
  public internal(set) var alerts = AlertTally()
  private let kept: Int

  public init(keeping kept: Int = 10_000) { self.kept = max(1, kept) }

  mutating func add(_ fault: InjectedFault) {
    counts[fault.kind, default: 0] += 1
    if entries.count >= kept, entries.count - kept >= kept { entries.removeFirst(kept) }
    entries.append(fault)
  }

  mutating func addFullWindow(_ counter: UInt64) {
    if fullWindows.count < kept { fullWindows.insert(counter) }
  }

  mutating func addUnexplained(_ what: String) { unexplained[what, default: 0] += 1 }
}

/// How many alerts devices raised, and what the networks made of them.
public struct AlertTally: Hashable, Sendable {
  public var raised = 0
  public var lost = 0
  /// Copies beyond the first.
  public var repeated = 0
  /// Came to the DSP with a wrong MAC or signature.
  public var damaged = 0

  public init() {}

  /// What came to the DSP unchanged.
  public var sound: Int { raised - lost + repeated - damaged }

  public static func + (a: Self, b: Self) -> Self {
    var sum = a
    sum.raised += b.raised
    sum.lost += b.lost
    sum.repeated += b.repeated
    sum.damaged += b.damaged
    return sum
  }
}

/// What befell a message on its way, for whoever judges how it ended.
struct MessageMarks: OptionSet, Hashable, Sendable {
  let rawValue: UInt8

  static let damaged = MessageMarks(rawValue: 1)
  static let late = MessageMarks(rawValue: 2)
  /// A second copy, or the answer to a second copy.
  static let copy = MessageMarks(rawValue: 4)
  static let alert = MessageMarks(rawValue: 8)

  /// Whether the marks explain that the DSP or a device refused the message for a reason.
  func explain(_ reason: String?) -> Bool {
    switch reason {
    case "wrong MAC or signature": contains(.damaged)
    case "no command waits for it": contains(.late) || contains(.copy)
    // A device takes the counter of a command once.
    case Refusal.repeatedCounter.rawValue: contains(.copy)
    default: false
    }
  }
}
