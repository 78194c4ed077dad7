import ReadingBlockStore
import ReadingBlocks
import SettlementCalendar

/// A block of a date, mapped.
struct BlockFile {
  let file: MappedFile
  let block: ReadingBlock

  init(_ path: String, _ date: SettlementDate) throws {
    file = try MappedFile(path)
    do { block = try ReadingBlock(file.bytes) } catch { throw BlockStoreError.damaged(error, path: path) }
    guard block.header.date == date else { throw BlockStoreError.mismatch("it is of another date", path: path) }
  }

  /// The rows that are stated with their buckets, one after another.
  func eachStatedBucket(_ body: (UInt32, UInt16) -> Void) throws {
    guard block.header.hasBuckets else { return }
    for number in 0..<block.header.groups {
      let group = try group(number)
      guard !group.isWithdrawn, let buckets = group.buckets else { continue }
      for (row, bucket) in zip(group.rowNumbers, buckets) { body(row, bucket) }
    }
  }

  private func group(_ number: Int) throws -> PackedGroup {
    do { return try block.group(number) } catch { throw BlockStoreError.damaged(error, path: file.path) }
  }

  /// The groups that speak of rows in a range, without those that withdraw.
  func eachGroup(rows: Range<UInt32>, _ body: (RowGroup) -> Void) throws {
    let capacity = UInt32(RowGroup.capacity)
    let groups =
      block.header.isCorrection
      ? 0..<block.header.groups
      : Int(rows.lowerBound / capacity)..<min(block.header.groups, Int((rows.upperBound + capacity - 1) / capacity))
    for number in groups {
      let group = try group(number)
      if group.isWithdrawn { continue }
      body(group.unpacked())
    }
  }
}
