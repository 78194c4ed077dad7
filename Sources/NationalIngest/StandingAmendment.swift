import Findings
import Foundation
import ReadingArrivals
import ReadingBlockStore
import ReadingBlocks
import SettlementCalendar

/// Registrations of a date that turn out to be others than was known when its standing data was made: they count from a
/// later run on.
///
/// A metering point that the registrations say nothing of stays where it is. What is written says which bucket each point
/// is in from the run on; the run's block, made when it is settled or closed, withdraws and states its readings. Until
/// then it can be written again.
public struct StandingAmendment {
  private let folder: ArrivalsFolder
  private let registrations: RegistrationsInForce
  private let run: RunType

  public struct Outcome: Sendable {
    /// Whether these very changes were there before.
    public var wasThere = false
    /// Metering points that change their bucket, and those of them that are with nobody from then on.
    public var moved = 0
    public var ended = 0
    public var findings: [Finding] = []
  }

  /// - Precondition: the run is a later one than II.
  public init(_ folder: ArrivalsFolder, _ registrations: RegistrationsInForce, run: RunType) {
    precondition(run > .ii, "the first run takes the standing data as it is")
    self.folder = folder
    self.registrations = registrations
    self.run = run
  }

  /// - Throws: where the run has its block, an earlier one that needs one has none, or a file is damaged.
  public func write(_ date: SettlementDate) throws -> Outcome {
    let path = folder.national.moves(date, run)
    let there = FileManager.default.fileExists(atPath:)
    let layers = try folder.national.blocks(date, upTo: run).map { try BlockFile($0, date) }
    guard there(folder.national.block(date, .ii)) else {
      throw BlockStoreError.missing(
        "there is no full block of rows of \(date): before II is settled, make its standing data anew", path: path)
    }
    for other in RunType.allCases {
      let (isClosed, isAmended) = (there(folder.national.block(date, other)), there(folder.national.moves(date, other)))
      if other >= run, isClosed {
        throw BlockStoreError.mismatch(
          "run \(other.rawValue) of \(date) has its block; amend for a later run", path: path)
      }
      if other < run, isAmended, !isClosed {
        throw BlockStoreError.mismatch("settle run \(other.rawValue) of \(date) first: it has changes too", path: path)
      }
    }
    let buckets = try BucketFile(folder.national, date, layers)
    var outcome = Outcome()
    let moves = moves(date, buckets, &outcome)
    let bytes = BucketMoves.file(
      date: date, run: RunType.allCases.firstIndex(of: run) ?? 1, mpans: buckets.count, standing: buckets.checksum,
      moves: moves)
    if there(path) {
      let known = try MappedFile(path)
      outcome.wasThere = withExtendedLifetime(known) { known.bytes.elementsEqual(bytes) }
      if outcome.wasThere { return outcome }
    }
    let file = try NewFile(path)
    try file.write(bytes, at: 0)
    try file.finish()
    return outcome
  }

  private func moves(
    _ date: SettlementDate, _ buckets: BucketFile, _ outcome: inout Outcome
  ) -> [(row: UInt32, bucket: UInt16)] {
    let day = registrations.day(date, mpans: buckets.count)
    let bucketOf = numbers(buckets.standing)
    var moves: [(row: UInt32, bucket: UInt16)] = []
    var tally = Tally()
    for (row, number) in day.classes.enumerated() where number != RegistrationsInForce.Day.silent {
      let isIn = buckets[UInt32(row)]
      guard number != RegistrationsInForce.Day.ended else {
        if Int(isIn) < buckets.standing.bucketCount {
          moves.append((UInt32(row), .max))
          outcome.ended += 1
        }
        continue
      }
      guard let bucket = bucketOf[Int(number)] else {
        tally.add(.noBucket, 1, "\(registrations.columns.classes[Int(number)])")
        continue
      }
      if bucket != isIn { moves.append((UInt32(row), bucket)) }
    }
    tally.add(.unknownMPAN, registrations.unknown)
    tally.add(.twice, day.twice)
    tally.add(.laterPoint, day.beyond)
    outcome.moved = moves.count
    outcome.findings = tally.findings
    return moves
  }

  /// For each class its bucket of the standing data, where it has one.
  private func numbers(_ standing: StandingDay) -> [UInt16?] {
    var known: [RegisteredClass: UInt16] = [:]
    for number in 0..<standing.bucketCount {
      if let bucket = standing.bucket(number) { known[RegisteredClass(bucket)] = UInt16(number) }
    }
    return registrations.columns.classes.map { known[$0] }
  }
}
