import DataServiceProvider
import Foundation
import SmartMeteringEstate
import SmartMeters

/// What all parts of a collection came to, and whether the counts agree.
struct CollectionSummary {
  let hops: HopLedger
  let clocks: ResponseClocks
  let faults: FaultAccount
  let alerts: AlertTally
  let explanation: DayExplanation
  let parts: [CollectionDay.Part]

  init(_ parts: [CollectionDay.Part]) {
    self.parts = parts
    hops = parts.reduce(HopLedger()) { $0 + $1.hops }
    clocks = parts.reduce(ResponseClocks()) { $0 + $1.clocks }
    faults = parts.reduce(FaultAccount()) { $0 + $1.channel }
    alerts = parts.reduce(AlertTally()) { $0 + $1.alerts }
    explanation = parts.reduce(DayExplanation()) { $0 + $1.explanation }
  }

  private func sum(_ path: KeyPath<CollectionDay.Part, Int>) -> Int { parts.reduce(0) { $0 + $1[keyPath: path] } }

  /// A line for each hop, outcome and reason.
  var table: OutputTable {
    var table = OutputTable([
      .init("hop"), .init("name", "way"), .init("outcome"), .init("reason"), .init("count", "messages"),
    ])
    for (line, count) in hops.lines {
      table.rows.append([
        .count(line.hop.rawValue), .text(line.hop.description), .text(line.outcome.rawValue), .text(line.reason ?? ""),
        .count(count),
      ])
    }
    return table
  }

  func text(seconds: Double, stored: Int) -> String {
    let reads = sum(\.scheduledAnswers) + sum(\.onDemandAnswers)
    let collecting = parts.map(\.seconds).max() ?? 0
    let rate = collecting > 0 ? Int(Double(reads) / collecting) : 0
    var text = "\nschedules \(sum(\.schedules)), answered \(sum(\.scheduledAnswers)), failed \(sum(\.commandFailures))"
    text += "; on demand \(sum(\.retries)), answered \(sum(\.onDemandAnswers)), failed \(sum(\.failedReads))\n"
    text += "half-hours expected \(sum(\.expected)), collected \(sum(\.readings)), "
    text += "missing \(sum(\.expected) - sum(\.readings)), in the store \(stored)\n"
    text += "faults injected: \(Self.list(faults.counts))\n"
    if !explanation.reads.isEmpty { text += "reads that did not go well: \(Self.list(explanation.reads))\n" }
    if !explanation.missing.isEmpty { text += "half-hours missing: \(Self.list(explanation.missing))\n" }
    if explanation.fullWindows > 0 { text += "scheduled reads whose window was full: \(explanation.fullWindows)\n" }
    if explanation.shifted > 0 { text += "half-hours under a wrong stamp: clock drift \(explanation.shifted)\n" }
    if alerts.raised > 0 {
      text += "alerts raised \(alerts.raised), lost \(alerts.lost), repeated \(alerts.repeated), "
      text += "refused \(alerts.damaged); posted alone \(sum(\.singleAlerts)), "
      text += "folded \(sum(\.foldedAlerts)) into \(sum(\.throttledAlerts))\n"
    }
    if sum(\.smets1Answers) + sum(\.providerAlerts) > 0 {
      text += "SMETS1 answers \(sum(\.smets1Answers)), of them from the cache \(sum(\.cacheHits)); "
      text += "alerts of service providers \(sum(\.providerAlerts))\n"
    }
    for (kind, tally) in clocks.lines {
      text += "response time \(kind.variant) \(kind.role.rawValue) \(kind.generation) \(kind.mode.rawValue): "
      text += "\(tally.inTime) of \(tally.answered) within \(tally.target.map { "\($0) s" } ?? "no target"), "
      text += "longest \(tally.longest) s, unanswered \(tally.unanswered)\n"
    }
    text += String(
      format: "%d reads in %.1f s of collection (%.1f s in all): %d reads a second\n", reads, collecting, seconds, rate)
    return text
  }

  private static func list(_ counts: [FaultPlan.Kind: Int]) -> String {
    let parts = FaultPlan.Kind.allCases.compactMap { kind in counts[kind].map { "\(kind) \($0)" } }
    return parts.isEmpty ? "none" : parts.joined(separator: ", ")
  }

  /// The first law that does not hold; `nil` when all do. - Parameter stored: readings that the store took as new.
  func fault(stored: Int) -> String? {
    laws(stored).first { $0.1 != $0.2 }.map { "counts do not agree: \($0.0): \($0.1) and \($0.2)" }
  }

  private func laws(_ stored: Int) -> [(String, Int, Int)] {
    let count = { faults.counts[$0] ?? 0 }
    let missing = explanation.missing.values.reduce(0, +)
    return [
      ("every half-hour that was collected is in the store", sum(\.readings) + sum(\.otherReadings), stored),
      (
        "every read was answered or failed", sum(\.schedules) + sum(\.retries),
        sum(\.scheduledAnswers) + sum(\.onDemandAnswers) + sum(\.commandFailures) + sum(\.failedReads)
      ),
      (
        "every command came to a device or was lost",
        hops.count(.providerToNetwork, .passed) + count(.repeatedCommand), hops.total(.networkToDevice)
      ),
      (
        "every device's message and service provider's alert came to the DSP or was lost",
        hops.taken(.deviceToNetwork) + sum(\.providerAlerts), hops.total(.networkToProvider)
      ),
      (
        "every answer and alert that the DSP took was posted", hops.taken(.networkToProvider) + sum(\.cacheHits),
        sum(\.scheduledAnswers) + sum(\.onDemandAnswers) + sum(\.singleAlerts) + sum(\.foldedAlerts)
          + sum(\.providerAlerts)
      ),
      ("every sound alert came to a user", alerts.sound, sum(\.singleAlerts) + sum(\.foldedAlerts)),
      ("every message that was lost or refused met a fault", explanation.unexplainedMessages.values.reduce(0, +), 0),
      ("every read that did not go well met a fault", explanation.unexplainedReads, 0),
      ("every missing half-hour is put down to a fault", sum(\.expected) - sum(\.readings), missing),
      ("no half-hour differs from what the estate counted", explanation.wrongValues, 0),
    ]
  }
}
