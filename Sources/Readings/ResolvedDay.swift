import Quantities
import SettlementCalendar

/// What was known of one settlement date at one moment: for each series and period the reading that counts.
///
/// Rule READ-1: among the readings of a cell received before the moment, a measured one beats an estimate; among equals
/// the later received wins, then the later in its source. The result does not depend on the order of the layers.
public struct ResolvedDay: Sendable {
  public let day: SettlementDay
  /// Rising.
  public let series: [SeriesIndex]
  /// `series.count × periodCount` of whole Wh, or ``ReadingLayer/missing``.
  public let cells: [Int32]
  public let qualities: [ReadingQuality]
  /// For each cell the position of its layer in ``layers``, or -1.
  public let layerOfCell: [Int32]
  /// The layers that were seen, in the order of rule READ-1.
  public let layers: [LayerStamp]

  /// Which layer: enough to find its source again.
  public struct LayerStamp: Hashable, Sendable {
    public let receivedAt: UTCInstant
    public let source: String
    public let sequence: Int32
  }

  /// - Parameter cutOff: layers received at or after it are not seen.
  public init(_ day: SettlementDay, layers all: [ReadingLayer], before cutOff: UTCInstant = .distantFuture) {
    let seen = all.filter { $0.date == day.date && $0.receivedAt < cutOff }.sorted(by: Self.comesBefore)
    self.day = day
    let periods = day.periodCount
    let series = Set(seen.flatMap(\.series)).sorted()
    var rowOf: [SeriesIndex: Int] = [:]
    rowOf.reserveCapacity(series.count)
    for (row, index) in series.enumerated() { rowOf[index] = row }
    var cells = [Int32](repeating: ReadingLayer.missing, count: series.count * periods)
    var qualities = [ReadingQuality](repeating: .actual, count: cells.count)
    var origin = [Int32](repeating: -1, count: cells.count)
    for (number, layer) in seen.enumerated() {
      for (sourceRow, index) in layer.series.enumerated() {
        let target = rowOf[index]! * periods  // every series of a seen layer is in rowOf
        let start = sourceRow * periods
        for period in 0..<periods where layer.cells[start + period] != ReadingLayer.missing {
          let quality = layer.qualities[start + period]
          let cell = target + period
          // Layers come in rising order, so only an estimate after a measurement loses.
          if origin[cell] >= 0, qualities[cell].isActual, !quality.isActual { continue }
          cells[cell] = layer.cells[start + period]
          qualities[cell] = quality
          origin[cell] = Int32(number)
        }
      }
    }
    self.series = series
    self.cells = cells
    self.qualities = qualities
    layerOfCell = origin
    layers = seen.map { LayerStamp(receivedAt: $0.receivedAt, source: $0.source, sequence: $0.sequence) }
  }

  /// The order of rule READ-1: receipt, then source hash (so that ties never depend on chance), then sequence.
  static func comesBefore(_ a: ReadingLayer, _ b: ReadingLayer) -> Bool {
    (a.receivedAt, a.source, a.sequence) < (b.receivedAt, b.source, b.sequence)
  }

  /// The row of a series. - Returns: `nil` when nothing is known of it on this date. Cost: O(log n).
  public func row(of index: SeriesIndex) -> Int? {
    var low = 0
    var high = series.count
    while low < high {
      let middle = (low + high) / 2
      if series[middle] < index { low = middle + 1 } else { high = middle }
    }
    return low < series.count && series[low] == index ? low : nil
  }

  /// The reading of a row in a period counted from 1. - Returns: `nil` when there is none.
  public func reading(row: Int, period: Int) -> (energy: Energy, quality: ReadingQuality)? {
    let cell = row * day.periodCount + period - 1
    guard cells[cell] != ReadingLayer.missing else { return nil }
    return (Energy(wattHours: Int64(cells[cell])), qualities[cell])
  }
}
