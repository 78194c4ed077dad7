import DUIS
import GBCS
public import SettlementCalendar

/// When repeated alerts of a device are folded into one. That the DCC does so is public, and how the folded alert looks
/// (DUIS: a sequence number and a count); from which number on and for how long is not: both are defaults of Halfhour.
public struct AlertThrottling: Hashable, Sendable {
  /// Alerts of one code from one device that go to the user one by one within a window. Not confirmed: 3.
  public var passed: Int
  /// Seconds from the first of them. Not confirmed: one hour.
  public var window: Int

  public init(passed: Int = 3, window: Int = 3_600) {
    self.passed = max(passed, 0)
    self.window = max(window, 1)
  }
}

/// Whose alerts are folded together: those of one code, from one device to one user.
struct AlertSource: Hashable, Sendable {
  let device: EUI64
  let user: EUI64
  let code: UInt16
}

/// The alerts of a source in its window.
struct AlertFold: Hashable, Sendable {
  var seen = 0
  /// Of ``seen``, those that have not gone to the user.
  var folded: UInt32 = 0
  /// The last of them, which goes to the user for all.
  var last: DeviceMessage?
}

extension ServiceProvider {
  /// Sources whose alerts are counted at the same time; beyond them alerts pass one by one.
  static let foldsKept = 100_000

  /// Whether an alert waits to be folded with others of its kind.
  mutating func isFolded(_ message: DeviceMessage, _ code: UInt16, _ turn: inout Turn) -> Bool {
    guard let rule = settings.alertThrottling else { return false }
    let source = AlertSource(device: message.originator, user: message.recipient, code: code)
    var fold: AlertFold
    if let known = folds[source] {
      fold = known
    } else {
      guard folds.count < Self.foldsKept else { return false }
      fold = AlertFold()
      timers.insert(.unfold(source), at: turn.now.advanced(bySeconds: Int64(rule.window)))
    }
    fold.seen += 1
    let waits = fold.seen > rule.passed && fold.folded < .max
    if waits {
      fold.folded += 1
      fold.last = message
    }
    folds[source] = fold
    return waits
  }

  /// The window of a source is over: one alert goes out for all that waited.
  mutating func unfold(_ source: AlertSource, _ turn: inout Turn) {
    guard let fold = folds.removeValue(forKey: source), let last = fold.last else { return }
    throttleSequence &+= 1
    post(
      .deviceAlert(
        code: source.code, throttle: AlertThrottle(sequence: throttleSequence, count: fold.folded),
        message: last.bytes), "I0", to: source.user,
      responseID: RequestID(originator: source.device, target: source.user, counter: last.counter),
      counter: last.counter, device: source.device, &turn)
  }
}
