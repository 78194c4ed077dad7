import Crypto
import GBCS
import MessageSecurity
import Testing

@Suite("Certificates") struct CertificateTests {
  let parties = Parties()

  @Test("an organisation's certificate") func organisation() throws {
    let certificate = try parties.supplierSigning
    #expect(certificate.identifier == parties.supplier)
    #expect(certificate.role == "02")
    #expect(certificate.usage == .digitalSignature)
    #expect(certificate.issuer.map { "\($0.type)=\($0.value)" } == ["OU=07", "CN=T1"])
    #expect(certificate.serialDecimal == "340282366920938463463374607431768211455")
    #expect(certificate.notBefore == "20260101000000Z")
    #expect(certificate.notAfter == "99991231235959Z")
    #expect(certificate.publicKey == Array(parties.signingKey.publicKey.x963Representation))
  }

  @Test("a device's certificate") func device() throws {
    let certificate = try parties.deviceAgreement
    #expect(certificate.identifier == parties.device)
    #expect(certificate.subject == [] && certificate.role == nil)
    #expect(certificate.usage == .keyAgreement)
  }

  @Test("cut and changed certificates are refused or read, never a crash") func hostile() throws {
    let der = try parties.deviceAgreement.bytes
    for count in der.indices { #expect(throws: Certificate.Fault.encoding) { try Certificate(Array(der[..<count])) } }
    var taken = 0
    for place in der.indices {
      for flip in [0x01, 0x20, 0x80, 0xFF] as [UInt8] {
        var changed = der
        changed[place] ^= flip
        if (try? Certificate(changed)) != nil { taken += 1 }
      }
    }
    #expect(taken > 0 && taken < der.count * 4)
  }

  @Test(
    "what is no certificate", arguments: ["", "x", "-----BEGIN CERTIFICATE-----\nAA==\n-----END CERTIFICATE-----\n"])
  func refused(_ pem: String) { #expect(throws: Certificate.Fault.encoding) { try Certificate(pem: pem) } }
}
