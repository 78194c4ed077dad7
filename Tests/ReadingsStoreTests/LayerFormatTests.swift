import Operations
import Readings
import ReadingsStore
import SettlementCalendar
import Testing

@Suite("Layer file format")
struct LayerFormatTests {
  /// The document is the contract: the file of one small layer, byte by byte, with checksums that another
  /// implementation of CRC-32 (Python's `zlib.crc32`) gave.
  @Test func theBytesAreThoseOfTheDocument() throws {
    let date = try #require(SettlementDate("2009-03-29"))
    var cells = (0..<46).map { Int32($0 * 100) }
    cells[1] = ReadingLayer.missing
    cells[2] = -7
    var qualities = [ReadingQuality](repeating: .actual, count: 46)
    qualities[4] = .estimated
    qualities[5] = .estimated
    qualities[45] = .corrected
    let layer = ReadingLayer(
      date: date, receivedAt: UTCInstant(secondsSince1970: 1_238_457_600), source: sourceHash, sequence: 3,
      series: [SeriesIndex(258)], cells: cells, qualities: qualities)
    let bytes = try LayerEncoder.encode(layer)
    #expect(bytes.count == 128 + 4 + 46 * 4 + 2 * 12)
    #expect(Array(bytes[0..<16]) == Array("HHLAYER\n".utf8) + [1, 0, 128, 0, 0, 0, 0, 0])
    #expect(Array(bytes[16..<24]) == [0x54, 1, 0, 0, 0, 0, 0, 0])
    #expect(Array(bytes[24..<32]) == [0xFC, 0x37, 0, 0, 3, 0, 0, 0])
    #expect(Array(bytes[32..<40]) == [0x00, 0x5D, 0xD1, 0x49, 0, 0, 0, 0])
    #expect(Array(bytes[40..<48]) == [0x01, 0x23, 0x45, 0x67, 0x89, 0xAB, 0xCD, 0xEF])
    #expect(Array(bytes[72..<84]) == [1, 0, 0, 0, 46, 0, 0, 0, 2, 0, 0, 0])
    #expect(Array(bytes[96..<124]) == Array(repeating: 0, count: 28))
    #expect(Array(bytes[128..<144]) == [2, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0x80, 0xF9, 0xFF, 0xFF, 0xFF])
    #expect(Array(bytes[316...]) == [4, 0, 0, 0, 2, 0, 0, 0, 1, 0, 0, 0, 45, 0, 0, 0, 1, 0, 0, 0, 2, 0, 0, 0])
    #expect(Array(bytes[84..<96]) == [0xA0, 0x7D, 0x8F, 0x8A, 0x2C, 0xA4, 0xF5, 0x49, 0x61, 0xA1, 0x5C, 0x4E])
    #expect(Array(bytes[124..<128]) == [0x6C, 0xBF, 0x6C, 0x86])
    #expect(try LayerDecoder.decode(bytes, file: "a.layer") == layer)
  }

  @Test(arguments: ["2009-03-29", "2009-05-01", "2009-10-25"], [0, 1, 2, 97])
  func aLayerSurvivesTheRoundTrip(_ date: String, _ count: Int) throws {
    let series = (0..<count).map { UInt32($0 * 1_000_003 % 4_294_967) * 1_000 }.sorted()
    let layer = try sampleLayer(date, series: Array(Set(series)).sorted(), seed: UInt64(count) + 5)
    let bytes = try LayerEncoder.encode(layer)
    #expect(try LayerDecoder.decode(bytes, file: "a.layer") == layer)
    #expect(try LayerEncoder.encode(layer) == bytes)
  }

  @Test func aRunOfOneQualityCostsTwelveBytes() throws {
    let day = try sampleLayer("2009-05-01", series: Array(0..<100))
    let estimated = ReadingLayer(
      date: day.date, receivedAt: day.receivedAt, source: day.source, sequence: 0, series: day.series,
      cells: Array(repeating: 1, count: 4_800), qualities: Array(repeating: .estimated, count: 4_800))
    #expect(try LayerEncoder.encode(estimated).count == 128 + 400 + 19_200 + 12)
  }

