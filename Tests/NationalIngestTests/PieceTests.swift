import Crypto
import Foundation
import NationalIngest
import ReadingArrivals
import ReadingBlockStore
import ReadingBlocks
import SettlementCalendar
import Testing

/// By which a piece that comes again is known.
@Suite struct PieceTests {
  static func arrivals(_ store: String, _ number: Int) -> String {
    ArrivalsFolder(store: store).path + String(format: "/%08d.arrivals", number)
  }

  @Test func eachStoreHasAKeyOfItsOwnAndKeepsIt() throws {
    let sample = try Sample()
    defer { sample.remove() }
    let file = try sample.export(.messages)
    let other = try sample.export(.longTable(hasQuality: true))
    var found: [(key: [UInt8]?, names: Set<[UInt8]>)] = []
    for name in ["one", "two"] {
      let store = try sample.store(name)
      _ = try sample.load([file], into: store)
      _ = try sample.load([other], into: store)
      let contents = try [1, 2].map { try content(Self.arrivals(store, $0)) }
      #expect(contents[0].key?.count == 16 && contents[0].key == contents[1].key)
      found.append((contents[0].key, contents[0].names.union(contents[1].names)))
    }
    #expect(found[0].key != found[1].key)
    #expect(found[0].names.count == found[1].names.count && found[0].names.isDisjoint(with: found[1].names))
  }

