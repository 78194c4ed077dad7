import Crypto
import GBCS
import KeyInfrastructure
import MessageSecurity
import Testing

@Suite("A key infrastructure from a seed") struct TestPKITests {
  let supplier = EUI64(rawValue: 0x90B3_D51F_3001_0000)
  let device = EUI64(rawValue: 0x00DB_1234_5678_90A0)

  @Test("the same seed gives the same keys, names, serials and dates; another seed none of them") func seeds() throws {
    let (one, again, other) = (try TestPKI(seed: 7), try TestPKI(seed: 7), try TestPKI(seed: 8))
    let a = try one.organisation(supplier, .supplier)
    let b = try again.organisation(supplier, .supplier)
    let c = try other.organisation(supplier, .supplier)
    for (x, y) in zip(a.certificates, b.certificates) {
      #expect(x.signedPart == y.signedPart)
    }
    #expect(a.signing.key.rawRepresentation == b.signing.key.rawRepresentation)
    #expect(a.signing.key.rawRepresentation != c.signing.key.rawRepresentation)
    #expect(Set(a.certificates.map(\.serialNumber)).isDisjoint(with: c.certificates.map(\.serialNumber)))
    #expect(a.signing.certificate.issuer != c.signing.certificate.issuer)
    let replaced = try one.organisation(supplier, .supplier, generation: 1)
    #expect(Set(a.certificates.map(\.publicKey)).isDisjoint(with: replaced.certificates.map(\.publicKey)))
  }

  @Test("the profile of an organisation", arguments: OrganisationRole.allCases) func organisation(
    _ role: OrganisationRole
  ) throws {
    let identity = try TestPKI(seed: 1).organisation(supplier, role)
    let signing = identity.signing.certificate
    let agreement = identity.keyAgreement.certificate
    for certificate in identity.certificates {
      #expect(certificate.identifier == supplier)
      #expect(certificate.extensions.policies == ["1.2.826.0.1.8641679.1.2.1.4"])
      #expect(certificate.extensions.subjectKeyIdentifier?.count == 8)
      #expect(certificate.notBefore == "20200101000000Z" && certificate.notAfter == "20300101000000Z")
      #expect(certificate.serialNumber.count == 16)
      #expect(!certificate.extensions.isAuthority && certificate.extensions.unknownCritical == [])
    }
    #expect(signing.usage == .digitalSignature && signing.role == role.unit)
    #expect(agreement.usage == .keyAgreement && agreement.role == role.unit)
    #expect((identity.prepaymentKeyAgreement != nil) == (role == .supplier))
    #expect(identity.xmlSigning.certificate.role == (role == .accessControlBroker ? "89" : "87"))
  }

  @Test("the profile of a device, which does not expire") func deviceProfile() throws {
    let pki = try TestPKI(seed: 1)
    let identity = try pki.device(device)
    for certificate in identity.certificates {
      #expect(certificate.identifier == device && certificate.subject == [])
      #expect(certificate.notAfter == "99991231235959Z")
      #expect(certificate.extensions.policies == ["1.2.826.0.1.1800000.1.2.1.4"])
    }
    let signing = try pki.deviceSigningKey(device).publicKey
    let agreement = try pki.deviceAgreementKey(device).publicKey
    #expect(Array(signing.x963Representation) == identity.signing.certificate.publicKey)
    #expect(Array(agreement.x963Representation) == identity.keyAgreement.certificate.publicKey)
  }

  @Test("certificates are found by holder, role and usage, and by issuer and serial") func lookUp() throws {
    let pki = try TestPKI(seed: 3)
    let identity = try pki.organisation(supplier, .supplier)
    var repository = CertificateRepository(identity.certificates)
    let xml = identity.xmlSigning.certificate
    #expect(repository.certificate(issuer: xml.issuerParts.reversed(), serial: xml.serialDecimal) == xml)
    #expect(repository.certificate(issuer: ["CN=x"], serial: xml.serialDecimal) == nil)
    #expect(repository.search(holder: supplier, role: .supplier, usage: .keyAgreement).count == 2)
    #expect(repository.search(holder: supplier, role: .xmlSign) == [xml])
    repository.insert(xml, status: .revoked)
    #expect(repository.search(holder: supplier, status: .inUse).count == 3)
    #expect(repository.status(xml) == .revoked && repository.certificates.count == 4)
    #expect(repository.certificates(holder: device, usage: .digitalSignature) == [])
  }
}
