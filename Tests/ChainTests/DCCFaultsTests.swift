import Foundation
import Testing

/// Faults, quarantine, the repository and a change of supplier, driven through the built program.
@Suite struct DCCFaultsTests {
  typealias Emulator = DCCEmulatorTests.Emulator

  static let everything = [
    "lost-command", "lost-response", "repeated-command", "repeated-response", "late-response", "wrong-mac",
    "partial-log", "ten-day-limit", "missing-half-hours", "clock-drift", "throttled-alerts", "no-wan",
    "meter-exchange", "hub-swap", "dumb-mode",
  ].map { "\($0)=400" }.joined(separator: ",")

  private func day(_ arguments: [String]) throws -> Program.Result {
    let store = try Program.scratch("faults").appendingPathComponent("store").path
    return try Program.run(
      ["dcc", "day", "--estate", "200", "--seed", "7", "--date", "2026-04-30", "--threads", "2", "--store", store]
        + arguments)
  }

  /// What was done, without how long it took.
  private func account(_ text: String) -> [Substring] {
    text.split(separator: "\n").filter { !$0.contains("reads a second") }
  }

  @Test(arguments: [0, 40]) func everyFaultIsPutDownToItsDifference(_ smets1: Int) throws {
    let arguments = [
      "--faults", Self.everything, "--days-asked", "13", "--without-documents", "--smets1", "\(smets1)",
    ]
    let first = try day(arguments)
    #expect(first.status == 0, "\(first.out) \(first.errors)")
    for kind in ["lost command", "late response", "meter exchange", "hub swap", "throttled alerts", "no WAN"] {
      let injected = try #require(first.out.split(separator: "\n").first { $0.hasPrefix("faults injected") })
      #expect(injected.contains(kind), "\(injected)")
    }
    #expect(first.out.contains("half-hours missing: ") && first.out.contains("folded "))
    // The same seed, the same account.
    let second = try day(arguments)
    #expect(account(first.out) == account(second.out))
    #expect(first.out.contains("dumb mode") == (smets1 > 0))
  }

  @Test(
    arguments: ["meter-exchange", "hub-swap", "throttled-alerts", "clock-drift", "ten-day-limit", "late-response"],
    [0, 50])
  func oneKindAloneIsAccountedFor(_ kind: String, _ smets1: Int) throws {
    let done = try day(["--faults", "\(kind)=3000", "--days-asked", "12", "--smets1", "\(smets1)"])
    #expect(done.status == 0, "\(done.out) \(done.errors)")
  }

  @Test func readsWhoseWindowIsFullAreNoFault() throws {
    let done = try day(["--windows", "00:00-06:00@2,08:00-08:01@1", "--smets1", "30"])
    #expect(done.status == 0, "\(done.out) \(done.errors)")
    #expect(done.out.contains("scheduled reads whose window was full: "), "\(done.out)")
  }

  @Test func aRequestAboveAThresholdWaitsAndIsDecided() throws {
    let file = try Program.scratch("thresholds").appendingPathComponent("list")
    try Data("# the DCC's own\ndcc/8.2 = 0/60\n\nlimits/6.11=0..60\n".utf8).write(to: file)
    let emulator = try Emulator([
      "--estate", "5", "--seed", "7", "--clock", "2026-05-01T00:00:00Z", "--threshold", "supplier/4.8.1=1/3600",
      "--thresholds", file.path,
    ])
    let read = ["send", "--as", "supplier", "--service", "4.8.1", "--row", "1"]
    func dcc(_ arguments: [String]) throws -> Program.Result {
      try Program.run(["dcc"] + arguments + ["--url", emulator.url, "--seed", "7"])
    }
    #expect(try dcc(read).status == 0)
    let held = try dcc(read)
    #expect(held.status == 1 && held.out.contains("ADUserThresholdBreach, reference 1"), "\(held.out)")
    #expect(try dcc(["send", "--service", "8.2", "--row", "1"]).out.contains("ADDCCThresholdBreach, reference 2"))
    let clock = try dcc(["send", "--as", "supplier", "--service", "6.11", "--row", "1"])
    #expect(clock.out.contains("ADAttributeLimitsBreach"), "\(clock.out) \(clock.errors)")
    let list = try dcc(["quarantine", "list", "--format", "csv"])
    let lines = list.out.split(separator: "\n")
    #expect(lines.count == 4, "\(list.out)")
    #expect(lines.contains { $0.contains("ADDCCThresholdBreach") && $0.contains("8.2") })
    #expect(try dcc(["quarantine", "release", "1"]).out == "released 1\n")
    #expect(try dcc(["quarantine", "release", "1"]).status == 3)
    #expect(try dcc(["quarantine", "delete", "2"]).out == "deleted 2\n")
    #expect(try dcc(["clock", "--forward", "60"]).status == 0)
    // The released read was answered: the supplier has it beside its first.
    let inbox = try dcc(["inbox", "--as", "supplier"])
    #expect(inbox.out.components(separatedBy: "MAC right, decrypted").count == 3, "\(inbox.out)")
    for wrong in ["supplier", "supplier=1", "limits/6.11=9..1", "dcc=1/60", "nobody=1/60", "supplier=-1/60"] {
      let refused = try Program.run(["dcc", "serve", "--port", "0", "--estate", "5", "--threshold", wrong])
      #expect(refused.status != 0)
    }
    #expect(emulator.stop() == 0)
  }

