public import MessageSecurity

/// Verdicts of a ``ChainJudge`` that are kept, each for as long as nothing in it changes: until a certificate of the
/// chain begins or ends, a revocation takes effect, or a revocation list begins or ends.
///
/// A verdict is kept by the whole certificate and by what was asked of it. The judge's roots, authorities and lists are
/// those of the beginning; with other lists make another one.
public struct JudgedChains: Sendable {
  private struct Question: Hashable {
    let certificate: [UInt8]
    let demand: CertificateDemand
  }

  private let judge: ChainJudge
  private let capacity: Int
  private var known: [Question: (verdict: ChainVerdict, stands: StandingTime)] = [:]
  /// Chains judged so far, which costs two signatures each.
  public private(set) var judged = 0

  /// - Parameter capacity: verdicts kept at most; all are dropped when there are more.
  public init(_ judge: ChainJudge, capacity: Int = 1_000) {
    self.judge = judge
    self.capacity = max(capacity, 1)
  }

  /// The same as the judge's.
  public mutating func verdict(
    _ certificate: Certificate, at time: CertificateTime, demand: CertificateDemand = CertificateDemand()
  ) -> ChainVerdict {
    let question = Question(certificate: certificate.bytes, demand: demand)
    if let (verdict, stands) = known[question], stands.contains(time) { return verdict }
    let verdict = judge.verdict(certificate, at: time, demand: demand)
    judged += 1
    if known.count >= capacity { known.removeAll(keepingCapacity: true) }
    known[question] = (verdict, judge.standingTime(verdict, at: time))
    return verdict
  }
}

/// The moments around one at which the same holds.
struct StandingTime {
  private let moment: CertificateTime
  private var from: CertificateTime?
  private var after: CertificateTime?
  private var until: CertificateTime?
  private var before: CertificateTime?

  init(around moment: CertificateTime) { self.moment = moment }

  /// Something begins with that moment.
  mutating func begins(_ time: CertificateTime) {
    if time <= moment {
      from = from.map { max($0, time) } ?? time
    } else {
      before = before.map { min($0, time) } ?? time
    }
  }

  /// Something holds up to and including that moment.
  mutating func ends(_ time: CertificateTime) {
    if moment <= time {
      until = until.map { min($0, time) } ?? time
    } else {
      after = after.map { max($0, time) } ?? time
    }
  }

  func contains(_ time: CertificateTime) -> Bool {
    from.map { $0 <= time } != false && after.map { $0 < time } != false && until.map { time <= $0 } != false
      && before.map { time < $0 } != false
  }
}

extension ChainJudge {
  func standingTime(_ verdict: ChainVerdict, at moment: CertificateTime) -> StandingTime {
    var stands = StandingTime(around: moment)
    for certificate in verdict.path {
      if let from = CertificateTime(certificate.notBefore) { stands.begins(from) }
      if let to = CertificateTime(certificate.notAfter) { stands.ends(to) }
      for list in revocationLists { if let entry = list.entry(of: certificate) { stands.begins(entry.revokedAt) } }
    }
    for list in revocationLists {
      stands.begins(list.thisUpdate)
      stands.ends(list.nextUpdate)
    }
    return stands
  }
}
