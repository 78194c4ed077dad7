import Foundation
import NationalIngest
import ReadingArrivals
import ReadingBlockStore
import SettlementCalendar
import Testing

/// Flipped bits, lost files, cut files: found and named.
@Suite struct DamageTests {
  @Test func everyFlippedBitInAnyFileIsFoundAndNamed() throws {
    let sample = try Sample()
    defer { sample.remove() }
    let store = try sample.store("flips")
    _ = try sample.load([sample.export(.longTable(hasQuality: true))], into: store)
    for run in [RunType.ii, .sf] {
      if run == .sf { _ = try sample.load([sample.export(.longTable(hasQuality: true), .sf)], into: store) }
      _ = try DateClosing(ArrivalsFolder(store: store), date: sample.date, run: run).close()
      let national = NationalRun(NationalFolder(store: store), date: sample.date, run: run, threads: 2)
      try national.keep(national.settle().sums)
    }
    let verification = NationalVerification(store: store)
    let sound = try verification.run()
    #expect(sound.differences.isEmpty && sound.files >= 7)

    let root = URL(fileURLWithPath: store).appendingPathComponent("national")
    let files = try #require(FileManager.default.enumerator(at: root, includingPropertiesForKeys: nil))
      .compactMap { $0 as? URL }.filter { !$0.hasDirectoryPath && $0.lastPathComponent != "lock" }.sorted {
        $0.path < $1.path
      }
    #expect(files.count == sound.files)
    var state: UInt64 = 5
    func below(_ bound: Int) -> Int {
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return Int((state >> 33) % UInt64(bound))
    }
    for number in 0..<64 {
      let file = files[number % files.count]
      var bytes = try Data(contentsOf: file)
      // Beginnings hold the counts that everything else hangs on: half of the flips go there.
      let bit = number % 2 == 0 ? below(min(64, bytes.count) * 8) : below(bytes.count * 8)
      bytes[bit / 8] ^= 1 << UInt8(bit % 8)
      try bytes.write(to: file)
      let found = try verification.run().differences
      #expect(
        found.count >= 1 && found.allSatisfy { $0.contains(file.path) }, "bit \(bit) of \(file.lastPathComponent)")
      bytes[bit / 8] ^= 1 << UInt8(bit % 8)
      try bytes.write(to: file)
    }
    #expect(try verification.run().differences.isEmpty)
  }

  @Test func aLostOrCutFileOfArrivalsStopsLoading() throws {
    let sample = try Sample()
    defer { sample.remove() }
    let store = try sample.store("lost")
    let file = try sample.export(.messages)
    _ = try sample.load([file], into: store)
    _ = try sample.load([sample.export(.longTable(hasQuality: true))], into: store)
    let first = ArrivalsFolder(store: store).path + "/00000001.arrivals"
    let bytes = try Data(contentsOf: URL(fileURLWithPath: first))
    for count in [0, 10, 63, 64, 100, bytes.count / 2, bytes.count - 1] {
      try bytes.prefix(count).write(to: URL(fileURLWithPath: first))
      #expect(throws: DamagedFile.self) { try sample.load([file], into: store).isEmpty }
    }
    try FileManager.default.removeItem(atPath: first)
    let damage = #expect(throws: DamagedFile.self) { try sample.load([file], into: store).isEmpty }
    #expect(damage?.path == first)
    #expect(try NationalVerification(store: store).run().differences.count == 1)
  }

  @Test func filesThatAreNoneOfTheLayoutsAreRefusedWhole() throws {
    let sample = try Sample()
    defer { sample.remove() }
    let store = try sample.store("refused")
    for text in ["", "a,b,c\n", "\u{0}\u{1}\u{2}"] {
      let path = sample.path("refused.txt")
      try text.write(toFile: path, atomically: true, encoding: .utf8)
      #expect(throws: BlockStoreError.self) { try sample.load([path], into: store).isEmpty }
    }
    #expect(throws: BlockStoreError.self) { try sample.load([sample.folder.path], into: store).isEmpty }
  }
}
