import CReadingKernels
import SettlementCalendar

/// A verified row group where it lies in memory. Valid as long as the memory is.
public struct PackedGroup {
  let header: GroupHeader
  var view: creading_group

  public var rowCount: Int { header.rows }
  /// The dense MPAN index of the first row.
  public var firstRow: UInt32 { header.firstRow }
  public var isWithdrawn: Bool { header.isWithdrawn }
  public var isExplicit: Bool { header.isExplicit }
  /// Whether it names the bucket of each row: then rows rise by bucket and number, else by number.
  public var hasBuckets: Bool { header.hasBuckets }
  /// The bucket of each row, where the group names them.
  public var buckets: [UInt16]? { header.hasBuckets ? (0..<header.rows).map { view.buckets[$0] } : nil }
  /// Cells that a run says are missing.
  public var missingCells: Int {
    (0..<header.runs).reduce(0) {
      $0 + ((QualityRun(wordValue: view.runs[$1]).map { $0.quality == .missing ? $0.count : 0 }) ?? 0)
    }
  }

  /// Verifies every checksum, count, order and index of a group.
  ///
  /// - Parameter bytes: the group and nothing else, at an address that is a multiple of 4.
  init(_ bytes: UnsafeRawBufferPointer, group: Int) throws(BlockDamage) {
    header = try GroupHeader(bytes, group: group)
    guard let start = bytes.baseAddress, Int(bitPattern: start) % 4 == 0 else {
      throw BlockDamage(.groupHeader, group: group, "it is not aligned")
    }
    for (section, range, checksum) in header.sections {
      guard bytes.checksum(range) == checksum else {
        throw BlockDamage(section, group: group, "its checksum differs")
      }
    }
    let at = header.sections.map { start + $0.range.lowerBound }
    view = creading_group(
      rows: UInt32(header.rows), periods: UInt32(header.periods), outlier_count: UInt32(header.outliers),
      run_count: UInt32(header.runs), wide_count: UInt32(header.wideRows), plane_bytes: UInt32(header.planeBytes),
      row_numbers: header.isExplicit ? at[0].assumingMemoryBound(to: UInt32.self) : nil,
      buckets: header.hasBuckets ? (at[0] + 4 * header.rows).assumingMemoryBound(to: UInt16.self) : nil,
      widths: at[1].assumingMemoryBound(to: UInt8.self), outliers: at[2].assumingMemoryBound(to: UInt32.self),
      runs: at[3].assumingMemoryBound(to: UInt32.self), wide_rows: at[4].assumingMemoryBound(to: UInt32.self),
      wide_cells: (at[4] + 4 * header.wideRows).assumingMemoryBound(to: Int32.self),
      planes: at[5].assumingMemoryBound(to: UInt8.self))
    let sections: [BlockDamage.Section] = [.rowNumbers, .widths, .outliers, .runs, .wideRows]
    let fault = Int(creading_check(&view).rawValue)
    if fault != 0 { throw BlockDamage(sections[fault - 1], group: group, "its content cannot be") }
    if header.isExplicit, view.row_numbers[0] != header.firstRow {
      throw BlockDamage(.rowNumbers, group: group, "they do not begin with the group's first row")
    }
  }

  /// The highest dense MPAN index of its rows.
  public var lastRow: UInt32 {
    guard header.isExplicit else { return header.firstRow + UInt32(header.rows - 1) }
    return UnsafeBufferPointer(start: view.row_numbers, count: header.rows).max() ?? header.firstRow
  }

  /// Unpacks all rows.
  public func unpacked(way: SumWay = .best) -> RowGroup {
    let lanes = Int(creading_lanes(UInt32(header.periods)))
    var view = view
    let wide = [Int32](unsafeUninitializedCapacity: header.rows * lanes) { buffer, count in
      creading_decode(&view, buffer.baseAddress, way.rawValue)
      count = header.rows * lanes
    }
    var cells: [Int32] = []
    cells.reserveCapacity(header.rows * header.periods)
    for row in 0..<header.rows { cells += wide[row * lanes..<row * lanes + header.periods] }
    return RowGroup(
      periods: header.periods,
      rows: (0..<header.rows).map { header.isExplicit ? view.row_numbers[$0] : header.firstRow + UInt32($0) },
      cells: cells, runs: (0..<header.runs).compactMap { QualityRun(wordValue: view.runs[$0]) })
  }
}

extension PackedGroup {
  /// The dense MPAN index of each row.
  public var rowNumbers: [UInt32] {
    (0..<header.rows).map { header.isExplicit ? view.row_numbers[$0] : header.firstRow + UInt32($0) }
  }
}
