import SwiftASN1

/// The extensions of a certificate that say what it may be used for and who issued it (RFC 5280, 4.2.1).
public struct CertificateExtensions: Hashable, Sendable {
  /// Bit 0 (digitalSignature) is the highest bit; `nil` without the extension.
  public let keyUsage: UInt8?
  /// Whether the certificate is an authority's (basicConstraints).
  public let isAuthority: Bool
  /// How many authorities may stand below this one; `nil` where it does not say.
  public let pathLength: Int?
  public let subjectKeyIdentifier: [UInt8]?
  public let authorityKeyIdentifier: [UInt8]?
  /// Object identifiers in numbers.
  public let policies: [String]
  public let extendedUsages: [String]
  /// Names of hosts (subjectAltName, dNSName).
  public let hostNames: [String]
  /// Critical extensions that are not read here: who cannot read them must refuse the certificate.
  public let unknownCritical: [String]

  static let known: Set = [
    "2.5.29.14", "2.5.29.15", "2.5.29.17", "2.5.29.19", "2.5.29.32", "2.5.29.35", "2.5.29.37",
  ]

  init(_ found: [String: (isCritical: Bool, value: ASN1Node)]) {
    let values = found.mapValues(\.value)
    let bits = Self.bytes(values["2.5.29.15"]) ?? []
    keyUsage = bits.count > 1 ? bits[1] : nil
    let constraints = Self.children(values["2.5.29.19"]) ?? []
    isAuthority = constraints.first.flatMap(Self.bytes) == [0xFF] && constraints.first?.identifier == .boolean
    pathLength = constraints.dropFirst().first.flatMap(Self.bytes).flatMap { $0.count == 1 ? Int($0[0]) : nil }
    subjectKeyIdentifier = Self.bytes(values["2.5.29.14"])
    authorityKeyIdentifier = Self.children(values["2.5.29.35"])?.first { Self.tag($0) == 0 }.flatMap(Self.bytes)
    policies = (Self.children(values["2.5.29.32"]) ?? []).compactMap { Self.children($0)?.first.flatMap(Self.name) }
    extendedUsages = (Self.children(values["2.5.29.37"]) ?? []).compactMap(Self.name)
    hostNames = (Self.children(values["2.5.29.17"]) ?? []).filter { Self.tag($0) == 2 }
      .compactMap { Self.bytes($0).map { String(decoding: $0, as: UTF8.self) } }
    unknownCritical = found.filter { $0.value.isCritical && !Self.known.contains($0.key) }.keys.sorted()
  }

  private static func children(_ node: ASN1Node?) -> [ASN1Node]? {
    guard case .constructed(let nodes) = node?.content else { return nil }
    return Array(nodes)
  }

  private static func bytes(_ node: ASN1Node?) -> [UInt8]? {
    guard case .primitive(let bytes) = node?.content else { return nil }
    return Array(bytes)
  }

  private static func name(_ node: ASN1Node) -> String? {
    (try? ASN1ObjectIdentifier(derEncoded: node)).map { String(describing: $0) }
  }

  /// The number of a context-specific tag.
  private static func tag(_ node: ASN1Node) -> UInt? {
    node.identifier.tagClass == .contextSpecific ? node.identifier.tagNumber : nil
  }
}
