import Crypto
import GBCS
import KeyInfrastructure
import MessageSecurity
import Testing

func time(_ year: Int, _ month: Int = 1, _ day: Int = 1) -> CertificateTime {
  CertificateTime(year: year, month: month, day: day) ?? .never
}

@Suite("Judging certificates") struct ChainTests {
  let pki: TestPKI
  let judge: ChainJudge
  let supplier = EUI64(rawValue: 0x90B3_D51F_3001_0000)
  let device = EUI64(rawValue: 0x00DB_1234_5678_90A0)
  let identity: OrganisationIdentity

  init() throws {
    pki = try TestPKI(seed: 11)
    judge = ChainJudge(smartMetering: pki)
    identity = try pki.organisation(supplier, .supplier)
  }

  func faults(_ certificate: Certificate, _ year: Int = 2026, _ demand: CertificateDemand = .init()) -> [ChainFault] {
    judge.verdict(certificate, at: time(year), demand: demand).faults
  }

  @Test("certificates of the infrastructure are taken, with their whole chain") func good() throws {
    for certificate in try identity.certificates + pki.device(device).certificates {
      let verdict = judge.verdict(
        certificate, at: time(2026), demand: CertificateDemand(holder: certificate.identifier))
      #expect(verdict.isValid && verdict.path.count == 3)
    }
    #expect(
      judge.verdict(try pki.device(device).signing.certificate, at: time(9999)).faults.allSatisfy {
        if case .expired(_, let place) = $0 { place > 0 } else { false }
      })
  }

  @Test("not yet valid, and expired, to the second") func dates() {
    let certificate = identity.signing.certificate
    #expect(faults(certificate, 2020) == [] && faults(certificate, 2030) == [])
    #expect(
      judge.verdict(certificate, at: CertificateTime("20191231235959Z") ?? .never).faults
        == (0...2).map { .notYetValid(from: time(2020), $0) })
    #expect(
      judge.verdict(certificate, at: CertificateTime("20300101000001Z") ?? .never).faults
        == [.expired(at: time(2030), 0)])
  }

  @Test("wrong holder, role, use and policy") func demands() throws {
    let certificate = identity.signing.certificate
    #expect(faults(certificate, 2026, .init(holder: device)) == [.wrongHolder(expected: device)])
    #expect(faults(certificate, 2026, .init(roles: [.xmlSign, .other])) == [.wrongRole(found: .supplier)])
    #expect(faults(certificate, 2026, .init(use: .keyAgreement)) == [.wrongUsage])
    #expect(faults(certificate, 2026, .init(policies: [CertificateProfile.devicePolicy])) == [.wrongPolicy])
    #expect(
      faults(try pki.device(device).signing.certificate, 2026, .init(roles: [.supplier])) == [.wrongRole(found: nil)])
  }

  @Test("another infrastructure's certificate: unknown issuer, or a root that is not trusted") func foreign() throws {
    let other = try TestPKI(seed: 12)
    let foreign = try other.organisation(supplier, .supplier).signing.certificate
    #expect(faults(foreign) == [.unknownIssuer(0)])
    let wide = ChainJudge(roots: pki.roots, authorities: pki.authorities + other.authorities)
    #expect(wide.verdict(foreign, at: time(2026)).faults == [.untrustedRoot])
  }

  @Test("the two trust roots are separate: transport certificates are none of smart metering, nor the other way round")
  func separateRoots() throws {
    let server = try pki.transportIdentity(hostName: "dsp.example", isServer: true).certificate
    let transport = ChainJudge(transport: pki)
    #expect(transport.verdict(server, at: time(2026)).isValid)
    #expect(faults(server) == [.untrustedRoot])
    #expect(transport.verdict(identity.signing.certificate, at: time(2026)).faults == [.untrustedRoot])
    #expect(server.extensions.hostNames == ["dsp.example"] && server.extensions.extendedUsages == ["1.3.6.1.5.5.7.3.1"])
    #expect(server.notAfter == "20340101000000Z")
  }

  @Test("a certificate that names an authority which did not sign it: wrong chain") func wrongChain() throws {
    // The impostor has the authority's name and another key.
    let key = P256.Signing.PrivateKey()
    let real = pki.organisations.issuing.certificate
    let impostor = CertificateAuthority(key: key, certificate: real)
    let forged = try impostor.issue(
      .organisation(supplier, role: .supplier, use: .signing), publicKey: identity.signing.certificate.publicKey,
      serial: [1], validity: .init(from: time(2020), years: 10))
    #expect(faults(forged) == [.wrongChain(0)])
  }

  @Test("an end certificate is no authority") func notAnAuthority() throws {
    let fake = CertificateAuthority(key: identity.signing.key, certificate: identity.signing.certificate)
    let issued = try fake.issue(
      .organisation(device, role: .supplier, use: .signing), publicKey: identity.signing.certificate.publicKey,
      serial: [1], validity: .init(from: time(2020), years: 10))
    let judge = ChainJudge(roots: pki.roots, authorities: pki.authorities + [identity.signing.certificate])
    #expect(judge.verdict(issued, at: time(2026)).faults.contains(.notAnAuthority(1)))
  }

  @Test("revoked certificates and authorities are refused from that moment on") func revoked() throws {
    let certificate = identity.signing.certificate
    let list = try pki.organisations.issuing.revocationList(
      [.init(certificate, at: time(2026, 3), reason: .keyCompromise)], number: 1, thisUpdate: time(2026, 3),
      nextUpdate: time(2026, 4))
    #expect(try RevocationList(list.bytes) == list && list.entries.count == 1)
    var judge = judge
    judge.revocationLists = [list]
    #expect(judge.verdict(certificate, at: time(2026, 2)).isValid)
    #expect(
      judge.verdict(certificate, at: time(2026, 3)).faults == [.revoked(at: time(2026, 3), .keyCompromise, 0)])
    #expect(judge.verdict(identity.keyAgreement.certificate, at: time(2026, 3)).isValid)
    let authorities = try pki.organisations.root.revocationList(
      [.init(pki.organisations.issuing.certificate, at: time(2027), reason: .authorityCompromise)], number: 1,
      thisUpdate: time(2027), nextUpdate: time(2028))
    judge.revocationLists.append(authorities)
    #expect(
      judge.verdict(identity.keyAgreement.certificate, at: time(2027)).faults
        == [.revoked(at: time(2027), .authorityCompromise, 1)])
  }

  @Test("where lists are required, an old or foreign list is none") func revocationRequired() throws {
    var judge = judge
    judge.revocation = .required
    let certificate = identity.signing.certificate
    #expect(judge.verdict(certificate, at: time(2026)).faults == [.revocationUnknown(0), .revocationUnknown(1)])
    let hierarchy = pki.organisations
    judge.revocationLists = try [hierarchy.issuing, hierarchy.root].map {
      try $0.revocationList([], number: 1, thisUpdate: time(2026), nextUpdate: time(2026, 2))
    }
    #expect(judge.verdict(certificate, at: time(2026)).isValid)
    #expect(judge.verdict(certificate, at: time(2026, 3)).faults == [.revocationUnknown(0), .revocationUnknown(1)])
    let forger = CertificateAuthority(key: identity.signing.key, certificate: hierarchy.issuing.certificate)
    judge.revocationLists[0] = try forger.revocationList([], number: 2, thisUpdate: time(2026), nextUpdate: time(2027))
    #expect(judge.verdict(certificate, at: time(2026)).faults == [.revocationUnknown(0)])
  }

  @Test("requests: proof, subject, key") func requests() throws {
    let key = P256.Signing.PrivateKey()
    for profile in [
      CertificateProfile.organisation(supplier, role: .other, use: .signing), .device(device, use: .keyAgreement),
      .transport(hostName: "user.example", isServer: false),
    ] {
      let request = try CertificateRequest(profile, key: key)
      #expect(try CertificateRequest(request.bytes) == request)
      let issued = try pki.organisations.issuing.issue(
        request, as: profile, serial: [5], validity: .init(from: time(2026), years: 1))
      #expect(issued.publicKey == Array(key.publicKey.x963Representation))
      #expect(throws: CertificateRequest.Fault.subject) {
        try pki.organisations.issuing.issue(
          request, as: .organisation(device, role: .supplier, use: .signing), serial: [5],
          validity: .init(from: time(2026), years: 1))
      }
      for place in request.bytes.indices {
        var changed = request.bytes
        changed[place] ^= 1
        #expect(throws: CertificateRequest.Fault.self) { try CertificateRequest(changed) }
        #expect(throws: CertificateRequest.Fault.encoding) { try CertificateRequest(Array(request.bytes[..<place])) }
      }
    }
  }

  @Test("cut and changed revocation lists are refused or have another signature") func hostileLists() throws {
    let list = try pki.organisations.issuing.revocationList(
      [.init(identity.signing.certificate, at: time(2026), reason: .superseded)], number: 9, thisUpdate: time(2026),
      nextUpdate: time(2027))
    let issuer = pki.organisations.issuing.certificate
    #expect(list.isSigned(by: issuer))
    for place in list.bytes.indices {
      #expect(throws: RevocationList.Fault.encoding) { try RevocationList(Array(list.bytes[..<place])) }
      for flip in [0x01, 0x80] as [UInt8] {
        var changed = list.bytes
        changed[place] ^= flip
        if let read = try? RevocationList(changed) { #expect(!read.isSigned(by: issuer)) }
      }
    }
  }

  @Test("times") func times() {
    #expect(CertificateTime("20240229000000Z")?.adding(years: 1).text == "20250228000000Z")
    #expect(CertificateTime("20230229000000Z") == nil && CertificateTime("20230101240000Z") == nil)
    #expect(CertificateTime("2023010100000Z") == nil && CertificateTime("00000101000000Z") == nil)
    #expect(CertificateTime.never.adding(years: 5) == .never)
    #expect(time(2026, 5, 1).description == "2026-05-01T00:00:00Z")
  }
}
