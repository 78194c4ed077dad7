import Aggregation
import Findings
import Foundation
import MarketIdentifiers
import Quantities
import ReadingArrivals
import ReadingBlockStore
import ReadingBlocks
import SettlementCalendar

/// Makes the standing data of a date from registrations and loss factors: the bucket of every metering point of the
/// register, and what each bucket's readings are multiplied with.
public struct StandingMaking {
  private let folder: ArrivalsFolder
  private let registrations: RegistrationsInForce
  private let registered: Int
  private let factors: LossFactorBook

  public struct Outcome: Sendable {
    /// Whether the date had this very standing data before.
    public var wasThere = false
    /// Metering points, those that somebody has, and buckets.
    public var meteringPoints = 0
    public var registered = 0
    public var buckets = 0
    public var findings: [Finding] = []
  }

  /// - Parameter registered: metering points of the register.
  public init(
    _ folder: ArrivalsFolder, _ registrations: RegistrationsInForce, registered: Int, factors: LossFactorBook
  ) {
    self.folder = folder
    self.registrations = registrations
    self.registered = registered
    self.factors = factors
  }

  /// - Throws: where the date has other standing data that something was made with, or there are too many buckets.
  public func write(_ date: SettlementDate) throws -> Outcome {
    let path = folder.national.standing(date)
    let mpans = try folder.national.fullBlockRows(date) ?? registered
    guard mpans <= registered else {
      throw BlockStoreError.mismatch(
        "the date's readings are of more metering points than the register has", path: path)
    }
    var outcome = Outcome(meteringPoints: mpans)
    let bytes = try file(date, mpans, &outcome)
    if FileManager.default.fileExists(atPath: path) {
      let known = try MappedFile(path)
      outcome.wasThere = withExtendedLifetime(known) { known.bytes.elementsEqual(bytes) }
      if outcome.wasThere { return outcome }
      guard !folder.national.isStandingUsed(date) else {
        throw BlockStoreError.mismatch(
          "the date has other standing data, and something was made with it; changes count from a later run: "
            + "`halfhour standing --amend RUN`", path: path)
      }
    }
    try folder.national.make(date)
    let file = try NewFile(path)
    try file.write(bytes, at: 0)
    try file.finish()
    return outcome
  }

  private func file(_ date: SettlementDate, _ mpans: Int, _ outcome: inout Outcome) throws -> [UInt8] {
    let day = registrations.day(date, mpans: mpans)
    let classes = registrations.columns.classes
    var points = [Int](repeating: 0, count: classes.count)
    for number in day.classes where number < classes.count { points[Int(number)] += 1 }
    var book = FactorRows(factors, SettlementDay(date))
    var buckets: [SettlementBucket] = []
    var bucketOf = [UInt16](repeating: .max, count: classes.count)
    var tally = Tally()
    for number in classes.indices.filter({ points[$0] > 0 }).sorted(by: { classes[$0] < classes[$1] }) {
      let named = classes[number]
      guard named.supplier.code.utf8.count <= 4 else {
        tally.add(.longCode, points[number], "\(named.supplier)")
        continue
      }
      guard let row = book.row(named) else {
        tally.add(.noFactor, points[number], "\(named.distributor)/\(named.lossClass)")
        continue
      }
      if book.isFlat(row) { tally.add(.flatFactor, points[number], "\(named.distributor)/\(named.lossClass)") }
      guard buckets.count < 65_534 else {
        throw BlockStoreError.mismatch(
          "there are more than 65534 combinations of GSP Group, supplier, direction, distributor and class on this date: "
            + "more than a day's standing data can hold", path: folder.national.standing(date))
      }
      bucketOf[number] = UInt16(buckets.count)
      outcome.registered += points[number]
      buckets.append(
        SettlementBucket(
          group: named.group, supplier: named.supplier, lossClass: named.lossClass, isExport: named.isExport,
          distributor: named.distributor, factorRow: row))
    }
    tally.add(.unknownMPAN, registrations.unknown)
    tally.add(.twice, day.twice)
    tally.add(.laterPoint, day.beyond)
    outcome.buckets = buckets.count
    outcome.findings = tally.findings
    return StandingDay.file(
      date: date, buckets: buckets, lossFactors: book.factors,
      index: day.classes.map { $0 < classes.count ? bucketOf[Int($0)] : .max })
  }
}

/// The rows of loss factors of a date, one for each class of a distributor that has any.
private struct FactorRows {
  private struct Key: Hashable {
    let distributor: Int
    let lossClass: LineLossFactorClassID
  }

  private let book: LossFactorBook
  private let day: SettlementDay
  private var rows: [Key: Int?] = [:]
  private var flat: [Bool] = []
  private(set) var factors: [LossFactor] = []

  init(_ book: LossFactorBook, _ day: SettlementDay) {
    self.book = book
    self.day = day
  }

  mutating func row(_ named: RegisteredClass) -> Int? {
    let key = Key(distributor: named.distributor, lossClass: named.lossClass)
    if let known = rows[key] { return known }
    guard let answer = book.factors(distributor: key.distributor, lossClass: key.lossClass, on: day),
      answer.factors.count == day.periodCount
    else {
      rows[key] = .some(nil)
      return nil
    }
    let row = flat.count
    rows[key] = row
    if case .rulebook = answer.origin { flat.append(true) } else { flat.append(false) }
    factors += answer.factors
    return row
  }

  func isFlat(_ row: Int) -> Bool { flat[row] }
}

/// Counts what is found by rule, with the first few of what it is about.
struct Tally {
  private var counts: [StandingRule: (count: Int, about: [String])] = [:]

  mutating func add(_ rule: StandingRule, _ count: Int, _ about: String? = nil) {
    guard count > 0 else { return }
    var (sum, list) = counts[rule] ?? (0, [])
    sum += count
    if let about, list.count < 20, !list.contains(about) { list.append(about) }
    counts[rule] = (sum, list)
  }

  var findings: [Finding] {
    StandingRule.allCases.compactMap { rule in
      counts[rule].map { rule.finding($0.count, $0.about) }
    }
  }
}
