import ReadingArrivals
import ReadingBlocks

/// The states of rows that follow one another, the later statement in the place of the earlier.
struct WindowStates {
  private let rows: Range<UInt32>
  private let periods: Int
  private var cells: [Int32]
  private var stated: [UInt64]
  private var estimated: [UInt64]
  private var corrected: [UInt64]

  init(_ rows: Range<UInt32>, periods: Int) {
    self.rows = rows
    self.periods = periods
    cells = Array(repeating: 0, count: rows.count * periods)
    stated = Array(repeating: 0, count: rows.count)
    estimated = stated
    corrected = stated
  }

  mutating func put(_ group: RowGroup) {
    let all: UInt64 = (1 << UInt64(periods)) - 1
    for (place, row) in group.rows.enumerated() where rows.contains(row) {
      let at = Int(row - rows.lowerBound)
      cells.replaceSubrange(
        at * periods..<(at + 1) * periods, with: group.cells[place * periods..<(place + 1) * periods])
      (stated[at], estimated[at], corrected[at]) = (all, 0, 0)
    }
    for run in group.runs where rows.contains(group.rows[run.row]) {
      let at = Int(group.rows[run.row] - rows.lowerBound)
      let bits: UInt64 = ((1 << UInt64(run.count)) - 1) << UInt64(run.firstPeriod)
      switch run.quality {
      case .estimated: estimated[at] |= bits
      case .corrected: corrected[at] |= bits
      case .missing: stated[at] &= ~bits
      }
    }
  }

  subscript(row: UInt32) -> RowState {
    let at = Int(row - rows.lowerBound)
    var state = RowState(periods: periods)
    state.cells = Array(cells[at * periods..<(at + 1) * periods])
    (state.stated, state.estimated, state.corrected) = (stated[at], estimated[at], corrected[at])
    return state
  }
}
