public import GBCS

/// Why a certificate is refused, one of the reasons that may hold together.
public enum ChainFault: Error, Hashable, Sendable, CustomStringConvertible {
  /// Of which certificate of the chain: 0 the one that was judged, 1 its issuer, and so on.
  public typealias Place = Int

  case notYetValid(from: CertificateTime, Place)
  case expired(at: CertificateTime, Place)
  case unreadableDates(Place)
  case revoked(at: CertificateTime, RevocationList.Reason, Place)
  /// No list of its issuer is there, or the one that is there is out of date, and lists are required.
  case revocationUnknown(Place)
  case wrongHolder(expected: EUI64)
  case wrongRole(found: OrganisationRole?)
  case wrongUsage
  case wrongPolicy
  /// Its issuer is not among the authorities.
  case unknownIssuer(Place)
  /// An authority of its issuer's name is there, and did not sign it.
  case wrongChain(Place)
  /// The issuer's certificate is not an authority's, or may not sign certificates, or not so deep a chain.
  case notAnAuthority(Place)
  /// The chain ends in a root that is not trusted for this purpose.
  case untrustedRoot
  case chainTooLong
  /// A critical extension that is not understood.
  case unknownExtension(String, Place)

  /// A sentence without names or keys.
  public var description: String {
    switch self {
    case .notYetValid(let from, let place): "\(Self.subject(place)) is valid from \(from) only."
    case .expired(let at, let place): "\(Self.subject(place)) expired on \(at)."
    case .unreadableDates(let place): "\(Self.subject(place)) has dates that cannot be read."
    case .revoked(let at, let reason, let place): "\(Self.subject(place)) was revoked on \(at) (\(reason))."
    case .revocationUnknown(let place): "No current revocation list says whether \(Self.subject(place).lowered) holds."
    case .wrongHolder: "The certificate is another holder's."
    case .wrongRole(let found): "The certificate's role is \(found?.description ?? "none") and not the one asked for."
    case .wrongUsage: "The certificate's key is for another use."
    case .wrongPolicy: "The certificate was not issued under the policy of its kind."
    case .unknownIssuer(let place): "The issuer of \(Self.subject(place).lowered) is not known."
    case .wrongChain(let place): "\(Self.subject(place)) was not signed by the authority that it names."
    case .notAnAuthority(let place): "\(Self.subject(place)) may not issue certificates here."
    case .untrustedRoot: "The chain ends in a root that is not trusted for this."
    case .chainTooLong: "The chain is too long."
    case .unknownExtension(let type, let place): "\(Self.subject(place)) has the unknown critical extension \(type)."
    }
  }

  private static func subject(_ place: Place) -> String {
    place == 0 ? "The certificate" : place == 1 ? "The issuer's certificate" : "The certificate \(place) steps up"
  }
}

extension String {
  /// For the middle of a sentence.
  fileprivate var lowered: String { prefix(1).lowercased() + dropFirst() }
}
