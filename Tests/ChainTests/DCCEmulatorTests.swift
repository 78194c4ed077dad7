import Foundation
import Testing

/// The emulator and the collection of a day, driven through the built program as the walk-through does.
@Suite struct DCCEmulatorTests {
  /// A running emulator; ended with SIGTERM.
  final class Emulator {
    let process = Process()
    let output: URL
    let url: String

    init(_ arguments: [String]) throws {
      let folder = try Program.scratch("dcc")
      output = folder.appendingPathComponent("out")
      try Data().write(to: output)
      process.executableURL = URL(fileURLWithPath: Program.path)
      process.arguments = ["dcc", "serve", "--port", "0"] + arguments
      process.standardOutput = try FileHandle(forWritingTo: output)
      process.standardInput = FileHandle.nullDevice
      try process.run()
      var found: String?
      for _ in 0..<400 where found == nil {
        usleep(50_000)
        let text = String(decoding: try Data(contentsOf: output), as: UTF8.self)
        found = text.split(separator: " ").first { $0.hasPrefix("http") }.map { String($0.dropLast()) }
      }
      guard let found else {
        process.terminate()
        throw CocoaError(.fileReadUnknown)
      }
      url = found
    }

    /// - Returns: its exit status.
    func stop() -> Int32 {
      process.terminate()
      process.waitUntilExit()
      return process.terminationReason == .exit ? process.terminationStatus : -1
    }
  }

  static func dcc(_ emulator: Emulator, _ arguments: String...) throws -> Program.Result {
    try Program.run(["dcc", arguments[0], "--url", emulator.url, "--seed", "7"] + arguments.dropFirst())
  }

