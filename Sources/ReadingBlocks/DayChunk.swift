import CReadingKernels

/// A verified chunk of a day block where it lies in memory. Valid as long as the memory is.
public struct DayChunk {
  /// Rows of each chunk but the last.
  public static let capacity = Int(CREADING_CHUNK_ROWS)

  /// The place of its first row in the order of the block.
  public let first: Int
  private let view: creading_chunk

  public var rowCount: Int { Int(view.rows) }

  init(first: Int, view: creading_chunk) {
    self.first = first
    self.view = view
  }

  /// For an opener to fill.
  static var none: creading_chunk {
    let nowhere = UnsafeMutableRawPointer(bitPattern: 8).map { UnsafeRawPointer($0) } ?? UnsafeRawPointer(bitPattern: 16)
    let words = nowhere?.assumingMemoryBound(to: UInt32.self)
    let bytes = nowhere?.assumingMemoryBound(to: UInt8.self)
    let numbers = nowhere?.assumingMemoryBound(to: Int32.self)
    guard let words, let bytes, let numbers else { preconditionFailure("there are addresses") }
    return creading_chunk(
      rows: 0, periods: 0, segment_count: 0, outlier_count: 0, run_count: 0, wide_count: 0, plane_count: 0,
      widths: bytes, segments: words, outliers: words, runs: words, wide_places: words, wide_values: numbers,
      planes: bytes)
  }

  /// The buckets of the rows, with the row after the last one of each.
  public var segments: [(bucket: UInt16, end: Int)] {
    (0..<Int(view.segment_count)).map {
      (UInt16(truncatingIfNeeded: view.segments[$0]), Int(view.segments[$0] >> 16))
    }
  }

  /// The readings, row after row; 0 where a run says missing.
  public var cells: [Int32] {
    var view = view
    let count = Int(view.rows * view.periods)
    return [Int32](unsafeUninitializedCapacity: count) { buffer, filled in
      if let start = buffer.baseAddress { creading_chunk_decode(&view, start) }
      filled = count
    }
  }

  public var runs: [QualityRun] { (0..<Int(view.run_count)).compactMap { QualityRun(wordValue: view.runs[$0]) } }
}
