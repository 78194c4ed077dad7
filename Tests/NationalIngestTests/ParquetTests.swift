import Foundation
import NationalIngest
import ParquetFiles
import ReadingArrivals
import SettlementCalendar
import Testing

/// A Python that has what the tests of Parquet are held to.
enum Oracle {
  static let python: String? = {
    var root = URL(fileURLWithPath: #filePath)
    while root.path != "/", !FileManager.default.fileExists(atPath: root.appendingPathComponent("Package.swift").path) {
      root.deleteLastPathComponent()
    }
    let venv = root.appendingPathComponent(".build/benchmarks/venv/bin/python").path
    return [ProcessInfo.processInfo.environment["HALFHOUR_PYTHON"], venv, "/usr/bin/python3"].compactMap(\.self)
      .first { run($0, "import pyarrow.parquet, duckdb") != nil }
  }()

  static func run(_ python: String, _ program: String) -> String? {
    guard FileManager.default.isExecutableFile(atPath: python) else { return nil }
    let process = Process()
    process.executableURL = URL(fileURLWithPath: python)
    process.arguments = ["-c", program]
    let pipe = Pipe()
    process.standardOutput = pipe
    process.standardError = FileHandle.nullDevice
    guard (try? process.run()) != nil else { return nil }
    let out = pipe.fileHandleForReading.readDataToEndOfFile()
    process.waitUntilExit()
    return process.terminationStatus == 0 ? String(decoding: out, as: UTF8.self) : nil
  }
}

@Suite struct ParquetTests {
  private func export(_ sample: Sample, wide: Bool) throws -> (path: String, outcome: ArrivalsExport.Outcome) {
    let path = sample.path("\(UUID().uuidString).parquet")
    var bytes = Data()
    let outcome = try ParquetExport(store: sample.path("made"), date: sample.date, run: .ii, wide: wide)
      .write { bytes += Data($0) }
    try bytes.write(to: URL(fileURLWithPath: path))
    return (path, outcome)
  }

  @Test(arguments: [true, false]) func whatIsExportedLoadsToTheSameBlock(_ wide: Bool) throws {
    let sample = try Sample()
    defer { sample.remove() }
    let (path, outcome) = try export(sample, wide: wide)
    let store = try sample.store("parquet")
    let report = try #require(try sample.load([path], into: store).first)
    #expect(report.reckoning.accepted == outcome.readings && report.reckoning.quarantined == 0)
    _ = try DateClosing(ArrivalsFolder(store: store), date: sample.date, run: .ii).close()
    #expect(try sample.block(store, .ii) == sample.block(sample.path("made"), .ii))
    let again = try #require(try sample.load([path], into: store).first)
    #expect(again.reckoning.duplicate == outcome.readings && again.reckoning.accepted == 0)
  }

  @Test(
    .enabled(
      if: Oracle.python != nil, "needs a Python with pyarrow and duckdb: HALFHOUR_PYTHON, or run Benchmarks/run once"),
    arguments: [true, false])
  func pyarrowAndDuckDBReadTheSame(_ wide: Bool) throws {
    let sample = try Sample()
    defer { sample.remove() }
    let (path, outcome) = try export(sample, wide: wide)
    let python = try #require(Oracle.python)
    let columns = wide ? (1...48).map { "p\($0)" } : ["wh"]
    let names = columns.map { "'\($0)'" }.joined(separator: ",")
    let answer = Oracle.run(
      python,
      """
      import duckdb, pyarrow.parquet, pyarrow.compute as c
      names = [\(names)]
      t = pyarrow.parquet.read_table('\(path)')
      assert str(t.schema.field('settlement_date').type) == 'date32[day]'
      a = (sum(t[n].length() - t[n].null_count for n in names), sum(c.sum(t[n]).as_py() or 0 for n in names))
      q = ' + '.join(f'count({n})' for n in names), ' + '.join(f'coalesce(sum({n}), 0)' for n in names)
      b = duckdb.sql(f"select {q[0]}, {q[1]} from '\(path)' where settlement_date = date '2026-01-14'").fetchall()[0]
      assert tuple(map(int, b)) == a, (a, b)
      print(a[0], a[1])
      """)
    #expect(answer == "\(outcome.readings) \(outcome.wattHours)\n")
  }

  /// Tables as other tools write them: packings, page versions, encodings, types, missing values.
  @Test(
    .enabled(
      if: Oracle.python != nil, "needs a Python with pyarrow and duckdb: HALFHOUR_PYTHON, or run Benchmarks/run once"),
    arguments: [
      "pq.write_table(t, path, compression='snappy')", "pq.write_table(t, path, compression='gzip')",
      "pq.write_table(t, path, compression='none', use_dictionary=False, data_page_size=2000)",
      "pq.write_table(t, path, compression='zstd', data_page_version='2.0', row_group_size=1000)",
      "pq.write_table(t, path, compression='snappy', use_dictionary=False, column_encoding={'mpan': 'DELTA_BINARY_PACKED', 'settlement_period': 'DELTA_BINARY_PACKED'})",
      "duckdb.sql(\"copy t to '\" + path + \"' (format parquet, compression zstd)\")",
      "duckdb.sql(\"copy (select settlement_date::varchar as settlement_date, mpan::varchar as mpan, settlement_period, kwh, quality from t) to '\" + path + \"' (format parquet, parquet_version v2)\")",
    ])
  func tablesOfOtherToolsAreRead(_ writing: String) throws {
    let sample = try Sample()
    defer { sample.remove() }
    let python = try #require(Oracle.python)
    let (source, _) = try export(sample, wide: false)
    let path = sample.path("theirs.parquet")
    let made = Oracle.run(
      python,
      """
      import duckdb, pyarrow, pyarrow.parquet as pq
      path = '\(path)'
      t = pq.read_table('\(source)')
      t = duckdb.sql("select settlement_date, mpan, settlement_period::tinyint as settlement_period, (wh / 1000)::decimal(12, 3) as kwh, case when wh % 7 = 0 then null else quality end as quality from t where mpan % 5 = 0").arrow()
      t = t.read_all() if hasattr(t, 'read_all') else t
      t = t.set_column(4, 'quality', t['quality'].fill_null('C'))
      kwh = t['kwh'].to_pylist()
      kwh = [None if n % 11 == 0 else v for n, v in enumerate(kwh)]
      t = t.set_column(3, 'kwh', pyarrow.array(kwh, pyarrow.decimal128(12, 3)))
      \(writing)
      there = [v for v in kwh if v is not None]
      print(len(there), int(sum(there) * 1000))
      """)
    let figures = try #require(made).split(whereSeparator: \.isWhitespace).compactMap { Int($0) }
    let store = try sample.store("theirs")
    let report = try #require(try sample.load([path], into: store).first)
    #expect(report.reckoning.accepted == figures.first && report.reckoning.quarantined == 0)
    _ = try DateClosing(ArrivalsFolder(store: store), date: sample.date, run: .ii).close()
    let out = try ArrivalsExport(store: store, date: sample.date, run: .ii, layout: .longTable(hasQuality: true))
      .write { _ in }
    #expect(out.readings == figures.first && Int(out.wattHours) == figures.last)
  }
}
