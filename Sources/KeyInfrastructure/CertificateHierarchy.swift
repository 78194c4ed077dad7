/// For how many years certificates are issued. The defaults are marked as the project's notes mark them.
public struct CertificateLifetimes: Hashable, Sendable {
  /// Of roots: common knowledge, long enough for all below them.
  public var root = 50
  /// Of issuing authorities: common knowledge, as the former.
  public var issuing = 40
  /// Of organisations: 10 years in the test infrastructure (verified). 14 since the renewal of the infrastructure.
  public var organisation = 10
  /// Of transport certificates: 14 years with the renewed infrastructure (seed 001, PKI-E).
  public var transport = 14

  public init() {}
}

/// A root and the one authority below it that issues end certificates.
public struct CertificateHierarchy: Sendable {
  public let root: CertificateAuthority
  public let issuing: CertificateAuthority

  init(
    _ keys: TestKeys, names: (root: String, issuing: String), policy: String, hasUnits: Bool, from: CertificateTime,
    _ lifetimes: CertificateLifetimes
  ) throws {
    root = try CertificateAuthority(
      root: .authority(name: names.root, role: hasUnits ? .root : nil, policy: policy, isRoot: true),
      key: try keys.signing("authority|\(names.root)"), serial: keys.serial(names.root),
      validity: .init(from: from, years: lifetimes.root))
    let key = try keys.signing("authority|\(names.issuing)")
    issuing = CertificateAuthority(
      key: key,
      certificate: try root.issue(
        .authority(name: names.issuing, role: hasUnits ? .issuingAuthority : nil, policy: policy, isRoot: false),
        publicKey: Array(key.publicKey.x963Representation), serial: keys.serial(names.issuing),
        validity: .init(from: from, years: lifetimes.issuing)))
  }
}
