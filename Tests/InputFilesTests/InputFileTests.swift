import Foundation
import InputFiles
import Testing

@Suite("Files from outside")
struct InputFileTests {
  let scratch: Scratch
  init() throws { scratch = try Scratch() }

  @Test("Hashes are SHA-256 in lower-case hexadecimal (FIPS 180-4 examples)")
  func hashes() throws {
    let empty = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
    let abc = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
    #expect(InputFile.sha256([UInt8]()) == empty)
    #expect(InputFile.sha256(Array("abc".utf8)) == abc)
    #expect(try InputFile.sha256(ofFile: scratch.file("abc", Array("abc".utf8))) == abc)
    let none = try InputFile(scratch.file("empty", []))
    #expect(none.hash == empty && none.size == 0 && none.container == .plain)
    #expect(try contents(none.path).map(\.bytes) == [[]])
  }

  @Test(
    "Plain and gzip give the same bytes, whatever the size", arguments: [0, 1, 5, 4_096, 262_144, 262_145, 3_000_001])
  func sizes(_ count: Int) throws {
    let bytes = noise(count)
    let plain = try scratch.file("a.csv", bytes)
    let packed = try scratch.file("a.csv.gz", gzip(bytes))
    #expect(try contents(plain).first?.bytes == bytes)
    let unpacked = try contents(packed)
    #expect(unpacked.count == 1 && unpacked[0].name == "a.csv" && unpacked[0].bytes == bytes)
    let file = try InputFile(packed)
    #expect(file.container == .gzip && file.hash == InputFile.sha256(gzip(bytes)) && file.size == gzip(bytes).count)
  }

  @Test("Several gzip members are one content; zeros behind them are padding")
  func members() throws {
    let (first, second) = (noise(300_000), noise(10, seed: 2))
    let joined = gzip(first) + gzip([]) + gzip(second)
    #expect(try contents(scratch.file("two.gz", joined)).first?.bytes == first + second)
    let padding = [UInt8](repeating: 0, count: 600_000)
    #expect(try contents(scratch.file("padded.gz", joined + padding)).first?.bytes == first + second)
    #expect(try fault(scratch.file("trailing.gz", joined + [1, 2, 3]))?.reason == .gzipTrailingBytes)
    #expect(try fault(scratch.file("trailing2.gz", joined + padding + [1]))?.reason == .gzipTrailingBytes)
  }

  @Test("A gzip file cut off anywhere is refused, never taken as whole")
  func truncatedGzip() throws {
    let packed = gzip(Array("date,time,X1\n2009-03-01,00:00:00,0.086\n".utf8))
    for end in 3..<packed.count {
      #expect(try fault(scratch.file("cut.gz", Array(packed[..<end])))?.reason == .gzipTruncated, "at \(end)")
    }
  }