  @Test func aRetrieverIsAppointedReadsAndSchedules() throws {
    let emulator = try Emulator(["--estate", "20", "--seed", "7", "--clock", "2026-05-01T00:00:00Z"])
    // A supplier's first read: two commands.
    let supplier = try Self.dcc(emulator, "send", "--as", "supplier", "--service", "4.8.1", "--row", "3")
    #expect(supplier.status == 0, "\(supplier.errors)")
    #expect(supplier.out.contains("MAC right, decrypted"))
    #expect(
      supplier.out.split(separator: "\n").filter { $0.hasPrefix("  2026-04-30T") || $0.hasPrefix("  2026-05-01T") }
        .count == 48)
    // Nobody has appointed the retriever yet.
    let early = try Self.dcc(emulator, "send", "--as", "mdr", "--service", "4.8.1", "--row", "3")
    #expect(early.status == 1 && early.out.hasPrefix("E4"))
    #expect(try Self.dcc(emulator, "appoint", "--from", "2026-05-01").status == 0)
    #expect(try Self.dcc(emulator, "send", "--as", "mdr", "--service", "4.8.1", "--row", "3").status == 0)
    let schedule = try Self.dcc(
      emulator, "send", "--as", "mdr", "--service", "5.1", "--scheduled", "4.8.1", "--row", "3")
    #expect(schedule.status == 0 && schedule.out.contains("schedule 1"))
    #expect(try Self.dcc(emulator, "clock", "--forward", "172800").status == 0)
    let report = try Self.dcc(emulator, "report", "--format", "json")
    let members = try #require(try json(report.out) as? [String: Any])
    let reads = try #require(members["reads"] as? [[String: Any]])
    #expect(reads.reduce(0) { $0 + ($1["scheduled"] as? Int ?? 0) } == 1)
    // A critical service: transformed, signed, sent.
    let clock = try Self.dcc(emulator, "send", "--as", "supplier", "--service", "6.11", "--row", "3")
    #expect(clock.status == 0, "\(clock.out) \(clock.errors)")
    // Back in time is refused; an inventory is found.
    #expect(try Self.dcc(emulator, "clock", "--to", "2026-05-01T00:00:00Z").status == 3)
    #expect(try Self.dcc(emulator, "send", "--service", "8.2", "--row", "3").out.contains("ESME Commissioned"))
    #expect(emulator.stop() == 0)
  }

  @Test func aSMETS1MeterIsReadAndItsServiceProvidersSignatureVerified() throws {
    let emulator = try Emulator([
      "--estate", "20", "--seed", "7", "--clock", "2026-05-01T00:00:00Z", "--smets1", "100", "--smets1-cache",
      "--appoint-mdr",
    ])
    let read = try Self.dcc(emulator, "send", "--as", "supplier", "--service", "4.8.1", "--row", "3")
    #expect(read.status == 0, "\(read.out) \(read.errors)")
    #expect(read.out.contains("ReadActiveImportProfileDataRsp from 02-48-48-10-00-00-00-03"))
    #expect(read.out.contains("signature of the service provider 02-48-48-F0-00-00-00-2"))
    func halfHours(_ text: String) -> [Substring] {
      text.split(separator: "\n").filter { $0.hasPrefix("  2026-04-30T") || $0.hasPrefix("  2026-05-01T") }
    }
    #expect(halfHours(read.out).count == 48)
    // The retriever gets the same from the cache.
    let again = try Self.dcc(emulator, "send", "--as", "mdr", "--service", "4.8.1", "--row", "3")
    #expect(again.status == 0 && again.out.contains("kept by the DCC"))
    #expect(halfHours(again.out) == halfHours(read.out))
    let armed = try Self.dcc(
      emulator, "send", "--as", "supplier", "--service", "7.3", "--row", "3", "--variant", "1")
    #expect(armed.status == 0 && armed.out.contains("not done"))
    let missing = try Self.dcc(emulator, "send", "--as", "mdr", "--service", "4.17", "--row", "3")
    #expect(missing.status == 1 && missing.out.hasPrefix("E11"))
    let report = try Self.dcc(emulator, "report", "--format", "json")
    let members = try #require(try json(report.out) as? [String: Any])
    #expect(members["smets1_cache_hits"] as? Int == 1 && members["smets1_cached"] as? Int == 1)
    #expect(emulator.stop() == 0)
  }

  @Test func aMixedDayIsCollectedAndReadAgainFromItsFacts() throws {
    let store = try Program.scratch("mixed").appendingPathComponent("store").path
    let day = try Program.run([
      "dcc", "day", "--estate", "120", "--seed", "7", "--date", "2026-04-30", "--store", store, "--smets1", "40",
      "--faults", "lost-response=200,wrong-mac=200,lost-command=200,partial-log=200,dumb-mode=500,no-wan=200",
      "--smets1-cache", "--windows", "00:00-06:00@100,08:00-20:00@50", "--on-demand-first",
    ])
    #expect(day.status == 0, "\(day.out) \(day.errors)")
    let collected = try #require(Self.number(after: "collected ", in: day.out))
    #expect(try #require(Self.number(after: "in the store ", in: day.out)) == collected && collected > 0)
    #expect(try #require(Self.number(after: "SMETS1 answers ", in: day.out)) > 0)
    let settled = try Program.run([
      "settle", "--store", store, "--date", "2026-04-30", "--as-of", "2028-12-31", "--format", "json",
    ])
    #expect(settled.status == 0, "\(settled.errors)")
    let verified = try Program.run(["verify", "--store", store])
    #expect(verified.status == 0, "\(verified.out) \(verified.errors)")
    let estate = try Program.run([
      "dcc", "estate", "--estate", "120", "--seed", "7", "--smets1", "40", "--format", "csv",
    ])
    let rows = estate.out.split(separator: "\n")
    #expect(rows.contains { $0.contains("smets1") } && rows.contains { $0.contains("smets2") })
    #expect(try Program.run(["dcc", "estate", "--smets1", "101"]).status != 0)
  }

  @Test(arguments: [
    "00:00-06:00@10", "00:00-06:00@10,05:00-20:00@5", "00:00-06:00@10,08:00-21:00@5", "00:00-06:00@5,08:00-20:00@5",
    "0-6@2,8-9@1", "00:00-06:60@2,08:00-09:00@1", "06:00-00:00@2,08:00-09:00@1", "00:00-06:00@x,08:00-09:00@1",
  ])
  func windowsThatAreNoneAreRefused(_ windows: String) throws {
    let store = try Program.scratch("windows").appendingPathComponent("store").path
    let day = try Program.run([
      "dcc", "day", "--estate", "1", "--date", "2026-04-30", "--store", store, "--windows", windows,
    ])
    #expect(day.status != 0 && day.errors.contains("--windows"))
  }

  @Test func underMutualTLSOnlyCertificatesOfTheEstateAreServed() throws {
    let emulator = try Emulator(["--estate", "5", "--seed", "7", "--tls", "--clock", "2026-05-01T00:00:00Z"])
    let read = try Self.dcc(emulator, "send", "--as", "supplier", "--service", "4.8.1", "--row", "1")
    #expect(read.status == 0, "\(read.errors)")
    // Keys of another seed are of another infrastructure.
    let stranger = try Program.run(
      ["dcc", "send", "--url", emulator.url, "--seed", "8", "--service", "4.8.1", "--row", "1"])
    #expect(stranger.status == 3)
    #expect(emulator.stop() == 0)
  }

  @Test func whatIsNoRequestIsRefusedWithAReason() throws {
    let emulator = try Emulator(["--estate", "5", "--seed", "7", "--clock", "2026-05-01T00:00:00Z"])
    func post(_ body: String) throws -> (Int, String) {
      let file = try Program.scratch("post").appendingPathComponent("body")
      try Data(body.utf8).write(to: file)
      let curl = Process()
      let pipe = Pipe()
      curl.executableURL = URL(fileURLWithPath: "/usr/bin/env")
      curl.arguments = [
        "curl", "-s", "-w", "\n%{http_code}", "--data-binary", "@\(file.path)", "\(emulator.url)/api/v1/serviceS",
      ]
      curl.standardOutput = pipe
      try curl.run()
      let lines = String(decoding: pipe.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
        .split(separator: "\n", omittingEmptySubsequences: false)
      curl.waitUntilExit()
      return (Int(lines.last ?? "") ?? 0, lines.dropLast().joined(separator: "\n"))
    }
    #expect(try post("<a>") == (400, "The XML document is not well formed, or not in UTF-8."))
    #expect(try post("<!DOCTYPE a><a/>").0 == 400)
    #expect(try post(String(repeating: "a", count: 3 << 20)).0 == 413)
    #expect(emulator.stop() == 0)
  }

  /// The walk-through's end: a day collected with faults, settled, explained down to the message.
  @Test(arguments: ["2026-04-30", "2026-03-29"])
  func aDayOfMetersIsCollectedSettledAndExplained(_ date: String) throws {
    let store = try Program.scratch("day").appendingPathComponent("store").path
    let day = try Program.run([
      "dcc", "day", "--estate", "200", "--seed", "7", "--date", date, "--store", store, "--faults",
      "lost-response=200,wrong-mac=200,lost-command=200,partial-log=200,repeated-response=200",
    ])
    #expect(day.status == 0, "\(day.out) \(day.errors)")
    let half = date == "2026-03-29" ? 46 : 48
    let expected = try #require(Self.number(after: "half-hours expected ", in: day.out))
    let collected = try #require(Self.number(after: "collected ", in: day.out))
    #expect(expected % half == 0 && collected > expected * 9 / 10)
    let stored = try #require(Self.number(after: "in the store ", in: day.out))
    #expect(stored == collected)
    let settled = try Program.run([
      "settle", "--store", store, "--date", date, "--as-of", "2028-12-31", "--format", "json",
    ])
    #expect(settled.status == 0, "\(settled.errors)")
    let runs = try #require(try json(settled.out) as? [[String: Any]])
    #expect(runs.allSatisfy { $0["periods"] as? Int == half })
  }

  static func number(after words: String, in text: String) -> Int? {
    guard let range = text.range(of: words) else { return nil }
    return Int(text[range.upperBound...].prefix { $0.isNumber })
  }

  @Test func aNationalDayIsPlannedAndKeepsEveryRead() throws {
    let plan = try Program.run(["dcc", "plan", "--meters", "300000", "--format", "json"])
    let rows = try #require(try json(plan.out) as? [[String: Any]])
    #expect(rows.last?["reads"] as? Int == 300_000)
    #expect(rows.dropLast().reduce(0) { $0 + ($1["reads"] as? Int ?? 0) } == 300_000)
  }
}
