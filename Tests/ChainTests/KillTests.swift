import Foundation
import Testing

/// A killed process loses nothing that it acknowledged and leaves nothing half-visible.
@Suite(.serialized) struct KillTests {
  /// A sample estate and a store that an uninterrupted run made of it.
  private static func sample() throws -> URL {
    let folder = try Program.scratch("kill")
    let made = try Program.run([
      "sample", "--out", folder.appendingPathComponent("sample").path, "--mpans", "1500", "--days", "5", "--from",
      "2026-03-26",
    ])
    #expect(made.status == 0, "\(made.errors)")
    return folder
  }

  private func ingestArguments(_ folder: URL, _ store: String) throws -> [String] {
    let sample = folder.appendingPathComponent("sample")
    let files = try FileManager.default.contentsOfDirectory(atPath: sample.path).filter { $0.hasPrefix("sample-") }
      .sorted()
    return [
      "ingest", "--store", store, "--receipts", sample.appendingPathComponent("receipts.csv").path, "--format", "json",
    ]
      + files.map { sample.appendingPathComponent($0).path }
  }

  private func settleArguments(_ store: String) -> [String] {
    [
      "settle", "--store", store, "--from", "2026-03-26", "--to", "2026-03-30", "--as-of", "2027-12-31", "--format",
      "csv",
    ]
  }

  @Test func ingestAndSettleSurviveManyKills() throws {
    let folder = try Self.sample()
    let whole = folder.appendingPathComponent("whole").path
    let clock = ContinuousClock()
    let begun = clock.now
    #expect(try Program.run(try ingestArguments(folder, whole)).status == 0)
    let ingestTime = clock.now - begun
    let expected = try Program.run(settleArguments(whole))
    #expect(expected.status == 0, "\(expected.errors)")

    let store = folder.appendingPathComponent("killed").path
    var generator = SystemRandomNumberGenerator()
    var kills = 0
    var acknowledged: Set<String> = []
    var round = 0
    while kills < 25, round < 200 {
      defer { round += 1 }
      // Anywhere within the time that the whole work takes.
      let delay = UInt32.random(in: 0..<UInt32(ingestTime / .microseconds(1)), using: &generator)
      // A store that has everything would have nothing left to interrupt: start afresh now and then.
      if round % 6 == 0 {
        try? FileManager.default.removeItem(atPath: store)
        acknowledged = []
      }
      let arguments = round % 3 == 2 ? settleArguments(store) : try ingestArguments(folder, store)
      let result = try Program.run(arguments, killAfterMicroseconds: delay)
      if result.wasKilled { kills += 1 }
      guard FileManager.default.fileExists(atPath: store + "/halfhour.sqlite") else { continue }
      // Whatever moment it died at, what is visible is whole, derives again to the same bytes, and only grows.
      let check = try Program.run(["verify", "--store", store, "--format", "json"])
      #expect(check.status == 0, "after \(delay) microseconds: \(check.out) \(check.errors)")
      let known = try sources(store)
      #expect(known.isSuperset(of: acknowledged), "a committed source was lost")
      acknowledged = known
    }
    #expect(kills >= 25, "only \(kills) of \(round) processes died at work")

    #expect(try Program.run(try ingestArguments(folder, store)).status == 0)
    let settled = try Program.run(settleArguments(store))
    #expect(settled.status == 0, "\(settled.errors)")
    // `made` tells now from before; everything else is the same to the byte.
    let figures = { (text: String) in text.replacingOccurrences(of: ",before,", with: ",now,") }
    #expect(figures(settled.out) == figures(expected.out))
    #expect(try Program.run(["verify", "--store", store]).status == 0)
    try? FileManager.default.removeItem(at: folder)
  }

  private func sources(_ store: String) throws -> Set<String> {
    let result = try Program.run(["sources", "--store", store, "--format", "json"])
    let list = try #require(try json(result.out) as? [[String: Any]])
    return Set(list.compactMap { $0["sha256"] as? String })
  }
}
