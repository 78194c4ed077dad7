import Findings
import Metering
import Quantities
import SettlementCalendar

/// Holds cumulative registers to rule VAL-05: they do not run backwards, but for going round once.
public enum RegisterCheck {
  /// The advance between two reads of one register that follow each other in time.
  public struct Advance: Hashable, Sendable {
    public let from: RegisterRead
    public let to: RegisterRead
    /// Whole Wh; never negative.
    public let energy: Energy
    /// The register went round its largest reading once.
    public let wentRound: Bool
  }

  /// - Parameters:
  ///   - reads: in any order; several meters and registers may be mixed.
  ///   - digits: how many digits before the point the registers show; 1...12.
  ///   - largestAdvance: an advance above it after going round is a fall, not a round.
  public static func advances(_ reads: [RegisterRead], digits: Int, largestAdvance: Energy) -> Checked<[Advance]> {
    var checked = Checked<[Advance]>([])
    let range = (0..<min(max(digits, 1), 12)).reduce(Int64(10)) { total, _ in total * 10 }
    for (_, list) in grouped(reads) {
      for (earlier, later) in zip(list, list.dropFirst()) {
        let difference = later.tenthsOfKWh.subtractingReportingOverflow(earlier.tenthsOfKWh)
        guard !difference.overflow, difference.partialValue.magnitude < range.magnitude else {
          checked.findings.append(fall(later))
          continue
        }
        let wentRound = difference.partialValue < 0
        let advance = wentRound ? difference.partialValue + range : difference.partialValue
        let energy = Energy(wattHours: advance * 100)
        if wentRound, energy > largestAdvance {
          checked.findings.append(fall(later))
        } else {
          checked.value.append(Advance(from: earlier, to: later, energy: energy, wentRound: wentRound))
        }
      }
    }
    return checked
  }

  private struct RegisterKey: Hashable, Comparable {
    let mpan: UInt64
    let meter: String
    let register: String
    static func < (a: Self, b: Self) -> Bool { (a.mpan, a.meter, a.register) < (b.mpan, b.meter, b.register) }
  }

  private static func grouped(_ reads: [RegisterRead]) -> [(RegisterKey, [RegisterRead])] {
    Dictionary(grouping: reads) { RegisterKey(mpan: $0.mpan.number, meter: $0.meter, register: $0.register) }
      .sorted { $0.key < $1.key }
      .map { ($0.key, $0.value.sorted { ($0.takenAt, $0.tenthsOfKWh) < ($1.takenAt, $1.tenthsOfKWh) }) }
  }

  private static func fall(_ read: RegisterRead) -> Finding {
    Finding(
      ValidationRule.register, .warning, "a register read of \(read.takenAt) is lower than the one before it.",
      remedy: "Check for a meter exchange or a misread; ask the data collector for the final and initial reads.",
      detail: "\(read.mpan) meter \(read.meter) register \(read.register)")
  }
}
