import Operations
import Readings

/// Turns a layer into the bytes of its file. The same layer always gives the same bytes.
public enum LayerEncoder {
  /// - Throws: ``LayerFault`` when the format cannot hold the layer.
  public static func encode(_ layer: ReadingLayer) throws(LayerFault) -> [UInt8] {
    try layer.checkKeepable()
    guard let source = HexText.bytes(layer.source) else { throw .sourceIsNotAHash }
    let runs = qualityRuns(layer)
    let seriesLength = layer.series.count * 4
    let cellsLength = layer.cells.count * 4
    let qualitiesLength = runs.count * LayerFormat.qualityRunLength
    let length = LayerFormat.headerLength + seriesLength + cellsLength + qualitiesLength

    return [UInt8](unsafeUninitializedCapacity: length) { buffer, count in
      let bytes = UnsafeMutableRawBufferPointer(buffer)
      bytes.initializeMemory(as: UInt8.self, repeating: 0)
      var end = LayerFormat.headerLength
      func checksum(of start: Int) -> UInt32 {
        LayerFormat.checksum(UnsafeRawBufferPointer(rebasing: bytes[start..<end]))
      }

      for index in layer.series { bytes.put(index.value, at: &end) }
      let seriesChecksum = checksum(of: LayerFormat.headerLength)
      let cellsStart = end
      for cell in layer.cells { bytes.put(UInt32(bitPattern: cell), at: &end) }
      let cellsChecksum = checksum(of: cellsStart)
      let qualitiesStart = end
      for run in runs {
        bytes.put(UInt32(run.first), at: &end)
        bytes.put(UInt32(run.count), at: &end)
        bytes.put(UInt32(run.quality.rawValue), at: &end)
      }
      let qualitiesChecksum = checksum(of: qualitiesStart)

      var at = 0
      for byte in LayerFormat.magic { bytes.put(byte, at: &at) }
      bytes.put(LayerFormat.version, at: &at)
      bytes.put(UInt16(LayerFormat.headerLength), at: &at)
      bytes.put(UInt32(0), at: &at)
      bytes.put(UInt64(length), at: &at)
      bytes.put(UInt32(bitPattern: layer.date.dayNumber), at: &at)
      bytes.put(UInt32(bitPattern: layer.sequence), at: &at)
      bytes.put(UInt64(bitPattern: layer.receivedAt.secondsSince1970), at: &at)
      for byte in source { bytes.put(byte, at: &at) }
      bytes.put(UInt32(layer.series.count), at: &at)
      bytes.put(UInt32(layer.periodCount), at: &at)
      bytes.put(UInt32(runs.count), at: &at)
      bytes.put(seriesChecksum, at: &at)
      bytes.put(cellsChecksum, at: &at)
      bytes.put(qualitiesChecksum, at: &at)
      at = LayerFormat.Offset.headerChecksum
      bytes.put(LayerFormat.checksum(UnsafeRawBufferPointer(rebasing: bytes[0..<at])), at: &at)
      count = length
    }
  }

  struct QualityRun {
    var first: Int
    var count: Int
    var quality: ReadingQuality
  }

  /// The cells that are not `actual`, as runs of neighbours of one quality. A missing cell has no quality and ends a run.
  static func qualityRuns(_ layer: ReadingLayer) -> [QualityRun] {
    var runs: [QualityRun] = []
    for (cell, quality) in layer.qualities.enumerated()
    where quality != .actual && layer.cells[cell] != ReadingLayer.missing {
      if let last = runs.last, last.quality == quality, last.first + last.count == cell {
        runs[runs.count - 1].count += 1
      } else {
        runs.append(QualityRun(first: cell, count: 1, quality: quality))
      }
    }
    return runs
  }
}

extension UnsafeMutableRawBufferPointer {
  /// Writes a number little-endian at `offset`, which need not be aligned, and moves on behind it.
  fileprivate func put<Number: FixedWidthInteger>(_ number: Number, at offset: inout Int) {
    storeBytes(of: number.littleEndian, toByteOffset: offset, as: Number.self)
    offset += MemoryLayout<Number>.size
  }
}
