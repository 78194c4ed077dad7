import Crypto
import EstateSimulator
import Foundation
import NationalIngest
import ReadingArrivals
import ReadingBlockStore
import ReadingBlocks
import SettlementCalendar
import Testing

/// A simulated country of 3,000 metering points with a register, in a folder of its own.
struct Sample {
  let folder: URL
  let date = SettlementDate("2026-01-14")!
  let dates = ArrivalDates(SettlementDate("2026-01-01")!, through: SettlementDate("2026-01-31")!)!
  static let mpans = 3_000

  init() throws {
    folder = FileManager.default.temporaryDirectory.appendingPathComponent("halfhour-load-\(UUID().uuidString)")
    let estate = try #require(NationalEstate(seed: 3, mpans: Self.mpans))
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    _ = try NationalSimulation(estate, folder: NationalFolder(store: path("made")), threads: 2).write(date)
    try ArrivalsFolder(store: path("made")).writeRegister(SimulatedMeters.register(Self.mpans))
  }

  func path(_ name: String) -> String { folder.appendingPathComponent(name).path }

  /// A store with the register and the standing data, and no readings.
  func store(_ name: String) throws -> String {
    let store = ArrivalsFolder(store: path(name))
    try store.writeRegister(SimulatedMeters.register(Self.mpans))
    try store.national.make(date)
    try FileManager.default.copyItem(
      atPath: NationalFolder(store: path("made")).standing(date), toPath: store.national.standing(date))
    return path(name)
  }

  /// What the made store knows at a run, as a file.
  func export(_ layout: ArrivalLayout, _ run: RunType = .ii, signing: P256.Signing.PrivateKey? = nil) throws -> String {
    let out = path("\(UUID().uuidString).txt")
    var text = Data()
    _ = try ArrivalsExport(store: path("made"), date: date, run: run, layout: layout)
      .write(signing: signing.map { ("SUP1", $0) }) { text += Data($0) }
    try text.write(to: URL(fileURLWithPath: out))
    return out
  }

  func load(_ files: [String], into store: String, keys: SenderKeys? = nil, threads: Int = 2) throws
    -> [NationalLoader.FileReport]
  {
    try NationalLoader(store: store, dates: dates, keys: keys, threads: threads).load(files, at: 1_768_000_000)
  }

  func block(_ store: String, _ run: RunType) throws -> Data {
    try Data(contentsOf: URL(fileURLWithPath: NationalFolder(store: store).block(date, run)))
  }

  func settled(_ store: String, _ run: RunType) throws -> RunSums {
    let national = NationalRun(NationalFolder(store: store), date: date, run: run, threads: 2)
    return try national.settle(full: true).sums
  }

  /// The columns that a run comes to, made whole from the rows.
  func sums(_ store: String, _ run: RunType) throws -> [UInt8] {
    let sums = try settled(store, run)
    var bytes: [UInt8] = []
    sums.withParts { bytes += Array($0) }
    return bytes
  }

  func remove() { try? FileManager.default.removeItem(at: folder) }
}

@Suite struct LoadTests {
  @Test func whatWasExportedComesBackToTheByte() throws {
    let sample = try Sample()
    defer { sample.remove() }
    let store = try sample.store("long")
    let report = try #require(try sample.load([sample.export(.longTable(hasQuality: true))], into: store).first)
    #expect(report.reckoning.quarantined == 0 && report.reckoning.accepted == report.lines && report.lines > 100_000)
    let closed = try DateClosing(ArrivalsFolder(store: store), date: sample.date, run: .ii).close()
    #expect(closed.readings == report.reckoning.accepted)
    #expect(try sample.block(store, .ii) == sample.block(sample.path("made"), .ii))
    #expect(try sample.sums(store, .ii) == sample.sums(sample.path("made"), .ii))
  }

