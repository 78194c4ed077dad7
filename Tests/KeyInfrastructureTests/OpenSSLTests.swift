import Crypto
import Foundation
import GBCS
import KeyInfrastructure
import MessageSecurity
import Testing

private let opensslProgram = program("openssl")

/// Our certificates in the eyes of OpenSSL, which shares no code with ours.
@Suite(
  "Certificates judged by OpenSSL",
  .enabled(if: opensslProgram != nil, "SKIPPED: the program openssl is not here; script/setup installs it"))
struct OpenSSLTests {
  let openssl: URL
  let folder: URL
  let pki: TestPKI
  let supplier = EUI64(rawValue: 0x90B3_D51F_3001_0000)

  init() throws {
    openssl = try #require(opensslProgram)
    folder = FileManager.default.temporaryDirectory.appendingPathComponent("halfhour-keys-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    pki = try TestPKI(seed: 31)
  }

  func file(_ name: String, _ text: String) throws -> String {
    let place = folder.appendingPathComponent(name)
    try Data(text.utf8).write(to: place)
    return place.path
  }

  /// 2026-05-01T00:00:00Z
  static let moment = "1777593600"

  func verify(
    _ certificate: Certificate, _ hierarchy: CertificateHierarchy, _ more: [String] = [], at time: String = moment
  )
    throws -> (status: Int32, text: String)
  {
    try run(
      openssl,
      [
        "verify", "-x509_strict", "-attime", time, "-CAfile", try file("root.pem", hierarchy.root.certificate.pem),
        "-untrusted", try file("issuing.pem", hierarchy.issuing.certificate.pem),
      ] + more + [try file("leaf.pem", certificate.pem)])
  }

  @Test("openssl verify takes the chain of every role, of devices and of transport") func verified() throws {
    for role in OrganisationRole.allCases {
      for certificate in try pki.organisation(supplier, role).certificates {
        let result = try verify(certificate, pki.organisations)
        #expect(result.status == 0, "\(result.text)")
      }
    }
    for certificate in try pki.device(EUI64(rawValue: 0x00DB_1234_5678_90A0)).certificates {
      let result = try verify(certificate, pki.devices)
      #expect(result.status == 0, "\(result.text)")
    }
    let server = try pki.transportIdentity(hostName: "dsp.example", isServer: true).certificate
    let result = try verify(server, pki.transport, ["-purpose", "sslserver", "-verify_hostname", "dsp.example"])
    #expect(result.status == 0, "\(result.text)")
    let client = try pki.transportIdentity(hostName: "user.example", isServer: false).certificate
    #expect(try verify(client, pki.transport, ["-purpose", "sslclient"]).status == 0)
    #expect(try verify(client, pki.transport, ["-purpose", "sslserver"]).status != 0)
    try FileManager.default.removeItem(at: folder)
  }

  @Test("openssl verify refuses what ours refuses: expired, wrong root, revoked") func refused() throws {
    let certificate = try pki.organisation(supplier, .supplier).signing.certificate
    let expired = try verify(certificate, pki.organisations, at: "2000000000")
    #expect(expired.status != 0 && expired.text.contains("certificate has expired"))
    #expect(try verify(certificate, pki.transport).status != 0)
    let now = CertificateTime("20260430000000Z") ?? .never
    let later = CertificateTime("20260601000000Z") ?? .never
    let rootList = try pki.organisations.root.revocationList([], number: 1, thisUpdate: now, nextUpdate: later)
    for isRevoked in [false, true] {
      let entries = isRevoked ? [RevocationList.Entry(certificate, at: now, reason: .keyCompromise)] : []
      let list = try pki.organisations.issuing.revocationList(entries, number: 1, thisUpdate: now, nextUpdate: later)
      let lists = try file("lists.pem", list.pem + rootList.pem)
      let result = try verify(certificate, pki.organisations, ["-crl_check_all", "-CRLfile", lists])
      #expect((result.status == 0) != isRevoked, "\(result.text)")
      #expect(result.text.contains("certificate revoked") == isRevoked)
    }
    try FileManager.default.removeItem(at: folder)
  }

  @Test("openssl x509, crl and req read the contents that ours has") func contents() throws {
    let certificate = try pki.organisation(supplier, .other).keyAgreement.certificate
    let shown = try run(
      openssl, ["x509", "-noout", "-text", "-in", try file("leaf.pem", certificate.pem), "-certopt", "ext_parse"])
    #expect(shown.status == 0)
    for text in [
      "ecdsa-with-SHA256", "prime256v1", "Key Agreement", "1.2.826.0.1.8641679.1.2.1.4", "X509v3 Key Usage: critical",
    ] {
      #expect(shown.text.contains(text), "\(shown.text)")
    }
    let serial = try run(
      openssl, ["x509", "-noout", "-serial", "-enddate", "-in", folder.appendingPathComponent("leaf.pem").path])
    #expect(
      serial.text == "serial=\(hexText(certificate.serialNumber).uppercased())\nnotAfter=Jan  1 00:00:00 2030 GMT\n")
    let list = try pki.organisations.issuing.revocationList(
      [.init(certificate, at: CertificateTime("20260430000000Z") ?? .never, reason: .superseded)], number: 7,
      thisUpdate: CertificateTime("20260430000000Z") ?? .never, nextUpdate: CertificateTime("20260601000000Z") ?? .never
    )
    let crl = try run(
      openssl,
      [
        "crl", "-noout", "-text", "-in", try file("list.pem", list.pem), "-CAfile",
        try file("issuing.pem", pki.organisations.issuing.certificate.pem),
      ])
    #expect(crl.status == 0 && crl.text.contains("verify OK") && crl.text.contains("Superseded"), "\(crl.text)")
    let request = try CertificateRequest(
      .device(EUI64(rawValue: 0x00DB_1234_5678_90A0), use: .signing), key: P256.Signing.PrivateKey())
    let req = try run(openssl, ["req", "-verify", "-noout", "-in", try file("request.pem", request.pem)])
    #expect(req.status == 0 && req.text.contains("verify OK"), "\(req.text)")
    try FileManager.default.removeItem(at: folder)
  }
}

