import Foundation
import Testing

/// A killed load or settlement of a national store loses nothing that it acknowledged, and ends in the same bytes.
@Suite(.serialized) struct LoadKillTests {
  private let date = "2026-01-14"

  private func load(_ store: String, _ file: String) -> [String] {
    ["load", "--store", store, file, "--from", date, "--to", date, "--acknowledge", "--format", "csv"]
  }

  private func settle(_ store: String) -> [String] { ["settle", "--store", store, "--date", date, "--run", "II"] }

  @Test func loadingAndSettlingSurviveManyKills() throws {
    let folder = try Program.scratch("load-kill")
    defer { try? FileManager.default.removeItem(at: folder) }
    func path(_ name: String) -> String { folder.appendingPathComponent(name).path }
    func must(_ arguments: [String]) throws { #expect(try Program.run(arguments).status == 0, "\(arguments)") }
    try must(["simulate", "--mpans", "40000", "--days", "1", "--from", date, "--store", path("made")])
    try must(["meters", "--store", path("made"), "--simulated", "40000"])
    try must(["export", "--store", path("made"), "--date", date, "--layout", "long", "--out", path("file.csv")])
    func fresh(_ name: String) throws {
      try? FileManager.default.removeItem(atPath: path(name))
      try FileManager.default.createDirectory(
        atPath: path("\(name)/national/\(date)"), withIntermediateDirectories: true)
      for file in ["meters", "\(date)/standing"] {
        try FileManager.default.copyItem(
          atPath: path("made/national/\(file)"), toPath: path("\(name)/national/\(file)"))
      }
    }
    try fresh("whole")
    let clock = ContinuousClock()
    let begun = clock.now
    try must(load(path("whole"), path("file.csv")))
    let time = UInt32((clock.now - begun) / .microseconds(1))
    try must(settle(path("whole")))

    var kills = 0
    for round in 0..<60 where kills < 20 {
      if round % 5 == 0 { try fresh("killed") }
      let store = path("killed")
      let arguments = round % 5 == 4 ? settle(store) : load(store, path("file.csv"))
      let result = try Program.run(arguments, killAfterMicroseconds: UInt32.random(in: 0..<time))
      if result.wasKilled { kills += 1 }
      try must(["verify", "--store", store])
      let acknowledged =
        result.out.split(separator: "\n").last { $0.hasPrefix("accepted ") }
        .flatMap { $0.split(separator: " ").last.flatMap { Int($0) } } ?? 0
      let there = (try? FileManager.default.contentsOfDirectory(atPath: store + "/national/arrivals")) ?? []
      #expect(there.count { $0.hasSuffix(".arrivals") } >= acknowledged, "an acknowledged acceptance was lost")
    }
    #expect(kills >= 20)
    try fresh("killed")
    for _ in 0..<3 {
      _ = try Program.run(load(path("killed"), path("file.csv")), killAfterMicroseconds: UInt32.random(in: 0..<time))
    }
    try must(load(path("killed"), path("file.csv")))
    try must(settle(path("killed")))
    for file in ["II.block", "II.sums"] {
      let bytes = try ["whole", "killed"].map {
        try Data(contentsOf: URL(fileURLWithPath: path("\($0)/national/\(date)/\(file)")))
      }
      #expect(bytes[0] == bytes[1], "\(file)")
    }
  }
}
