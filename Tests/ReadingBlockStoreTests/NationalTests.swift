import Dispatch
import EstateSimulator
import Foundation
import ReadingBlockStore
import ReadingBlocks
import SettlementCalendar
import Synchronization
import Testing

/// A folder that goes when the test ends.
final class Scratch {
  let path = NSTemporaryDirectory() + "halfhour-blocks-" + UUID().uuidString
  deinit { try? FileManager.default.removeItem(atPath: path) }

  var folder: NationalFolder { NationalFolder(store: path) }

  func simulate(_ date: SettlementDate, mpans: Int = 33_001, threads: Int = 2, late: Int = 30_000) throws
    -> NationalSimulation.Outcome
  {
    let estate = try #require(NationalEstate(seed: 7, mpans: mpans))
    return try NationalSimulation(estate, folder: folder, threads: threads, latePerMillion: late).write(date)
  }

  func verified(_ date: SettlementDate) -> DateVerification.Outcome {
    var outcome = DateVerification.Outcome()
    DateVerification(folder, date, threads: 2).verify(&outcome)
    return outcome
  }

  func bytes(_ path: String) throws -> [UInt8] { Array(try Data(contentsOf: URL(fileURLWithPath: path))) }
}

/// What two threads of a test count together.
final class Tally: Sendable {
  let isDone = Atomic<Bool>(false)
  let compactions = Atomic<Int>(0)
  let during = Atomic<Int>(0)
  let wrong = Atomic<Int>(0)
}

