import Accounting
import Aggregation
import Findings
import Foundation
import MarketIdentifiers
import MarketRegistration
import Metering
import Operations
import OperationsDatabase
import Quantities
import Readings
import Settlement
import SettlementCalendar
import Testing

/// The adapters that the contract is held against.
enum StoreKind: String, CaseIterable, CustomTestStringConvertible {
  case memory
  case disk
  /// Closed and opened again between all steps.
  case diskReopened

  var testDescription: String { rawValue }
}

/// A store of one kind in a folder of its own.
final class StoreUnderTest {
  let kind: StoreKind
  let path: String
  private(set) var store: any Store

  init(_ kind: StoreKind) throws {
    self.kind = kind
    path = temporaryPath()
    store = kind == .memory ? MemoryStore() : try DiskStore.open(path: path, mode: .create)
  }

  /// Between two steps: what the first did must be there for the second.
  @discardableResult
  func next() throws -> any Store {
    if kind == .diskReopened, let disk = store as? DiskStore {
      try disk.close()
      store = try DiskStore.open(path: path, mode: .readWrite)
    }
    return store
  }
}

/// A place for one test, where nothing is yet. All are removed when the process ends: an object's end would be too
/// early, for an optimized build lets go of it after its last use.
func temporaryPath() -> String { "\(TemporaryRoot.path)/\(UUID().uuidString)" }

private enum TemporaryRoot {
  static let path: String = {
    let name = "halfhour-stores-\(UUID().uuidString)"
    let path = FileManager.default.temporaryDirectory.appendingPathComponent(name).path
    try? FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    atexit { try? FileManager.default.removeItem(atPath: TemporaryRoot.path) }
    return path
  }()
}

/// Repeatable chance: SplitMix64.
struct Chance: RandomNumberGenerator {
  var state: UInt64
  init(seed: UInt64) { state = seed }
  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var z = state
    z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
    return z ^ (z >> 31)
  }
}

enum Sample {
  static func hash(_ number: Int) -> String {
    let digits = String(number, radix: 16)
    return String(repeating: "0", count: 64 - digits.count) + digits
  }

