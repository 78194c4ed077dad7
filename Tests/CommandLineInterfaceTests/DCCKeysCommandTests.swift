import ArgumentParser
import CommandLineInterface
import Foundation
import Testing

@Suite("halfhour dcc keys") struct DCCKeysCommandTests {
  let folder = FileManager.default.temporaryDirectory.appendingPathComponent("halfhour-keys-\(UUID().uuidString)")

  /// The exit status of a command.
  func status(_ arguments: [String]) throws -> Int32 {
    var command = try DCCKeysCommand.parseAsRoot(arguments)
    do {
      try command.run()
      return 0
    } catch let code as ExitCode {
      return code.rawValue
    }
  }

  func path(_ name: String) -> String { folder.appendingPathComponent(name).path }

  @Test("what is issued is taken under its own root, and refused under the other, late, revoked or in another role")
  func issueAndVerify() throws {
    let party = "90-B3-D5-1F-30-01-00-09"
    #expect(
      try status([
        "--seed", "5", "--out", folder.path, "--party", "\(party):other", "--device", "00DB1234567890A0", "--der",
        "--private-keys",
      ]) == 0)
    let files = Set(FileManager.default.enumerator(atPath: folder.path)?.allObjects.compactMap { $0 as? String } ?? [])
    for name in [
      "smki/organisations-root.pem", "smki/devices-issuing.crl.pem", "dccki/transport-root.pem",
      "organisations/\(party)-other-signing.der", "organisations/\(party)-other-xml-signing.key",
      "devices/00-DB-12-34-56-78-90-A0-key-agreement.pem", "dccki/client-\(party).pem",
    ] { #expect(files.contains(name), "\(name)") }
    let certificate = path("organisations/\(party)-other-signing.der")
    func verify(_ more: [String], under: String = "smki", on date: String = "2026-05-01") throws -> Int32 {
      try status(["verify", certificate, "--authorities", path(under), "--date", date] + more)
    }
    #expect(try verify(["--holder", party, "--role", "other", "--use", "signing", "--require-lists"]) == 0)
    #expect(try verify([], under: "dccki") == 1)
    #expect(try verify([], on: "2030-01-02") == 1)
    #expect(try verify(["--role", "supplier"]) == 1)
    #expect(try verify(["--use", "key-agreement"]) == 1)
    #expect(try status(["list", folder.path, "--format", "json"]) == 0)
    #expect(try status(["show", certificate]) == 0)
    #expect(try status(["--seed", "5", "--out", folder.path, "--party", "\(party):other", "--revoke", party]) == 0)
    #expect(try verify([]) == 1)
    try FileManager.default.removeItem(at: folder)
  }

  @Test("what is no certificate is refused with 2, what is not there with 3, wrong words with a usage error")
  func refused() throws {
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    try Data("-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n".utf8).write(
      to: folder.appendingPathComponent("bad.pem"))
    #expect(try status(["show", path("bad.pem")]) == 2)
    #expect(try status(["list", folder.path]) == 2)
    #expect(try status(["verify", path("bad.pem"), "--authorities", folder.path]) == 2)
    #expect(try status(["list", path("none")]) == 3)
    for wrong in [["--party", "x:other"], ["--party", "90-B3-D5-1F-30-01-00-09:nobody"], ["--valid-from", "May"]] {
      #expect(throws: ValidationError.self) { try status(["--out", folder.path] + wrong) }
    }
    try FileManager.default.removeItem(at: folder)
  }
}
