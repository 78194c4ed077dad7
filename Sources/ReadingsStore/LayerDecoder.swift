import Quantities
import Readings
import SettlementCalendar

/// Reads the bytes of a layer file. Every length, checksum, bound and order is verified before anything is used, so a
/// layer that comes out is the one that went in.
public enum LayerDecoder {
  /// What the header of a file says; its own checksum stands for the whole file, for it covers the other checksums.
  public struct Header: Hashable, Sendable {
    public let date: SettlementDate
    public let receivedAt: UTCInstant
    public let source: String
    public let sequence: Int32
    public let seriesCount: Int
    public let checksum: UInt32
    let periodCount: Int
    let qualityRunCount: Int
    let sectionChecksums: (series: UInt32, cells: UInt32, qualities: UInt32)

    var seriesEnd: Int { LayerFormat.headerLength + seriesCount * 4 }
    var cellsEnd: Int { seriesEnd + seriesCount * periodCount * 4 }
    var qualitiesEnd: Int { cellsEnd + qualityRunCount * LayerFormat.qualityRunLength }

    public static func == (a: Self, b: Self) -> Bool {
      a.checksum == b.checksum && a.source == b.source && a.date == b.date && a.receivedAt == b.receivedAt
        && a.sequence == b.sequence && a.seriesCount == b.seriesCount
    }
    public func hash(into hasher: inout Hasher) { hasher.combine(checksum) }
  }

  /// - Parameter file: the name under which damage is reported.
  public static func decode(_ bytes: [UInt8], file: String) throws(LayerDamage) -> ReadingLayer {
    var result: Result<ReadingLayer, LayerDamage> = .failure(
      LayerDamage(file: file, section: .file, reason: "it is empty"))
    bytes.withUnsafeBytes { buffer in
      result = Result { () throws(LayerDamage) in try decode(buffer, file: file).layer }
    }
    return try result.get()
  }

  static func decode(_ bytes: UnsafeRawBufferPointer, file: String) throws(LayerDamage)
    -> (layer: ReadingLayer, header: Header)
  {
    let header = try Self.header(bytes, file: file)
    let fail = { (section: LayerDamage.Section, reason: String) in
      LayerDamage(file: file, section: section, reason: reason)
    }
    let seriesBytes = UnsafeRawBufferPointer(rebasing: bytes[LayerFormat.headerLength..<header.seriesEnd])
    let cellBytes = UnsafeRawBufferPointer(rebasing: bytes[header.seriesEnd..<header.cellsEnd])
    let qualityBytes = UnsafeRawBufferPointer(rebasing: bytes[header.cellsEnd..<header.qualitiesEnd])
    let wrong = "its checksum does not agree with its bytes"
    guard LayerFormat.checksum(seriesBytes) == header.sectionChecksums.series else { throw fail(.series, wrong) }
    guard LayerFormat.checksum(cellBytes) == header.sectionChecksums.cells else { throw fail(.cells, wrong) }
    guard LayerFormat.checksum(qualityBytes) == header.sectionChecksums.qualities else { throw fail(.qualities, wrong) }

    let series = seriesBytes.numbers().map { SeriesIndex($0) }
    guard zip(series, series.dropFirst()).allSatisfy({ $0 < $1 }) else { throw fail(.series, "they do not rise") }
    let cells = cellBytes.numbers().map { Int32(bitPattern: $0) }
    let limit = Int32(clamping: Energy.readingLimit.wattHours)
    guard cells.allSatisfy({ $0 == ReadingLayer.missing || -limit...limit ~= $0 }) else {
      throw fail(.cells, "a cell is beyond what a reading may be")
    }
    var qualities = [ReadingQuality](repeating: .actual, count: cells.count)
    var free = 0
    let runs = qualityBytes.numbers()
    for run in stride(from: 0, to: runs.count, by: 3) {
      let (first, count) = (Int(runs[run]), Int(runs[run + 1]))
      guard first >= free, count > 0, first <= cells.count, count <= cells.count - first,
        let quality = UInt8(exactly: runs[run + 2]).flatMap(ReadingQuality.init(rawValue:)), quality != .actual
      else { throw fail(.qualities, "a run is out of order or out of bounds") }
      for cell in first..<first + count { qualities[cell] = quality }
      free = first + count
    }
    let layer = ReadingLayer(
      date: header.date, receivedAt: header.receivedAt, source: header.source, sequence: header.sequence,
      series: series, cells: cells, qualities: qualities)
    return (layer, header)
  }

