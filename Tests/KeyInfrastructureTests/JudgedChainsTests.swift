import GBCS
import KeyInfrastructure
import MessageSecurity
import SettlementCalendar
import Testing

@Suite("Verdicts that are kept") struct JudgedChainsTests {
  let pki: TestPKI
  let identity: OrganisationIdentity

  init() throws {
    pki = try TestPKI(seed: 11)
    identity = try pki.organisation(EUI64(rawValue: 0x90B3_D51F_3001_0000), .supplier)
  }

  private func moment(_ text: String) -> CertificateTime { CertificateTime(text) ?? .never }

  @Test("at every moment the judge's own verdict, and judged anew only where something changes") func same() throws {
    let certificate = identity.signing.certificate
    let lists = [
      try pki.organisations.issuing.revocationList(
        [.init(certificate, at: moment("20270301120000Z"), reason: .keyCompromise)], number: 1,
        thisUpdate: moment("20260601000000Z"), nextUpdate: moment("20280101000000Z"))
    ]
    var judge = ChainJudge(smartMetering: pki, revocationLists: lists)
    judge.revocation = .required
    var kept = JudgedChains(judge)
    let moments = [
      "20191231235959Z", "20200101000000Z", "20260531235959Z", "20260601000000Z", "20260601000001Z", "20270301115959Z",
      "20270301120000Z", "20280101000000Z", "20280101000001Z", "20300101000000Z", "20300101000001Z", "20600101000000Z",
      "20700101000001Z",
    ].map(moment)
    // Forth and back and forth: an answer that was kept too long would show.
    for time in moments + moments.reversed() + moments {
      #expect(kept.verdict(certificate, at: time) == judge.verdict(certificate, at: time), "\(time)")
    }
    let judged = kept.judged
    for _ in 0..<5 { _ = kept.verdict(certificate, at: moments[12]) }
    #expect(kept.judged == judged)
  }

  @Test("a certificate of the same issuer and serial is another certificate") func another() throws {
    var kept = JudgedChains(ChainJudge(smartMetering: pki))
    let good = identity.signing.certificate
    #expect(kept.verdict(good, at: time(2026)).isValid)
    // The last byte belongs to the issuer's signature.
    var bytes = good.bytes
    bytes[bytes.count - 1] ^= 1
    let forged = try Certificate(bytes)
    #expect(forged.serialNumber == good.serialNumber)
    #expect(!kept.verdict(forged, at: time(2026)).isValid)
    #expect(kept.verdict(good, at: time(2026)).isValid && kept.judged == 2)
    // Another demand is another question.
    #expect(!kept.verdict(good, at: time(2026), demand: .init(use: .keyAgreement)).isValid)
  }

  @Test("a bound on what is kept") func bounded() throws {
    var kept = JudgedChains(ChainJudge(smartMetering: pki), capacity: 2)
    let all = identity.certificates
    for _ in 0..<3 { for certificate in all { #expect(kept.verdict(certificate, at: time(2026)).isValid) } }
    #expect(kept.judged > all.count)
  }

  @Test("moments of the calendar are written as certificates write them") func moments() throws {
    for text in ["2026-07-10T12:34:56Z", "2026-01-01T00:00:00Z", "2028-02-29T23:59:59Z"] {
      let instant = try #require(UTCInstant(text))
      #expect(CertificateTime(instant)?.description == text)
    }
    #expect(CertificateTime(UTCInstant(secondsSince1970: .max)) == nil)
  }
}

@Suite("What the repository publishes") struct RepositoryStatusTests {
  @Test("the status follows from lists and dates") func status() throws {
    let pki = try TestPKI(seed: 5)
    let identity = try pki.organisation(EUI64(rawValue: 7), .supplier)
    let certificate = identity.signing.certificate
    let repository = CertificateRepository(identity.certificates)
    let list = try pki.organisations.issuing.revocationList(
      [.init(certificate, at: time(2027), reason: .superseded)], number: 1, thisUpdate: time(2026),
      nextUpdate: time(2028))
    func status(_ at: CertificateTime, _ lists: [RevocationList] = []) -> CertificateRepository.Status {
      repository.published(certificate, at: at, lists).status
    }
    #expect(status(time(2019)) == .pending && status(time(2026)) == .inUse && status(time(2031)) == .expired)
    #expect(status(time(2026), [list]) == .inUse && status(time(2027), [list]) == .revoked)
    let item = repository.published(certificate, at: time(2026), [])
    #expect(item.serial.count == 32 && item.usage == .signing && item.role == .supplier)
    #expect(
      RepositorySearch(.subject(EUI64(rawValue: 7)), usage: .signing, status: .inUse, role: .supplier).means(item))
    #expect(!RepositorySearch(.subject(EUI64(rawValue: 7)), usage: .keyAgreement).means(item))
    let device = try pki.device(EUI64(rawValue: 9))
    #expect(pki.deviceSerials(EUI64(rawValue: 9)) == device.certificates.map(\.serialNumber))
  }
}
