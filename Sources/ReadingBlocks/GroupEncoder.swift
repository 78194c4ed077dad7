import CReadingKernels
import SettlementCalendar

/// Packs groups of rows. Keeps its working memory from group to group.
public final class GroupEncoder {
  /// Readings a row has room for while being packed: 48, or 64 on a day of 50 periods.
  public let lanes: Int
  public let periods: Int
  public let date: SettlementDate

  /// Rows to be packed: 1,024 × ``lanes`` cells; lanes beyond the periods stay zero.
  public let cells: UnsafeMutableBufferPointer<Int32>
  private var parts: creading_encoded
  private let portable: Bool

  public init(_ date: SettlementDate, portable: Bool = false) {
    self.date = date
    self.portable = portable
    periods = SettlementDay(date).periodCount
    lanes = Int(creading_lanes(UInt32(periods)))
    let rows = RowGroup.capacity
    cells = .allocate(capacity: rows * lanes)
    cells.initialize(repeating: 0)
    parts = creading_encoded(
      widths: .allocate(capacity: rows), outliers: .allocate(capacity: rows * periods),
      wide_rows: .allocate(capacity: rows), wide_cells: .allocate(capacity: rows * periods),
      planes: .allocate(capacity: rows * 16 * 7 + 8), outlier_count: 0, wide_count: 0, plane_bytes: 0)
  }

  deinit {
    cells.deallocate()
    parts.widths.deallocate()
    parts.outliers.deallocate()
    parts.wide_rows.deallocate()
    parts.wide_cells.deallocate()
    parts.planes.deallocate()
  }

  /// Packs a group and appends its bytes. - Throws: when the group is not sound.
  public func append(_ group: RowGroup, explicit: Bool, withdrawn: Bool = false, to bytes: inout [UInt8])
    throws(BlockDamage)
  {
    if let fault = group.fault { throw BlockDamage(.groupHeader, fault) }
    guard group.periods == periods else { throw BlockDamage(.groupHeader, "a group of another day") }
    for row in 0..<group.rows.count {
      for period in 0..<periods { cells[row * lanes + period] = group.cells[row * periods + period] }
    }
    append(
      rowCount: group.rows.count, firstRow: group.rows[0], rowNumbers: explicit ? group.rows : nil,
      runs: group.runs.map(\.wordValue), withdrawn: withdrawn, to: &bytes)
  }

  /// Packs the first `rowCount` rows of ``cells``, which hold readings within range and 0 where `runs` say missing.
  ///
  /// - Parameter buckets: Of each row, where the group is to name them; rows then rise by bucket and number.
  public func append(
    rowCount: Int, firstRow: UInt32, rowNumbers: [UInt32]?, buckets: [UInt16]? = nil, runs: [UInt32],
    withdrawn: Bool = false, to bytes: inout [UInt8]
  ) {
    precondition((1...RowGroup.capacity).contains(rowCount) && rowNumbers.map { $0.count == rowCount } ?? true)
    precondition(buckets.map { $0.count == rowCount && rowNumbers != nil } ?? true)
    creading_encode(cells.baseAddress, UInt32(rowCount), UInt32(periods), &parts, portable ? 1 : 0)
    let start = bytes.count
    bytes.append(number: firstRow)
    bytes.append(number: UInt16(rowCount))
    bytes.append(number: UInt16(periods))
    for count in [parts.outlier_count, UInt32(runs.count), parts.wide_count, parts.plane_bytes] {
      bytes.append(number: count)
    }
    bytes.append(number: GroupHeader.flags(explicit: rowNumbers != nil, withdrawn: withdrawn, buckets: buckets != nil))
    bytes.append(contentsOf: repeatElement(0, count: 36))
    var checksums: [UInt32] = []
    func section(_ fill: (inout [UInt8]) -> Void) {
      let from = bytes.count
      fill(&bytes)
      checksums.append(bytes.checksum(from..<bytes.count))
    }
    section { out in
      rowNumbers?.withUnsafeBufferPointer { out.append(raw: $0) }
      buckets?.withUnsafeBufferPointer { out.append(raw: $0) }
      while (out.count - start) % 4 != 0 { out.append(0) }
    }
    section { out in
      out.append(raw: UnsafeBufferPointer(start: parts.widths, count: rowCount))
      while (out.count - start) % 4 != 0 { out.append(0) }
    }
    section { $0.append(raw: UnsafeBufferPointer(start: parts.outliers, count: Int(parts.outlier_count))) }
    section { out in runs.withUnsafeBufferPointer { out.append(raw: $0) } }
    section {
      $0.append(raw: UnsafeBufferPointer(start: parts.wide_rows, count: Int(parts.wide_count)))
      $0.append(raw: UnsafeBufferPointer(start: parts.wide_cells, count: Int(parts.wide_count) * periods))
    }
    section { out in
      out.append(raw: UnsafeBufferPointer(start: parts.planes, count: Int(parts.plane_bytes)))
      out.append(contentsOf: repeatElement(0, count: 8))
      while (out.count - start) % 8 != 0 { out.append(0) }
    }
    for (place, checksum) in checksums.enumerated() { bytes.put(checksum, at: start + 28 + 4 * place) }
    bytes.put(date.dayNumber, at: start + 52)
    bytes.put(bytes.checksum(start..<start + 60), at: start + 60)
  }
}
