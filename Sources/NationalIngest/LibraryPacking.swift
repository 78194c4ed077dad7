import CSnappy
import CZlib
import CZstd
import ParquetFiles

/// Packs and unpacks pages with zstd, Snappy and zlib.
public struct LibraryPacking: ParquetPacking {
  public init() {}

  private static func fault(_ codec: ParquetCodec) -> ParquetFault {
    ParquetFault("page", "it cannot be packed or unpacked as \(codec)")
  }

  public func pack(_ bytes: [UInt8], _ codec: ParquetCodec) throws(ParquetFault) -> [UInt8] {
    switch codec {
    case .none: return bytes
    case .zstd:
      let room = ZSTD_compressBound(bytes.count)
      let packed = [UInt8](unsafeUninitializedCapacity: room) { out, count in
        let made = ZSTD_compress(out.baseAddress, room, bytes, bytes.count, 1)
        count = ZSTD_isError(made) == 0 ? made : 0
      }
      guard !packed.isEmpty else { throw Self.fault(codec) }
      return packed
    case .snappy:
      var length = snappy_max_compressed_length(bytes.count)
      let packed = bytes.withUnsafeBytes { raw in
        [UInt8](unsafeUninitializedCapacity: length) { out, count in
          let isMade =
            snappy_compress(
              raw.bindMemory(to: CChar.self).baseAddress, bytes.count,
              UnsafeMutableRawPointer(out.baseAddress)?.assumingMemoryBound(to: CChar.self), &length) == SNAPPY_OK
          count = isMade ? length : 0
        }
      }
      guard !packed.isEmpty || bytes.isEmpty else { throw Self.fault(codec) }
      return packed
    case .gzip: throw Self.fault(codec)
    }
  }

  public func unpack(_ bytes: ArraySlice<UInt8>, _ codec: ParquetCodec, size: Int) throws(ParquetFault) -> [UInt8] {
    var isSound = false
    let plain = bytes.withUnsafeBytes { raw in
      [UInt8](unsafeUninitializedCapacity: size) { out, count in
        switch codec {
        case .none:
          isSound = raw.count == size
          if isSound { UnsafeMutableRawBufferPointer(out).copyMemory(from: raw) }
        case .zstd: isSound = ZSTD_decompress(out.baseAddress, size, raw.baseAddress, raw.count) == size
        case .snappy: isSound = Self.unsnap(raw, out, size)
        case .gzip: isSound = Self.inflate(raw, out, size)
        }
        count = isSound ? size : 0
      }
    }
    guard isSound else { throw Self.fault(codec) }
    return plain
  }

  private static func unsnap(_ raw: UnsafeRawBufferPointer, _ out: UnsafeMutableBufferPointer<UInt8>, _ size: Int)
    -> Bool
  {
    let start = raw.bindMemory(to: CChar.self).baseAddress
    var length = 0
    // The length that the bytes claim is believed only where it is the page's.
    guard snappy_uncompressed_length(start, raw.count, &length) == SNAPPY_OK, length == size else { return false }
    let target = UnsafeMutableRawPointer(out.baseAddress)?.assumingMemoryBound(to: CChar.self)
    return snappy_uncompress(start, raw.count, target, &length) == SNAPPY_OK && length == size
  }

  private static func inflate(_ raw: UnsafeRawBufferPointer, _ out: UnsafeMutableBufferPointer<UInt8>, _ size: Int)
    -> Bool
  {
    var stream = z_stream()
    guard inflateInit2_(&stream, 15 + 32, ZLIB_VERSION, Int32(MemoryLayout<z_stream>.size)) == Z_OK else {
      return false
    }
    defer { inflateEnd(&stream) }
    stream.next_in = UnsafeMutablePointer(mutating: raw.bindMemory(to: UInt8.self).baseAddress)
    stream.avail_in = UInt32(raw.count)
    stream.next_out = out.baseAddress
    stream.avail_out = UInt32(size)
    return CZlib.inflate(&stream, Z_FINISH) == Z_STREAM_END && stream.avail_out == 0
  }
}
