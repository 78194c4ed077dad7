import CIngestKernels
import ReadingBlocks

/// What is known of one metering point and date: readings with their qualities, period by period.
public struct RowState: Hashable, Sendable {
  /// One for each period; 0 where nothing is stated.
  public var cells: [Int32]
  /// Bit p: period p + 1 has a reading.
  public var stated: UInt64
  /// Bits of estimated readings.
  public var estimated: UInt64
  /// Bits of corrected readings.
  public var corrected: UInt64

  public init(periods: Int) {
    cells = Array(repeating: 0, count: periods)
    (stated, estimated, corrected) = (0, 0, 0)
  }

  init(_ row: cingest_row, periods: Int) {
    self.init(periods: periods)
    withUnsafeBytes(of: row.cells) { raw in
      let all = raw.bindMemory(to: Int32.self)
      for period in 0..<periods { cells[period] = all[period] }
    }
    (stated, estimated, corrected) = (row.stated, row.estimated, row.corrected)
  }

  /// The rows of an unpacked group.
  public static func states(of group: RowGroup) -> [RowState] {
    let all: UInt64 = (1 << UInt64(group.periods)) - 1
    var states = group.rows.indices.map { row in
      var state = RowState(periods: group.periods)
      state.cells = Array(group.cells[row * group.periods..<(row + 1) * group.periods])
      state.stated = all
      return state
    }
    for run in group.runs {
      let bits: UInt64 = ((1 << UInt64(run.count)) - 1) << UInt64(run.firstPeriod)
      switch run.quality {
      case .estimated: states[run.row].estimated |= bits
      case .corrected: states[run.row].corrected |= bits
      case .missing: states[run.row].stated &= ~bits
      }
    }
    return states
  }

  /// The quality runs of the row at a place of its group.
  public func runs(place: Int) -> [QualityRun] {
    let all: UInt64 = (1 << UInt64(cells.count)) - 1
    if stated == all, estimated | corrected == 0 { return [] }
    func quality(_ period: Int) -> CellQuality? {
      let bit: UInt64 = 1 << UInt64(period)
      return stated & bit == 0 ? .missing : estimated & bit != 0 ? .estimated : corrected & bit != 0 ? .corrected : nil
    }
    var runs: [QualityRun] = []
    var period = 0
    while period < cells.count {
      let first = period
      let kind = quality(period)
      while period < cells.count, quality(period) == kind { period += 1 }
      if let kind { runs.append(QualityRun(row: place, firstPeriod: first, count: period - first, quality: kind)) }
    }
    return runs
  }

  /// What a later statement adds to this one, by rule READ-1: measured beats estimated, then the later counts.
  ///
  /// - Parameter conflict: hears the periods, from 1, in which the two differ.
  /// - Returns: readings that were there already.
  @discardableResult
  public mutating func take(_ later: RowState, conflict: (Int) -> Void = { _ in }) -> Int {
    var duplicates = 0
    for period in 0..<cells.count {
      let bit: UInt64 = 1 << UInt64(period)
      guard later.stated & bit != 0 else { continue }
      if stated & bit != 0 {
        if cells[period] == later.cells[period], (estimated ^ later.estimated) & bit == 0,
          (corrected ^ later.corrected) & bit == 0
        {
          duplicates += 1
          continue
        }
        conflict(period + 1)
        if estimated & bit == 0, later.estimated & bit != 0 { continue }
      }
      cells[period] = later.cells[period]
      stated |= bit
      estimated = estimated & ~bit | later.estimated & bit
      corrected = corrected & ~bit | later.corrected & bit
    }
    return duplicates
  }

  /// Forgets what is said of some periods. - Parameter periods: bit p is of period p + 1.
  public mutating func leaveOut(_ periods: UInt64) {
    for period in 0..<cells.count where (stated & periods) >> UInt64(period) & 1 == 1 { cells[period] = 0 }
    stated &= ~periods
    estimated &= ~periods
    corrected &= ~periods
  }
}
