import Findings
import Foundation
import Glibc
import ParquetFiles
import ReadingArrivals
import ReadingBlockStore
import SettlementCalendar

/// A file that is not lines of the layouts: its rows are judged as if they were lines of a long table.
enum ConvertedFile {
  case parquet

  /// Known by the first bytes. - Returns: `nil` for anything else.
  init?(_ path: String) throws {
    guard let handle = FileHandle(forReadingAtPath: path) else { throw BlockStoreError.now("opening", path) }
    defer { try? handle.close() }
    // What cannot be read is refused by whoever reads it next, with its reason.
    guard let head = try? handle.read(upToCount: 4) else { return nil }
    guard head.elementsEqual("PAR1".utf8) else { return nil }
    self = .parquet
  }

  /// Lines of a long table with qualities, with what they came from.
  struct Piece {
    var text: [UInt8] = []
    /// The line, or row, of the file that each line of the text came from, from 1.
    var lines: [Int] = []

    mutating func append(_ mpan: String, _ date: String, _ period: String, _ kwh: String, _ quality: String, line: Int)
    {
      text += Array("\(mpan),\(date),\(period),\(kwh),\(quality)\n".utf8)
      lines.append(line)
    }
  }

  /// Lines of a piece, at most: some more come where a row has many readings.
  static let pieceLines = 65_536

  func read(_ path: String, _ body: (Piece) throws -> Void) throws {
    guard let handle = FileHandle(forReadingAtPath: path) else { throw BlockStoreError.now("opening", path) }
    defer { try? handle.close() }
    let size = Int(try handle.seekToEnd())
    do {
      // Read, not mapped: a file that becomes shorter meanwhile is an error, not the end of the process.
      let reader = try ParquetReader(size: size, packing: LibraryPacking()) { (range) throws(ParquetFault) in
        guard (try? handle.seek(toOffset: UInt64(range.lowerBound))) != nil,
          let bytes = try? handle.read(upToCount: range.count), bytes.count == range.count
        else {
          if range.isEmpty { return [] }
          throw ParquetFault("file", "it ends too early")
        }
        return Array(bytes)
      }
      try ParquetRows(reader).read(body)
    } catch let fault as ParquetFault {
      throw BlockStoreError.mismatch(fault.description, path: path)
    }
  }

  /// A whole number of units of 10 to the −scale, as text.
  static func text(_ units: Int64, scale: Int) -> String {
    let digits = String(units.magnitude)
    let padded = String(repeating: "0", count: max(0, scale + 1 - digits.count)) + digits
    let sign = units < 0 ? "-" : ""
    return scale == 0 ? sign + padded : "\(sign)\(padded.dropLast(scale)).\(padded.suffix(scale))"
  }
}

/// The rows of a flat table as lines of a long table.
private struct ParquetRows {
  private let reader: ParquetReader
  private let byName: [String: ParquetColumn]
  private let periods: Int

  init(_ reader: ParquetReader) {
    self.reader = reader
    byName = Dictionary(reader.columns.map { ($0.name, $0) }) { first, _ in first }
    var periods = 0
    while periods < 50, byName["p\(periods + 1)"] != nil { periods += 1 }
    self.periods = periods
  }

  func read(_ body: (ConvertedFile.Piece) throws -> Void) throws {
    let optional = (periods > 0 ? ["estimated", "corrected"] : ["quality"]).filter { byName[$0] != nil }
    let value = byName["wh"] != nil ? "wh" : "kwh"
    let names =
      ["settlement_date", "mpan"]
      + (periods > 0 ? (1...periods).map { "p\($0)" } : ["settlement_period", value]) + optional
    let batch = periods > 0 ? 1_024 : ConvertedFile.pieceLines
    try reader.read(names, batch: batch) { (first: Int, values: [ParquetValues]) throws(AnyError) in
      let columns = Dictionary(uniqueKeysWithValues: zip(names, values))
      do { try body(piece(first, columns, value)) } catch { throw AnyError(error: error) }
    } failure: {
      AnyError(error: $0)
    }
  }

  private func piece(_ first: Int, _ columns: [String: ParquetValues], _ value: String) -> ConvertedFile.Piece {
    var piece = ConvertedFile.Piece()
    let count = columns.values.first?.count ?? 0
    for row in 0..<count {
      let mpan = mpan(columns["mpan"], row)
      let date = date(columns["settlement_date"], row)
      if periods == 0 {
        guard let kwh = kwh(columns[value], value, row) else { continue }
        let quality = columns["quality"].map { $0.isThere(row) ? text($0, row) : "" } ?? "A"
        piece.append(mpan, date, number(columns["settlement_period"], row), kwh, quality, line: first + row + 1)
      } else {
        let estimated = bits(columns["estimated"], row)
        let corrected = bits(columns["corrected"], row)
        for period in 1...periods {
          guard let kwh = kwh(columns["p\(period)"], "p\(period)", row) else { continue }
          let quality =
            estimated >> UInt64(period - 1) & 1 == 1 ? "E" : corrected >> UInt64(period - 1) & 1 == 1 ? "C" : "A"
          piece.append(mpan, date, "\(period)", kwh, quality, line: first + row + 1)
        }
      }
    }
    return piece
  }

  private func text(_ values: ParquetValues, _ row: Int) -> String {
    // What would break a line in two is no field of it.
    let text = String(decoding: values.texts[row].prefix(64), as: UTF8.self)
    return text.contains { $0 == "," || $0.isNewline } ? "?" : text
  }

  private func number(_ values: ParquetValues?, _ row: Int) -> String {
    guard let values, values.isThere(row) else { return "" }
    return values.texts.isEmpty ? String(values.integers[row]) : text(values, row)
  }

  private func mpan(_ values: ParquetValues?, _ row: Int) -> String {
    let digits = number(values, row)
    return values?.texts.isEmpty ?? true ? String(repeating: "0", count: max(0, 13 - digits.count)) + digits : digits
  }

  private func date(_ values: ParquetValues?, _ row: Int) -> String {
    guard let values, values.isThere(row) else { return "" }
    if !values.texts.isEmpty { return text(values, row) }
    return SettlementDate(dayNumber: Int(values.integers[row])).map { "\($0)" } ?? "?"
  }

  /// - Returns: `nil` where there is no reading.
  private func kwh(_ values: ParquetValues?, _ name: String, _ row: Int) -> String? {
    guard let values, values.isThere(row) else { return nil }
    if !values.texts.isEmpty { return text(values, row) }
    if case .decimal(_, let scale)? = byName[name]?.kind {
      return name == "kwh"
        ? ConvertedFile.text(values.integers[row], scale: scale)
        : ConvertedFile.text(values.integers[row], scale: scale + 3)
    }
    return ConvertedFile.text(values.integers[row], scale: name == "kwh" ? 0 : 3)
  }

  private func bits(_ values: ParquetValues?, _ row: Int) -> UInt64 {
    guard let values, values.texts.isEmpty, values.isThere(row) else { return 0 }
    return UInt64(bitPattern: values.integers[row])
  }
}

/// Any error, so that it can pass where errors are named.
private struct AnyError: Error { let error: any Error }