  static func date(_ text: String) throws -> SettlementDate { try #require(SettlementDate(text)) }
  static func moment(_ text: String) throws -> UTCInstant { try #require(UTCInstant(text)) }

  static func layer(
    _ date: SettlementDate, source: Int, sequence: Int32 = 0, series: [UInt32] = [0, 1, 7], seed: UInt64 = 1
  ) -> ReadingLayer {
    var chance = Chance(seed: seed)
    let count = series.count * SettlementDay(date).periodCount
    let cells = (0..<count).map { _ in
      Int.random(in: 0..<10, using: &chance) == 0
        ? ReadingLayer.missing : Int32.random(in: -2_000...1_000_000, using: &chance)
    }
    let qualities = cells.map { cell in
      cell == ReadingLayer.missing || Int.random(in: 0..<4, using: &chance) > 0
        ? ReadingQuality.actual : (Bool.random(using: &chance) ? .estimated : .corrected)
    }
    return ReadingLayer(
      date: date, receivedAt: UTCInstant(secondsSince1970: 1_300_000_000 + Int64(source)), source: hash(source),
      sequence: sequence, series: series.map { SeriesIndex($0) }, cells: cells, qualities: qualities)
  }

  static func source(_ number: Int, findings: [Finding] = []) -> SourceRecord {
    SourceRecord(
      hash: hash(number), name: "readings-\(number).csv", format: "simple-csv", byteCount: 1_000 + number,
      receivedAt: UTCInstant(secondsSince1970: 1_300_000_000 + Int64(number)), settings: "series=X\(number)",
      reckoning: Reckoning(accepted: 144, duplicate: 2, conflicting: 1, quarantined: 3), findings: findings,
      findingCounts: Dictionary(findings.map { ($0.rule, 40) }, uniquingKeysWith: { first, _ in first }))
  }

  static let findings = [
    Finding(
      "VAL-03", .error, at: SourcePosition(file: "readings-1.csv", line: 12, field: "kwhh"), "The value is no number.",
      remedy: "Correct the line.", detail: "n/a"),
    Finding("READ-2", .note, "Something to know.", remedy: "Nothing."),
    Finding("VAL-03", .warning, at: SourcePosition(file: "readings-1.csv"), "Again.", remedy: "Look."),
  ]

  static func registration(_ number: Int, recorded: Int = 0) throws -> Registration {
    Registration(
      mpan: try #require(MPAN(distributor: 10 + number % 14, serial: number)),
      alias: number % 2 == 0 ? nil : "MAC\(number)", quantity: number % 3 == 0 ? .activeExport : .activeImport,
      supplier: try #require(ParticipantID("MRCY")), gspGroup: .c, distributor: 12,
      lossClass: try #require(LineLossFactorClassID("01")), consumptionClass: .domestic,
      tariff: number % 2 == 0 ? "sturdy" : nil, paymentMethod: .directDebit, supplyCapacity: Power(watts: 23_000),
      effectiveFrom: try date("2009-01-01"), effectiveTo: number % 5 == 0 ? try date("2009-12-31") : nil,
      recordedAt: UTCInstant(secondsSince1970: Int64(recorded)))
  }

  static func read(_ number: Int) throws -> RegisterRead {
    RegisterRead(
      mpan: try #require(MPAN(distributor: 11, serial: number)), meter: "S95A 0\(number)", register: "01",
      takenAt: UTCInstant(secondsSince1970: 1_230_768_000), tenthsOfKWh: 123_456_789 + Int64(number), type: "R",
      status: "V", receivedAt: UTCInstant(secondsSince1970: 1_230_854_400))
  }

  static func schedule(_ lossClass: String, source: Int) throws -> LossFactorSchedule {
    let short = try (0..<46).map { try #require(LossFactor(hundredThousandths: 104_000 + Int64($0))) }
    let usual = try (0..<48).map { try #require(LossFactor(hundredThousandths: 105_100 + Int64($0))) }
    let weekend = try (0..<48).map { try #require(LossFactor(hundredThousandths: 103_200 + Int64($0))) }
    var days: [SettlementDate: Int] = [:]
    for day in settlementDates(try date("2009-03-01"), through: try date("2010-02-28")) {
      days[day] = SettlementDay(day).periodCount == 46 ? 0 : day.weekday.isWeekend ? 2 : 1
    }
    days[try date("2009-10-25")] = nil
    return LossFactorSchedule(
      distributor: 12, lossClass: try #require(LineLossFactorClassID(lossClass)), patterns: [short, usual, weekend],
      days: days, source: hash(source), receivedAt: UTCInstant(secondsSince1970: 1_240_000_000))
  }

  static func price(_ date: SettlementDate, _ period: Int, source: Int) -> SystemPrice {
    // The volume is next to the least that 128 bits hold: the store must not lose one digit of it.
    let volume = period % 2 == 0 ? nil : LossAdjustedEnergy(tenMicrowattHours: Int128.min + Int128(period))
    return SystemPrice(
      date: date, period: period, sell: UnitRate(micropencePerMWh: -9_032_000_000 + Int64(period)),
      buy: UnitRate(micropencePerMWh: 4_512_345_678), netImbalanceVolume: volume, source: hash(source),
      receivedAt: UTCInstant(secondsSince1970: 1_250_000_000))
  }

  static func contract(_ date: SettlementDate, _ period: Int, source: Int) throws -> ContractVolume {
    ContractVolume(
      party: try #require(ParticipantID("MRCY")), date: date, period: period,
      bought: Energy(wattHours: -12_345_678_901 + Int64(period)), source: hash(source),
      receivedAt: UTCInstant(secondsSince1970: 1_250_000_000))
  }

  static func take(_ date: SettlementDate, _ period: Int, source: Int) -> GroupTake {
    GroupTake(
      group: .p, date: date, period: period, take: Energy(wattHours: -987_654_321 + Int64(period)),
      source: hash(source), receivedAt: UTCInstant(secondsSince1970: 1_250_000_000))
  }

  static func entry(_ id: String, _ amount: Int64 = 1_234_567) throws -> JournalEntry {
    try JournalEntry(
      id: id, date: try date("2009-04-03"), narrative: "Trading charge of \(id)",
      postings: [
        Posting(Account("party/MRCY"), Money(micropounds: -amount)),
        Posting(Account("market"), Money(micropounds: amount)),
      ])
  }

  static func run(_ date: SettlementDate, _ run: RunType, result: [UInt8] = [1, 2, 3], hash: Int = 1) -> RunRecord {
    RunRecord(
      date: date, run: run, rulebook: "may-2026", cutOff: UTCInstant(secondsSince1970: 1_260_000_000),
      runDate: date.advanced(by: 20) ?? date, paymentDate: run == .ii ? nil : date.advanced(by: 29),
      inputHash: Self.hash(99), resultHash: Self.hash(hash), result: result)
  }
}
