import Foundation
import Operations
import Quantities
import Rulebooks
import SettlementCalendar

/// A store in memory with the files that were taken into it: what the command line does, without disk or clock.
final class Desk: SourceArchive {
  let store = MemoryStore()
  private var files: [String: (name: String, bytes: [UInt8])] = [:]

  struct NotThere: Error {}

  func read(_ hash: String, _ body: (_ part: String, _ bytes: UnsafeRawBufferPointer) throws -> Void) throws {
    guard let file = files[hash] else { throw NotThere() }
    try file.bytes.withUnsafeBytes { try body(file.name, $0) }
  }

  /// Takes a plain file in; its readings count as received at the same moment.
  @discardableResult
  func ingest(_ name: String, _ text: String, at moment: UTCInstant) throws -> IngestReport {
    try ingest(name, parts: [(name, text)], at: moment)
  }

  /// Takes in a file of several parts, as a zip has them.
  @discardableResult
  func ingest(_ name: String, parts: [(name: String, text: String)], at moment: UTCInstant) throws -> IngestReport {
    let bytes = parts.flatMap { Array($0.text.utf8) }
    let hash = testHash(bytes)
    if let known = try store.source(hash) { return .known(known) }
    let intake = try SourceIntake(
      store: store,
      request: IngestRequest(
        hash: hash, name: name, byteCount: bytes.count, receivedAt: moment, receipt: .moment(moment), seriesName: nil,
        settings: IngestSettings(seriesName: nil, receipt: "at \(moment)").text))
    for part in parts {
      intake.begin(part: part.name)
      // In two pieces, so that a cut within a row is always there.
      let bytes = Array(part.text.utf8)
      try bytes[..<(bytes.count / 2)].withUnsafeBytes { try intake.consume($0) }
      try bytes[(bytes.count / 2)...].withUnsafeBytes { try intake.consume($0) }
      try intake.end()
    }
    files[hash] = (name, bytes)
    return try intake.commit()
  }

  func settle(
    _ date: SettlementDate, asOf: SettlementDate, only: Set<RunType>? = nil, rulebook: Rulebook = .default,
    settings: RunSettings = RunSettings()
  ) throws -> [Settler.Outcome] {
    try Settler(store: store, rulebook: rulebook, settings: settings, hash: testHash)
      .settle(date, only: only, asOf: asOf)
  }

  func verify() throws -> Verifier.Outcome {
    try Verifier(store: store, hash: testHash, rulebooks: Rulebook.named).verify(rulebooks: [Rulebook.default.id])
  }
}

/// The moment or date that a test writes down.
func moment(_ text: String) -> UTCInstant { UTCInstant(text) ?? .distantFuture }
func date(_ text: String) -> SettlementDate { SettlementDate(text) ?? .earliest }
