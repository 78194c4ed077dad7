import ParquetFiles
import Testing

/// A table of every kind of column, in memory.
struct Table {
  static let columns = [
    ParquetColumn("settlement_date", .date), ParquetColumn("mpan", .int64),
    ParquetColumn("wh", .int32, isOptional: true),
    ParquetColumn("kwh", .decimal(precision: 10, scale: 3), isOptional: true), ParquetColumn("quality", .text),
  ]

  static func values(_ rows: Int, from first: Int) -> [ParquetValues] {
    let numbers = Array(first..<first + rows)
    return [
      ParquetValues(integers: numbers.map { Int64(20_000 + $0 % 3) }),
      ParquetValues(integers: numbers.map { 1_000_000_000_000 + Int64($0) * 7 }),
      ParquetValues(
        integers: numbers.map { $0 % 5 == 0 ? 0 : Int64($0) - 50 }, isMissing: numbers.map { $0 % 5 == 0 }),
      ParquetValues(integers: numbers.map { Int64($0) }, isMissing: numbers.map { _ in false }),
      ParquetValues(texts: numbers.map { Array(["A", "E", "corrected"][$0 % 3].utf8) }),
    ]
  }

  static func file(groups: [Int]) throws -> [UInt8] {
    var writer = ParquetWriter(columns, packing: PlainPacking(), codec: .none)
    var out: [UInt8] = []
    var first = 0
    for rows in groups {
      out += try writer.rowGroup(values(rows, from: first))
      first += rows
    }
    return out + writer.finish()
  }

  static func reader(_ bytes: [UInt8]) throws -> ParquetReader {
    try ParquetReader(size: bytes.count, packing: PlainPacking()) { (range) throws(ParquetFault) in
      guard range.lowerBound >= 0, range.upperBound <= bytes.count else { throw ParquetFault("file", "out of it") }
      return Array(bytes[range])
    }
  }

  static func all(_ bytes: [UInt8], batch: Int) throws -> [[String]] {
    let reader = try reader(bytes)
    var rows: [[String]] = []
    try reader.read(reader.columns.map(\.name), batch: batch) {
      (_: Int, values: [ParquetValues]) throws(ParquetFault) in
      for row in 0..<(values.first?.count ?? 0) {
        rows.append(
          values.map { column in
            guard column.isThere(row) else { return "-" }
            return column.texts.isEmpty
              ? "\(column.integers[row])" : String(decoding: column.texts[row], as: UTF8.self)
          })
      }
    } failure: {
      $0
    }
    return rows
  }
}

@Suite struct TableTests {
  @Test(arguments: [[], [0], [1], [100], [7, 0, 93], [3, 3, 3]]) func whatIsWrittenIsRead(_ groups: [Int]) throws {
    let bytes = try Table.file(groups: groups)
    let reader = try Table.reader(bytes)
    #expect(reader.rows == groups.reduce(0, +))
    #expect(reader.columns == Table.columns)
    let rows = try Table.all(bytes, batch: 10)
    #expect(rows.count == reader.rows)
    #expect(try Table.all(bytes, batch: 1) == rows && Table.all(bytes, batch: 1_000) == rows)
    for (number, row) in rows.enumerated() {
      #expect(
        row == [
          "\(20_000 + number % 3)", "\(1_000_000_000_000 + number * 7)", number % 5 == 0 ? "-" : "\(number - 50)",
          "\(number)", ["A", "E", "corrected"][number % 3],
        ])
    }
  }

  @Test func aFileThatIsCutOffOrIsNoneIsRefused() throws {
    let bytes = try Table.file(groups: [20])
    for count in 0..<bytes.count {
      #expect(throws: ParquetFault.self) { try Table.all(Array(bytes[..<count]), batch: 10).isEmpty }
    }
    #expect(throws: ParquetFault.self) { try Table.reader(Array("PAR1 this is no table PAR1".utf8)).rows == 0 }
  }

  /// Whatever is changed, the reader ends, with rows or with a fault.
  @Test func spoiltFilesNeverStopTheProgram() throws {
    let whole = try Table.file(groups: [40, 25])
    var state: UInt64 = 9
    func below(_ bound: Int) -> Int {
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return Int((state >> 33) % UInt64(bound))
    }
    var refused = 0
    for round in 0..<1_200 {
      var bytes = whole
      for _ in 0...below(4) {
        // The footer is where most can go wrong.
        let at = round % 2 == 0 ? bytes.count - 1 - below(min(600, bytes.count)) : below(bytes.count)
        bytes[at] = UInt8(below(256))
      }
      do { _ = try Table.all(bytes, batch: 16) } catch is ParquetFault { refused += 1 }
    }
    #expect(refused > 400)
  }

  @Test func aColumnThatIsNotThereIsNamed() throws {
    let reader = try Table.reader(try Table.file(groups: [3]))
    let fault = #expect(throws: ParquetFault.self) {
      try reader.read(["mpan", "nothing"], batch: 2) { (_: Int, _: [ParquetValues]) throws(ParquetFault) in
      } failure: {
        $0
      }
    }
    #expect(fault?.part == "column nothing")
  }
}
