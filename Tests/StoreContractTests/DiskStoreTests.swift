import Accounting
import Foundation
import GRDB
import Operations
import OperationsDatabase
import Quantities
import Readings
import ReadingsStore
import SettlementCalendar
import Testing

@Suite("Store on disk: opening, locking, verifying")
struct DiskStoreTests {
  /// A place for one store.
  final class Place {
    let path = temporaryPath()
    func make() throws { try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true) }
    func put(_ text: String, _ name: String) throws {
      try Data(text.utf8).write(to: URL(fileURLWithPath: "\(path)/\(name)"))
    }
  }

  func kindOfError(_ body: () throws -> some Any) -> StoreError.Kind? {
    do { _ = try body() } catch let error as StoreError {
      #expect(error.message.hasSuffix(".") && error.remedy.hasSuffix("."))
      return error.kind
    } catch {
      Issue.record(error)
    }
    return nil
  }

  @Test func onlyAStoreOrAnEmptyPlaceIsOpened() throws {
    let place = Place()
    for mode in [DiskStore.Mode.readOnly, .readWrite] {
      #expect(kindOfError { try DiskStore.open(path: place.path, mode: mode) } == .missing)
    }
    #expect(!FileManager.default.fileExists(atPath: place.path))
    try place.make()
    #expect(kindOfError { try DiskStore.open(path: place.path, mode: .readWrite) } == .missing)
    try place.put("something", "letter.txt")
    for mode in DiskStore.Mode.allCases {
      #expect(kindOfError { try DiskStore.open(path: place.path, mode: mode) } == .notAStore)
    }
    // Nothing was left beside the letter.
    #expect(try FileManager.default.contentsOfDirectory(atPath: place.path) == ["letter.txt"])
    for mode in DiskStore.Mode.allCases {
      #expect(kindOfError { try DiskStore.open(path: place.path + "/letter.txt", mode: mode) } == .notAStore)
    }
    #expect(kindOfError { try DiskStore.open(path: "", mode: .create) } == .refused)
  }

  @Test func foldersOnTheWayAreMadeAndAStoreIsMadeOnce() throws {
    let place = Place()
    let path = place.path + "/deep/er/"
    let first = try DiskStore.open(path: path, mode: .create)
    _ = try first.indices(of: [try #require(SeriesKey(name: "X1"))])
    try first.close()
    let second = try DiskStore.open(path: path, mode: .create)
    #expect(try second.allSeries().count == 1)
    #expect(second.path == place.path + "/deep/er")
    let hash = Sample.hash(255)
    #expect(try second.sourceFilePath(hash: hash) == "\(second.path)/sources/00/\(hash)")
    #expect(kindOfError { try second.sourceFilePath(hash: "../../x") } == .refused)
  }

  @Test func aForeignDatabaseAndAnEmptyOneAreRefusedUntouched() throws {
    let place = Place()
    let store = try DiskStore.open(path: place.path, mode: .create)
    try store.close()
    let file = URL(fileURLWithPath: place.path + "/halfhour.sqlite")
    let good = try Data(contentsOf: file)
    var foreign = good
    foreign[68] = 0
    try foreign.write(to: file)
    for mode in DiskStore.Mode.allCases {
      #expect(kindOfError { try DiskStore.open(path: place.path, mode: mode) } == .notAStore)
    }
    #expect(try Data(contentsOf: file) == foreign)
    for bytes in [Data(), good.prefix(99), Data(repeating: 0x41, count: 5_000)] {
      try bytes.write(to: file)
      for mode in DiskStore.Mode.allCases {
        #expect(kindOfError { try DiskStore.open(path: place.path, mode: mode) } == .damaged)
      }
    }
    try good.write(to: file)
    try DiskStore.open(path: place.path, mode: .readWrite).close()
  }

  /// The sweep must never take readings for strays because their database is gone.
  @Test func readingsWithoutTheirDatabaseAreNotTakenForANewStore() throws {
    let place = Place()
    let store = try DiskStore.open(path: place.path, mode: .create)
    let date = try Sample.date("2009-03-29")
    try store.append(FactBatch(source: Sample.source(1), layers: [try store.stage(Sample.layer(date, source: 1))]))
    try store.close()
    let readings = try FileManager.default.subpathsOfDirectory(atPath: place.path + "/readings")
    try FileManager.default.removeItem(atPath: place.path + "/halfhour.sqlite")
    #expect(kindOfError { try DiskStore.open(path: place.path, mode: .create) } == .damaged)
    #expect(try FileManager.default.subpathsOfDirectory(atPath: place.path + "/readings") == readings)
  }

  @Test func aStoreWhoseMakingWasCutShortIsMadeAnew() throws {
    let place = Place()
    try place.make()
    try FileManager.default.createDirectory(atPath: place.path + "/readings", withIntermediateDirectories: true)
    try place.put("", "lock")
    try place.put("half", "halfhour.sqlite.new")
    try place.put("half", "halfhour.sqlite.new-journal")
    #expect(kindOfError { try DiskStore.open(path: place.path, mode: .readWrite) } == .missing)
    let store = try DiskStore.open(path: place.path, mode: .create)
    #expect(try store.verifyFiles().isEmpty)
    try store.close()
    #expect(!FileManager.default.fileExists(atPath: place.path + "/halfhour.sqlite.new"))
  }

  @Test func oneWriterAtATimeAndReadersBeside() throws {
    let place = Place()
    let writer = try DiskStore.open(path: place.path, mode: .create)
    let key = try #require(SeriesKey(name: "X1"))
    _ = try writer.indices(of: [key])
    #expect(kindOfError { try DiskStore.open(path: place.path, mode: .readWrite, patience: 60) } == .inUse)
    let reader = try DiskStore.open(path: place.path, mode: .readOnly)
    #expect(try reader.allSeries().map(\.key) == [key])
    let other = try #require(SeriesKey(name: "X2"))
    _ = try writer.indices(of: [other])
    #expect(try reader.allSeries().map(\.key) == [key, other])
    try writer.close()
    #expect(try reader.allSeries().count == 2)
    let next = try DiskStore.open(path: place.path, mode: .readWrite, patience: 60)
    #expect(try next.indices(of: [other]).map(\.value) == [1])
  }

  @Test func aReaderWritesNothing() throws {
    let place = Place()
    let writer = try DiskStore.open(path: place.path, mode: .create)
    let date = try Sample.date("2009-03-29")
    let staged = try writer.stage(Sample.layer(date, source: 1))
    try writer.append(FactBatch(source: Sample.source(1), layers: [staged]))
    let stray = try writer.stage(Sample.layer(date, source: 2))
    try writer.close()
    let reader = try DiskStore.open(path: place.path, mode: .readOnly)
    #expect(try reader.layers(on: date) == [Sample.layer(date, source: 1)])
    #expect(kindOfError { try reader.stage(Sample.layer(date, source: 3)) } == .readOnly)
    #expect(kindOfError { try reader.append(FactBatch(source: Sample.source(2))) } == .readOnly)
    #expect(kindOfError { try reader.indices(of: [try #require(SeriesKey(name: "new"))]) } == .readOnly)
    #expect(kindOfError { try reader.save(Sample.run(date, .sf), entries: []) } == .readOnly)
    // It removes no strays either: a writer may be about to name them.
    #expect(try reader.staged(stray) == Sample.layer(date, source: 2))
    #expect(try reader.verifyFiles().isEmpty)
  }

  @Test func aClosedStoreSaysSo() throws {
    let place = Place()
    let store = try DiskStore.open(path: place.path, mode: .create)
    try store.close()
    try store.close()
    let date = try Sample.date("2009-03-29")
    #expect(kindOfError { try store.sources() } == .refused)
    #expect(kindOfError { try store.layers(on: date) } == .refused)
    #expect(kindOfError { try store.stage(Sample.layer(date, source: 1)) } == .refused)
    #expect(kindOfError { try store.append(FactBatch(source: Sample.source(2))) } == .refused)
    #expect(kindOfError { try store.verifyFiles() } == .refused)
  }

  @Test func aStoreOfANewerVersionIsRefused() throws {
    let place = Place()
    try DiskStore.open(path: place.path, mode: .create).close()
    try runSQL(place.path + "/halfhour.sqlite", "INSERT INTO grdb_migrations (identifier) VALUES ('9999 of later')")
    for mode in DiskStore.Mode.allCases {
      #expect(kindOfError { try DiskStore.open(path: place.path, mode: mode) } == .newerVersion)
    }
  }

  @Test func aStoreOfTheFirstVersionIsBroughtUpByTheFirstWriter() throws {
    let place = Place()
    let store = try DiskStore.open(path: place.path, mode: .create)
    let date = try Sample.date("2009-03-29")
    let price = Sample.price(date, 1, source: 1)
    try store.append(FactBatch(source: Sample.source(1), systemPrices: [price]))
    try store.close()
    let database = place.path + "/halfhour.sqlite"
    try runSQL(database, "DROP TABLE group_take")
    try runSQL(database, "ALTER TABLE run DROP COLUMN payment_date")
    try runSQL(database, "DELETE FROM grdb_migrations WHERE identifier >= '0002'")
    #expect(kindOfError { try DiskStore.open(path: place.path, mode: .readOnly) } == .refused)
    let later = try DiskStore.open(path: place.path, mode: .readWrite)
    let take = Sample.take(date, 1, source: 2)
    try later.append(FactBatch(source: Sample.source(2), groupTakes: [take]))
    #expect(try later.groupTakes(date...date) == [take] && later.systemPrices(date...date) == [price])
    let run = Sample.run(date, .sf)
    try later.save(run, entries: [])
    #expect(run.paymentDate != nil)
    #expect(try later.run(date, .sf, rulebook: run.rulebook) == run)
  }

  @Test func rowsThatNoWriterWroteAreNamedAndDoNotCrash() throws {
    let place = Place()
    let store = try DiskStore.open(path: place.path, mode: .create)
    let date = try Sample.date("2009-03-29")
    var batch = try FactsContractTests.batch(1, store)
    batch.layers = []
    try store.append(batch)
    try store.save(Sample.run(date, .sf), entries: [try Sample.entry("a")])
    try store.close()
    let changes = [
      "UPDATE registration SET mpan = mpan + 1", "UPDATE registration SET gsp_group = '_I'",
      "UPDATE group_take SET gsp_group = '_I'",
      "UPDATE registration SET effective_from = 9223372036854775807", "UPDATE registration SET supplier = ''",
      "UPDATE register_read SET mpan = -1", "UPDATE system_price SET imbalance_volume = '1e99'",
      "UPDATE loss_factor SET schedule = x'0102'", "UPDATE loss_factor SET schedule = zeroblob(4000)",
      "UPDATE contract_volume SET party = '?'", "UPDATE posting SET amount = 9223372036854775807",
      "UPDATE run SET run = 'XX'", "UPDATE finding SET severity = 'loud'",
      "INSERT INTO series VALUES (-5, 'x', 'AI')", "INSERT INTO series VALUES (6, 'x', '??')",
    ]
    let good = try Data(contentsOf: URL(fileURLWithPath: place.path + "/halfhour.sqlite"))
    for change in changes {
      try good.write(to: URL(fileURLWithPath: place.path + "/halfhour.sqlite"))
      try runSQL(place.path + "/halfhour.sqlite", change)
      let broken = try DiskStore.open(path: place.path, mode: .readOnly)
      let kind = kindOfError {
        _ = try (broken.registrations(), broken.registerReads(), broken.systemPrices(date...date))
        _ = try (broken.contractVolumes(date...date), broken.groupTakes(date...date), broken.journal())
        _ = try (broken.sources(), broken.allSeries())
        _ = try broken.runs(rulebook: "may-2026", withResults: true)
        for schedule in batch.lossFactors { _ = try broken.lossFactors(distributor: 12, lossClass: schedule.lossClass) }
        return 0
      }
      #expect(kind == .damaged, "\(change)")
      try broken.close()
    }
  }

  @Test func verifyNamesEveryDamagedFile() throws {
    let place = Place()
    let store = try DiskStore.open(path: place.path, mode: .create)
    let dates = settlementDates(try Sample.date("2009-03-20"), through: try Sample.date("2009-03-31"))
    let staged = try dates.map { try store.stage(Sample.layer($0, source: 1, seed: UInt64($0.dayNumber))) }
    try store.append(FactBatch(source: Sample.source(1), layers: staged))
    var calls: [Int] = []
    #expect(try store.verifyFiles { done, total in calls.append(done * 100 + total) }.isEmpty)
    #expect(calls == (1...12).map { $0 * 100 + 12 })
    let files = staged.map { "\(place.path)/readings/\($0.token)" }
    // One bit, one cut, one gone, two swapped (each whole in itself).
    var bytes = try Data(contentsOf: URL(fileURLWithPath: files[2]))
    bytes[300] ^= 1
    try bytes.write(to: URL(fileURLWithPath: files[2]))
    try Data(try Data(contentsOf: URL(fileURLWithPath: files[4])).dropLast(1)).write(to: URL(fileURLWithPath: files[4]))
    try FileManager.default.removeItem(atPath: files[6])
    try Data(try Data(contentsOf: URL(fileURLWithPath: files[9]))).write(to: URL(fileURLWithPath: files[8]))
    let problems = try store.verifyFiles()
    #expect(problems.map(\.file) == [files[2], files[4], files[6], files[8]])
    for index in [2, 4, 8] { #expect(throws: LayerDamage.self) { try store.layers(on: dates[index]) } }
    #expect(kindOfError { try store.layers(on: dates[6]) } == .missing)
    #expect(try store.layers(on: dates[0]).count == 1)
  }
}

/// Changes a database behind the store's back: the store's own interface offers no way to break it.
func runSQL(_ file: String, _ statement: String) throws {
  let queue = try DatabaseQueue(path: file)
  try queue.writeWithoutTransaction { db in try db.execute(sql: statement) }
  try queue.close()
}
