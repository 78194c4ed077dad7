import GBCS
import SwiftASN1

/// Walks over the tree of a certificate (RFC 5280).
struct CertificateReader {
  typealias Fault = Certificate.Fault

  private let bytes: [UInt8]
  private let outer: [ASN1Node]

  init(_ root: ASN1Node, _ bytes: [UInt8]) throws(Fault) {
    guard root.identifier == .sequence else { throw .encoding }
    self.bytes = bytes
    outer = try Self.children(root)
  }

  func certificate() throws(Fault) -> Certificate {
    guard outer.map(\.identifier) == [.sequence, .sequence, .bitString] else { throw .encoding }
    var parts = try Self.children(outer[0])[...]
    if parts.first?.identifier == Self.context(0) { parts = parts.dropFirst() }
    let fields = Array(parts)
    guard fields.count >= 6 else { throw .encoding }
    let subject = try Self.name(fields[4])
    let found = try Self.extensions(fields.dropFirst(6))
    let extensions = found.mapValues(\.value)
    return Certificate(
      bytes: bytes, serialNumber: Array(try Self.content(fields[0]).drop { $0 == 0 }),
      issuer: try Self.name(fields[2]).map(\.attribute), subject: subject.map(\.attribute),
      names: (Array(fields[2].encodedBytes), Array(fields[4].encodedBytes)),
      identifier: Self.identifier(subject, extensions), usage: Self.usage(extensions[Self.keyUsage]),
      extensions: CertificateExtensions(found),
      publicKey: try Self.key(fields[5]), validity: try Self.validity(fields[3]),
      signedPart: Array(outer[0].encodedBytes), issuerSignature: Array(try Self.content(outer[2]).dropFirst()))
  }

  static let commonName = "2.5.4.3"
  static let organisationalUnit = "2.5.4.11"
  static let uniqueIdentifier = "2.5.4.45"
  static let keyUsage = "2.5.29.15"
  static let subjectAlternativeName = "2.5.29.17"
  static let hardwareModuleName = "1.3.6.1.5.5.7.8.4"

  private static func context(_ number: UInt) -> ASN1Identifier {
    ASN1Identifier(tagWithNumber: number, tagClass: .contextSpecific)
  }

  private static func children(_ node: ASN1Node) throws(Fault) -> [ASN1Node] {
    guard case .constructed(let nodes) = node.content else { throw .encoding }
    return Array(nodes)
  }

  private static func content(_ node: ASN1Node) throws(Fault) -> [UInt8] {
    guard case .primitive(let bytes) = node.content else { throw .encoding }
    return Array(bytes)
  }

  private static func objectIdentifier(_ node: ASN1Node) throws(Fault) -> String {
    guard let value = try? ASN1ObjectIdentifier(derEncoded: node) else { throw .encoding }
    return String(describing: value)
  }

  private static func name(_ node: ASN1Node) throws(Fault) -> [(attribute: Certificate.NameAttribute, raw: [UInt8])] {
    var found: [(Certificate.NameAttribute, [UInt8])] = []
    for set in try children(node) {
      for pair in try children(set) {
        let parts = try children(pair)
        guard parts.count == 2 else { throw .encoding }
        let type = try objectIdentifier(parts[0])
        let raw = try content(parts[1])
        let short = type == commonName ? "CN" : type == organisationalUnit ? "OU" : type
        let value = type == uniqueIdentifier ? hexText(raw) : String(decoding: raw, as: UTF8.self)
        found.append((Certificate.NameAttribute(type: short, value: value), raw))
      }
    }
    return found.map { (attribute: $0.0, raw: $0.1) }
  }

  private static func validity(_ node: ASN1Node) throws(Fault) -> (String, String) {
    let parts = try children(node)
    guard parts.count == 2 else { throw .encoding }
    return (try time(parts[0]), try time(parts[1]))
  }

  /// Years of two digits are of 1950 to 2049 (RFC 5280, 4.1.2.5.1).
  private static func time(_ node: ASN1Node) throws(Fault) -> String {
    let text = String(decoding: try content(node), as: UTF8.self)
    guard node.identifier == .utcTime else { return text }
    return (text.prefix(2) >= "50" ? "19" : "20") + text
  }

  private static func key(_ node: ASN1Node) throws(Fault) -> [UInt8] {
    let parts = try children(node)
    guard parts.count == 2 else { throw .encoding }
    let key = Array(try content(parts[1]).dropFirst())
    guard key.count == 65, key[0] == 4 else { throw .key }
    return key
  }

  private static func extensions(_ nodes: ArraySlice<ASN1Node>) throws(Fault) -> [String: (
    isCritical: Bool, value: ASN1Node
  )] {
    guard let holder = nodes.first(where: { $0.identifier == context(3) }), let list = try children(holder).first else {
      return [:]
    }
    var found: [String: (isCritical: Bool, value: ASN1Node)] = [:]
    for item in try children(list) {
      let parts = try children(item)
      guard let first = parts.first, let last = parts.last, parts.count >= 2 else { throw .encoding }
      guard let value = try? DER.parse(try content(last)) else { throw .encoding }
      let name = try objectIdentifier(first)
      // RFC 5280, 4.2: a certificate has each extension once at most.
      guard found[name] == nil else { throw .encoding }
      let isCritical = parts.count == 3 ? try content(parts[1]).first == 0xFF : false
      found[name] = (isCritical, value)
    }
    return found
  }

  /// Bit 0 is for signatures, bit 4 for key agreement (RFC 5280, 4.2.1.3).
  private static func usage(_ node: ASN1Node?) -> Certificate.Usage {
    guard let node, let bits = try? content(node), bits.count > 1 else { return .other }
    if bits[1] & 0x80 != 0 { return .digitalSignature }
    return bits[1] & 0x08 != 0 ? .keyAgreement : .other
  }

  private static func identifier(
    _ subject: [(attribute: Certificate.NameAttribute, raw: [UInt8])], _ extensions: [String: ASN1Node]
  ) -> EUI64? {
    // A bit string: its first byte counts unused bits.
    if let raw = subject.first(where: { $0.attribute.type == uniqueIdentifier })?.raw { return number(raw.dropFirst()) }
    guard let names = extensions[subjectAlternativeName].flatMap({ try? children($0) }) else { return nil }
    for name in names where name.identifier == context(0) {
      guard let parts = try? children(name), parts.count == 2, (try? objectIdentifier(parts[0])) == hardwareModuleName,
        let module = (try? children(parts[1]))?.first.flatMap({ try? children($0) }), let serial = module.last
      else { continue }
      return (try? content(serial)).flatMap { number($0[...]) }
    }
    return nil
  }

  private static func number(_ bytes: ArraySlice<UInt8>) -> EUI64? {
    guard bytes.count == 8 else { return nil }
    return EUI64(rawValue: bytes.reduce(0) { $0 << 8 | UInt64($1) })
  }
}
