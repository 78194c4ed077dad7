import DCCConformance
import Foundation
import Testing

/// The folder of reference messages beside the package, or where HALFHOUR_SHARED says; `nil` where there is none.
let vectorFolder: URL? = {
  var shared = ProcessInfo.processInfo.environment["HALFHOUR_SHARED"].map { URL(fileURLWithPath: $0) }
  if shared == nil {
    var folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
    while folder.path != "/",
      !FileManager.default.fileExists(atPath: folder.appendingPathComponent("Package.swift").path)
    {
      folder.deleteLastPathComponent()
    }
    shared = folder.deletingLastPathComponent().appendingPathComponent("shared")
  }
  let dcc = shared?.appendingPathComponent("data/dcc")
  if let dcc, FileManager.default.fileExists(atPath: dcc.path) { return dcc }
  print("SKIPPED: ../shared/data/dcc is not there; set HALFHOUR_SHARED to check the reference messages")
  return nil
}()

func vectorBytes(_ path: String) -> [UInt8]? {
  vectorFolder.flatMap { try? Data(contentsOf: $0.appendingPathComponent(path)) }.map(Array.init)
}

@Suite("Reference messages") struct VectorTests {
  /// The folder as it lies there.
  static func folder() throws -> VectorFolder {
    let root = try #require(vectorFolder)
    var folder = VectorFolder()
    folder.messages = vectorBytes("gbcs/rtds-4.5.0.jsonl")
    folder.derived = vectorBytes("gbcs/derived.jsonl")
    folder.sharedSecrets = vectorBytes("gbcs/shared-secrets.json")
    folder.derivations = vectorBytes("gbcs/kdf-gcm.json")
    folder.tokens = vectorBytes("gbcs/utrn.json")
    folder.expectations = vectorBytes("gbcs/messages-with-expectations.json")
    folder.certificateIndex = vectorBytes("certs/index.csv")
    let names = try FileManager.default.contentsOfDirectory(atPath: root.appendingPathComponent("certs").path)
    folder.certificates = names.filter { $0.hasSuffix(".pem") }.sorted().compactMap { name in
      vectorBytes("certs/\(name)").map { VectorFolder.File(name: name, bytes: $0) }
    }
    return folder
  }

  @Test("all agree, and none is left out", .enabled(if: vectorFolder != nil)) func all() throws {
    let table = VectorCheck.table(try Self.folder())
    #expect(table.failures == [])
    #expect(table.absent == [])
    let passed = Dictionary(uniqueKeysWithValues: table.rows.map { ($0.kind, $0.passed) })
    let expected = [
      "certificates": 47, "certificate index": 47, "shared secrets": 12, "GBCS payload": 842, "GBCS fields": 842,
      "DLMS decode": 459, "MAC": 549, "signature": 288, "key derivation": 2, "AES-GCM": 3, "top-up tokens": 3,
      "check digits": 6, "messages with expectations": 9,
    ]
    for (kind, count) in expected { #expect(passed[kind] == count, "\(kind)") }
    // The device ...A6 signed ten messages, and its certificate is not among the reference certificates.
    #expect(Set(table.unjudged.map(\.reason)) == ["the folder has no certificate of 00-DB-12-34-56-78-90-A6"])
    #expect(table.notJudged == 10)
    let messages = table.rows.filter {
      ["GBCS command", "GBCS precommand", "GBCS response", "GBCS alert"].contains($0.kind)
    }
    #expect(messages.reduce(0) { $0 + $1.passed } == 842)
  }

  @Test("a wrong secret, field, message or certificate is noticed", .enabled(if: vectorFolder != nil))
  func wrong() throws {
    var folder = try Self.folder()
    folder.sharedSecrets = folder.sharedSecrets.map { replace($0, "ed342441", "ed342442") }
    folder.tokens = folder.tokens.map { replace($0, "7394333345718904331", "7394333345718904332") }
    folder.derivations = folder.derivations.map { replace($0, "6a93e360", "6a93e361") }
    folder.derived = folder.derived.map { replace($0, "00000000000007de", "00000000000007df") }
    folder.certificates = folder.certificates.filter { !$0.name.contains("supplier") }
    let table = VectorCheck.table(folder)
    let failed = Set(table.failures.map(\.kind))
    #expect(
      failed.isSuperset(of: ["MAC", "top-up tokens", "key derivation", "GBCS fields", "signature", "certificate index"])
    )
  }

  @Test("a folder of nothing passes nothing") func nothing() {
    let table = VectorCheck.table(VectorFolder())
    #expect(table.passed == 0 && table.failed == 0)
    #expect(table.absent.count == 6)
  }

  @Test("unreadable files fail") func unreadable() {
    var folder = VectorFolder()
    folder.messages = Array("x\n".utf8)
    folder.tokens = Array("[".utf8)
    folder.certificates = [VectorFolder.File(name: "a.pem", bytes: [1])]
    let table = VectorCheck.table(folder)
    #expect(table.passed == 0)
    #expect(Set(table.failures.map(\.kind)) == ["GBCS messages", "top-up tokens", "certificates"])
  }

  private func replace(_ bytes: [UInt8], _ old: String, _ new: String) -> [UInt8] {
    Array(String(decoding: bytes, as: UTF8.self).replacingOccurrences(of: old, with: new).utf8)
  }
}
