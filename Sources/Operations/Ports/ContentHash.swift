/// Names bytes by their content: SHA-256, 64 hexadecimal digits. Handed in, because the pure rings hold no cryptography.
public typealias ContentHash = @Sendable ([UInt8]) -> String

/// The archive of every file that was taken in, byte for byte, by content hash.
public protocol SourceArchive: AnyObject {
  /// The decompressed parts of an archived source, each fed in pieces; `nil` name for a plain file.
  ///
  /// - Throws: when the source is not there or its bytes no longer match its hash.
  func read(_ hash: String, _ body: (_ part: String, _ bytes: UnsafeRawBufferPointer) throws -> Void) throws
}
