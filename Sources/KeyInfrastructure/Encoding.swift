import GBCS

/// Writes the distinguished encoding of ASN.1 (X.690) that certificates, requests and revocation lists are made of.
enum Encoding {
  static func value(_ tag: UInt8, _ content: [UInt8]) -> [UInt8] { [tag] + length(content.count) + content }

  /// Shortest form.
  static func length(_ count: Int) -> [UInt8] {
    guard count >= 0x80 else { return [UInt8(count)] }
    let bytes = Array(bigEndian(UInt64(count)).drop { $0 == 0 })
    return [0x80 | UInt8(bytes.count)] + bytes
  }

  static func sequence(_ parts: [UInt8]...) -> [UInt8] { value(0x30, parts.flatMap { $0 }) }
  static func set(_ parts: [UInt8]...) -> [UInt8] { value(0x31, parts.flatMap { $0 }) }
  static func octets(_ content: [UInt8]) -> [UInt8] { value(0x04, content) }
  static func bits(_ content: [UInt8], unused: UInt8 = 0) -> [UInt8] { value(0x03, [unused] + content) }
  static func text(_ text: String) -> [UInt8] { value(0x0C, Array(text.utf8)) }
  static let yes: [UInt8] = [0x01, 0x01, 0xFF]

  /// A whole number that is not negative, from its magnitude, highest byte first.
  static func integer(_ magnitude: [UInt8]) -> [UInt8] {
    let bytes = Array(magnitude.drop { $0 == 0 })
    guard let first = bytes.first else { return [0x02, 0x01, 0x00] }
    return value(0x02, (first >= 0x80 ? [0] : []) + bytes)
  }

  /// From numbers with points between them; base 128 from the third on.
  static func identifier(_ numbers: String) -> [UInt8] {
    let parts = numbers.split(separator: ".").compactMap { UInt64($0) }
    guard parts.count >= 2 else { return [] }
    return value(0x06, ([parts[0] * 40 + parts[1]] + parts.dropFirst(2)).flatMap(base128))
  }

  private static func base128(_ number: UInt64) -> [UInt8] {
    var bytes = [UInt8(number & 0x7F)]
    var rest = number >> 7
    while rest > 0 {
      bytes.insert(UInt8(rest & 0x7F) | 0x80, at: 0)
      rest >>= 7
    }
    return bytes
  }

  /// Two digits for the year until 2049, four from 2050 (RFC 5280, 4.1.2.5).
  static func time(_ time: CertificateTime) -> [UInt8] {
    (1950...2049).contains(time.year)
      ? value(0x17, Array(time.text.utf8.dropFirst(2))) : value(0x18, Array(time.text.utf8))
  }

  /// ecdsa-with-SHA256
  static let signatureAlgorithm = sequence(identifier("1.2.840.10045.4.3.2"))

  /// The key of P-256 that 65 bytes write.
  static func publicKey(_ point: [UInt8]) -> [UInt8] {
    sequence(sequence(identifier("1.2.840.10045.2.1"), identifier("1.2.840.10045.3.1.7")), bits(point))
  }
}