@Suite("The national path") struct NationalTests {
  let date: SettlementDate
  init() throws { date = try #require(SettlementDate("2026-01-14")) }

  @Test("the same seed gives the same files for any number of threads")
  func simulatorThreads() throws {
    let stores = [1, 2, 5].map { (threads: $0, scratch: Scratch()) }
    for (threads, scratch) in stores { _ = try scratch.simulate(date, threads: threads) }
    for path in ["standing", "II.block", "SF.block"] {
      let files = try stores.map { try $0.scratch.bytes($0.scratch.folder.day(date) + "/" + path) }
      #expect(files[0] == files[1] && files[0] == files[2])
      #expect(files[0].count > 10_000)
    }
  }

  @Test("1.4 bytes a reading or less, with quality and checksums")
  func density() throws {
    let scratch = Scratch()
    let outcome = try scratch.simulate(date)
    #expect(outcome.readings > 33_001 * 47)
    #expect(outcome.bytes * 10 <= outcome.readings * 14)
  }

  @Test(
    "a run's sums are the same bytes for any number of threads", arguments: ["2026-01-14", "2026-03-29", "2026-10-25"])
  func threads(_ text: String) throws {
    let date = try #require(SettlementDate(text))
    let scratch = Scratch()
    _ = try scratch.simulate(date)
    let all = try [1, 3].map { threads in
      try NationalRun(scratch.folder, date: date, run: .ii, threads: threads).settle().sums.bytes
    }
    #expect(all.allSatisfy { $0 == all[0] })
  }

  /// The oracle: each group read bit by bit, corrections laid over, each reading added to its bucket by itself.
  func plainSums(_ scratch: Scratch, _ date: SettlementDate, corrected: Bool) throws -> [Int: BucketCell] {
    let periods = SettlementDay(date).periodCount
    var rows: [UInt32: (cells: [Int32], runs: [QualityRun])] = [:]
    var moved: [UInt32: Int] = [:]
    for name in corrected ? ["II.block", "SF.block"] : ["II.block"] {
      let file = try scratch.bytes(scratch.folder.day(date) + "/" + name)
      func word(_ at: Int) -> Int { (0..<8).reduce(0) { $0 | Int(file[at + $1]) << (8 * $1) } }
      let directory = word(40)
      for entry in stride(from: directory, to: file.count, by: 16) {
        let end = entry + 16 < file.count ? word(entry + 16) : directory
        let bytes = Array(file[word(entry)..<end])
        let group = try #require(PlainReader.rows(of: bytes))
        for (place, row) in group.rows.enumerated() {
          let said = (
            cells: Array(group.cells[place * periods..<(place + 1) * periods]),
            runs: group.runs.filter { $0.row == place }.map {
              QualityRun(row: 0, firstPeriod: $0.firstPeriod, count: $0.count, quality: $0.quality)
            }
          )
          if bytes[24] & 2 != 0 {
            #expect(rows[row]?.cells == said.cells && rows[row]?.runs == said.runs)
          } else {
            rows[row] = said
            if bytes[24] & 4 != 0 {
              let at = 64 + 4 * group.rows.count + 2 * place
              moved[row] = Int(bytes[at]) | Int(bytes[at + 1]) << 8
            }
          }
        }
      }
    }
    let standing = try scratch.bytes(scratch.folder.standing(date))
    func number(_ at: Int) -> Int { (0..<4).reduce(0) { $0 | Int(standing[at + $1]) << (8 * $1) } }
    let indexAt = 64 + 16 * number(36) + 4 * periods * number(40)
    var sums: [Int: BucketCell] = [:]
    for (row, said) in rows {
      let bucket =
        moved[row] ?? Int(standing[indexAt + 2 * Int(row)]) | Int(standing[indexAt + 2 * Int(row) + 1]) << 8
      for period in 0..<periods {
        let quality = said.runs.first { ($0.firstPeriod..<$0.firstPeriod + $0.count).contains(period) }?.quality
        if quality == .missing { continue }
        let value = Int64(said.cells[period])
        sums[bucket * periods + period, default: BucketCell()].metered += value
        sums[bucket * periods + period, default: BucketCell()].count += 1
        if quality == .estimated {
          sums[bucket * periods + period, default: BucketCell()].estimated += value
          sums[bucket * periods + period, default: BucketCell()].estimatedCount += 1
        }
      }
    }
    return sums
  }

  @Test("sums are those of the bit-by-bit oracle, before and after late readings, by increment and in full")
  func oracle() throws {
    let scratch = Scratch()
    let made = try scratch.simulate(date, mpans: 5_000)
    let first = NationalRun(scratch.folder, date: date, run: .ii, threads: 2)
    let before = try first.settle()
    #expect(!before.isIncremental && before.readings == Int64(made.readings))
    #expect(before.changedReadings == before.readings)
    try first.keep(before.sums)
    let later = NationalRun(scratch.folder, date: date, run: .sf, threads: 2)
    let increment = try later.settle()
    #expect(increment.isIncremental && increment.changedReadings < before.readings / 10)
    #expect(increment.changedReadings > 0)
    let resolved = try scratch.folder.resolved(increment.sums)
    #expect(try later.settle(full: true).sums == resolved)
    #expect(resolved != before.sums && increment.sums.columns == nil)
    try later.keep(increment.sums)
    #expect(try scratch.folder.keptSums(date, .sf) == resolved)
    for (sums, corrected) in [(before.sums, false), (resolved, true)] {
      let plain = try plainSums(scratch, date, corrected: corrected)
      #expect(plain.values.reduce(0) { $0 + $1.count } == sums.subject.readings)
      let cells = try self.cells(sums)
      #expect(cells.indices.filter { cells[$0] != plain[$0] ?? BucketCell() } == [])
    }
    // At the Grid Supply Point: the day's factors by hand.
    let estate = try #require(NationalEstate(seed: 7, mpans: 5_000))
    let factors = estate.lossFactors(date)
    var wrong = 0
    for (number, bucket) in estate.buckets().enumerated() {
      for period in 0..<48 {
        let factor = Int64(factors[bucket.factorRow * 48 + period].hundredThousandths)
        let place = number * 48 + period
        let columns = try #require(before.sums.columns)
        wrong += columns.lossAdjusted[place] == columns.metered[place] * factor ? 0 : 1
      }
    }
    #expect(wrong == 0)
  }

  func cells(_ sums: RunSums) throws -> [BucketCell] {
    let columns = try #require(sums.columns)
    return columns.metered.indices.map {
      BucketCell(
        metered: columns.metered[$0], estimated: columns.estimated[$0], count: Int64(columns.counts[$0]),
        estimatedCount: Int64(columns.estimatedCounts[$0]))
    }
  }

  @Test("sums are kept and read back; other standing data is not built upon")
  func kept() throws {
    let scratch = Scratch()
    _ = try scratch.simulate(date, mpans: 3_000)
    let first = NationalRun(scratch.folder, date: date, run: .ii, threads: 1)
    let outcome = try first.settle()
    try first.keep(outcome.sums)
    let bytes = try scratch.bytes(scratch.folder.sums(date, .ii))
    #expect(try bytes.withUnsafeBytes { try RunSums($0) } == outcome.sums)
    for byte in stride(from: 0, to: bytes.count, by: max(1, bytes.count / 12)) {
      var bad = bytes
      bad[byte] ^= 1
      #expect(throws: BlockDamage.self) { try bad.withUnsafeBytes { try RunSums($0) } }
    }
    // Other standing data: neither the sums nor the corrections, which name its buckets, are taken for it.
    let estate = try #require(NationalEstate(seed: 7, mpans: 3_000))
    var index = estate.index(date, rows: 0..<3_000)
    index[17] = index[17] == 0 ? 1 : 0
    let standing = StandingDay.file(
      date: date, buckets: estate.buckets(), lossFactors: estate.lossFactors(date), index: index)
    try Data(standing).write(to: URL(fileURLWithPath: scratch.folder.standing(date)))
    #expect(throws: BlockStoreError.self) {
      try NationalRun(scratch.folder, date: date, run: .sf, threads: 1).settle()
    }
    try FileManager.default.removeItem(atPath: scratch.folder.block(date, .sf))
    let later = try NationalRun(scratch.folder, date: date, run: .sf, threads: 1).settle()
    #expect(!later.isIncremental)
  }

