import Crypto
import Foundation
import ReadingArrivals

/// The public keys of those who may send signed messages, by their names: ECDSA over P-256 with SHA-256 (FIPS 186-5).
public struct SenderKeys: Sendable {
  private struct Key: Sendable {
    let key: P256.Signing.PublicKey
    let identity: UInt64
  }

  private let keys: [String: Key]

  /// From text: `sender,public_key` a line, the key as 128 hexadecimal digits of x and y.
  ///
  /// - Throws: for the first line that is not so.
  public init(_ text: String) throws(ArrivalDamage) {
    var found: [String: Key] = [:]
    for (number, line) in text.split(whereSeparator: \.isNewline).enumerated()
    where number > 0 || !line.hasPrefix("sender,") {
      let fields = line.split(separator: ",", omittingEmptySubsequences: false)
      guard fields.count == 2, let bytes = Self.bytes(hex: fields[1]), bytes.count == 64,
        let key = try? P256.Signing.PublicKey(rawRepresentation: bytes), (1...32).contains(fields[0].utf8.count)
      else {
        throw ArrivalDamage(
          "line \(number + 1) of the file of keys", "it is not a sender and a P-256 key in 128 digits")
      }
      guard found.updateValue(Key(key: key, identity: Self.identity(bytes)), forKey: String(fields[0])) == nil else {
        throw ArrivalDamage("line \(number + 1) of the file of keys", "its sender has a key already")
      }
    }
    keys = found
  }

  private static func bytes(hex: Substring) -> [UInt8]? {
    let digits = hex.utf8.map { byte -> UInt8? in
      switch byte {
      case UInt8(ascii: "0")...UInt8(ascii: "9"): byte - 48
      case UInt8(ascii: "a")...UInt8(ascii: "f"): byte - 87
      case UInt8(ascii: "A")...UInt8(ascii: "F"): byte - 55
      default: nil
      }
    }
    guard digits.count % 2 == 0, !digits.contains(nil) else { return nil }
    let values = digits.compactMap(\.self)
    return stride(from: 0, to: values.count, by: 2).map { values[$0] << 4 | values[$0 + 1] }
  }

  static func identity(_ key: [UInt8]) -> UInt64 {
    SHA256.hash(data: key).prefix(8).enumerated().reduce(0) { $0 | UInt64($1.element) << (8 * UInt64($1.offset)) }
  }

  /// A fact, where the key of that sender made the signature over those bytes. - Returns: `nil` otherwise.
  func fact(_ row: ArrivalBatch.SignedRow, _ bytes: UnsafeRawBufferPointer) -> SignatureFact? {
    let sender = String(decoding: bytes[row.sender], as: UTF8.self)
    guard let key = keys[sender],
      let signature = try? P256.Signing.ECDSASignature(rawRepresentation: row.signature)
    else { return nil }
    let digest = SHA256.hash(data: UnsafeRawBufferPointer(rebasing: bytes[row.payload]))
    guard key.key.isValidSignature(signature, for: digest) else { return nil }
    return SignatureFact(
      row: row.row, date: row.date, key: key.identity, signature: row.signature, digest: Array(digest))
  }

  /// Whether a fact holds: that one of these keys signed that digest. The message is not needed.
  public func confirms(_ fact: SignatureFact) -> Bool {
    guard let key = keys.values.first(where: { $0.identity == fact.key }),
      let signature = try? P256.Signing.ECDSASignature(rawRepresentation: fact.signature)
    else { return false }
    return key.key.isValidSignature(signature, for: KeptDigest(bytes: fact.digest))
  }
}

/// A digest that was kept.
private struct KeptDigest: Digest {
  static var byteCount: Int { 32 }
  let bytes: [UInt8]
  func withUnsafeBytes<Result>(_ body: (UnsafeRawBufferPointer) throws -> Result) rethrows -> Result {
    try bytes.withUnsafeBytes(body)
  }
  var description: String { "SHA-256" }
  static func == (a: Self, b: Self) -> Bool { a.bytes == b.bytes }
  func hash(into hasher: inout Hasher) { hasher.combine(bytes) }
  func makeIterator() -> Array<UInt8>.Iterator { bytes.makeIterator() }
}