  @Test("A changed bit of a gzip file's data or checksum is noticed, unless it is padding that changes no content")
  func damagedGzip() throws {
    let bytes = Array("date,time,X1\n2009-03-01,00:00:00,0.086\n".utf8)
    let packed = gzip(bytes)
    for place in 10..<packed.count {
      for bit in [0, 3, 7] {
        var changed = packed
        changed[place] ^= 1 << UInt8(bit)
        let path = try scratch.file("bad.gz", changed)
        if fault(path) == nil { #expect(try contents(path).first?.bytes == bytes, "byte \(place) bit \(bit)") }
      }
    }
  }

  @Test("Zip members come in order with their names; folders are left out; unread members are passed over")
  func zip() throws {
    let path = scratch.folder + "/files.zip"
    let (first, second) = (noise(500_000), Array("ZHV|1\n".utf8))
    makeZip(path, [("a.bin", first), ("sub/", []), ("sub/b.txt", second), ("empty.txt", [])])
    let parts = try contents(path)
    #expect(parts.map(\.name) == ["a.bin", "b.txt", "empty.txt"])
    #expect(parts.map(\.bytes) == [first, second, []])
    var members: [String?] = []
    try InputFile(path).read { members.append($0.member) }
    #expect(members == ["a.bin", "sub/b.txt", "empty.txt"])
    #expect(try InputFile(path).container == .zip)
  }

  @Test("A part can be looked at before it is read, and is limited when it is taken at once")
  func peek() throws {
    let bytes = noise(100_000)
    let path = try scratch.file("p.gz", gzip(bytes))
    try InputFile(path).read { part in
      let head = try part.peek(4_096)
      #expect(head == Array(bytes.prefix(4_096)))
      let less = try part.peek(10)
      #expect(less == Array(bytes.prefix(10)))
      let all = try part.bytes(limit: 100_000)
      #expect(all == bytes)
    }
    var tooLarge: [UInt8]? = []
    try InputFile(path).read { tooLarge = try $0.bytes(limit: 99_999) }
    #expect(tooLarge == nil)
    var whole: [UInt8] = []
    try InputFile(path).read { whole = try $0.peek(1_000_000) }
    #expect(whole == bytes)
  }

  @Test("Encrypted, unknown, damaged and cut-off zip files are refused with a reason")
  func badZip() throws {
    let secret = scratch.folder + "/secret.zip"
    makeZip(secret, [("a.txt", noise(100))], password: "word")
    #expect(fault(secret)?.reason == .zipEncrypted)
    #expect(fault(secret)?.member == "a.txt")

    let good = scratch.folder + "/good.zip"
    makeZip(good, [("a.txt", [UInt8](repeating: 65, count: 10_000))])
    let bytes = Array(try Data(contentsOf: URL(fileURLWithPath: good)))
    for end in stride(from: 4, to: bytes.count, by: 3) {
      #expect(try fault(scratch.file("cut.zip", Array(bytes[..<end])))?.rule == "INP-05", "at \(end)")
    }
    // The data begin behind the local header: 30 bytes and the name.
    var damaged = bytes
    damaged[30 + 5 + 3] ^= 0x10
    #expect(try fault(scratch.file("bad.zip", damaged))?.reason == .zipDamaged)
    // The method stands at 8 of the local header and at 10 of the directory entry.
    var unknown = bytes
    unknown[8] = 6
    let entry = try #require((0..<bytes.count - 3).first { bytes[$0...].starts(with: [0x50, 0x4B, 0x01, 0x02]) })
    unknown[entry + 10] = 6
    #expect(try fault(scratch.file("odd.zip", unknown))?.reason == .zipUnknownMethod(6))
  }

  @Test("Zip files changed at random neither crash nor pass unnoticed as other contents")
  func mutatedZip() throws {
    let good = scratch.folder + "/good.zip"
    let content = noise(2_000)
    makeZip(good, [("a.txt", content), ("b.txt", content.reversed())])
    let bytes = Array(try Data(contentsOf: URL(fileURLWithPath: good)))
    var generator = SystemNoise(state: 99)
    for _ in 0..<300 {
      var changed = bytes
      for _ in 0..<3 {
        changed[Int(generator.next() % UInt64(bytes.count))] = UInt8(truncatingIfNeeded: generator.next())
      }
      guard let parts = try? contents(scratch.file("m.zip", changed)) else { continue }
      #expect(
        parts.allSatisfy { $0.bytes == content || $0.bytes == content.reversed() || changed.prefix(2) != [0x50, 0x4B] })
    }
  }

  @Test("Files that grow too far are stopped: by ratio and by total")
  func expansion() throws {
    let zeros = gzip([UInt8](repeating: 0, count: 4_000_000))
    let bomb = try scratch.file("bomb.gz", zeros)
    #expect(fault(bomb) == nil)
    let ratio = ExpansionLimits(ratio: 100, ratioAppliesAfter: 1_000_000)
    #expect(fault(bomb, limits: ratio)?.reason == .expandsTooFar(ratio: 100))
    let total = ExpansionLimits(totalBytes: 3_999_999)
    #expect(fault(bomb, limits: total)?.reason == .tooLarge(bytes: 3_999_999))
    let path = scratch.folder + "/bomb.zip"
    makeZip(path, (0..<4).map { ("\($0)", [UInt8](repeating: 0, count: 1_000_000)) })
    #expect(fault(path, limits: total)?.reason == .tooLarge(bytes: 3_999_999))
    #expect(fault(path, limits: total)?.member == "3")
  }