  /// A file cut anywhere, or longer than it says, is named as damaged.
  @Test func aFileCutAtAnyByteIsRefused() throws {
    let bytes = try LayerEncoder.encode(try sampleLayer("2009-03-29"))
    for length in 0..<bytes.count {
      let damage = #expect(throws: LayerDamage.self) {
        try LayerDecoder.decode(Array(bytes[0..<length]), file: "cut.layer")
      }
      #expect(damage?.file == "cut.layer" && damage?.section == .file)
    }
    for extra in [1, 3, 4, 12, 4_096] {
      #expect(throws: LayerDamage.self) {
        try LayerDecoder.decode(bytes + Array(repeating: 0, count: extra), file: "long.layer")
      }
    }
  }

  /// 2,000 single bits, each flipped alone: every one is found, in the section in which it lies.
  @Test func everyFlippedBitIsFoundAndItsSectionNamed() throws {
    let layer = try sampleLayer("2009-03-29")
    let bytes = try LayerEncoder.encode(layer)
    let seriesEnd = 128 + 3 * 4
    let cellsEnd = seriesEnd + 3 * 46 * 4
    var chance = Chance(seed: 20_090_329)
    var perSection: [LayerDamage.Section: Int] = [:]
    for _ in 0..<2_000 {
      let bit = Int.random(in: 0..<bytes.count * 8, using: &chance)
      var flipped = bytes
      flipped[bit / 8] ^= 1 << UInt8(bit % 8)
      let damage = #expect(throws: LayerDamage.self) { try LayerDecoder.decode(flipped, file: "flip.layer") }
      let expected: LayerDamage.Section =
        bit / 8 < 128 ? .header : bit / 8 < seriesEnd ? .series : bit / 8 < cellsEnd ? .cells : .qualities
      #expect(damage?.section == expected && damage?.file == "flip.layer", "bit \(bit)")
      if let damage { perSection[damage.section, default: 0] += 1 }
    }
    #expect(perSection.values.reduce(0, +) == 2_000)
    #expect(perSection.count == 4)
  }

  /// Many bytes at once, lengths and counts among them, with the header's checksum made good again: no crash, and never
  /// another layer than the one that was written.
  @Test func aForgedHeaderIsHeldAgainstTheFile() throws {
    let layer = try sampleLayer("2009-03-29")
    let bytes = try LayerEncoder.encode(layer)
    var chance = Chance(seed: 7)
    for _ in 0..<3_000 {
      var forged = bytes
      for _ in 0..<Int.random(in: 1...4, using: &chance) {
        forged[Int.random(in: 8..<124, using: &chance)] = UInt8.random(in: 0...255, using: &chance)
      }
      let checksum = crc32(forged[0..<124])
      for index in 0..<4 { forged[124 + index] = UInt8(truncatingIfNeeded: checksum >> UInt32(8 * index)) }
      guard let read = try? LayerDecoder.decode(forged, file: "forged.layer") else { continue }
      // Only stamps that no other field depends on can change and still be a whole file.
      #expect(read.cells == layer.cells && read.series == layer.series && read.qualities == layer.qualities)
    }
  }

  /// A writer that was not sane but summed correctly: unsorted series, wild cells, bad quality runs.
  @Test func sectionsThatBreakTheRulesAreRefusedThoughTheirSumsAgree() throws {
    let layer = try sampleLayer("2009-03-29")
    let bytes = try LayerEncoder.encode(layer)
    let cellsEnd = 128 + 12 + 3 * 46 * 4
    func forge(_ offset: Int, _ value: UInt32, _ section: Range<Int>, checksumAt: Int) -> [UInt8] {
      var forged = bytes
      func put(_ number: UInt32, _ at: Int) {
        for index in 0..<4 { forged[at + index] = UInt8(truncatingIfNeeded: number >> UInt32(8 * index)) }
      }
      put(value, offset)
      put(crc32(forged[section]), checksumAt)
      put(crc32(forged[0..<124]), 124)
      return forged
    }
    let cases: [([UInt8], LayerDamage.Section)] = [
      (forge(128, 2, 128..<140, checksumAt: 84), .series),
      (forge(132, 0, 128..<140, checksumAt: 84), .series),
      (forge(140, 0x7FFF_FFFF, 140..<cellsEnd, checksumAt: 88), .cells),
      (forge(cellsEnd, 9_999, cellsEnd..<bytes.count, checksumAt: 92), .qualities),
      (forge(cellsEnd + 4, 0xFFFF_FFFF, cellsEnd..<bytes.count, checksumAt: 92), .qualities),
      (forge(cellsEnd + 4, 0, cellsEnd..<bytes.count, checksumAt: 92), .qualities),
      (forge(cellsEnd + 8, 0, cellsEnd..<bytes.count, checksumAt: 92), .qualities),
      (forge(cellsEnd + 8, 3, cellsEnd..<bytes.count, checksumAt: 92), .qualities),
      (forge(cellsEnd + 12, 0, cellsEnd..<bytes.count, checksumAt: 92), .qualities),
    ]
    for (number, (forged, section)) in cases.enumerated() {
      let damage = #expect(throws: LayerDamage.self, "case \(number)") {
        try LayerDecoder.decode(forged, file: "forged.layer")
      }
      #expect(damage?.section == section, "case \(number)")
    }
  }

  /// CRC-32 as ISO 3309 defines it, bit by bit: another implementation than the one under test.
  private func crc32(_ bytes: some Sequence<UInt8>) -> UInt32 {
    var sum: UInt32 = 0xFFFF_FFFF
    for byte in bytes {
      sum ^= UInt32(byte)
      for _ in 0..<8 { sum = sum & 1 == 1 ? (sum >> 1) ^ 0xEDB8_8320 : sum >> 1 }
    }
    return ~sum
  }
}