  /// An answer of the server to a body.
  private func post(_ url: String, _ body: String) throws -> (status: Int, text: String) {
    let file = try Program.scratch("post").appendingPathComponent("body")
    try Data(body.utf8).write(to: file)
    let curl = Process()
    let pipe = Pipe()
    curl.executableURL = URL(fileURLWithPath: "/usr/bin/env")
    curl.arguments = ["curl", "-s", "-w", "\n%{http_code}", "--data-binary", "@\(file.path)", url]
    curl.standardOutput = pipe
    try curl.run()
    let lines = String(decoding: pipe.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
      .split(separator: "\n", omittingEmptySubsequences: false)
    curl.waitUntilExit()
    return (Int(lines.last ?? "") ?? 0, lines.dropLast().joined(separator: "\n"))
  }

  private func values(_ name: String, _ text: String) -> [String] {
    text.components(separatedBy: "<\(name)>").dropFirst().compactMap { $0.components(separatedBy: "</").first }
  }

  @Test func certificatesAreFoundAndRetrieved() throws {
    let supplier = "02-48-48-F0-00-00-00-10"
    let emulator = try Emulator([
      "--estate", "5", "--seed", "7", "--clock", "2026-05-01T00:00:00Z", "--revoke", "02-48-48-F0-00-00-00-19",
    ])
    let search = emulator.url + "/services/certificatesearch"
    let retrieve = emulator.url + "/services/retrievecertificate"
    func ask(_ fields: String) throws -> (status: Int, text: String) {
      try post(search, "<?xml version=\"1.0\"?><CertificateSearchRequest>\(fields)</CertificateSearchRequest>")
    }
    let all = try ask("<CertificateSubjectName>\(supplier)</CertificateSubjectName>")
    #expect(all.status == 200 && values("CertificateSerial", all.text).count == 4)
    #expect(Set(values("CertificateUsage", all.text)) == ["DS", "KA"])
    #expect(Set(values("CertificateRole", all.text)) == ["2", "135"] && values("ResponseCode", all.text) == ["200"])
    let signing = try ask(
      "<CertificateSubjectName>\(supplier)</CertificateSubjectName><CertificateUsage>DS</CertificateUsage>"
        + "<CertificateRole>2</CertificateRole>")
    #expect(values("CertificateSerial", signing.text).count == 1)
    let meter = try ask("<CertificateSubjectAltName>02-48-48-10-00-00-00-01</CertificateSubjectAltName>")
    let serials = values("CertificateSerial", meter.text)
    #expect(meter.status == 200 && serials.count == 2 && values("CertificateRole", meter.text).isEmpty)
    for serial in serials {
      let found = try post(
        retrieve, "<CertificateDataRequest><CertificateSerial>\(serial)</CertificateSerial></CertificateDataRequest>")
      #expect(found.status == 200 && values("CertificateSerial", found.text) == [serial])
      let body = try #require(values("CertificateBody", found.text).first)
      #expect(Data(base64Encoded: body)?.first == 0x30)
    }
    let revoked = try ask(
      "<CertificateSubjectName>02-48-48-F0-00-00-00-19</CertificateSubjectName><CertificateStatus>R</CertificateStatus>"
    )
    #expect(values("CertificateStatus", revoked.text) == ["R", "R", "R"])
    // The DSP takes nothing that a revoked party signed.
    let read = try DCCEmulatorTests.dcc(emulator, "send", "--as", "mdr", "--service", "8.2", "--row", "1")
    #expect(read.status != 0)
    #expect(try ask("<CertificateSubjectName>02-48-48-F0-00-00-00-77</CertificateSubjectName>").status == 402)
    #expect(try ask("<CertificateSubjectAltName>02-48-48-10-00-00-0F-FF</CertificateSubjectAltName>").status == 402)
    #expect(
      try post(retrieve, "<CertificateDataRequest><CertificateSerial>12</CertificateSerial></CertificateDataRequest>")
        .status == 402)
    for wrong in [
      "", "<CertificateSubjectName>x</CertificateSubjectName>", "<Other>1</Other>",
      "<CertificateSubjectName>\(supplier)</CertificateSubjectName><CertificateUsage>XX</CertificateUsage>",
      "<CertificateSubjectName>\(supplier)</CertificateSubjectName><CertificateSubjectAltName>\(supplier)</CertificateSubjectAltName>",
      "<CertificateSubjectName><a/></CertificateSubjectName>",
    ] { #expect(try ask(wrong).status == 401, "\(wrong)") }
    for wrong in ["", "<a>", "<!DOCTYPE a><CertificateSearchRequest/>", "\u{0}\u{1}", "{}"] {
      #expect(try post(search, wrong).status == 401 && post(retrieve, wrong).status == 401, "\(wrong)")
    }
    for serial in ["", "zz", "-1", String(repeating: "a", count: 41)] {
      #expect(
        try post(
          retrieve, "<CertificateDataRequest><CertificateSerial>\(serial)</CertificateSerial></CertificateDataRequest>"
        ).status == 401)
    }
    #expect(try post(search, String(repeating: " ", count: 100_000)).status == 413)
    #expect(emulator.stop() == 0)
  }

