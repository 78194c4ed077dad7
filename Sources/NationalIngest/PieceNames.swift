import Crypto
import Foundation
import ReadingArrivals

/// How the pieces of a store are named, so that a piece that comes again is known: 128 bits of GMAC (NIST SP 800-38D) over
/// its bytes, under a key that the store drew for itself.
///
/// Whoever does not know the key cannot make two pieces of one name, which is all that a name must withstand: with it one
/// could only take back the own delivery. It costs a tenth of what SHA-256 does (docs/decisions/0007). Nothing is enciphered,
/// and names stay beside their key, so that one nonce for each layout is enough: it keeps the layouts apart.
struct PieceNames: Sendable {
  let key: [UInt8]

  /// For files that are never written.
  static let noKey = [UInt8](repeating: 0, count: ArrivalsFile.pieceKeyLength)

  static var otherStore: ArrivalDamage {
    ArrivalDamage("directory", "its key of pieces is another than that of the files before it")
  }

  /// Under a new key.
  init() {
    var generator = SystemRandomNumberGenerator()
    key = (0..<ArrivalsFile.pieceKeyLength).map { _ in .random(in: .min ... .max, using: &generator) }
  }

  /// - Precondition: ``ArrivalsFile/pieceKeyLength`` bytes.
  init(key: [UInt8]) {
    precondition(key.count == ArrivalsFile.pieceKeyLength, "a key of pieces")
    self.key = key
  }

  /// ``PieceRecord/nameLength`` bytes.
  func name(of piece: UnsafeRawBufferPointer, _ layout: ArrivalLayout) throws -> [UInt8] {
    let nonce = try AES.GCM.Nonce(data: [layout.tag] + [UInt8](repeating: 0, count: 11))
    let box = try AES.GCM.seal(
      [UInt8](), using: SymmetricKey(data: key), nonce: nonce, authenticating: piece)
    return Array(box.tag)
  }
}
