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
      let bench = try MeterBench(meters: meters, threads: threads, seed: seed)
      let rows = try bench.run()
      printOut(
        OutputTable(
          columns: ["what", "threads", "count", "seconds", "a second", "a second and thread"],
          rows: rows.map { row -> [OutputCell] in
            [
              .text(row.what), .count(row.threads), .count(row.count),
              .text(String(format: "%.2f", row.seconds)), .count(Int(Double(row.count) / row.seconds)),
              .count(Int(Double(row.count) / row.seconds / Double(row.threads))),
            ]
          }
        ).text(format))
      guard bench.wrong == 0 else {
        printError("\(bench.wrong) answers were wrong")
        throw ExitStatus.checkFailed
      }
    }
  }
}

/// The measurements. Each thread has its own meters, keys and memory; they share nothing.
final class MeterBench {
  struct Row {
    let what: String
    let threads: Int
    let count: Int
    let seconds: Double
  }

  private let threads: Int
  private let meterCount: Int
  private let estate: MeterEstate
  private let parties: SimulatedParties
  private let date: SettlementDate
  private(set) var wrong = 0

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

  func run() throws -> [Row] {
    var rows = try single()
    let (estate, parties, date) = (estate, parties, date)
    let shares = (0..<threads).map { thread in
      Share(
        rows: UInt32(meterCount * thread / threads)..<UInt32(meterCount * (thread + 1) / threads),
        security: parties.security())
    }
    for what in ["first reads", "reads again"] {
      let accounts = SharedAccount()
      let seconds = time {
        DispatchQueue.concurrentPerform(iterations: threads) { thread in
          let run = CollectionRun(
            estate, parties, retriever: Self.retriever, date: date, security: shares[thread].security)
          accounts.add(run?.collect(rows: shares[thread].rows) ?? CollectionRun.Account())
        }
      }
      let sum = accounts.sum
      wrong += sum.wrongHalfHours + sum.halfHoursDue - sum.halfHoursRead + (sum.isBalanced ? 0 : 1)
      rows.append(Row(what: what, threads: threads, count: sum.taken, seconds: seconds))
    }
    return rows
  }

  /// One thread's meters, and the keys that it has agreed with them, which no other thread touches.
  private struct Share: @unchecked Sendable {
    let rows: Range<UInt32>
    let security: SimulatedSecurity
  }

  /// What one message takes, on one thread.
  private func single() throws -> [Row] {
    let security = parties.security()
    let loads = EstateLoads(estate.estate)
    guard let row = (0..<UInt32(meterCount)).first(where: { estate.rows(of: $0)?.importRow != nil }),
      var meter = estate.meter(row: row), let key = security.publicKey(meter.identifier, .keyAgreement)
    else { return [] }
    let day = SettlementDay(date)
    let address = CommandAddress(originator: parties.supplier.identifier, counter: 1, device: meter.identifier)
    let read = address.command(.activeImportProfile, LogPeriod(day))
    guard
      let command = security.protected(read, own: parties.broker.identifier, publicKey: key),
      case .response(let response)? = meter.receive(
        command.bytes, at: day.end.advanced(byHours: 1), security, loads
      ).first,
      let signed = security.signed(read, device: parties.supplier.identifier)
    else { return [] }
    let answer = try DeviceMessage(response)
    let signer = parties.supplier.signing.certificate
    let count = 20_000
    var good = 0
    let rows = [
      Row(
        what: "parse a profile response", threads: 1, count: count,
        seconds: time {
          for _ in 0..<count where (try? DeviceMessage(response).openedPayload()) != nil { good += 1 }
        }),
      Row(
        what: "verify its MAC", threads: 1, count: count,
        seconds: time {
          for _ in 0..<count where security.isAuthentic(answer, own: answer.recipient, publicKey: key) { good += 1 }
        }),
      Row(
        what: "sign (ECDSA P-256)", threads: 1, count: count,
        seconds: time {
          for _ in 0..<count where security.signed(read, device: self.parties.supplier.identifier) != nil { good += 1 }
        }),
      Row(
        what: "verify a signature", threads: 1, count: count,
        seconds: time {
          for _ in 0..<count where signed.isSigned(by: signer) { good += 1 }
        }),
    ]
    wrong += rows.count * count - good
    return rows
  }

  private func time(_ work: () -> Void) -> Double {
    let start = DispatchTime.now().uptimeNanoseconds
    work()
    return max(Double(DispatchTime.now().uptimeNanoseconds - start) / 1e9, 1e-9)
  }
}

/// Accounts of threads, added up.
private final class SharedAccount: Sendable {
  private let value = Mutex(CollectionRun.Account())

  func add(_ account: CollectionRun.Account) { value.withLock { $0 = $0 + account } }

  var sum: CollectionRun.Account { value.withLock { $0 } }
}
