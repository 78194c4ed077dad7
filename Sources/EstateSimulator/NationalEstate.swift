import CReadingKernels
import MarketIdentifiers
import Quantities
import ReadingBlocks
import SettlementCalendar

/// An invented country of metering points, readings and registrations, made group by group at the speed of a disk.
///
/// Everything of a row follows from (seed, row, date, run): any part can be made alone, in any order, by any number of
/// threads, to the same bytes. No figure in it was measured or copied; proportions are invented, to be like a country.
public struct NationalEstate: Sendable {
  public let seed: UInt64
  /// Metering points; rows are 0 to `mpans` − 1.
  public let mpans: Int

  /// Suppliers, the first of which are large: supplier k has a weight of 1,000 ÷ (k + 1).
  private let suppliers: [(code: ParticipantID, weight: Int)]

  /// - Returns: `nil` outside 1...100,000,000 metering points or 1...500 suppliers.
  public init?(seed: UInt64, mpans: Int, suppliers: Int = 85) {
    guard (1...100_000_000).contains(mpans), (1...500).contains(suppliers) else { return nil }
    self.seed = seed
    self.mpans = mpans
    self.suppliers = (0..<suppliers).compactMap { number in
      ParticipantID("S" + String(repeating: "0", count: number < 10 ? 2 : number < 100 ? 1 : 0) + "\(number)").map {
        ($0, max(1, 1_000 / (number + 1)))
      }
    }
  }

  public var groupCount: Int { (mpans + RowGroup.capacity - 1) / RowGroup.capacity }

  /// Six classes of import and two of export, with their shares in 64ths.
  static let importClasses = [40, 12, 6, 4, 1, 1]
  static let exportClasses = [48, 16]
  private static let purposes = (registration: UInt64(2), switching: UInt64(3), late: UInt64(4), quality: UInt64(5))

  private func hash(_ row: UInt32, _ purpose: UInt64) -> UInt64 { creading_estate_hash(seed, UInt64(row), purpose) }

  /// Whether a row counts what flows out; the share is 41 in 1,024.
  public func isExport(_ row: UInt32) -> Bool { hash(row, 1) & 1023 < 41 }

  /// The buckets of a date, in a fixed order: GSP Group, supplier, class; export classes after import ones.
  public func buckets() -> [SettlementBucket] {
    GSPGroupID.allCases.enumerated().flatMap { groupNumber, group in
      suppliers.flatMap { supplier, _ in
        (0..<8).compactMap { number in
          LineLossFactorClassID("C0\(number)").map {
            SettlementBucket(
              group: group, supplier: supplier, lossClass: $0, isExport: number >= 6,
              factorRow: groupNumber * 8 + number)
          }
        }
      }
    }
  }

  /// Loss factors of a date, a row for each GSP Group and class: higher by day than by night, 1.01 to about 1.12.
  public func lossFactors(_ date: SettlementDate) -> [LossFactor] {
    let day = SettlementDay(date)
    return (0..<GSPGroupID.allCases.count * 8).flatMap { row in
      (1...day.periodCount).map { period in
        let minute = day.clockMinute(ofPeriod: period)
        let busy = minute >= 16 * 60 && minute < 19 * 60 ? 24 : minute >= 7 * 60 && minute < 23 * 60 ? 12 : 0
        let thousandths = 1_010 + row % 8 * 8 + row / 8 * 2 + busy
        return LossFactor(hundredThousandths: Int64(thousandths) * 100) ?? .one
      }
    }
  }

  /// For weights, the place of each of 65,536 draws.
  private static func ladder(_ weights: [Int]) -> [UInt16] {
    let total = weights.reduce(0, +)
    var rungs: [UInt16] = []
    var sum = 0
    for (place, weight) in weights.enumerated() {
      sum += weight
      while rungs.count < sum * 65_536 / total { rungs.append(UInt16(place)) }
    }
    return rungs
  }