  @Test func aLaterRunCountsWhatChangedAndNothingElse() throws {
    let sample = try Sample()
    defer { sample.remove() }
    let store = try sample.store("later")
    _ = try sample.load([sample.export(.longTable(hasQuality: true))], into: store)
    let folder = ArrivalsFolder(store: store)
    _ = try DateClosing(folder, date: sample.date, run: .ii).close()
    let report = try #require(try sample.load([sample.export(.longTable(hasQuality: true), .sf)], into: store).first)
    #expect(report.reckoning.conflicting > 0 && report.reckoning.duplicate > 100_000)
    let closed = try DateClosing(folder, date: sample.date, run: .sf).close()
    #expect(closed.rows > 0 && closed.rows < 100)
    #expect(
      try sample.settled(store, .sf).subject.readings == sample.settled(sample.path("made"), .sf).subject.readings)
    // A run's block is made once: what comes afterwards counts from a later run.
    #expect(try DateClosing(folder, date: sample.date, run: .sf).close().wasClosed)
    #expect(try DateClosing(folder, date: sample.date, run: .ii).close().wasClosed)
  }

  @Test func aFileTwiceChangesNothingAndAnotherLayoutOfItIsDuplicate() throws {
    let sample = try Sample()
    defer { sample.remove() }
    let store = try sample.store("twice")
    let file = try sample.export(.longTable(hasQuality: true))
    let first = try #require(try sample.load([file], into: store).first)
    let second = try #require(try sample.load([file], into: store).first)
    #expect(second.knownPieces == first.pieces && second.reckoning.duplicate == first.reckoning.accepted)
    let other = try #require(try sample.load([sample.export(.messages)], into: store).first)
    #expect(other.reckoning.accepted == 0 && other.reckoning.duplicate == other.reckoning.rowsRead)
    #expect(other.knownPieces == 0 && other.reckoning.duplicate > 100_000)
    #expect(try NationalVerification(store: store).run().differences.isEmpty)
  }

  @Test func threadsDoNotMatter() throws {
    let sample = try Sample()
    defer { sample.remove() }
    let file = try sample.export(.wideTable(periods: 48))
    let blocks = try [1, 3].map { threads in
      let store = try sample.store("threads\(threads)")
      _ = try sample.load([file], into: store, threads: threads)
      _ = try DateClosing(ArrivalsFolder(store: store), date: sample.date, run: .ii).close()
      return try sample.block(store, .ii)
    }
    #expect(blocks[0] == blocks[1])
  }

  @Test func signedMessagesAreHeldToTheirKeysAndTheFactsStay() throws {
    let sample = try Sample()
    defer { sample.remove() }
    let key = P256.Signing.PrivateKey()
    let file = try sample.export(.signedMessages, signing: key)
    let keys = try SenderKeys("sender,public_key\nSUP1,\(Self.hex(key.publicKey.rawRepresentation))\n")
    let good = try sample.store("signed")
    let report = try #require(try sample.load([file], into: good, keys: keys).first)
    #expect(report.reckoning.quarantined == 0 && report.reckoning.accepted > 100_000)
    let journal = try ArrivalsJournal(ArrivalsFolder(store: good), mpans: Sample.mpans)
    #expect(journal.signatures.count == report.lines && journal.signatureCount == report.lines)
    #expect(journal.signatures.allSatisfy(keys.confirms))

    // Another's key, no key, and a message changed after it was signed.
    let other = P256.Signing.PrivateKey().publicKey.rawRepresentation
    let wrong = try SenderKeys("SUP1,\(Self.hex(other))")
    for (name, keys) in [("wrong", wrong), ("none", nil)] as [(String, SenderKeys?)] {
      let refused = try #require(try sample.load([file], into: sample.store(name), keys: keys).first)
      #expect(refused.reckoning.accepted == 0 && refused.findings.counts["LOAD-13"] == refused.lines)
    }
    var bytes = try Data(contentsOf: URL(fileURLWithPath: file))
    let place = try #require(bytes.range(of: Data("\"kwh\":0.0".utf8)))
    bytes[place.upperBound - 1] = UInt8(ascii: "1")
    let changed = sample.path("changed.jsonl")
    try bytes.write(to: URL(fileURLWithPath: changed))
    let one = try #require(try sample.load([changed], into: sample.store("changed"), keys: keys).first)
    #expect(one.findings.counts == ["LOAD-13": 1] && one.reckoning.quarantined == 48)
    #expect(one.findings.kept.first?.position?.line != nil)
  }

  static func hex(_ bytes: Data) -> String { bytes.map { String(format: "%02x", $0) }.joined() }

  @Test func whatCannotBeUsedIsNamedByFileAndLine() throws {
    let sample = try Sample()
    defer { sample.remove() }
    let file = try sample.export(.longTable(hasQuality: true))
    var text = String(decoding: try Data(contentsOf: URL(fileURLWithPath: file)), as: UTF8.self)
    text += "1000000000003,2026-01-14,1,-4,A\nnonsense\n"
    let lines = text.split(separator: "\n").count
    let spoilt = sample.path("spoilt.csv")
    try text.write(toFile: spoilt, atomically: true, encoding: .utf8)
    let report = try #require(try sample.load([spoilt], into: sample.store("spoilt")).first)
    #expect(report.findings.counts == ["LOAD-01": 1, "LOAD-08": 1])
    #expect(report.findings.kept.map { $0.position?.line } == [lines - 1, lines])
    #expect(report.reckoning.quarantined == 2 && report.reckoning.rowsRead == lines - 1)
  }
}
