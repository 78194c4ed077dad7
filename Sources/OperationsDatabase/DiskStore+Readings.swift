import GRDB
import MarketIdentifiers
import Operations
import Readings
import ReadingsStore
import SettlementCalendar

extension DiskStore: ReadingsRepository {
  /// - Throws: ``StoreError``; in a store opened for reading only, where a key is new.
  public func indices(of keys: [SeriesKey]) throws -> [SeriesIndex] {
    let known = try reading { db in try keys.map { try self.index(of: $0, db) } }
    if known.allSatisfy({ $0 != nil }) { return known.compactMap(\.self) }
    return try writing { db in
      var next = try Int64.fetchOne(db, sql: "SELECT coalesce(max(number) + 1, 0) FROM series") ?? 0
      let insert = try Insertion(db, "series", ["number", "name", "quantity"])
      return try zip(keys, known).map { key, index in
        // A key may stand twice in `keys`: the second time it is known.
        if let index = try index ?? self.index(of: key, db) { return index }
        guard let number = UInt32(exactly: next) else {
          throw StoreError(
            .refused, path: path, "The store has given out all numbers for series.", remedy: "Begin another store.")
        }
        try insert([.integer(number), .text(key.name), .text(key.quantity.rawValue)])
        next += 1
        return SeriesIndex(number)
      }
    }
  }

  private func index(of key: SeriesKey, _ db: Database) throws -> SeriesIndex? {
    let statement = try db.cachedStatement(sql: "SELECT number FROM series WHERE name = ? AND quantity = ?")
    guard let number = try Int64.fetchOne(statement, arguments: [key.name, key.quantity.rawValue]) else { return nil }
    guard let index = UInt32(exactly: number) else { throw StoreError.damagedRow("series", "number", path: path) }
    return SeriesIndex(index)
  }

  public func allSeries() throws -> [(index: SeriesIndex, key: SeriesKey)] {
    try rows("series", "SELECT number, name, quantity FROM series ORDER BY number") { row in
      let index = SeriesIndex(try row.require(UInt32(exactly: try row.integer())))
      let name = try row.text()
      let quantity = try row.code(MeasurementQuantity.self)
      return (index, try row.require(SeriesKey(name: name, quantity: quantity)))
    }
  }

  /// Writes a layer file; `append` has the disk keep it before it names it. Nobody sees it until a batch names it; the next writer that opens
  /// the store removes it if none does.
  public func stage(_ layer: ReadingLayer) throws -> StagedLayer {
    try requireWriting()
    return StagedLayer(token: try folder.write(layer, durably: false))
  }

  public func staged(_ layer: StagedLayer) throws -> ReadingLayer {
    do { return try folder.read(layer.token).layer } catch let error as StoreError where error.kind == .missing {
      throw UnknownStagedLayer(token: layer.token)
    }
  }

  public func layers(on date: SettlementDate) throws -> [ReadingLayer] {
    try manifests("WHERE layer.date = ?", [.date(date)]).map(folder.read)
  }

  public func dates() throws -> [SettlementDate] {
    try rows("layer", "SELECT DISTINCT date FROM layer ORDER BY date") { try $0.date() }
  }

  func committedTokens() throws -> Set<String> {
    Set(try rows("layer", "SELECT token FROM layer") { try $0.text() })
  }

  /// What the database says of layer files, in order of commitment.
  func manifests(_ condition: String = "", _ arguments: [DatabaseValue] = []) throws -> [LayerFolder.Manifest] {
    let query = """
      SELECT token, layer.date, layer.received_at, coalesce(layer.origin, source.hash), sequence, bytes, crc
      FROM layer JOIN source ON source.number = layer.batch \(condition) ORDER BY layer.number
      """
    return try rows("layer", query, arguments) { row in
      LayerFolder.Manifest(
        token: try row.text(), date: try row.date(), receivedAt: try row.moment(), source: try row.text(),
        sequence: try row.require(Int32(exactly: try row.integer())), byteCount: Int(try row.integer()),
        checksum: try row.require(UInt32(exactly: try row.integer())))
    }
  }

  /// All rows of a query.
  func rows<Value>(
    _ table: String, _ query: String, _ arguments: [DatabaseValue] = [], _ decode: (inout RowReader) throws -> Value
  ) throws -> [Value] {
    try reading { db in
      let cursor = try Row.fetchCursor(
        try db.cachedStatement(sql: query), arguments: StatementArguments(arguments))
      var values: [Value] = []
      while let row = try cursor.next() {
        var reader = RowReader(row, of: table, path: path)
        values.append(try decode(&reader))
      }
      return values
    }
  }
}
