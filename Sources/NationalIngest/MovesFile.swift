import Foundation
import ReadingBlockStore
import ReadingBlocks
import SettlementCalendar

/// The changes of registration that count from a run on, mapped; empty where there are none.
struct MovesFile {
  private let file: MappedFile?
  private let moves: BucketMoves?

  /// - Parameter standing: the checksum of the standing data whose buckets they have to name.
  init(_ folder: NationalFolder, _ date: SettlementDate, _ run: RunType, standing: UInt32) throws {
    let path = folder.moves(date, run)
    guard FileManager.default.fileExists(atPath: path) else {
      (file, moves) = (nil, nil)
      return
    }
    let file = try MappedFile(path)
    let moves: BucketMoves
    do { moves = try BucketMoves(file.bytes) } catch { throw BlockStoreError.damaged(error, path: path) }
    guard moves.date == date, moves.standing == standing, RunType.allCases[moves.run] == run else {
      throw BlockStoreError.mismatch("they are of another date, run or standing data", path: path)
    }
    (self.file, self.moves) = (file, moves)
  }

  /// The rows in a range that move, with their buckets from the run on.
  func buckets(of rows: Range<UInt32>) -> [UInt32: UInt16] {
    guard let moves else { return [:] }
    return Dictionary(
      uniqueKeysWithValues: moves.places(of: rows).map { (moves.row($0), moves.bucket($0)) })
  }
}
