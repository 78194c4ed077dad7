import Accounting
import Foundation
import Operations
import OperationsDatabase
import Readings
import ReadingsStore
import SettlementCalendar
import Testing

/// What a killed process, a full disk or a copy in mid-flight leaves behind: everything that was acknowledged, nothing
/// in part.
@Suite("Store on disk: interruptions")
struct InterruptionTests {
  static let date = SettlementDate("2009-03-29") ?? .earliest

  /// How many batches a store holds. Each must be whole: `facts` of it, or none.
  func wholeBatches(_ store: DiskStore) throws -> Int {
    let numbers = try store.sources().map(\.byteCount).map { $0 - 1_000 }
    // Batches are committed in order, so what is there is a beginning of 1, 2, 3, ...
    #expect(numbers == Array(1..<numbers.count + 1))
    #expect(try store.registrations().count == 5 * numbers.count)
    #expect(try store.systemPrices(Self.date...Self.date).count == 46 * numbers.count)
    let layers = try store.layers(on: Self.date)
    #expect(Set(layers) == Set(numbers.map { Sample.layer(Self.date, source: $0, seed: UInt64($0)) }))
    let runs = try store.runs(rulebook: "may-2026", withResults: true).count
    #expect(try store.journal().count == 2 * runs)
    #expect(runs == numbers.count || runs == numbers.count - 1)
    return numbers.count
  }

  func commit(_ number: Int, _ store: DiskStore, pause: () throws -> Void = {}) throws {
    let staged = try store.stage(Sample.layer(Self.date, source: number, seed: UInt64(number)))
    try pause()
    try store.append(
      FactBatch(
        source: Sample.source(number), layers: [staged],
        registrations: try (0..<5).map { try Sample.registration($0, recorded: number) },
        systemPrices: (1...46).map { Sample.price(Self.date, $0, source: number) }))
    try pause()
    let date = try #require(Self.date.advanced(by: number))
    try store.save(
      Sample.run(date, .sf), entries: [try Sample.entry("a\(number)"), try Sample.entry("b\(number)")])
    try pause()
  }

  @Test func aStoreCopiedAtAnyStepHoldsAllThatWasAcknowledged() throws {
    let place = DiskStoreTests.Place()
    let store = try DiskStore.open(path: place.path, mode: .create)
    var steps = 0
    for number in 1...8 {
      var acknowledged = number - 1
      var stepOfBatch = 0
      try commit(number, store) {
        stepOfBatch += 1
        steps += 1
        if stepOfBatch == 2 { acknowledged = number }
        let copy = DiskStoreTests.Place()
        // The log first, then what it refers to: as a process that is killed leaves them.
        try FileManager.default.copyItem(atPath: place.path, toPath: copy.path)
        let opened = try DiskStore.open(path: copy.path, mode: .readWrite)
        #expect(try wholeBatches(opened) == acknowledged)
        #expect(try opened.verifyFiles().isEmpty)
        // What was staged and never named is gone.
        let files = try FileManager.default.subpathsOfDirectory(atPath: copy.path + "/readings")
        #expect(files.count { $0.hasSuffix(".layer") } == acknowledged)
        // And the work goes on where it stopped.
        if acknowledged < number {
          try commit(number, opened)
          #expect(try wholeBatches(opened) == number)
        }
        try opened.close()
      }
    }
    #expect(steps == 24)
  }

  /// Power fails while SQLite writes its log: the log is cut at any byte, and the batches before the cut are whole.
  @Test func aLogCutAtAnyByteLeavesWholeBatches() throws {
    let place = DiskStoreTests.Place()
    let store = try DiskStore.open(path: place.path, mode: .create)
    for number in 1...4 { try commit(number, store) }
    let log = try Data(contentsOf: URL(fileURLWithPath: place.path + "/halfhour.sqlite-wal"))
    #expect(log.count > 50_000)
    var chance = Chance(seed: 11)
    var seen: Set<Int> = []
    var cuts = (0..<60).map { _ in Int.random(in: 0...log.count, using: &chance) }
    cuts += [0, 31, 32, log.count - 1, log.count]
    for cut in cuts.sorted() {
      let copy = DiskStoreTests.Place()
      try FileManager.default.copyItem(atPath: place.path, toPath: copy.path)
      try? FileManager.default.removeItem(atPath: copy.path + "/halfhour.sqlite-shm")
      try log.prefix(cut).write(to: URL(fileURLWithPath: copy.path + "/halfhour.sqlite-wal"))
      let opened = try DiskStore.open(path: copy.path, mode: .readOnly)
      seen.insert(try wholeBatches(opened))
      #expect(try opened.verifyFiles().isEmpty)
      try opened.close()
    }
    #expect(seen == [0, 1, 2, 3, 4])
  }

  @Test func strayAndUnfinishedFilesAreSweptByTheNextWriterOnly() throws {
    let place = DiskStoreTests.Place()
    let store = try DiskStore.open(path: place.path, mode: .create)
    try commit(1, store)
    let stray = try store.stage(Sample.layer(Self.date, source: 9, seed: 9))
    let folder = "\(place.path)/readings/\(Self.date)"
    try Data([1, 2, 3]).write(to: URL(fileURLWithPath: "\(folder)/5-x-0-00000000.77.layer.tmp"))
    try store.close()
    try DiskStore.open(path: place.path, mode: .readOnly).close()
    #expect(try FileManager.default.contentsOfDirectory(atPath: folder).count == 3)
    let next = try DiskStore.open(path: place.path, mode: .readWrite)
    #expect(try FileManager.default.contentsOfDirectory(atPath: folder).count == 1)
    #expect(throws: UnknownStagedLayer(token: stray.token)) {
      try next.append(FactBatch(source: Sample.source(9), layers: [stray]))
    }
    #expect(try wholeBatches(next) == 1)
  }

  /// A run whose last entry is refused leaves neither the run nor its first entries.
  @Test func aRefusedRunLeavesNothing() throws {
    let place = DiskStoreTests.Place()
    let store = try DiskStore.open(path: place.path, mode: .create)
    try commit(1, store)
    let entries = try (0..<40).map { try Sample.entry("c\($0)") } + [try Sample.entry("a1", 3)]
    #expect(throws: JournalConflict(id: "a1")) { try store.save(Sample.run(Self.date, .rf), entries: entries) }
    try store.close()
    #expect(try wholeBatches(try DiskStore.open(path: place.path, mode: .readOnly)) == 1)
  }
}