  /// A key's first file decides: a file with another does not belong to the store.
  @Test func aFileOfAnotherStoreIsNamed() throws {
    let sample = try Sample()
    defer { sample.remove() }
    let stores = try ["one", "two"].map { name in
      let store = try sample.store(name)
      _ = try sample.load([sample.export(.messages)], into: store)
      _ = try sample.load([sample.export(.longTable(hasQuality: true))], into: store)
      return store
    }
    let path = Self.arrivals(stores[0], 2)
    try FileManager.default.removeItem(atPath: path)
    try FileManager.default.copyItem(atPath: Self.arrivals(stores[1], 2), toPath: path)
    let differences = try NationalVerification(store: stores[0]).run().differences
    #expect(differences.count == 1 && differences.allSatisfy { $0.contains(path) && $0.contains("key") })
    #expect(throws: (any Error).self) {
      try NationalLoader(store: stores[0], dates: sample.dates, threads: 1)
    }
  }

  /// Files as they were written before there was a key stay readable; their pieces, known by SHA-256, come again as duplicates.
  @Test func filesOfVersionOneAreReadAndWrittenBeside() throws {
    let sample = try Sample()
    defer { sample.remove() }
    let store = try sample.store("old")
    let file = try sample.export(.messages)
    let first = try #require(try sample.load([file], into: store).first)
    let path = Self.arrivals(store, 1)
    let old = Self.versionOne([UInt8](try Data(contentsOf: URL(fileURLWithPath: path))))
    try Data(old).write(to: URL(fileURLWithPath: path))
    #expect(try content(path).key == nil)

    let again = try #require(try sample.load([file], into: store).first)
    #expect(again.knownPieces == 0 && again.reckoning.duplicate == first.reckoning.accepted)
    let third = try #require(try sample.load([file], into: store).first)
    #expect(third.knownPieces == third.pieces)
    #expect(try NationalVerification(store: store).run().differences.isEmpty)
    _ = try DateClosing(ArrivalsFolder(store: store), date: sample.date, run: .ii).close()
    let new = try sample.store("new")
    _ = try sample.load([file], into: new)
    _ = try DateClosing(ArrivalsFolder(store: new), date: sample.date, run: .ii).close()
    #expect(try sample.block(store, .ii) == sample.block(new, .ii))
  }

  /// A remedy that works: once the register has the point, the same file brings its readings, and the rest is duplicate.
  @Test func whatWasRefusedIsTakenWhenTheRegisterHasGrown() throws {
    let sample = try Sample()
    defer { sample.remove() }
    let file = try sample.export(.messages)
    let store = sample.path("grown")
    let folder = ArrivalsFolder(store: store)
    try folder.writeRegister(SimulatedMeters.register(Sample.mpans - 100))
    let first = try #require(try sample.load([file], into: store).first)
    #expect(first.reckoning.quarantined > 0 && first.findings.counts["LOAD-03"] ?? 0 > 0)
    try FileManager.default.removeItem(atPath: folder.register)
    try folder.writeRegister(SimulatedMeters.register(Sample.mpans))
    let second = try #require(try sample.load([file], into: store).first)
    #expect(second.reckoning.accepted == first.reckoning.quarantined && second.reckoning.quarantined == 0)
    #expect(second.reckoning.duplicate == first.reckoning.accepted)
    let third = try #require(try sample.load([file], into: store).first)
    #expect(third.knownPieces == third.pieces)
  }

  /// A file that comes again does not take back what was corrected since, and brings no signature a second time.
  @Test func aFileThatComesAgainTakesNothingBack() throws {
    let sample = try Sample()
    defer { sample.remove() }
    let store = sample.path("corrected")
    let folder = ArrivalsFolder(store: store)
    try folder.writeRegister(SimulatedMeters.register(Sample.mpans - 100))
    func file(_ name: String, _ lines: [String]) throws -> String {
      try (["mpan,settlement_date,settlement_period,kwh,quality"] + lines).joined(separator: "\n")
        .write(toFile: sample.path(name), atomically: true, encoding: .utf8)
      return sample.path(name)
    }
    let (known, later) = (SimulatedMeters.mpan(7), SimulatedMeters.mpan(Sample.mpans - 1))
    let first = try file(
      "a.csv", ["\(known),2026-01-14,1,0.100,A", "\(known),2026-01-14,2,0.3,E", "\(later),2026-01-14,1,0.5,A"])
    let second = try file("b.csv", ["\(known),2026-01-14,1,0.200,C"])
    _ = try sample.load([first], into: store)
    _ = try sample.load([second], into: store)
    try FileManager.default.removeItem(atPath: folder.register)
    try folder.writeRegister(SimulatedMeters.register(Sample.mpans))
    let again = try #require(try sample.load([first], into: store).first)
    #expect(again.reckoning.accepted == 1 && again.reckoning.duplicate == 2 && again.reckoning.conflicting == 0)
    let journal = try ArrivalsJournal(folder, mpans: Sample.mpans)
    let state = try #require(try journal.state(of: 7, sample.date))
    #expect(state.cells[0] == 200 && state.corrected == 1 && state.cells[1] == 300)
    #expect(try journal.state(of: UInt32(Sample.mpans - 1), sample.date)?.cells[0] == 500)
  }

  @Test func aFileWithRefusalsIsWrittenOnce() throws {
    let sample = try Sample()
    defer { sample.remove() }
    let key = P256.Signing.PrivateKey()
    let keys = try SenderKeys("SUP1,\(LoadTests.hex(key.publicKey.rawRepresentation))")
    let store = try sample.store("again")
    let file = try sample.export(.signedMessages, signing: key)
    let text = try String(contentsOfFile: file, encoding: .utf8)
    try (text + "nonsense\n").write(toFile: file, atomically: true, encoding: .utf8)
    for _ in 0..<3 { _ = try sample.load([file], into: store, keys: keys) }
    let journal = try ArrivalsJournal(ArrivalsFolder(store: store), mpans: Sample.mpans)
    #expect(journal.fileCount == 1)
    #expect(journal.signatureCount == text.split(separator: "\n").count)
  }

  /// A nation's arrivals are more files than a process may have open.
  @Test func aStoreKeepsNoFileOfArrivalsOpen() throws {
    let sample = try Sample()
    defer { sample.remove() }
    let store = try sample.store("open")
    _ = try sample.load([sample.export(.messages)], into: store)
    _ = try sample.load([sample.export(.longTable(hasQuality: true))], into: store)
    let journal = try ArrivalsJournal(ArrivalsFolder(store: store), mpans: Sample.mpans)
    let open = try FileManager.default.contentsOfDirectory(atPath: "/proc/self/fd").compactMap {
      try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/fd/" + $0)
    }
    #expect(
      journal.fileCount == 2 && !open.isEmpty && !open.contains { $0.hasPrefix(store) && $0.hasSuffix(".arrivals") })
  }

  /// More files than are open at once; one that is no ordinary file stops all before anything is begun.
  @Test func manyFilesAreTakenInTurn() throws {
    let sample = try Sample()
    defer { sample.remove() }
    let store = try sample.store("many")
    let files = try (0..<150).map { row in
      let path = sample.path("part\(row).csv")
      try "mpan,settlement_date,settlement_period,kwh\n\(SimulatedMeters.mpan(row)),2026-01-14,1,0.5\n"
        .write(toFile: path, atomically: true, encoding: .utf8)
      return path
    }
    #expect { try sample.load(files + [sample.folder.path], into: store) } throws: { "\($0)".contains("ordinary file") }
    #expect(try ArrivalsJournal(ArrivalsFolder(store: store), mpans: Sample.mpans).fileCount == 0)
    let reports = try sample.load(files, into: store)
    #expect(reports.map(\.path) == files && reports.allSatisfy { $0.reckoning.accepted == 1 })
  }

  private func content(_ path: String) throws -> (key: [UInt8]?, names: Set<[UInt8]>) {
    let file = try MappedFile(path)
    let content = try ArrivalsFile(file.bytes)
    return (content.pieceKey, Set(content.pieces.map(\.name)))
  }

  /// A file of one block in the form of version 1: no key in the directory, names of 32 bytes.
  private static func versionOne(_ bytes: [UInt8]) -> [UInt8] {
    func number(_ at: Int) -> Int { (0..<4).reduce(0) { $0 | Int(bytes[at + $1]) << (8 * $1) } }
    let directory = number(32)
    var out = Array(bytes[..<(directory + 16)]) + Array(bytes[(directory + 32)...])
    func put(_ value: UInt64, _ count: Int, _ at: Int) {
      for place in 0..<count { out[at + place] = UInt8(truncatingIfNeeded: value >> UInt64(8 * place)) }
    }
    func checksum(_ range: Range<Int>) -> UInt64 { out[range].withUnsafeBytes { UInt64(blockChecksum($0)) } }
    put(1, 2, 8)
    put(UInt64(out.count), 8, 24)
    for piece in 0..<number(48) {
      for place in 16..<32 { out[directory + 16 + 144 * piece + place] = UInt8(place) }
    }
    put(checksum(directory..<out.count), 4, 56)
    put(checksum(0..<60), 4, 60)
    return out
  }
}