  /// The bucket of every row on a date. One row in 25 changes its supplier within any 365 days.
  public func index(_ date: SettlementDate, rows: Range<Int>) -> [UInt16] {
    let groups = Self.ladder(GSPGroupID.allCases.indices.map { 60 + $0 * 7 % 50 })
    let ladder = Self.ladder(suppliers.map(\.weight))
    let importClasses = Self.ladder(Self.importClasses)
    let exportClasses = Self.ladder(Self.exportClasses)
    let supplierCount = suppliers.count
    return rows.map { number in
      let row = UInt32(number)
      let draw = hash(row, Self.purposes.registration)
      let switching = hash(row, Self.purposes.switching)
      // The day in a cycle of 25 × 365 days from which the row is with its next supplier.
      let switchDay = Int32(truncatingIfNeeded: switching % 9_125)
      let cycles = UInt64((date.dayNumber + 9_125 - switchDay) / 9_125)
      let supplier = Int(ladder[Int(draw >> 16 & 0xffff &+ cycles &* 24_593) & 0xffff])
      let group = Int(groups[Int(draw & 0xffff)])
      let lossClass =
        isExport(row) ? 6 + Int(exportClasses[Int(draw >> 32 & 0xffff)]) : Int(importClasses[Int(draw >> 32 & 0xffff)])
      return UInt16((group * supplierCount + supplier) * 8 + lossClass)
    }
  }

  /// The bucket of the same group and class with the next supplier.
  func neighbour(of bucket: UInt16) -> UInt16 {
    let (group, rest) = Int(bucket).quotientAndRemainder(dividingBy: suppliers.count * 8)
    return UInt16(group * suppliers.count * 8 + (rest + 8) % (suppliers.count * 8))
  }

  /// What of the readings depends on the date: shapes by kind of user, season and weekday, on the clock on the wall.
  func day(_ date: SettlementDate) -> creading_estate_day {
    let day = SettlementDay(date)
    var values = creading_estate_day()
    values.seed = seed
    values.day = date.dayNumber
    values.periods = UInt32(day.periodCount)
    let month = date.civil.month
    // Per mille of the yearly mean: lighting and heating in winter, sun in summer.
    let winter = [1_240, 1_200, 1_100, 980, 900, 850, 830, 840, 900, 1_000, 1_120, 1_220][month - 1]
    let heating = [2_600, 2_400, 1_800, 1_100, 500, 150, 80, 90, 250, 900, 1_700, 2_400][month - 1]
    let sun = [180, 350, 620, 850, 1_000, 1_050, 1_000, 880, 660, 420, 220, 140][month - 1]
    withUnsafeMutableBytes(of: &values.shapes) { raw in
      let shapes = raw.bindMemory(to: UInt32.self)
      for period in 1...day.periodCount {
        let minute = day.clockMinute(ofPeriod: period)
        let half = minute / 30
        let home =
          (half < 12 ? 55 : half < 18 ? 110 : half < 32 ? (date.weekday.isWeekend ? 120 : 85) : half < 43 ? 190 : 110)
        let warm = half < 14 ? 140 : half < 20 ? 60 : half < 40 ? 45 : 70
        let shop = half >= 16 && half < 38 ? (date.weekday == .sunday ? 150 : 240) : 70
        let noon = max(0, 13 - abs(half - 25))
        let byKind = [
          150 * home * winter / 100_000, 150 * home * winter / 100_000 + 260 * warm * heating / 100_000,
          350 * shop / 100, 19_000 * (date.weekday.isWeekend ? 60 : 110) / 100, 9 * noon * noon * sun / 1_000, 14,
        ]
        for (kind, value) in byKind.enumerated() {
          shapes[kind * Int(CREADING_MAX_LANES) + period - 1] = UInt32(value)
        }
      }
    }
    values.ev_start = UInt32(day.periods.first { day.clockMinute(ofPeriod: $0.number) >= 30 }?.number ?? 1)
    return values
  }
}
