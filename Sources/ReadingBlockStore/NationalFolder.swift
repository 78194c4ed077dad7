import Foundation
import ReadingBlocks
import SettlementCalendar

/// Where the blocks of a store lie: `<store>/national/<date>/`, in it `standing`, `II.block`, `SF.block`..., in the order
/// of buckets `II.day`..., and `II.sums`, `SF.sums`...
public struct NationalFolder: Sendable {
  public let path: String

  public init(store: String) { path = store + "/national" }

  /// Whether a store holds blocks of a date: then its settlement runs go this way.
  public func holds(_ date: SettlementDate) -> Bool {
    [block(date, .ii), dayBlock(date, .ii)].contains { FileManager.default.fileExists(atPath: $0) }
  }

  public func day(_ date: SettlementDate) -> String { "\(path)/\(date)" }
  public func standing(_ date: SettlementDate) -> String { day(date) + "/standing" }
  public func block(_ date: SettlementDate, _ run: RunType) -> String { day(date) + "/\(run.rawValue).block" }
  public func dayBlock(_ date: SettlementDate, _ run: RunType) -> String { day(date) + "/\(run.rawValue).day" }
  /// Changes of registration that count from a run on.
  public func moves(_ date: SettlementDate, _ run: RunType) -> String { day(date) + "/\(run.rawValue).moves" }
  public func sums(_ date: SettlementDate, _ run: RunType) -> String { day(date) + "/\(run.rawValue).sums" }

  /// Rows of a date's full block or day block, where there is one: metering points registered later have none.
  public func fullBlockRows(_ date: SettlementDate) throws -> Int? {
    let there = FileManager.default.fileExists(atPath:)
    if there(block(date, .ii)) { return Int(try Layer.header(block(date, .ii)).mpans) }
    guard there(dayBlock(date, .ii)) else { return nil }
    let file = try MappedFile(dayBlock(date, .ii))
    return try reading(file.path) { () throws(BlockDamage) in try DayBlock(file.bytes) }.header.mpans
  }

  /// Whether something of a date names its standing data, so that there can be no other.
  public func isStandingUsed(_ date: SettlementDate) -> Bool {
    RunType.allCases.contains { run in
      [sums(date, run), dayBlock(date, run), moves(date, run)].contains { FileManager.default.fileExists(atPath: $0) }
        || run > .ii && FileManager.default.fileExists(atPath: block(date, run))
    }
  }

  /// The blocks that count at a run: the full one, then corrections in the order of runs.
  public func blocks(_ date: SettlementDate, upTo run: RunType) -> [String] {
    RunType.allCases.filter { $0 <= run }.map { block(date, $0) }
      .filter { FileManager.default.fileExists(atPath: $0) }
  }

  /// The day block that holds the most of what counts at a run.
  func latestDay(_ date: SettlementDate, upTo run: RunType) -> String? {
    RunType.allCases.filter { $0 <= run }.map { dayBlock(date, $0) }
      .last { FileManager.default.fileExists(atPath: $0) }
  }

  public func make(_ date: SettlementDate) throws {
    try FileManager.default.createDirectory(atPath: day(date), withIntermediateDirectories: true)
  }
}
