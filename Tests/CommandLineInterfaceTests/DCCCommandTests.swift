import CommandLineInterface
import DCCConformance
import DUIS
import Foundation
import GBCS
import MessageSecurity
import Testing
import XMLDocuments

@Suite("halfhour dcc") struct DCCCommandTests {
  static let hex = """
    df 09 02 00 00 00 00 00 00 03 e8 08 00 11 22 33 44 55 66 77 08 88 99 aa bb cc dd ee ff 00 02 00 37
    10 da 20 00 03 e8 00 00 01 06 00 00 00 0a 01 01 00 00
    """

  @Test("a message as hexadecimal digits, bytes and base64") func inputs() throws {
    let raw = try #require(bytes(hexadecimal: Self.hex.utf8))
    let message = try DeviceMessage(raw)
    #expect(try DCCDecodeCommand.message(Array(Self.hex.utf8)) == message)
    #expect(try DCCDecodeCommand.message(raw) == message)
    let base64 = "3wkCAAAAAAAAA+gIABEiM0RVZncIiJmqu8zd7v8AAgA3ENogAAPoAAABBgAAAAoBAQAA\n"
    #expect(try DCCDecodeCommand.message(Array(base64.utf8)) == message)
    for text in ["", "zz", "00", "df"] {
      #expect(throws: MessageFault.self) { try DCCDecodeCommand.message(Array(text.utf8)) }
    }
  }

  @Test("the picture says what the message says") func picture() throws {
    let picture = MessagePicture(try DCCDecodeCommand.message(Array(Self.hex.utf8)))
    let text = DCCDecodeCommand.text(picture, .text)
    for part in [
      "message: Response, 0037", "originator: 00-11-22-33-44-55-66-77", "ECS22b read active import profile",
      "get: success", "data: 10", "MAC: none",
    ] {
      #expect(text.contains(part))
    }
    #expect(DCCDecodeCommand.text(picture, .json).contains("\"meaning\": \"ECS22b read active import profile\""))
  }

  @Test("the table ends with the sums") func table() {
    var table = VectorTable()
    table.record("A", "1", failed: nil)
    table.record("A", "2", failed: "no")
    #expect(DCCCheckVectorsCommand.text(table, .table).hasSuffix("1 passed, 1 failed\n"))
    #expect(DCCCheckVectorsCommand.text(table, .csv) == "kind,passed,failed,not judged\nA,1,1,0\n")
  }
}

/// The folder of reference messages beside the package; `nil` where there is none.
let referenceFolder: URL? = {
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
  print("SKIPPED: ../shared/data/dcc is not there; set HALFHOUR_SHARED to check the reference requests")
  return nil
}()

@Suite("halfhour dcc check-vectors") struct DCCCheckVectorsTests {
  @Test("all reference messages pass", .enabled(if: referenceFolder != nil)) func all() throws {
    let table = try DCCCheckVectorsCommand.table(#require(referenceFolder))
    #expect(table.failures == [])
    #expect(table.absent == [])
    let passed = Dictionary(uniqueKeysWithValues: table.rows.map { ($0.kind, $0.passed) })
    let expected = [
      "GBCS payload": 842, "DUIS requests": 210, "DUIS canonical form of a copy": 210,
      "DUIS requests written, by the schema": 210, "DUIS placeholder signatures": 210, "DUIS signatures": 14,
      "DUIS signed messages, by the schema": 14, "DUIS request to GBCS pre-command": 70,
      "DUIS request to GBCS command": 106,
    ]
    for (kind, count) in expected { #expect(passed[kind] == count, "\(kind)") }
  }

  @Test("a changed byte of signed content is noticed", .enabled(if: referenceFolder != nil)) func changed() throws {
    let root = try #require(referenceFolder)
    let folder = try DCCCheckVectorsCommand.read(root)
    let certificates = folder.certificates.compactMap {
      try? Certificate(pem: String(decoding: $0.bytes, as: UTF8.self))
    }
    let file = root.appendingPathComponent("duis/signed/readfw-response.xml")
    let text = try String(contentsOf: file, encoding: .utf8)
    func verdict(_ text: String) throws -> SignatureVerdict {
      try XMLDocument(Array(text.utf8)).signatureVerdict(certificates: certificates)
    }
    #expect(try verdict(text).isValid)
    for (old, new) in [(":45:42", ":45:43"), (" xmlns:ra=", " xmlns:rb="), ("<sr:Body>", "<sr:Body> ")] {
      #expect(text.contains(old))
      guard case .judged(let judgement) = try verdict(text.replacingOccurrences(of: old, with: new)) else {
        Issue.record("not judged")
        continue
      }
      #expect(!judgement.digest && judgement.signature)
    }
    #expect(try XMLDocument(Array(text.utf8)).signatureVerdict(certificates: []) == .signerUnknown(digest: true))
  }

  @Test("a folder of nothing checks nothing") func nothing() throws {
    let folder = FileManager.default.temporaryDirectory.appendingPathComponent("halfhour-dcc-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    let table = try DCCCheckVectorsCommand.table(folder)
    #expect(table.passed == 0 && table.failed == 0 && table.absent.count == 8)
  }
}
