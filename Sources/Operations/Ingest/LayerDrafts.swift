import Readings
import SettlementCalendar

/// The layers of one settlement date while a source is being taken in.
///
/// Each moment of receipt has a stack of drafts: the first holds a cell's first new version, the next its second, so
/// that the later row of a source wins by rule READ-1.
struct LayerDrafts {
  enum Placement { case new, duplicate, conflict }

  /// A finished layer's columns.
  struct Columns {
    let receivedAt: UTCInstant
    let series: [SeriesIndex]
    let cells: [Int32]
    let qualities: [ReadingQuality]
  }

  private struct Draft {
    /// For each local series number its row, or -1.
    var rowOf: [Int32]
    var series: [SeriesIndex] = []
    var cells: [Int32] = []
    var qualities: [ReadingQuality] = []

    mutating func write(_ row: ReadingIngest.PendingReading, _ index: SeriesIndex, _ periods: Int) {
      if rowOf[Int(row.series)] < 0 {
        rowOf[Int(row.series)] = Int32(series.count)
        series.append(index)
        cells.append(contentsOf: repeatElement(ReadingLayer.missing, count: periods))
        qualities.append(contentsOf: repeatElement(.actual, count: periods))
      }
      let cell = Int(rowOf[Int(row.series)]) * periods + Int(row.period)
      cells[cell] = row.value
      qualities[cell] = row.quality
    }
  }

  private let periods: Int
  private let source: String
  private let seriesCount: Int
  /// The last by rule READ-1 first.
  private let existing: [ReadingLayer]
  /// Few moments of receipt fall on one date, so a list is searched, not hashed.
  private var stacks: [Stack] = []

  private struct Stack {
    let receivedAt: UTCInstant
    var drafts: [Draft] = []
  }

  /// - Parameter source: the source being taken in; layers of other sources received at the same moment are ordered by it.
  init(date: SettlementDate, source: String, existing: [ReadingLayer], seriesCount: Int) {
    periods = SettlementDay(date).periodCount
    self.source = source
    self.seriesCount = seriesCount
    self.existing = existing.sorted {
      ($1.receivedAt, $1.source, $1.sequence) < ($0.receivedAt, $0.source, $0.sequence)
    }
  }

  /// A repeat of what counts already is a duplicate; a repeat of what was corrected since is news, for it takes the
  /// correction back. Estimates are compared with estimates: they never count against a measurement, and repeat too.
  mutating func place(_ row: ReadingIngest.PendingReading, _ index: SeriesIndex) -> Placement {
    let (stored, drafted) = (stored(row, index), drafted(row))
    let isLater = stored.map { stored in
      drafted.map { (stored.receivedAt, stored.source) <= ($0.receivedAt, source) } ?? false
    }
    let counting = isLater ?? true ? drafted?.reading : stored?.reading
    if let counting, counting == Reading(value: row.value, quality: row.quality) { return .duplicate }
    let isKnown = isHeld(row, index)
    write(row, index)
    return isKnown ? .conflict : .new
  }

  private struct Reading: Equatable {
    let value: Int32
    let quality: ReadingQuality
  }

  /// Among the layers that are there, the last of rule READ-1 that is of the row's kind and received no later.
  private func stored(
    _ row: ReadingIngest.PendingReading, _ index: SeriesIndex
  ) -> (receivedAt: UTCInstant, source: String, reading: Reading)? {
    for layer in existing where layer.receivedAt <= row.receivedAt {
      guard let cell = cell(of: index, Int(row.period), in: layer),
        layer.qualities[cell].isActual == row.quality.isActual
      else { continue }
      return (
        layer.receivedAt, layer.source, Reading(value: layer.cells[cell], quality: layer.qualities[cell])
      )
    }
    return nil
  }

  /// The same among the drafts of this source.
  private func drafted(_ row: ReadingIngest.PendingReading) -> (receivedAt: UTCInstant, reading: Reading)? {
    var last: (receivedAt: UTCInstant, reading: Reading)?
    for stack in stacks
    where stack.receivedAt <= row.receivedAt && last.map({ $0.receivedAt < stack.receivedAt }) ?? true {
      for draft in stack.drafts.reversed() {
        guard let cell = cell(of: row.series, Int(row.period), in: draft),
          draft.qualities[cell].isActual == row.quality.isActual
        else { continue }
        last = (stack.receivedAt, Reading(value: draft.cells[cell], quality: draft.qualities[cell]))
        break
      }
    }
    return last
  }

  private func isHeld(_ row: ReadingIngest.PendingReading, _ index: SeriesIndex) -> Bool {
    existing.contains { cell(of: index, Int(row.period), in: $0) != nil }
      || stacks.contains { $0.drafts.contains { cell(of: row.series, Int(row.period), in: $0) != nil } }
  }

  private func cell(of index: SeriesIndex, _ period: Int, in layer: ReadingLayer) -> Int? {
    var low = 0
    var high = layer.series.count
    while low < high {
      let middle = (low + high) / 2
      if layer.series[middle] < index { low = middle + 1 } else { high = middle }
    }
    guard low < layer.series.count, layer.series[low] == index else { return nil }
    let cell = low * periods + period
    return layer.cells[cell] == ReadingLayer.missing ? nil : cell
  }

  private func cell(of local: Int32, _ period: Int, in draft: Draft) -> Int? {
    let row = draft.rowOf[Int(local)]
    guard row >= 0 else { return nil }
    let cell = Int(row) * periods + period
    return draft.cells[cell] == ReadingLayer.missing ? nil : cell
  }

  /// Writes into the first draft of its moment above every one that holds the cell already.
  private mutating func write(_ row: ReadingIngest.PendingReading, _ index: SeriesIndex) {
    let position = stackIndex(row.receivedAt)
    let held = stacks[position].drafts.lastIndex { cell(of: row.series, Int(row.period), in: $0) != nil }
    let level = (held ?? -1) + 1
    if level == stacks[position].drafts.count {
      stacks[position].drafts.append(Draft(rowOf: Array(repeating: -1, count: seriesCount)))
    }
    stacks[position].drafts[level].write(row, index, periods)
  }

  private mutating func stackIndex(_ receivedAt: UTCInstant) -> Int {
    if let found = stacks.firstIndex(where: { $0.receivedAt == receivedAt }) { return found }
    stacks.append(Stack(receivedAt: receivedAt))
    return stacks.count - 1
  }

  /// The drafts as layer columns, by moment of receipt, then level; series rising.
  func finished() -> [Columns] {
    stacks.sorted { $0.receivedAt < $1.receivedAt }.flatMap { stack in
      stack.drafts.map { columns($0, stack.receivedAt) }
    }
  }

  private func columns(_ draft: Draft, _ receivedAt: UTCInstant) -> Columns {
    let order = draft.series.indices.sorted { draft.series[$0] < draft.series[$1] }
    var cells: [Int32] = []
    var qualities: [ReadingQuality] = []
    cells.reserveCapacity(draft.cells.count)
    qualities.reserveCapacity(draft.cells.count)
    for row in order {
      cells.append(contentsOf: draft.cells[row * periods..<(row + 1) * periods])
      qualities.append(contentsOf: draft.qualities[row * periods..<(row + 1) * periods])
    }
    return Columns(
      receivedAt: receivedAt, series: order.map { draft.series[$0] }, cells: cells, qualities: qualities)
  }
}