  @Test("in the order of buckets all sums are the same, for any number of threads, day of each length")
  func compacted() throws {
    for text in ["2026-01-14", "2026-03-29", "2026-10-25"] {
      let date = try #require(SettlementDate(text))
      let scratch = Scratch()
      _ = try scratch.simulate(date, mpans: 5_001)
      let folder = scratch.folder
      func sums(_ run: RunType, rowsOnly: Bool = false, threads: Int = 2) throws -> RunSums {
        try NationalRun(folder, date: date, run: run, threads: threads).settle(full: true, rowsOnly: rowsOnly).sums
      }
      let (first, second) = (try sums(.ii), try sums(.sf))
      let files = try [1, 3].map { threads in
        let made = try DayCompaction(folder, date: date, run: .ii, threads: threads).write()
        #expect(made.rows == 5_001)
        return try scratch.bytes(folder.dayBlock(date, .ii))
      }
      #expect(files[0] == files[1])
      for threads in [1, 5] {
        #expect(try sums(.ii, threads: threads) == first)
        #expect(try sums(.sf, threads: threads) == second)
      }
      // With the corrections taken in, suppliers' changes too; the first run goes on without.
      _ = try DayCompaction(folder, date: date, run: .sf, threads: 2).write()
      #expect(try sums(.sf) == second)
      #expect(try sums(.ii) == first)
      #expect(try sums(.sf, rowsOnly: true) == second)
      // A later run, made from kept sums, is the same.
      try FileManager.default.removeItem(atPath: folder.dayBlock(date, .sf))
      let ii = NationalRun(folder, date: date, run: .ii, threads: 2)
      try ii.keep(ii.settle().sums)
      let sf = NationalRun(folder, date: date, run: .sf, threads: 2)
      let increment = try sf.settle()
      #expect(increment.isIncremental)
      #expect(try folder.resolved(increment.sums) == second)
      try sf.keep(increment.sums)
      let outcome = scratch.verified(date)
      #expect(outcome.differences == [] && outcome.runs == 2 && outcome.files == 6)
    }
  }

  @Test("what a killed process left of a file goes when the file is written; what somebody is writing stays")
  func leftovers() throws {
    let scratch = Scratch()
    try scratch.folder.make(date)
    let path = scratch.folder.dayBlock(date, .ii)
    for name in ["\(path).1.tmp", "\(path).99999.tmp", "\(path)s.1.tmp"] {
      try Data([1]).write(to: URL(fileURLWithPath: name))
    }
    func names() throws -> [String] {
      try FileManager.default.contentsOfDirectory(atPath: scratch.folder.day(date)).sorted()
    }
    let file = try NewFile(path)
    let own = "II.day.\(ProcessInfo.processInfo.processIdentifier).tmp"
    #expect(try names() == [own, "II.days.1.tmp"].sorted())
    // Another process writes the same file.
    let held = open("\(path).2.tmp", O_WRONLY | O_CREAT, 0o644)
    flock(held, LOCK_SH)
    try file.write([1, 2, 3], at: 0)
    try file.finish()
    try NewFile(path).finish()
    #expect(try names() == ["II.day", "II.day.2.tmp", "II.days.1.tmp"])
    close(held)
    try NewFile(path).finish()
    #expect(try names() == ["II.day", "II.days.1.tmp"])
  }

