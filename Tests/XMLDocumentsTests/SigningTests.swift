import Crypto
import DUIS
import Foundation
import GBCS
import MessageSecurity
import Testing
import XMLDocuments

/// A key and a certificate that were made for this test and are used nowhere else.
enum TestSigner {
  static let privateKey = bytes(
    hexadecimal: "6027ecac4e6cc1e777a3ec92ac80432c6dd648849514e4ecbe4c5c92063b97fd".utf8)
  static let pem = """
    -----BEGIN CERTIFICATE-----
    MIIBnjCCAUOgAwIBAgIQSge8AdklO1H68B9+x9pbETAKBggqhkjOPQQDAjAlMQsw
    CQYDVQQLDAI4NzEWMBQGA1UEAwwNSGFsZmhvdXIgdGVzdDAgFw0yNjExMjEwNTEx
    NDVaGA8yMTI2MTAyODA1MTE0NVowJTELMAkGA1UECwwCODcxFjAUBgNVBAMMDUhh
    bGZob3VyIHRlc3QwWTATBgcqhkjOPQIBBggqhkjOPQMBBwNCAAQ5jX2CChlbmB2K
    UntveA49EKHxL2senjWn2/teVDO5e7p1UPs+KjE2LjveyH2nEyt3m/m52QtTSGKd
    SG+UclYOo1MwUTAdBgNVHQ4EFgQUAFLyzYsLre1Ka+OkAT+6swvV1dswHwYDVR0j
    BBgwFoAUAFLyzYsLre1Ka+OkAT+6swvV1dswDwYDVR0TAQH/BAUwAwEB/zAKBggq
    hkjOPQQDAgNJADBGAiEAn1FsPvHleyzJ/S3EcSfJYyvLK+iZ6tk9TDfkq55u1IAC
    IQDgF31Vx5lAnjJjtkDvvP/S/agbDi/qoahJITEOsx5WjQ==
    -----END CERTIFICATE-----

    """

  static func key() throws -> P256.Signing.PrivateKey {
    try P256.Signing.PrivateKey(rawRepresentation: try #require(privateKey))
  }
}

@Suite("Signing of DUIS documents") struct SigningTests {
  let certificate: Certificate
  let signed: MarkupElement

  init() throws {
    certificate = try Certificate(pem: TestSigner.pem)
    let request = ServiceRequest(
      id: RequestID(originator: EUI64(rawValue: 1), target: EUI64(rawValue: 2), counter: 3), commandVariant: 8,
      serviceReference: "8.2", serviceReferenceVariant: "8.2",
      body: MarkupElement(prefix: "sr", "ReadInventory", namespace: DUISNamespace.gateway, content: [.text("\n a \r")]))
    signed = try request.element.signed(with: TestSigner.key(), certificate: certificate)
  }

  @Test("a signed request is valid and is the request") func valid() throws {
    let document = try XMLDocument(signed.document)
    let verdict = try document.signatureVerdict(certificates: [certificate])
    #expect(verdict == .judged(.init(digest: true, signature: true, signer: certificate)))
    #expect(try ServiceRequest(document.root()).signature != nil)
    #expect(throws: MarkupElement.SigningFault.alreadySigned) {
      try signed.signed(with: TestSigner.key(), certificate: certificate)
    }
  }

  @Test("another document, another key or another certificate is noticed") func changed() throws {
    func verdict(_ old: String, _ new: String) throws -> SignatureVerdict {
      let text = String(decoding: signed.document, as: UTF8.self)
      #expect(text.contains(old))
      return try XMLDocument(Array(text.replacingOccurrences(of: old, with: new).utf8))
        .signatureVerdict(certificates: [certificate])
    }
    #expect(try verdict(">8.2<", ">8.3<") == .judged(.init(digest: false, signature: true, signer: certificate)))
    #expect(try verdict("sr:Header>", "sr:Header >").isValid)
    #expect(
      try verdict("#enveloped-signature\"", "#enveloped-signature\" Id=\"a\"")
        == .judged(.init(digest: true, signature: false, signer: certificate)))
    #expect(try verdict("CN=Halfhour test", "CN=Another") == .signerUnknown(digest: true))
    #expect(try verdict("xml-exc-c14n#", "other#") == .refused(.profile))
    #expect(try verdict("</ds:DigestValue>", "*</ds:DigestValue>") == .refused(.values))
    let other = try MarkupElement("r", namespace: "").signed(with: P256.Signing.PrivateKey(), certificate: certificate)
    let wrongKey = try XMLDocument(other.document).signatureVerdict(certificates: [certificate])
    #expect(wrongKey == .judged(.init(digest: true, signature: false, signer: certificate)))
  }

  static let verifier = "/usr/bin/xmlsec1"

  @Test(
    "an independent verifier takes it",
    .enabled(if: FileManager.default.isExecutableFile(atPath: verifier), "xmlsec1 is not installed"))
  func independent() throws {
    let folder = FileManager.default.temporaryDirectory.appendingPathComponent("halfhour-xml-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    let pem = folder.appendingPathComponent("c.pem")
    try Data(TestSigner.pem.utf8).write(to: pem)
    func status(_ bytes: [UInt8]) throws -> Int32 {
      let file = folder.appendingPathComponent("m.xml")
      try Data(bytes).write(to: file)
      let process = Process()
      process.executableURL = URL(fileURLWithPath: Self.verifier)
      process.arguments = ["--verify", "--pubkey-cert-pem", pem.path, "--enabled-key-data", "key-name", file.path]
      process.standardOutput = FileHandle.nullDevice
      process.standardError = FileHandle.nullDevice
      try process.run()
      process.waitUntilExit()
      return process.terminationStatus
    }
    #expect(try status(signed.document) == 0)
    let text = String(decoding: signed.document, as: UTF8.self).replacingOccurrences(of: ">8.2<", with: ">8.3<")
    #expect(try status(Array(text.utf8)) != 0)
  }
}
