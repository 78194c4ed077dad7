import Foundation
import Testing

/// Report files written, compared and refused by the program; differences between runs by cause.
@Suite struct CompareCommandTests {
  static func settled() throws -> (store: String, folder: URL) {
    let folder = try Program.scratch("compare")
    let sample = folder.appendingPathComponent("sample").path
    let store = folder.appendingPathComponent("S").path
    try #require(try Program.run(["sample", "--out", sample, "--mpans", "20", "--days", "8"]).status == 0)
    let files = try FileManager.default.contentsOfDirectory(atPath: sample).filter { $0.hasPrefix("sample-") }.sorted()
    let taken = try Program.run(
      ["ingest", "--store", store, "--receipts", sample + "/receipts.csv"] + files.map { sample + "/" + $0 })
    try #require(taken.status == 0)
    try #require(
      try Program.run(["settle", "--store", store, "--date", "2026-03-21", "--as-of", "2026-06-30"]).status == 0)
    return (store, folder)
  }

  static func file(_ store: String, _ folder: URL, _ run: String, _ kind: String = "S0142") throws -> URL {
    let out = folder.appendingPathComponent("files-\(run)-\(kind)")
    let written = try Program.run([
      "report-files", "--store", store, "--date", "2026-03-21", "--run", run, "--file", kind, "--out", out.path,
      "--created", "2026-04-20T09:00:00Z",
    ])
    try #require(written.status == 0, "\(written.errors)")
    let name = try #require(try FileManager.default.contentsOfDirectory(atPath: out.path).first)
    return out.appendingPathComponent(name)
  }

  @Test func whatWasWrittenIsEqual() throws {
    let (store, folder) = try Self.settled()
    for kind in ["S0142", "C0421"] {
      let file = try Self.file(store, folder, "SF", kind)
      let result = try Program.run(["compare", "--received", file.path, "--store", store, "--format", "json"])
      #expect(result.status == 0, "\(result.errors)")
      let page = try #require(try json(result.out) as? [String: Any])
      #expect(page["settlementDate"] as? String == "2026-03-21" && page["run"] as? String == "SF")
      #expect((page["differences"] as? [Any])?.isEmpty == true)
    }
  }

  /// The first run's file under the name of a later one: found, valued, and adding up.
  @Test func anotherRunsFileIsADifference() throws {
    let (store, folder) = try Self.settled()
    let file = try Self.file(store, folder, "II")
    var text = try String(contentsOf: file, encoding: .utf8)
    text = text.replacingOccurrences(of: "|II|", with: "|SF|")
    let changed = folder.appendingPathComponent("changed.txt")
    try text.replacingOccurrences(of: "|0.", with: "|1.").write(to: changed, atomically: true, encoding: .utf8)
    let result = try Program.run(
      ["compare", "--received", changed.path, "--store", store, "--threshold", "0.10", "--format", "json"])
    #expect(result.status == 1)
    let page = try #require(try json(result.out) as? [String: Any])
    let totals = try #require(page["totals"] as? [String: Any])
    #expect(totals["addsUp"] as? Bool == true)
    let rows = try #require(page["differences"] as? [[String: Any]])
    let values = rows.compactMap { ($0["pounds"] as? NSNumber).map { Self.micropounds($0).magnitude } }
    #expect(!values.isEmpty && values == values.sorted(by: >) && values.allSatisfy { $0 >= 100_000 })
    #expect(rows.allSatisfy { ($0["sentence"] as? String)?.isEmpty == false })
  }

  @Test func aCutFileIsRefused() throws {
    let (store, folder) = try Self.settled()
    let file = try Self.file(store, folder, "SF")
    let cut = folder.appendingPathComponent("cut.txt")
    try Data(contentsOf: file).dropLast(60).write(to: cut)
    let result = try Program.run(["compare", "--received", cut.path, "--store", store])
    #expect(result.status == 2 && result.errors.contains("SRF-02"))
    #expect(try Program.run(["compare", "--received", folder.path + "/no", "--store", store]).status == 2)
  }

  /// JSON's numbers come through binary floating point here; whole micropounds come back exactly.
  static func micropounds(_ number: NSNumber) -> Int64 { Int64((number.doubleValue * 1_000_000).rounded()) }

  @Test func runsByCause() throws {
    let (store, _) = try Self.settled()
    let result = try Program.run([
      "reconcile", "--store", store, "--date", "2026-03-21", "--from", "II", "--to", "SF", "--by-cause", "--format",
      "json",
    ])
    #expect(result.status == 0, "\(result.errors)")
    let page = try #require(try json(result.out) as? [String: Any])
    for party in try #require(page["parties"] as? [[String: Any]]) {
      let causes = try #require(party["causes"] as? [String: NSNumber])
      let sum = causes.values.reduce(0) { $0 + Self.micropounds($1) }
      #expect(sum == (party["difference"] as? NSNumber).map(Self.micropounds))
    }
    #expect(
      try Program.run(["reconcile", "--store", store, "--date", "2026-03-21", "--from", "II", "--by-cause"]).status
        == 64)
  }
}
