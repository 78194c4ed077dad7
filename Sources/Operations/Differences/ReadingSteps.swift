import Quantities
import Readings
import SettlementCalendar

/// The readings of a date between two moments: those of the earlier one with a part of the later ones in their place.
struct ReadingSteps {
  let before: ResolvedDay
  let after: ResolvedDay
  /// Rising: of both moments.
  private let series: [SeriesIndex]
  /// For each cell why it differs; `nil` where it does not.
  private let causes: [ChangeCause?]
  private(set) var counts: [ChangeCause: Int] = [:]

  /// - Parameter disputed: the hashes of files that put values right under a dispute.
  init(before: ResolvedDay, after: ResolvedDay, disputed: Set<String>) {
    self.before = before
    self.after = after
    series = Set(before.series).union(after.series).sorted()
    let periods = before.day.periodCount
    var causes: [ChangeCause?] = []
    causes.reserveCapacity(series.count * periods)
    for index in series {
      let (old, new) = (before.row(of: index), after.row(of: index))
      for period in 1...periods {
        let cause = Self.cause(before, old, after, new, period, disputed)
        if let cause { counts[cause, default: 0] += 1 }
        causes.append(cause)
      }
    }
    self.causes = causes
  }

  private static func cause(
    _ before: ResolvedDay, _ old: Int?, _ after: ResolvedDay, _ new: Int?, _ period: Int, _ disputed: Set<String>
  ) -> ChangeCause? {
    let was = old.flatMap { before.reading(row: $0, period: period) }
    guard let new, let now = after.reading(row: new, period: period) else { return nil }
    if let was, was == now { return nil }
    let layer = Int(after.layerOfCell[new * after.day.periodCount + period - 1])
    if after.layers.indices.contains(layer), disputed.contains(after.layers[layer].source) { return .dispute }
    guard let was else { return .lateReading }
    return was.quality.isActual ? .readingCorrected : .estimateReplaced
  }

  /// The day with the changes of these causes made.
  func day(with made: Set<ChangeCause>) -> ResolvedDay {
    let periods = before.day.periodCount
    var cells = [Int32](repeating: ReadingLayer.missing, count: series.count * periods)
    var qualities = [ReadingQuality](repeating: .actual, count: cells.count)
    for (row, index) in series.enumerated() {
      for period in 1...periods {
        let cell = row * periods + period - 1
        let source = causes[cell].map(made.contains) ?? false ? after : before
        guard let from = source.row(of: index), let reading = source.reading(row: from, period: period) else {
          continue
        }
        cells[cell] = Int32(clamping: reading.energy.wattHours)
        qualities[cell] = reading.quality
      }
    }
    let layer = ReadingLayer(
      date: before.day.date, receivedAt: before.day.start, source: "", sequence: 0, series: series, cells: cells,
      qualities: qualities)
    return ResolvedDay(before.day, layers: [layer])
  }
}
