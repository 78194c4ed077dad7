import Foundation
import MarketIdentifiers
import SettlementCalendar
import WireFormat

/// The folder of shared real data: beside the package, or where the environment says.
let sharedFolder: URL? = {
  var candidates: [URL] = []
  if let path = ProcessInfo.processInfo.environment["HALFHOUR_SHARED"] { candidates.append(URL(fileURLWithPath: path)) }
  var folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
  while folder.path != "/" {
    if FileManager.default.fileExists(atPath: folder.appendingPathComponent("Package.swift").path) {
      candidates.append(folder.deletingLastPathComponent().appendingPathComponent("shared"))
      break
    }
    folder.deleteLastPathComponent()
  }
  return candidates.first { FileManager.default.fileExists(atPath: $0.appendingPathComponent("data").path) }
}()

func shared(_ path: String) -> URL? {
  guard let file = sharedFolder?.appendingPathComponent(path) else { return nil }
  return FileManager.default.fileExists(atPath: file.path) ? file : nil
}

/// What a command writes, handed on as it comes.
func stream(_ command: String, _ arguments: [String], _ body: (UnsafeRawBufferPointer) -> Void) throws {
  let process = Process()
  process.executableURL = URL(fileURLWithPath: command)
  process.arguments = arguments
  let pipe = Pipe()
  process.standardOutput = pipe
  try process.run()
  while let data = try pipe.fileHandleForReading.read(upToCount: 1 << 20), !data.isEmpty {
    data.withUnsafeBytes(body)
  }
  process.waitUntilExit()
}

/// All events of a reader that is fed `bytes` in the given pieces.
func events<Reader: StreamReader>(_ make: () -> Reader, _ bytes: [UInt8], cuts: [Int] = []) -> [Reader.Event] {
  var reader = make()
  var events: [Reader.Event] = []
  var start = 0
  for cut in cuts + [bytes.count] where cut > start || cut == bytes.count {
    bytes[start..<cut].withUnsafeBytes { reader.consume($0) { events.append($0) } }
    start = cut
  }
  reader.finish { events.append($0) }
  return events
}

func events<Reader: StreamReader>(_ make: () -> Reader, _ text: String) -> [Reader.Event] {
  events(make, Array(text.utf8))
}

func date(_ text: String) -> SettlementDate { SettlementDate(text)! }
func mpan(_ serial: Int) -> MPAN { MPAN(distributor: 12, serial: serial)! }

/// SplitMix64: the same numbers on every machine.
struct Seeded {
  var state: UInt64
  init(_ seed: UInt64) { state = seed }
  mutating func below(_ bound: Int) -> Int {
    state &+= 0x9E37_79B9_7F4A_7C15
    var z = state
    z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
    return Int((z ^ (z >> 31)) % UInt64(bound))
  }

  /// The bytes with one to three of them changed, taken out or put in.
  mutating func mutated(_ bytes: [UInt8]) -> [UInt8] {
    let signs = Array("|0123456789ACEFSPLZTVHD.-\n\r ".utf8) + [0x00, 0xFF]
    var changed = bytes
    for _ in 0...below(3) {
      switch below(3) {
      case 0: changed[below(changed.count)] = signs[below(signs.count)]
      case 1: changed.remove(at: below(changed.count))
      default: changed.insert(signs[below(signs.count)], at: below(changed.count))
      }
    }
    return changed
  }

  mutating func cuts(_ count: Int) -> [Int] { Set((0..<8).map { _ in below(count) }).sorted() }
}
