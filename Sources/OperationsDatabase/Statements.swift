import Foundation
import GRDB
import MarketIdentifiers
import ReadingsStore
import SettlementCalendar

/// A prepared INSERT that is run for many rows.
struct Insertion {
  private let statement: Statement

  /// - Parameter blob: the column that takes bytes. SQLite is handed no bytes as NULL, hence the `coalesce`.
  init(_ db: Database, _ table: String, _ columns: [String], blob: String? = nil) throws {
    let marks = columns.map { $0 == blob ? "coalesce(?, x'')" : "?" }.joined(separator: ", ")
    statement = try db.cachedStatement(
      sql: "INSERT INTO \(table) (\(columns.joined(separator: ", "))) VALUES (\(marks))")
  }

  func callAsFunction(_ values: [DatabaseValue]) throws {
    statement.setUncheckedArguments(StatementArguments(values))
    try statement.execute()
  }
}

extension DatabaseValue {
  static func integer(_ value: some BinaryInteger) -> DatabaseValue { Int64(value).databaseValue }
  static func text(_ value: String?) -> DatabaseValue { value?.databaseValue ?? .null }
  static func date(_ value: SettlementDate) -> DatabaseValue { Int64(value.dayNumber).databaseValue }
  static func moment(_ value: UTCInstant) -> DatabaseValue { value.secondsSince1970.databaseValue }
  static func bytes(_ value: [UInt8]) -> DatabaseValue { Data(value).databaseValue }
}

/// Reads the columns of one row in order and refuses what no writer of this program wrote.
struct RowReader {
  private let row: Row
  private let table: String
  private let path: String
  private var column = 0

  init(_ row: Row, of table: String, path: String) {
    self.row = row
    self.table = table
    self.path = path
  }

  /// For a column that holds what cannot be.
  func damaged() -> StoreError {
    let names = Array(row.columnNames)
    return .damagedRow(table, column > 0 && column <= names.count ? names[column - 1] : "?", path: path)
  }

  private mutating func next() -> DatabaseValue {
    defer { column += 1 }
    return row[column]
  }

  mutating func integer() throws -> Int64 {
    guard case .int64(let value) = next().storage else { throw damaged() }
    return value
  }

  mutating func integerIfAny() throws -> Int64? {
    switch next().storage {
    case .null: return nil
    case .int64(let value): return value
    default: throw damaged()
    }
  }

  mutating func text() throws -> String {
    guard case .string(let value) = next().storage else { throw damaged() }
    return value
  }

  mutating func textIfAny() throws -> String? {
    switch next().storage {
    case .null: return nil
    case .string(let value): return value
    default: throw damaged()
    }
  }

  mutating func bytes() throws -> [UInt8] {
    guard case .blob(let value) = next().storage else { throw damaged() }
    return Array(value)
  }

  mutating func date() throws -> SettlementDate { try require(SettlementDate(dayNumber: Int(try integer()))) }
  mutating func moment() throws -> UTCInstant { UTCInstant(secondsSince1970: try integer()) }
  mutating func code<Code: RawRepresentable>(_ type: Code.Type) throws -> Code where Code.RawValue == String {
    try require(Code(rawValue: try text()))
  }

  mutating func mpan() throws -> MPAN {
    let digits = String(try integer())
    return try require(MPAN(String(repeating: "0", count: max(0, 13 - digits.count)) + digits))
  }

  func require<Value>(_ value: Value?) throws -> Value {
    guard let value else { throw damaged() }
    return value
  }
}
