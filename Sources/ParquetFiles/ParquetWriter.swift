/// Writes flat tables of Parquet: plain encoding, a page for each column of a row group, packed by the port.
///
/// What it returns is to be written one after another. Memory is that of one row group and some bytes for each.
public struct ParquetWriter {
  private let columns: [ParquetColumn]
  private let packing: any ParquetPacking
  private let codec: ParquetCodec
  private var position = 0
  private var rows = 0
  private var groups: [Group] = []

  private struct Chunk {
    let column: ParquetColumn
    let offset: Int
    let plainSize: Int
    let packedSize: Int
  }

  private struct Group {
    let rows: Int
    let chunks: [Chunk]
  }

  public init(_ columns: [ParquetColumn], packing: any ParquetPacking, codec: ParquetCodec) {
    self.columns = columns
    self.packing = packing
    self.codec = codec
  }

  /// A row group. - Precondition: values for each column, the same number of each.
  public mutating func rowGroup(_ values: [ParquetValues]) throws(ParquetFault) -> [UInt8] {
    precondition(
      values.count == columns.count && Set(values.map(\.count)).count <= 1, "a value for each row and column")
    var out = position == 0 ? ParquetReader.magic : []
    let count = values.first?.count ?? 0
    var chunks: [Chunk] = []
    for (column, values) in zip(columns, values) {
      let plain = Self.page(column, values)
      let packed = try packing.pack(plain, codec)
      let header = Self.header(count, plain: plain.count, packed: packed.count)
      chunks.append(
        Chunk(
          column: column, offset: position + out.count, plainSize: header.count + plain.count,
          packedSize: header.count + packed.count))
      out += header
      out += packed
    }
    groups.append(Group(rows: count, chunks: chunks))
    rows += count
    position += out.count
    return out
  }

  private static func header(_ count: Int, plain: Int, packed: Int) -> [UInt8] {
    var writer = ThriftWriter()
    writer.integer(1, 0)
    writer.integer(2, plain)
    writer.integer(3, packed)
    writer.structure(5) {
      $0.integer(1, count)
      $0.integer(2, 0)
      $0.integer(3, 3)
      $0.integer(4, 3)
    }
    return writer.finish()
  }

  private static func page(_ column: ParquetColumn, _ values: ParquetValues) -> [UInt8] {
    var out: [UInt8] = []
    out.reserveCapacity(values.count * 8 + 64)
    if column.isOptional { appendLevels(values, to: &out) }
    for row in 0..<values.count where values.isThere(row) {
      switch column.kind {
      case .int32, .date: append(Int32(truncatingIfNeeded: values.integers[row]), to: &out)
      case .int64, .decimal: append(values.integers[row], to: &out)
      case .text:
        append(Int32(truncatingIfNeeded: values.texts[row].count), to: &out)
        out += values.texts[row]
      }
    }
    return out
  }

  private static func append(_ number: some FixedWidthInteger, to out: inout [UInt8]) {
    Swift.withUnsafeBytes(of: number.littleEndian) { out.append(contentsOf: $0) }
  }

  /// Runs of rows with and without a value, their length before them.
  private static func appendLevels(_ values: ParquetValues, to out: inout [UInt8]) {
    var runs: [UInt8] = []
    var row = 0
    while row < values.count {
      let first = row
      let isThere = values.isThere(row)
      while row < values.count, values.isThere(row) == isThere { row += 1 }
      var head = UInt64(row - first) << 1
      while head >= 0x80 {
        runs.append(UInt8(head & 0x7F) | 0x80)
        head >>= 7
      }
      runs.append(UInt8(head))
      runs.append(isThere ? 1 : 0)
    }
    append(UInt32(runs.count), to: &out)
    out += runs
  }

  /// The file's end.
  public mutating func finish() -> [UInt8] {
    var meta = ThriftWriter()
    meta.integer(1, 1)
    meta.structures(2, [nil] + columns.map(Optional.some)) { Self.write($1, columns.count, to: &$0) }
    meta.integer(3, rows, wide: true)
    meta.structures(4, groups) { writer, group in
      writer.structures(1, group.chunks) { Self.write($1, rows: group.rows, codec, to: &$0) }
      writer.integer(2, group.chunks.reduce(0) { $0 + $1.plainSize }, wide: true)
      writer.integer(3, group.rows, wide: true)
    }
    meta.text(6, "halfhour")
    let bytes = meta.finish()
    var out = position == 0 ? ParquetReader.magic : []
    out += bytes
    Self.append(UInt32(bytes.count), to: &out)
    return out + ParquetReader.magic
  }

  private static func physical(_ kind: ParquetColumn.Kind) -> Int {
    switch kind {
    case .int32, .date: 1
    case .int64, .decimal: 2
    case .text: 6
    }
  }

  private static func write(_ column: ParquetColumn?, _ count: Int, to writer: inout ThriftWriter) {
    guard let column else {
      writer.text(4, "schema")
      return writer.integer(5, count)
    }
    writer.integer(1, physical(column.kind))
    writer.integer(3, column.isOptional ? 1 : 0)
    writer.text(4, column.name)
    switch column.kind {
    case .int32, .int64: break
    case .date: writer.integer(6, 6)
    case .text: writer.integer(6, 0)
    case .decimal(let precision, let scale):
      writer.integer(6, 5)
      writer.integer(7, scale)
      writer.integer(8, precision)
    }
  }

  private static func write(_ chunk: Chunk, rows: Int, _ codec: ParquetCodec, to writer: inout ThriftWriter) {
    writer.integer(2, chunk.offset, wide: true)
    writer.structure(3) {
      $0.integer(1, physical(chunk.column.kind))
      $0.integers(2, [0, 3])
      $0.texts(3, [chunk.column.name])
      $0.integer(4, codec.rawValue)
      $0.integer(5, rows, wide: true)
      $0.integer(6, chunk.plainSize, wide: true)
      $0.integer(7, chunk.packedSize, wide: true)
      $0.integer(9, chunk.offset, wide: true)
    }
  }
}
