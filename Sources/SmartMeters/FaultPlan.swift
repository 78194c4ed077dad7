/// Which faults a simulated estate has, how often, and where. Everything follows from the seed: the same plan gives the
/// same faults to the same devices and messages, whatever else runs.
public struct FaultPlan: Hashable, Sendable {
  /// What can go wrong.
  public enum Kind: UInt8, Hashable, Sendable, CaseIterable, CustomStringConvertible {
    /// The device never gets the command.
    case lostCommand
    /// The device does what is asked, but its answer is lost.
    case lostResponse
    /// The device gets the command twice.
    case repeatedCommand
    /// The answer arrives twice.
    case repeatedResponse
    /// The answer comes after the service's target response time.
    case lateResponse
    /// The answer's MAC is wrong.
    case wrongMAC
    /// The answer's log ends early.
    case partialLog
    /// The meter puts ten days at most into an answer.
    case tenDayLimit
    /// The meter never recorded some half-hours.
    case missingHalfHours
    /// The meter's clock runs fast or slow.
    case clockDrift
    /// The meter says one alert again and again, so that the DSP folds what is too many into one.
    case throttledAlerts
    /// The hub has no WAN for a while.
    case noWAN
    /// The meter was taken out and another put in.
    case meterExchange
    /// The hub was swapped.
    case hubSwap
    /// The SMETS1 meter is in dumb mode: it counts, and nobody can reach it.
    case dumbMode

    public var description: String {
      switch self {
      case .lostCommand: "lost command"
      case .lostResponse: "lost response"
      case .repeatedCommand: "repeated command"
      case .repeatedResponse: "repeated response"
      case .lateResponse: "late response"
      case .wrongMAC: "wrong MAC"
      case .partialLog: "partial log"
      case .tenDayLimit: "ten-day limit"
      case .missingHalfHours: "missing half-hours"
      case .clockDrift: "clock drift"
      case .throttledAlerts: "throttled alerts"
      case .noWAN: "no WAN"
      case .meterExchange: "meter exchange"
      case .hubSwap: "hub swap"
      case .dumbMode: "dumb mode"
      }
    }

    /// Whether it belongs to a message, not to a device.
    public var isOfMessages: Bool { rawValue <= Kind.partialLog.rawValue }
  }

  public let seed: UInt64
  /// Messages or devices of 10,000 that have the fault.
  public let perTenThousand: [Kind: Int]
  /// Half-hours of a thousand that a meter with ``Kind/missingHalfHours`` lacks.
  public var gapsPerMille: UInt16 = 20
  /// The most that a drifting clock gains or loses, in parts a million.
  public var largestDrift: Int16 = 200

  /// - Parameter perTenThousand: 0...10,000 each; kinds left out never happen.
  public init(seed: UInt64 = 0, _ perTenThousand: [Kind: Int] = [:]) {
    self.seed = seed
    self.perTenThousand = perTenThousand.mapValues { min(max($0, 0), 10_000) }
  }

  /// Whether a device has a fault of devices.
  public func has(_ kind: Kind, row: UInt32) -> Bool { strikes(kind, UInt64(row)) }

  /// Whether a message has a fault. - Parameter message: tells messages apart: device, counter and attempt.
  public func strikes(_ kind: Kind, _ message: UInt64) -> Bool {
    guard let rate = perTenThousand[kind], rate > 0 else { return false }
    return Draw.below(10_000, seed ^ UInt64(kind.rawValue) << 56, message) < UInt64(rate)
  }

  /// Another number for the same message or device, below `bound`, for how a fault looks.
  public func detail(_ kind: Kind, _ message: UInt64, below bound: UInt64) -> UInt64 {
    Draw.below(bound, seed ^ UInt64(kind.rawValue) << 56 ^ 0x5A5A, message)
  }

  /// How a meter at a row differs from a faultless one.
  public func traits(_ row: UInt32) -> MeterTraits {
    MeterTraits(
      answersTenDays: has(.tenDayLimit, row: row),
      gapsPerMille: has(.missingHalfHours, row: row) ? gapsPerMille : 0, gapSeed: seed &+ UInt64(row) << 32)
  }

  /// Parts a million by which a meter's clock is fast (above zero) or slow.
  func drift(_ row: UInt32) -> Int16 {
    guard has(.clockDrift, row: row), largestDrift > 0 else { return 0 }
    let size = Int(detail(.clockDrift, UInt64(row), below: UInt64(largestDrift))) + 1
    return Int16(clamping: row % 2 == 0 ? size : -size)
  }
}
