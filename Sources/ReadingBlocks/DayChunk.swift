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
  static var none: creading_chunk { creading_chunk() }

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
