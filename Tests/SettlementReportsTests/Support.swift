import SettlementCalendar
import SettlementReports
import WireFormat

func date(_ text: String) -> SettlementDate { SettlementDate(text) ?? .earliest }

/// Random choices that repeat for a seed (SplitMix64), so that a failing case can be run again.
struct Dice {
  private var state: UInt64
  init(_ seed: Int) { state = UInt64(seed) &* 0x9E37_79B9_7F4A_7C15 &+ 1 }

  mutating func below(_ count: Int) -> Int {
    state &+= 0x9E37_79B9_7F4A_7C15
    var mixed = state
    mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
    mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
    return Int((mixed ^ (mixed >> 31)) % UInt64(count))
  }
}

/// All events of a file, fed in pieces that the lengths give, over and over.
func events(_ bytes: [UInt8], name: String = "file", cuts: [Int] = [Int.max]) -> [ReportEvent] {
  var reader = SettlementReportReader(file: name)
  var events: [ReportEvent] = []
  var start = 0
  var turn = 0
  while start < bytes.count {
    let end = start + min(bytes.count - start, max(1, cuts[turn % cuts.count]))
    bytes[start..<end].withUnsafeBytes { reader.consume($0) { events.append($0) } }
    start = end
    turn += 1
  }
  reader.finish { events.append($0) }
  return events
}

func events(_ lines: [String], name: String = "file") -> [ReportEvent] {
  events(Array(lines.map { $0 + "\n" }.joined().utf8), name: name)
}

extension [ReportEvent] {
  var tally: ReportTally {
    guard case .finished(let tally) = last else { return ReportTally() }
    return tally
  }

  var fileBytes: [UInt8] { flatMap(\.fileBytes) }

  var rules: [String] {
    compactMap { if case .noted(let finding) = $0 { finding.rule.code } else { nil } }
  }

  var records: [ReportRecord] {
    compactMap { if case .record(let record) = $0 { record } else { nil } }
  }
}

/// The lines between a header and a footer that agrees with them.
func enclosed(_ header: String, _ body: [String]) -> [String] {
  var checksum = ReportChecksum()
  for line in [header] + body { checksum.add(ReportRecord(bytes: Array(line.utf8), lineEnd: .lineFeed)) }
  return [header] + body + ["ZZZ|\(body.count + 2)|\(checksum.value)|"]
}

func invented(_ kind: ReportKind, on day: String = "2026-04-15", parties: Int = 2, units: Int = 2, seed: UInt64 = 1)
  -> [UInt8]
{
  let report = InventedReport(date: date(day), run: .sf, parties: parties, units: units, seed: seed)
  var bytes: [UInt8] = []
  if kind == .settlementReport {
    report.settlementReport { bytes += $0 }
  } else {
    report.meterData(kind) { bytes += $0 }
  }
  return bytes
}
