import Foundation
import Operations
import Readings
import ReadingsStore
import SettlementCalendar
import Testing

/// A folder of its own for one test. All are removed when the process ends: an object's end would be too early, for an
/// optimized build lets go of it after its last use.
final class TemporaryFolder {
  let path: String

  init() throws {
    path = "\(Self.root)/\(UUID().uuidString)"
    try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
  }

  private static let root: String = {
    atexit { try? FileManager.default.removeItem(atPath: TemporaryFolder.root) }
    return FileManager.default.temporaryDirectory.appendingPathComponent("halfhour-layers-\(UUID().uuidString)").path
  }()

  func files() throws -> [String] {
    try FileManager.default.subpathsOfDirectory(atPath: path).filter { !$0.hasSuffix("/") && $0.contains("/") }.sorted()
  }

  func bytes(_ file: String) throws -> [UInt8] { Array(try Data(contentsOf: URL(fileURLWithPath: file))) }
  func put(_ bytes: [UInt8], _ file: String) throws { try Data(bytes).write(to: URL(fileURLWithPath: file)) }
}

/// Repeatable chance: SplitMix64.
struct Chance: RandomNumberGenerator {
  var state: UInt64
  init(seed: UInt64) { state = seed }
  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var z = state
    z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
    return z ^ (z >> 31)
  }
}

let sourceHash = String(repeating: "0123456789abcdef", count: 4)

func sampleLayer(_ text: String, series: [UInt32] = [0, 1, 5], sequence: Int32 = 0, seed: UInt64 = 1) throws
  -> ReadingLayer
{
  let date = try #require(SettlementDate(text))
  var chance = Chance(seed: seed)
  let count = series.count * SettlementDay(date).periodCount
  let cells = (0..<count).map { _ in
    Int.random(in: 0..<8, using: &chance) == 0
      ? ReadingLayer.missing : Int32.random(in: -1_000_000_000...1_000_000_000, using: &chance)
  }
  let qualities = cells.map { cell in
    cell == ReadingLayer.missing || Int.random(in: 0..<3, using: &chance) > 0
      ? ReadingQuality.actual : (Bool.random(using: &chance) ? .estimated : .corrected)
  }
  return ReadingLayer(
    date: date, receivedAt: UTCInstant(secondsSince1970: 1_238_457_600), source: sourceHash, sequence: sequence,
    series: series.map { SeriesIndex($0) }, cells: cells, qualities: qualities)
}
