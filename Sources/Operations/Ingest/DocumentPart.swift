import Findings

/// A part that can only be read whole: small JSON documents. Bytes beyond the bound are not kept, and the part is refused.
final class DocumentPart: SourcePart {
  /// 64 MB: the largest document of these kinds is well below one.
  static let largest = 64 << 20

  private var bytes: [UInt8] = []
  private var isTooLarge = false
  private let take: ([UInt8]?) throws -> Void

  /// - Parameter take: is given the bytes, or `nil` when there were too many.
  init(_ take: @escaping ([UInt8]?) throws -> Void) { self.take = take }

  func consume(_ piece: UnsafeRawBufferPointer) {
    guard !isTooLarge else { return }
    if bytes.count + piece.count > Self.largest {
      isTooLarge = true
      bytes = []
    } else {
      bytes.append(contentsOf: piece)
    }
  }

  func finish() throws { try take(isTooLarge ? nil : bytes) }
}
