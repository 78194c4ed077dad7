public import SettlementCalendar

/// Follows meters under the Radio Teleswitch Service until each is replaced.
public struct TeleswitchReplacement: Sendable {
  public enum State: Hashable, Sendable {
    case identified
    case appointmentOffered(SettlementDate)
    /// The visit failed: nobody there, no access, other work needed first.
    case visitFailed(SettlementDate)
    case replaced(SettlementDate)
  }

  public enum Fault: Error, Hashable, Sendable {
    case unknownMeter
    case alreadyThere
    /// A visit needs an appointment; nothing follows a replacement.
    case order
  }

  public struct Report: Hashable, Sendable {
    public var total = 0
    public var replaced = 0
    /// Still there when the signal of its area has gone.
    public var overdue = 0
    public var left: Int { total - replaced }
  }

  private struct Meter {
    let area: String
    let switchOff: SettlementDate
    var state: State
  }

  private var meters: [String: Meter] = [:]

  public init() {}

  /// - Parameter switchOff: when the signal ends in its area; the service goes in phases.
  public mutating func identify(_ number: String, area: String, switchOff: SettlementDate) throws(Fault) {
    guard meters[number] == nil else { throw .alreadyThere }
    meters[number] = Meter(area: area, switchOff: switchOff, state: .identified)
  }

  public mutating func record(_ state: State, of number: String) throws(Fault) {
    guard let meter = meters[number] else { throw .unknownMeter }
    switch (meter.state, state) {
    case (.replaced, _), (_, .identified), (.identified, .visitFailed), (.identified, .replaced): throw .order
    default: meters[number]?.state = state
    }
  }

  public func state(of number: String) -> State? { meters[number]?.state }

  /// Counts by area on a day.
  public func report(on day: SettlementDate) -> [String: Report] {
    meters.values.reduce(into: [:]) { reports, meter in
      var report = reports[meter.area] ?? Report()
      report.total += 1
      if case .replaced(let when) = meter.state, when <= day {
        report.replaced += 1
      } else if meter.switchOff <= day {
        report.overdue += 1
      }
      reports[meter.area] = report
    }
  }
}
