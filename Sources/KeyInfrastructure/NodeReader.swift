import SwiftASN1

/// Walks over parsed ASN.1 of requests and revocation lists.
enum NodeReader {
  static func parse(_ bytes: [UInt8], limit: Int) -> ASN1Node? { bytes.count <= limit ? try? DER.parse(bytes) : nil }

  static func children(_ node: ASN1Node?) -> [ASN1Node]? {
    guard case .constructed(let nodes) = node?.content else { return nil }
    return Array(nodes)
  }

  static func content(_ node: ASN1Node?) -> [UInt8]? {
    guard case .primitive(let bytes) = node?.content else { return nil }
    return Array(bytes)
  }

  static func identifier(_ node: ASN1Node?) -> String? {
    node.flatMap { try? ASN1ObjectIdentifier(derEncoded: $0) }.map { String(describing: $0) }
  }

  static func encoded(_ node: ASN1Node) -> [UInt8] { Array(node.encodedBytes) }

  /// The number of a context-specific tag.
  static func tag(_ node: ASN1Node) -> UInt? {
    node.identifier.tagClass == .contextSpecific ? node.identifier.tagNumber : nil
  }

  /// UTCTime or GeneralizedTime.
  static func time(_ node: ASN1Node?) -> CertificateTime? {
    guard let node, let bytes = content(node) else { return nil }
    let text = String(decoding: bytes, as: UTF8.self)
    guard node.identifier == .utcTime else {
      return node.identifier == .generalizedTime ? CertificateTime(text) : nil
    }
    return CertificateTime((text.prefix(2) >= "50" ? "19" : "20") + text)
  }

  /// Content, algorithm and signature of a signed structure.
  static func signed(_ node: ASN1Node?) -> (content: ASN1Node, signature: [UInt8])? {
    guard let node, node.identifier == .sequence, let parts = children(node), parts.count == 3,
      parts[0].identifier == .sequence, parts[1].identifier == .sequence, parts[2].identifier == .bitString,
      identifier(children(parts[1])?.first) == "1.2.840.10045.4.3.2", let bits = content(parts[2]), bits.first == 0
    else { return nil }
    return (parts[0], Array(bits.dropFirst()))
  }
}