  @Test(arguments: [false, true]) func aSupplierTakesAMeterOver(_ later: Bool) throws {
    let emulator = try Emulator(["--estate", "20", "--seed", "7", "--clock", "2026-05-01T00:00:00Z"])
    func dcc(_ arguments: String...) throws -> Program.Result {
      try Program.run(["dcc"] + arguments + ["--url", emulator.url, "--seed", "7"])
    }
    for user in ["supplier", "network"] {
      let made = try dcc("send", "--as", user, "--service", "5.1", "--scheduled", "4.8.1", "--row", "3")
      #expect(made.status == 0, "\(made.errors)")
    }
    // Not registered: refused.
    #expect(try dcc("send", "--as", "supplier2", "--service", "6.23", "--row", "3").out.hasPrefix("E4"))
    #expect(try dcc("switch", "--row", "3", "--to", "supplier2", "--from", "2026-05-01").status == 0)
    #expect(try dcc("switch", "--row", "3", "--to", "mdr", "--from", "2026-05-01").status != 0)
    let handover =
      later
      ? try dcc("send", "--as", "supplier2", "--service", "6.23", "--row", "3", "--at", "2026-05-01T06:00:00Z")
      : try dcc("send", "--as", "supplier2", "--service", "6.23", "--row", "3")
    #expect(handover.status == 0, "\(handover.out) \(handover.errors)")
    if later { #expect(try dcc("clock", "--to", "2026-05-01T06:01:00Z").status == 0) }
    let gaining = try dcc("inbox", "--as", "supplier2")
    #expect(gaining.out.contains("new credentials of the Supplier"), "\(gaining.out)")
    let losing = try dcc("inbox", "--as", "supplier").out
    #expect(losing.contains("change of supplier at ") && losing.contains("schedule 1 on "), "\(losing)")
    // The network's schedule stays; the new supplier reads, the old one may not.
    #expect(try dcc("send", "--as", "network", "--service", "5.2", "--row", "3").out.contains("schedule 2"))
    let read = try dcc("send", "--as", "supplier2", "--service", "4.8.1", "--row", "3")
    #expect(read.status == 0 && read.out.contains("MAC right, decrypted"), "\(read.out)")
    #expect(try dcc("send", "--as", "supplier", "--service", "4.8.1", "--row", "3").out.hasPrefix("E4"))
    #expect(emulator.stop() == 0)
  }
}
