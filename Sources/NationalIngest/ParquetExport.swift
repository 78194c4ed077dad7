import Foundation
import ParquetFiles
import ReadingArrivals
import ReadingBlockStore
import ReadingBlocks
import SettlementCalendar

/// Writes the readings of a date as flat Parquet, for lake tools; `halfhour load` reads it back.
///
/// A reading a row: `settlement_date`, `mpan`, `settlement_period`, `wh`, `quality` (A, E, C). Or a metering point a row:
/// `settlement_date`, `mpan`, `p1`... in Wh, and `estimated`, `corrected`, of which bit p says so of period p + 1.
public struct ParquetExport {
  private let register: RegisterFile
  private let layers: [BlockFile]
  private let date: SettlementDate
  private let isWide: Bool
  /// Rows of a row group, at most.
  private var groupRows: Int { isWide ? 131_072 : 21_845 }

  public init(store: String, date: SettlementDate, run: RunType, wide: Bool) throws {
    (register, layers) = try openLayers(store: store, date: date, run: run)
    self.date = date
    isWide = wide
  }

  private var columns: [ParquetColumn] {
    let first = [ParquetColumn("settlement_date", .date), ParquetColumn("mpan", .int64)]
    guard isWide else {
      return first + [
        ParquetColumn("settlement_period", .int32), ParquetColumn("wh", .int32), ParquetColumn("quality", .text),
      ]
    }
    return first + (1...SettlementDay(date).periodCount).map { ParquetColumn("p\($0)", .int32, isOptional: true) }
      + [ParquetColumn("estimated", .int64), ParquetColumn("corrected", .int64)]
  }

  public func write(limit: Int = .max, _ put: ([UInt8]) throws -> Void) throws -> ArrivalsExport.Outcome {
    var outcome = ArrivalsExport.Outcome()
    var writer = ParquetWriter(columns, packing: LibraryPacking(), codec: .zstd)
    func emit(_ bytes: [UInt8]) throws {
      outcome.bytes += bytes.count
      try put(bytes)
    }
    let count = min(layers.rowCount, limit)
    for first in stride(from: 0, to: count, by: groupRows) {
      let rows = UInt32(first)..<UInt32(min(first + groupRows, count))
      var states = WindowStates(rows, periods: SettlementDay(date).periodCount)
      for layer in layers { try layer.eachGroup(rows: rows) { states.put($0) } }
      let there = rows.filter { states[$0].stated != 0 }
      guard !there.isEmpty else { continue }
      outcome.rows += there.count
      for row in there {
        outcome.readings += states[row].stated.nonzeroBitCount
        outcome.wattHours += states[row].cells.reduce(0) { $0 + Int64($1) }
      }
      try emit(writer.rowGroup(isWide ? wide(there, states) : long(there, states)))
    }
    try emit(writer.finish())
    return outcome
  }

  private func mpan(_ row: UInt32) -> Int64 { Int64(register.register.mpanNumber(at: Int(row))) }

  private func wide(_ rows: [UInt32], _ states: WindowStates) -> [ParquetValues] {
    let all = rows.map { states[$0] }
    let cells = (0..<SettlementDay(date).periodCount).map { period in
      ParquetValues(
        integers: all.map { Int64($0.cells[period]) }, isMissing: all.map { $0.stated >> UInt64(period) & 1 == 0 })
    }
    return [
      ParquetValues(integers: rows.map { _ in Int64(date.dayNumber) }), ParquetValues(integers: rows.map(mpan)),
    ] + cells + [
      ParquetValues(integers: all.map { Int64(bitPattern: $0.estimated) }),
      ParquetValues(integers: all.map { Int64(bitPattern: $0.corrected) }),
    ]
  }

  private func long(_ rows: [UInt32], _ states: WindowStates) -> [ParquetValues] {
    var (mpans, periods, wattHours, qualities) = (ParquetValues(), ParquetValues(), ParquetValues(), ParquetValues())
    for row in rows {
      let state = states[row]
      for period in state.cells.indices where state.stated >> UInt64(period) & 1 == 1 {
        let quality =
          state.estimated >> UInt64(period) & 1 == 1 ? "E" : state.corrected >> UInt64(period) & 1 == 1 ? "C" : "A"
        mpans.integers.append(mpan(row))
        periods.integers.append(Int64(period + 1))
        wattHours.integers.append(Int64(state.cells[period]))
        qualities.texts.append(Array(quality.utf8))
      }
    }
    let dates = ParquetValues(integers: Array(repeating: Int64(date.dayNumber), count: mpans.count))
    return [dates, mpans, periods, wattHours, qualities]
  }
}
