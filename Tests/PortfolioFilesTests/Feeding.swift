import Findings
import PortfolioFiles
import Readings
import WireFormat

/// A small generator for cuts and mutations: the tests must not change from run to run.
struct Dice {
  var state: UInt64
  mutating func roll(_ sides: Int) -> Int {
    state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
    return Int((state >> 33) % UInt64(sides))
  }
}

/// Everything that a reader says about bytes that come in the given pieces.
func events<Reader: StreamReader>(_ make: () -> Reader, _ pieces: [[UInt8]]) -> [Reader.Event] {
  var reader = make()
  var events: [Reader.Event] = []
  for piece in pieces { piece.withUnsafeBytes { reader.consume($0) { events.append($0) } } }
  reader.finish { events.append($0) }
  return events
}

func events<Reader: StreamReader>(_ make: () -> Reader, _ text: String) -> [Reader.Event] {
  events(make, [Array(text.utf8)])
}

func randomCuts(_ bytes: [UInt8], _ dice: inout Dice) -> [[UInt8]] {
  var pieces: [[UInt8]] = []
  var start = 0
  while start < bytes.count {
    let end = min(bytes.count, start + dice.roll(40))
    pieces.append(Array(bytes[start..<end]))
    start = end
  }
  return pieces
}

func values<Value>(_ events: [PortfolioEvent<Value>]) -> [Value] {
  events.compactMap { if case .value(let value, _) = $0 { value } else { nil } }
}

/// Rules of quarantined rows, once for each row, and of notes.
func rules<Value>(_ events: [PortfolioEvent<Value>]) -> (quarantined: [String], noted: [String]) {
  var (quarantined, noted): ([String], [String]) = ([], [])
  for event in events {
    switch event {
    case .value: break
    case .quarantined(let finding, let rows): quarantined += Array(repeating: finding.rule.code, count: rows)
    case .noted(let finding): noted.append(finding.rule.code)
    }
  }
  return (quarantined, noted)
}
