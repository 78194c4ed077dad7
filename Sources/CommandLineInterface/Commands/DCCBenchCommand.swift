import ArgumentParser
import Dispatch
import EstateSimulator
import Foundation
import GBCS
import KeyInfrastructure
import MessageSecurity
import MeterSecurity
import SettlementCalendar
import SmartMeters
import Synchronization

/// `halfhour dcc bench`: how many messages a second this machine reads, judges, signs and carries through.
public struct DCCBenchCommand: ParsableCommand {
  public static let configuration = CommandConfiguration(
    commandName: "bench",
    abstract: "Measure messages a second: reading, MACs, signatures, and whole profile reads of simulated meters.",
    discussion: """
      A whole read is a Meter Data Retriever's 4.8.1 for one settlement day: command built with its MAC, meter checks
      it, encrypts the day's half-hours to the retriever and adds its MAC, the retriever checks it, opens it and reads
      the rows. Every half-hour is compared with what the estate counted.

      "First reads" include the agreement of keys, once for each pair; "reads again" have them, as a running system
      has. Exit status: 0, or 1 where an answer was wrong.
      Example: halfhour dcc bench --meters 10000 --threads 2
      """)

  @Option(help: "Meters, each read twice.")
  var meters = 5_000

  @Option(help: "Threads; the processor's cores by default.")
  var threads = ProcessInfo.processInfo.activeProcessorCount

  @Option(help: "The seed of estate and keys.")
  var seed: UInt64 = 1

  @Option(help: "How to print: table, json or csv.")
  var format: OutputFormat = .table

  public init() {}

  public func run() throws {
    try reportingErrors {
      guard (1...1_000_000).contains(meters), (1...256).contains(threads) else {
        throw ValidationError("--meters must be 1 to 1000000, --threads 1 to 256.")
      }
      let outcome = try MeterBench(meters: meters, threads: threads, seed: seed).run()
      printOut(
        OutputTable(
          columns: ["what", "threads", "count", "seconds", "a second", "a second and thread"],
          rows: outcome.rows.map { row -> [OutputCell] in
            [
              .text(row.what), .count(row.threads), .count(row.count),
              .text(String(format: "%.2f", row.seconds)), .count(Int(Double(row.count) / row.seconds)),
              .count(Int(Double(row.count) / row.seconds / Double(row.threads))),
            ]
          }
        ).text(format))
      guard outcome.wrong == 0 else {
        printError("\(outcome.wrong) answers were wrong")
        throw ExitStatus.checkFailed
      }
    }
  }
}

/// The measurements.
struct MeterBench: Sendable {
  struct Row: Sendable {
    let what: String
    let threads: Int
    let count: Int
    let seconds: Double
  }

  /// What was measured, and how many answers were wrong.
  struct Outcome: Sendable {
    var rows: [Row] = []
    var wrong = 0
  }

  private let threads: Int
  private let meterCount: Int
  private let estate: MeterEstate
  private let parties: SimulatedParties
  private let date: SettlementDate

  private static let retriever = EUI64(rawValue: 0x0248_48F0_0000_0009)

  init(meters: Int, threads: Int, seed: UInt64) throws {
    self.threads = threads
    meterCount = meters
    parties = try SimulatedParties(
      TestPKI(seed: seed), supplier: EUI64(rawValue: 0x0248_48F0_0000_0001),
      networkOperator: EUI64(rawValue: 0x0248_48F0_0000_0002), broker: EUI64(rawValue: 0x0248_48F0_0000_0003),
      changeOfSupplier: EUI64(rawValue: 0x0248_48F0_0000_0004), others: [(Self.retriever, .other)])
    guard let national = NationalEstate(seed: seed, mpans: meters), let date = SettlementDate("2026-06-15"),
      let start = UTCInstant("2025-05-01T00:00:00Z").flatMap({ HalfHour(startingAt: $0) })
    else { throw ValidationError("The estate cannot be made.") }
    self.date = date
    estate = MeterEstate(estate: national, credentials: parties.credentials, installed: start)
  }

