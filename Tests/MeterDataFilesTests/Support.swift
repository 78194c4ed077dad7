import Findings
import Foundation
import MeterDataFiles
import Quantities
import Readings
import SettlementCalendar

/// What came out of one file.
struct Outcome {
  var series: [(name: String?, quantity: String)] = []
  var rows: [ReadingRow] = []
  var quarantined: [(finding: Finding, rows: Int)] = []
  var notes: [Finding] = []
  /// Every event in order, as text: what two ways of feeding must agree on.
  var transcript: [String] = []

  var quarantinedRows: Int { quarantined.reduce(0) { $0 + $1.rows } }
  var rowsRead: Int { rows.count + quarantinedRows }
  var wattHours: Int64 { rows.reduce(0) { $0 + $1.energy.wattHours } }
  /// Quarantined rows by rule.
  var faults: [String: Int] { quarantined.reduce(into: [:]) { $0[$1.finding.rule.code, default: 0] += $1.rows } }
  var noted: [String: Int] { notes.reduce(into: [:]) { $0[$1.rule.code, default: 0] += 1 } }
  func note(_ rule: String) -> Finding? { notes.first { $0.rule.code == rule } }

  mutating func take(_ event: ReadingEvent, keepTranscript: Bool) {
    if keepTranscript { transcript.append("\(event)") }
    switch event {
    case .series(let local, let name, let quantity):
      precondition(Int(local) == series.count, "series are numbered in order")
      series.append((name, quantity.rawValue))
    case .reading(let row): rows.append(row)
    case .quarantined(let finding, let rows): quarantined.append((finding, rows))
    case .noted(let finding): notes.append(finding)
    }
  }
}

/// Feeds bytes to a reader of the format, cut as told.
func read(
  _ bytes: [UInt8], as format: MeterDataFormat, name: String = "file", cuts: (inout Int) -> Int = { _ in 65_536 },
  keepTranscript: Bool = false
) -> Outcome {
  var reader = format.makeReader(fileName: name)
  var outcome = Outcome()
  var start = 0
  var state = 1
  while start < bytes.count {
    let end = min(start + max(cuts(&state), 1), bytes.count)
    // A copy of its own, so that reading beyond a piece cannot go unseen.
    let piece = Array(bytes[start..<end])
    piece.withUnsafeBytes { reader.consume($0) { outcome.take($0, keepTranscript: keepTranscript) } }
    start = end
  }
  reader.finish { outcome.take($0, keepTranscript: keepTranscript) }
  return outcome
}

func read(_ text: String, as format: MeterDataFormat, name: String = "file") -> Outcome {
  read(Array(text.utf8), as: format, name: name)
}

func halfHour(_ start: String) -> HalfHour { HalfHour(startingAt: UTCInstant(start)!)! }

/// The shared data beside the package, or where HALFHOUR_SHARED says.
enum Shared {
  static let meter: URL? = {
    let environment = ProcessInfo.processInfo.environment["HALFHOUR_SHARED"].map { URL(fileURLWithPath: $0) }
    let package = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .deletingLastPathComponent()
    let folder = (environment ?? package.appendingPathComponent("../shared").standardized)
      .appendingPathComponent("data/meter")
    return FileManager.default.fileExists(atPath: folder.path) ? folder : nil
  }()

  static var isThere: Bool {
    if meter == nil { print("SKIPPED: ../shared/data/meter is not there; set HALFHOUR_SHARED to run these tests") }
    return meter != nil
  }

  /// The bytes of a file, unpacked by the system's gzip where its name ends in `.gz`.
  static func bytes(_ name: String) throws -> [UInt8] {
    guard let meter else { throw CocoaError(.fileNoSuchFile) }
    let url = meter.appendingPathComponent(name)
    guard name.hasSuffix(".gz") else { return Array(try Data(contentsOf: url)) }
    let process = Process()
    let pipe = Pipe()
    process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
    process.arguments = ["gzip", "-dc", url.path]
    process.standardOutput = pipe
    try process.run()
    let data = pipe.fileHandleForReading.readDataToEndOfFile()
    process.waitUntilExit()
    return Array(data)
  }

  /// Detects the format as ingest does, then reads the file.
  static func read(_ name: String) throws -> (format: MeterDataFormat, outcome: Outcome) {
    let bytes = try bytes(name)
    let base = name.split(separator: "/").last.map(String.init) ?? name
    guard let format = MeterDataFormat.detect(firstBytes: Array(bytes.prefix(4_096)), fileName: base) else {
      throw CocoaError(.fileReadUnknown)
    }
    return (format, MeterDataFilesTests.read(bytes, as: format, name: base))
  }
}