  static func header(_ bytes: UnsafeRawBufferPointer, file: String) throws(LayerDamage) -> Header {
    let fail = { (section: LayerDamage.Section, reason: String) in
      LayerDamage(file: file, section: section, reason: reason)
    }
    guard bytes.count >= LayerFormat.headerLength else {
      throw fail(.file, "it has \(bytes.count) bytes, fewer than a header")
    }
    guard bytes.starts(with: LayerFormat.magic) else { throw fail(.header, "it does not begin like a layer file") }
    let at = LayerFormat.Offset.self
    let checksum: UInt32 = bytes.number(at: at.headerChecksum)
    guard LayerFormat.checksum(UnsafeRawBufferPointer(rebasing: bytes[0..<at.headerChecksum])) == checksum else {
      throw fail(.header, "its checksum does not agree with its bytes")
    }
    // From here on the header is what some writer wrote; that the writer was sane is checked all the same.
    let version: UInt16 = bytes.number(at: at.version)
    guard version == LayerFormat.version else {
      throw fail(.header, "it has format version \(version), this program reads \(LayerFormat.version)")
    }
    let headerLength: UInt16 = bytes.number(at: at.headerLength)
    let flags: UInt32 = bytes.number(at: at.flags)
    guard Int(headerLength) == LayerFormat.headerLength, flags == 0, bytes[at.reserved].allSatisfy({ $0 == 0 }) else {
      throw fail(.header, "it uses fields that version 1 leaves empty")
    }
    let dayNumber: UInt32 = bytes.number(at: at.date)
    let periods: UInt32 = bytes.number(at: at.periodCount)
    guard let date = SettlementDate(dayNumber: Int(Int32(bitPattern: dayNumber))),
      SettlementDay(date).periodCount == Int(periods)
    else { throw fail(.header, "its date and its number of periods do not agree") }
    let series: UInt32 = bytes.number(at: at.seriesCount)
    let runs: UInt32 = bytes.number(at: at.qualityRunCount)
    let fileLength: UInt64 = bytes.number(at: at.fileLength)
    let header = Header(
      date: date,
      receivedAt: UTCInstant(secondsSince1970: Int64(bitPattern: bytes.number(at: at.receivedAt))),
      source: HexText.text(bytes[at.source..<at.source + 32]),
      sequence: Int32(bitPattern: bytes.number(at: at.sequence)),
      seriesCount: Int(series), checksum: checksum, periodCount: Int(periods), qualityRunCount: Int(runs),
      sectionChecksums: (
        bytes.number(at: at.seriesChecksum), bytes.number(at: at.cellsChecksum), bytes.number(at: at.qualitiesChecksum)
      ))
    guard UInt64(header.qualitiesEnd) == fileLength else {
      throw fail(.header, "its counts and the length that it states do not agree")
    }
    guard UInt64(bytes.count) == fileLength else {
      throw fail(.file, "it has \(bytes.count) bytes, its header says \(fileLength)")
    }
    return header
  }
}

extension UnsafeRawBufferPointer {
  /// The little-endian number at `offset`, which need not be aligned; the caller has checked the bounds.
  fileprivate func number<Number: FixedWidthInteger>(at offset: Int) -> Number {
    Number(littleEndian: loadUnaligned(fromByteOffset: offset, as: Number.self))
  }

  /// All of it as little-endian 32-bit numbers.
  fileprivate func numbers() -> [UInt32] {
    let count = self.count / 4
    return [UInt32](unsafeUninitializedCapacity: count) { buffer, initialized in
      UnsafeMutableRawBufferPointer(buffer).copyMemory(from: UnsafeRawBufferPointer(rebasing: self[0..<count * 4]))
      #if _endian(big)
        for index in 0..<count { buffer[index] = UInt32(littleEndian: buffer[index]) }
      #endif
      initialized = count
    }
  }
}