  func run() throws -> Outcome {
    var outcome = try single()
    let names = ["first reads", "reads again"]
    let tally = Tally(phases: names.count)
    // Each thread has its own meters, keys and memory; they share nothing but the tally.
    DispatchQueue.concurrentPerform(iterations: threads) { thread in
      let security = parties.security()
      for phase in names.indices {
        let start = DispatchTime.now().uptimeNanoseconds
        let account = collect(thread, security)
        tally.add(phase, account, Self.seconds(since: start))
      }
    }
    for (name, phase) in zip(names, tally.phases) {
      let sum = phase.account
      outcome.wrong += sum.wrongHalfHours + sum.halfHoursDue - sum.halfHoursRead + (sum.isBalanced ? 0 : 1)
      outcome.rows.append(Row(what: name, threads: threads, count: sum.taken, seconds: phase.seconds))
    }
    return outcome
  }

  private func collect(_ thread: Int, _ security: SimulatedSecurity) -> CollectionRun.Account {
    let range = UInt32(meterCount * thread / threads)..<UInt32(meterCount * (thread + 1) / threads)
    let run = CollectionRun(estate, parties, retriever: Self.retriever, date: date, security: security)
    return run?.collect(rows: range) ?? CollectionRun.Account()
  }

  /// What one message takes, on one thread.
  private func single() throws -> Outcome {
    let security = parties.security()
    let loads = EstateLoads(estate.estate)
    guard let row = (0..<UInt32(meterCount)).first(where: { estate.rows(of: $0)?.importRow != nil }),
      var meter = estate.meter(row: row), let key = security.publicKey(meter.identifier, .keyAgreement)
    else { return Outcome() }
    let day = SettlementDay(date)
    let supplier = parties.supplier.identifier
    let read = CommandAddress(originator: supplier, counter: 1, device: meter.identifier)
      .command(.activeImportProfile, LogPeriod(day))
    guard
      let command = security.protected(read, own: parties.broker.identifier, publicKey: key),
      case .response(let response)? = meter.receive(
        command.bytes, at: day.end.advanced(byHours: 1), security, loads
      ).first,
      let signed = security.signed(read, device: supplier)
    else { return Outcome(wrong: 1) }
    let answer = try DeviceMessage(response)
    let signer = parties.supplier.signing.certificate
    var outcome = Outcome()
    outcome.measure("parse a profile response") { (try? DeviceMessage(response).openedPayload()) != nil }
    outcome.measure("verify its MAC") { security.isAuthentic(answer, own: answer.recipient, publicKey: key) }
    outcome.measure("sign (ECDSA P-256)") { security.signed(read, device: supplier) != nil }
    outcome.measure("verify a signature") { signed.isSigned(by: signer) }
    return outcome
  }

  static func seconds(since start: UInt64) -> Double {
    max(Double(DispatchTime.now().uptimeNanoseconds - start) / 1e9, 1e-9)
  }
}

extension MeterBench.Outcome {
  private static let repetitions = 20_000

  /// Does something many times. - Parameter isGood: whether it came out right.
  mutating func measure(_ what: String, _ isGood: () -> Bool) {
    let start = DispatchTime.now().uptimeNanoseconds
    for _ in 0..<Self.repetitions where !isGood() { wrong += 1 }
    rows.append(
      MeterBench.Row(
        what: what, threads: 1, count: Self.repetitions, seconds: MeterBench.seconds(since: start)))
  }
}

/// Accounts of threads, added up; of their times the longest.
private final class Tally: Sendable {
  struct Phase: Sendable {
    var account = CollectionRun.Account()
    var seconds = 0.0
  }

  private let value: Mutex<[Phase]>

  init(phases: Int) { value = Mutex(Array(repeating: Phase(), count: phases)) }

  func add(_ phase: Int, _ account: CollectionRun.Account, _ seconds: Double) {
    value.withLock {
      $0[phase].account = $0[phase].account + account
      $0[phase].seconds = max($0[phase].seconds, seconds)
    }
  }

  var phases: [Phase] { value.withLock { $0 } }
}