@Suite("The test estate's own certificates")
struct PublishedCertificateTests {
  static let folder = sharedData?.appendingPathComponent("data/dcc/certs")

  @Test(
    "all parse, with role, use, holder and dates; none ends in a root of ours",
    .enabled(if: folder != nil, "SKIPPED: shared/data/dcc/certs is not here"))
  func parse() throws {
    let folder = try #require(Self.folder)
    let names = try FileManager.default.contentsOfDirectory(atPath: folder.path).filter { $0.hasSuffix(".pem") }
    #expect(names.count == 47)
    let pki = try TestPKI(seed: 1)
    let judge = ChainJudge(smartMetering: pki)
    for name in names {
      let certificate = try Certificate(pem: String(contentsOf: folder.appendingPathComponent(name), encoding: .utf8))
      let isDevice = certificate.subject.isEmpty
      #expect(certificate.identifier != nil)
      #expect(isDevice || certificate.role.flatMap(OrganisationRole.init(unit:)) != nil, "\(name)")
      #expect(certificate.usage == (name.contains("-ka") ? .keyAgreement : .digitalSignature))
      #expect(
        certificate.extensions.policies
          == [isDevice ? CertificateProfile.devicePolicy : CertificateProfile.organisationPolicy], "\(name)")
      #expect(certificate.extensions.subjectKeyIdentifier == CertificateAuthority.keyIdentifier(certificate.publicKey))
      #expect(certificate.extensions.unknownCritical == [])
      #expect(CertificateTime(certificate.notBefore) != nil && CertificateTime(certificate.notAfter) != nil)
      let faults = judge.verdict(certificate, at: CertificateTime("20260501000000Z") ?? .never).faults
      #expect(faults.contains(.unknownIssuer(0)))
      let isExpired = certificate.notAfter < "20260501000000Z"
      #expect(faults.contains { if case .expired(_, 0) = $0 { true } else { false } } == isExpired)
    }
  }
}
