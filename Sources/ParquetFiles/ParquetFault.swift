/// Why bytes are not a Parquet file that is read here.
public struct ParquetFault: Error, Hashable, Sendable, CustomStringConvertible {
  /// Where: `footer`, `page of column kwh`.
  public let part: String
  public let reason: String

  public init(_ part: String, _ reason: String) {
    self.part = part
    self.reason = reason
  }

  public var description: String { "the \(part) cannot be read: \(reason)" }
}

/// How pages are packed. The packing itself is done by a ``ParquetPacking``.
public enum ParquetCodec: Int, Hashable, Sendable, CaseIterable {
  case none = 0
  case snappy = 1
  case gzip = 2
  case zstd = 6
}

/// What packs and unpacks pages: a port, so that this module needs no library.
public protocol ParquetPacking: Sendable {
  func pack(_ bytes: [UInt8], _ codec: ParquetCodec) throws(ParquetFault) -> [UInt8]
  /// - Parameter size: what comes out exactly, or the page is refused.
  func unpack(_ bytes: ArraySlice<UInt8>, _ codec: ParquetCodec, size: Int) throws(ParquetFault) -> [UInt8]
}

/// Packs nothing.
public struct PlainPacking: ParquetPacking {
  public init() {}

  public func pack(_ bytes: [UInt8], _ codec: ParquetCodec) throws(ParquetFault) -> [UInt8] {
    guard codec == .none else { throw ParquetFault("page", "there is nothing here to pack it with") }
    return bytes
  }

  public func unpack(_ bytes: ArraySlice<UInt8>, _ codec: ParquetCodec, size: Int) throws(ParquetFault) -> [UInt8] {
    guard codec == .none, bytes.count == size else { throw ParquetFault("page", "its length or packing is wrong") }
    return Array(bytes)
  }
}