  @Test("Only ordinary files: folders, pipes, devices and missing files are refused at once")
  func kinds() throws {
    func reason(_ path: String) -> InputFault.Reason? {
      do {
        _ = try InputFile(path)
        return nil
      } catch { return (error as? InputFault)?.reason }
    }
    #expect(reason(scratch.folder) == .notRegular)
    #expect(reason("/dev/null") == .notRegular)
    let pipe = scratch.folder + "/pipe"
    #expect(mkfifo(pipe, 0o600) == 0)
    #expect(reason(pipe) == .notRegular)
    #expect(reason(scratch.folder + "/none") == .notThere)
    #expect(reason("") == .notThere)
    let link = scratch.folder + "/link"
    let target = try scratch.file("target", [1])
    #expect(symlink(target, link) == 0)
    #expect(reason(link) == nil)
  }

  @Test("A file that is written to while it is read is noticed")
  func changed() throws {
    let path = try scratch.file("growing.csv", noise(1_000))
    let file = try InputFile(path)
    let handle = try FileHandle(forWritingTo: URL(fileURLWithPath: path))
    try handle.seekToEnd()
    try handle.write(contentsOf: Data([1]))
    try handle.close()
    #expect(throws: InputFault(.changed, file: "growing.csv")) { try file.read { try $0.forEachPiece { _ in } } }
    #expect(throws: InputFault(.changed, file: "growing.csv")) { try file.copy(into: scratch.folder + "/archive") }
  }

  @Test("The archive holds the original bytes under their hash, once, and leaves nothing half-made")
  func archive() throws {
    let bytes = gzip(noise(700_000))
    let file = try InputFile(scratch.file("a.gz", bytes))
    let folder = scratch.folder + "/archive"
    let place = try file.copy(into: folder)
    #expect(place == "\(folder)/\(file.hash.prefix(2))/\(file.hash)")
    #expect(Array(try Data(contentsOf: URL(fileURLWithPath: place))) == bytes)
    let before = try FileManager.default.attributesOfItem(atPath: place)[.systemFileNumber] as? Int
    #expect(try file.copy(into: folder) == place)
    #expect(try FileManager.default.attributesOfItem(atPath: place)[.systemFileNumber] as? Int == before)
    #expect(try FileManager.default.contentsOfDirectory(atPath: "\(folder)/\(file.hash.prefix(2))") == [file.hash])
    // What a crash may leave at the place is no such copy: it is replaced.
    try Data([1, 2, 3]).write(to: URL(fileURLWithPath: place))
    #expect(try Array(Data(contentsOf: URL(fileURLWithPath: file.copy(into: folder)))) == bytes)
    #expect(throws: InputFault.self) { try file.copy(into: file.path + "/not-a-folder") }
  }

  @Test("Every fault is a sentence with a rule of the catalogue and a next step")
  func sentences() {
    let rules = Set(InputFault.rules.map(\.id))
    let reasons: [InputFault.Reason] = [
      .notThere, .notAllowed, .notRegular, .readFailed(code: 5), .changed, .gzipTruncated, .gzipDamaged,
      .gzipTrailingBytes, .zipDamaged, .zipEncrypted, .zipUnknownMethod(6), .zipTooManyMembers(10),
      .expandsTooFar(ratio: 1_000), .tooLarge(bytes: 1), .archiveFailed(code: 28),
    ]
    for reason in reasons {
      let finding = InputFault(reason, file: "f.gz", member: "m").finding
      #expect(rules.contains(finding.rule) && finding.severity == .error)
      #expect(finding.message.hasSuffix(".") && finding.remedy.hasSuffix("."))
      #expect(finding.position?.description == "f.gz, field member m")
    }
    #expect(Set(reasons.map { InputFault($0, file: "").rule }) == rules)
  }
}

/// A generator of numbers that is the same in every run.
struct SystemNoise {
  var state: UInt64
  mutating func next() -> UInt64 {
    state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
    return state >> 24
  }
}
