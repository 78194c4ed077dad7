public import SettlementCalendar

/// The time of the emulator: a moment, from which it runs on at a speed, as a function of the machine's seconds.
public struct EmulatorClock: Hashable, Sendable {
  private var base: UTCInstant
  /// The machine's milliseconds at which the time was ``base``.
  private var anchor: Int64
  /// Emulated seconds for each of the machine's; 0 stands still.
  public private(set) var speed: Int64

  public init(start: UTCInstant, speed: Int64 = 1, machine: Int64) {
    base = start
    anchor = machine
    self.speed = max(0, min(speed, 1_000_000))
  }

  /// - Parameter machine: milliseconds that only rise.
  public func now(machine: Int64) -> UTCInstant {
    let elapsed = max(0, min(machine - anchor, 1 << 40))
    return base.advanced(bySeconds: elapsed / 1_000 * speed + elapsed % 1_000 * speed / 1_000)
  }

  /// Turns the clock on to a moment; it is never turned back. - Returns: whether it was.
  public mutating func turn(to moment: UTCInstant, machine: Int64) -> Bool {
    guard moment >= now(machine: machine) else { return false }
    base = moment
    anchor = machine
    return true
  }
}
