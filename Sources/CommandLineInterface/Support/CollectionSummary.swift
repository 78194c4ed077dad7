import DataServiceProvider
import Foundation
import SmartMeters

/// What all parts of a collection came to, and whether the counts agree.
struct CollectionSummary {
  let hops: HopLedger
  let clocks: ResponseClocks
  let faults: FaultAccount
  let parts: [CollectionDay.Part]

  init(_ parts: [CollectionDay.Part]) {
    self.parts = parts
    hops = parts.reduce(HopLedger()) { $0 + $1.hops }
    clocks = parts.reduce(ResponseClocks()) { $0 + $1.clocks }
    faults = parts.reduce(FaultAccount()) { $0 + $1.faults }
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
    let injected = FaultPlan.Kind.allCases.compactMap { kind in
      faults.counts[kind].map { "\(kind) \($0)" }
    }
    text += "faults injected: \(injected.isEmpty ? "none" : injected.joined(separator: ", "))"
    text +=
      sum(\.unreachable) > 0 ? ", commands to meters without WAN or in dumb mode \(sum(\.unreachable))\n" : "\n"
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

  /// The first law that does not hold; `nil` when all do. - Parameter stored: readings that the store took as new.
  func fault(stored: Int) -> String? {
    let sent = hops.taken(.providerToNetwork)
    let laws: [(String, Int, Int)] = [
      ("every half-hour that was collected is in the store", sum(\.readings), stored),
      (
        "every run was answered or failed", sum(\.schedules) + sum(\.retries),
        sum(\.scheduledAnswers) + sum(\.onDemandAnswers) + sum(\.commandFailures) + sum(\.failedReads)
      ),
      (
        "every command came to a device or was lost", sent + (faults.counts[.repeatedCommand] ?? 0),
        hops.total(.networkToDevice)
      ),
      (
        "every lost command is an injected fault", hops.count(.networkToDevice, .lost),
        (faults.counts[.lostCommand] ?? 0) + sum(\.unreachable)
      ),
      (
        "every lost response is an injected fault", hops.count(.deviceToNetwork, .lost),
        faults.counts[.lostResponse] ?? 0
      ),
      (
        "every answer was posted", hops.taken(.networkToProvider) + sum(\.cacheHits),
        sum(\.scheduledAnswers) + sum(\.onDemandAnswers) + sum(\.providerAlerts)
      ),
    ]
    return laws.first { $0.1 != $0.2 }.map { "counts do not agree: \($0.0): \($0.1) and \($0.2)" }
  }
}