  @Test("compaction keeps no reader waiting: runs go on meanwhile, and come to the same")
  func readersDuringCompaction() throws {
    let scratch = Scratch()
    _ = try scratch.simulate(date, mpans: 20_000)
    let (folder, date) = (scratch.folder, self.date)
    let expected = try [RunType.ii, .sf].map {
      try NationalRun(folder, date: date, run: $0, threads: 1).settle(full: true).sums.bytes
    }
    let tally = Tally()
    DispatchQueue.concurrentPerform(iterations: 2) { side in
      if side == 0 {
        // Until the other side has been at it a while: on a busy machine it may come late.
        for round in 0..<500 where round < 6 || tally.during.load(ordering: .relaxed) < 6 {
          let run = round % 2 == 0 ? RunType.ii : .sf
          let made = try? DayCompaction(folder, date: date, run: run, threads: 1).write()
          if made?.rows == 20_000 {
            tally.compactions.add(1, ordering: .relaxed)
          } else {
            tally.wrong.add(1, ordering: .relaxed)
          }
        }
        tally.isDone.store(true, ordering: .releasing)
      } else {
        repeat {
          for (place, run) in [RunType.ii, .sf].enumerated() {
            let sums = try? NationalRun(folder, date: date, run: run, threads: 1).settle(full: true).sums.bytes
            if sums != expected[place] { tally.wrong.add(1, ordering: .relaxed) }
            if !tally.isDone.load(ordering: .acquiring) { tally.during.add(1, ordering: .relaxed) }
          }
        } while !tally.isDone.load(ordering: .acquiring)
      }
    }
    #expect(tally.compactions.load(ordering: .relaxed) >= 6 && tally.wrong.load(ordering: .relaxed) == 0)
    // On a machine of one core the two take turns.
    #expect(ProcessInfo.processInfo.activeProcessorCount == 1 || tally.during.load(ordering: .relaxed) >= 6)
    #expect(scratch.verified(date).differences == [])
  }

  @Test("some late rows turn out to be another supplier's: the every reading is still counted once")
  func moved() throws {
    let scratch = Scratch()
    _ = try scratch.simulate(date, mpans: 5_000)
    let estate = try #require(NationalEstate(seed: 7, mpans: 5_000))
    let index = estate.index(date, rows: 0..<5_000)
    let day = NationalDay(estate, date)
    let late = day.late(1, perMillion: 30_000, rows: 0..<5_000)
    let moved = late.filter { day.bucket(late: $0, known: index[Int($0)]) != index[Int($0)] }
    #expect(late.count > 50 && !moved.isEmpty && moved.count < late.count / 4)
    let before = try NationalRun(scratch.folder, date: date, run: .ii, threads: 1).settle()
    let after = try NationalRun(scratch.folder, date: date, run: .sf, threads: 1).settle()
    let (first, second) = (try cells(before.sums), try cells(after.sums))
    #expect(first.reduce(0) { $0 + $1.count } == before.readings)
    #expect(second.reduce(0) { $0 + $1.count } == after.readings)
  }

  @Test("what no run needs is read by the verification: every flipped bit is found, and its file named")
  func verified() throws {
    let scratch = Scratch()
    _ = try scratch.simulate(date, mpans: 1_500)
    let folder = scratch.folder
    _ = try DayCompaction(folder, date: date, run: .ii, threads: 2).write()
    let run = NationalRun(folder, date: date, run: .ii, threads: 2)
    try run.keep(run.settle().sums)
    #expect(scratch.verified(date).differences == [])
    var state: UInt64 = 11
    for name in ["II.block", "SF.block", "II.day", "standing", "II.sums"] {
      let path = folder.day(date) + "/" + name
      let sound = try scratch.bytes(path)
      for round in 0..<6 {
        state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
        // Some of them among the row numbers, near the end.
        let bit = round < 2 ? sound.count * 8 - 1 - Int(state >> 48) % 16_000 : Int(state >> 20) % (sound.count * 8)
        var bytes = sound
        bytes[bit / 8] ^= 1 << UInt8(bit % 8)
        try Data(bytes).write(to: URL(fileURLWithPath: path))
        let found = scratch.verified(date).differences
        #expect(found.count == 1 && found.allSatisfy { $0.contains(name) }, "\(name), bit \(bit)")
      }
      try Data(sound).write(to: URL(fileURLWithPath: path))
    }
  }

  @Test("a flipped bit in any file of a day is found by the run that reads it")
  func flippedBits() throws {
    let scratch = Scratch()
    _ = try scratch.simulate(date, mpans: 2_000)
    let run = NationalRun(scratch.folder, date: date, run: .sf, threads: 2)
    _ = try run.settle()
    var state: UInt64 = 5
    for name in ["II.block", "SF.block", "standing"] {
      let path = scratch.folder.day(date) + "/" + name
      let sound = try scratch.bytes(path)
      for _ in 0..<40 {
        state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
        let bit = Int(state >> 20) % (sound.count * 8)
        var bytes = sound
        bytes[bit / 8] ^= 1 << UInt8(bit % 8)
        try Data(bytes).write(to: URL(fileURLWithPath: path))
        #expect(throws: BlockStoreError.self, "\(name), bit \(bit)") { try run.settle() }
      }
      try Data(sound).write(to: URL(fileURLWithPath: path))
    }
    _ = try run.settle()
  }
}
