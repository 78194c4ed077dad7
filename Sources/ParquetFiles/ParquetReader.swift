/// Reads flat tables of Parquet, some rows at a time: format versions 1 and 2, plain, dictionary and difference encoding,
/// any packing that the port knows.
///
/// Nothing in a file is trusted: memory is bounded by ``longestFooter`` and one page of each column that is read.
public struct ParquetReader {
  /// Reads bytes of the file by their range, all of them.
  public typealias Source = (Range<Int>) throws(ParquetFault) -> [UInt8]

  /// The longest metadata that are read, in bytes.
  public static let longestFooter = 8 << 20
  static let magic: [UInt8] = Array("PAR1".utf8)

  public let columns: [ParquetColumn]
  public let rows: Int
  private let stored: [StoredColumn]
  private let groups: [(rows: Int, chunks: [ThriftValue])]
  private let size: Int
  private let source: Source
  private let packing: any ParquetPacking

  /// - Parameter size: the file's length, in bytes.
  public init(size: Int, packing: any ParquetPacking, source: @escaping Source) throws(ParquetFault) {
    func fault(_ reason: String) -> ParquetFault { ParquetFault("footer", reason) }
    guard size >= 12 else { throw fault("the file is too short") }
    guard try source(0..<4) == Self.magic else { throw fault("this is not a Parquet file") }
    let tail = try source(size - 8..<size)
    guard Array(tail[4...]) == Self.magic else { throw fault("the file is cut off") }
    let length = (0..<4).reduce(0) { $0 | Int(tail[$1]) << (8 * $1) }
    guard length <= Self.longestFooter, length <= size - 12 else { throw fault("its length is wrong") }
    let bytes = try source(size - 8 - length..<size - 8)
    var reader = ThriftReader(bytes[...])
    let meta = try reader.structure()
    guard let schema = meta[2]?.list, let root = schema.first, let rows = meta[3]?.integer, let groups = meta[4]?.list,
      root[5]?.integer == Int64(schema.count - 1), schema.count <= 10_001
    else { throw fault("its schema is wrong or nested") }
    var stored: [StoredColumn?] = []
    // A column that is of no kind read here is passed over; who needs it misses it by its name.
    for element in schema.dropFirst() { stored.append(try? StoredColumn(element)) }
    var found: [(Int, [ThriftValue])] = []
    for group in groups {
      guard let chunks = group[1]?.list, chunks.count == stored.count, let count = group[3]?.integer,
        (0...Int64(Int32.max)).contains(count)
      else { throw fault("a row group is wrong") }
      found.append((Int(count), zip(chunks, stored).compactMap { $1 == nil ? nil : $0 }))
    }
    guard found.reduce(0, { $0 + $1.0 }) == Int(clamping: rows) else { throw fault("its rows do not add up") }
    self.stored = stored.compactMap(\.self)
    columns = self.stored.map(\.column)
    self.rows = Int(clamping: rows)
    self.groups = found
    self.size = size
    self.source = source
    self.packing = packing
  }

  /// Hands out rows of some columns, up to `batch` at a time, in their order.
  ///
  /// - Parameters:
  ///   - names: columns of ``columns``; each batch has their values in this order.
  ///   - body: gets the number of the batch's first row, from 0, and the values.
  public func read<Failure: Error>(
    _ names: [String], batch: Int, _ body: (Int, [ParquetValues]) throws(Failure) -> Void,
    failure: (ParquetFault) -> Failure
  ) throws(Failure) {
    var first = 0
    for group in groups {
      var cursors: [ColumnCursor] = []
      for name in names { cursors.append(try attempt(failure) { () throws(ParquetFault) in try cursor(name, group) }) }
      var left = group.rows
      while left > 0 {
        let count = min(left, batch)
        var values: [ParquetValues] = []
        for place in cursors.indices {
          values.append(try attempt(failure) { () throws(ParquetFault) in try cursors[place].next(count) })
        }
        try body(first, values)
        first += count
        left -= count
      }
    }
  }

  private func attempt<Value, Failure: Error>(
    _ failure: (ParquetFault) -> Failure, _ body: () throws(ParquetFault) -> Value
  ) throws(Failure) -> Value {
    do { return try body() } catch { throw failure(error) }
  }

  private func cursor(_ name: String, _ group: (rows: Int, chunks: [ThriftValue])) throws(ParquetFault) -> ColumnCursor
  {
    guard let place = columns.firstIndex(where: { $0.name == name }) else {
      throw ParquetFault("column \(name.prefix(40))", "it is not there, or not of a kind that is read here")
    }
    return try ColumnCursor(
      group.chunks[place], stored[place], rows: group.rows, fileSize: size, packing: packing, source: source)
  }
}
