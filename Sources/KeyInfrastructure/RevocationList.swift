public import MessageSecurity
import SwiftASN1

/// What an authority has revoked (X.509 v2, RFC 5280 section 5): of an issuing authority the end certificates, of a
/// root the authorities below it.
public struct RevocationList: Hashable, Sendable {
  /// Why a certificate was revoked (RFC 5280, 5.3.1).
  public enum Reason: UInt8, Hashable, Sendable, CaseIterable {
    case unspecified = 0
    case keyCompromise = 1
    case authorityCompromise = 2
    case affiliationChanged = 3
    case superseded = 4
    case cessationOfOperation = 5
    case certificateHold = 6
    case privilegeWithdrawn = 9
  }

  public struct Entry: Hashable, Sendable {
    /// Magnitude, highest byte first, without leading zeros.
    public let serialNumber: [UInt8]
    public let revokedAt: CertificateTime
    public let reason: Reason

    public init(_ certificate: Certificate, at time: CertificateTime, reason: Reason) {
      self.init(serialNumber: certificate.serialNumber, at: time, reason: reason)
    }

    init(serialNumber: [UInt8], at time: CertificateTime, reason: Reason) {
      self.serialNumber = serialNumber
      revokedAt = time
      self.reason = reason
    }
  }

  public enum Fault: String, Error, Hashable, Sendable, CustomStringConvertible {
    case encoding = "The revocation list is not in distinguished encoding or not an X.509 revocation list."
    public var description: String { rawValue }
  }

  /// The largest list that is read: some 20,000 entries.
  public static let maximumSize = 1 << 20

  /// The whole list (DER).
  public let bytes: [UInt8]
  /// The issuer's name (DER).
  public let issuerName: [UInt8]
  public let thisUpdate: CertificateTime
  public let nextUpdate: CertificateTime
  public let entries: [Entry]
  private let bySerial: [[UInt8]: Entry]
  private let signedPart: [UInt8]
  private let signature: [UInt8]

  /// Reads a list. Its signature is judged by ``isSigned(by:)``.
  public init(_ der: [UInt8]) throws(Fault) {
    guard let signed = NodeReader.signed(NodeReader.parse(der, limit: Self.maximumSize)),
      let fields = NodeReader.children(signed.content), fields.count >= 5, NodeReader.content(fields[0]) == [1],
      let this = NodeReader.time(fields[3]), let next = NodeReader.time(fields[4])
    else { throw .encoding }
    let list = fields.dropFirst(5).first.flatMap { NodeReader.tag($0) == nil ? NodeReader.children($0) : [] } ?? []
    var entries: [Entry] = []
    for node in list { entries.append(try Self.entry(node)) }
    bytes = der
    issuerName = NodeReader.encoded(fields[2])
    thisUpdate = this
    nextUpdate = next
    self.entries = entries
    bySerial = Dictionary(entries.map { ($0.serialNumber, $0) }, uniquingKeysWith: { first, _ in first })
    signedPart = NodeReader.encoded(signed.content)
    signature = signed.signature
  }

  private static func entry(_ node: ASN1Node) throws(Fault) -> Entry {
    guard let parts = NodeReader.children(node), parts.count >= 2, let serial = NodeReader.content(parts[0]),
      let time = NodeReader.time(parts[1])
    else { throw .encoding }
    var reason = Reason.unspecified
    for item in NodeReader.children(parts.dropFirst(2).first) ?? [] {
      let fields = NodeReader.children(item)
      guard NodeReader.identifier(fields?.first) == "2.5.29.21", let value = NodeReader.content(fields?.last) else {
        continue
      }
      reason = value.last.flatMap(Reason.init(rawValue:)) ?? .unspecified
    }
    return Entry(serialNumber: Array(serial.drop { $0 == 0 }), at: time, reason: reason)
  }

  /// Whether the list is that authority's own.
  public func isSigned(by authority: Certificate) -> Bool {
    authority.subjectName == issuerName && authority.verifies(encoded: signature, over: signedPart)
  }

  /// The entry of a certificate that this list's issuer issued; `nil` where it is not revoked.
  public func entry(of certificate: Certificate) -> Entry? {
    certificate.issuerName == issuerName ? bySerial[certificate.serialNumber] : nil
  }
}

extension CertificateAuthority {
  /// The list of what this authority has revoked. - Parameter number: one more with each list.
  public func revocationList(
    _ entries: [RevocationList.Entry], number: UInt64, thisUpdate: CertificateTime, nextUpdate: CertificateTime
  ) throws -> RevocationList {
    let rows = entries.flatMap { entry in
      let reason = CertificateProfile.item(
        "2.5.29.21", isCritical: false, Encoding.value(0x0A, [entry.reason.rawValue]))
      return Encoding.sequence(
        Encoding.integer(entry.serialNumber), Encoding.time(entry.revokedAt),
        entry.reason == .unspecified ? [] : Encoding.sequence(reason))
    }
    let key = certificate.extensions.subjectKeyIdentifier ?? Self.keyIdentifier(certificate.publicKey)
    let extensions = Encoding.sequence(
      CertificateProfile.item("2.5.29.35", isCritical: false, Encoding.sequence(Encoding.value(0x80, key))),
      CertificateProfile.item("2.5.29.20", isCritical: false, Encoding.integer(bigEndianBytes(number))))
    let content = Encoding.sequence(
      Encoding.integer([1]), Encoding.signatureAlgorithm, certificate.subjectName, Encoding.time(thisUpdate),
      Encoding.time(nextUpdate), rows.isEmpty ? [] : Encoding.value(0x30, rows), Encoding.value(0xA0, extensions))
    return try RevocationList(Self.signed(content, by: self.key))
  }
}

private func bigEndianBytes(_ value: UInt64) -> [UInt8] {
  stride(from: 56, through: 0, by: -8).map { UInt8(truncatingIfNeeded: value >> $0) }
}
