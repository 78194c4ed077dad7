import CZlib
import Foundation

/// Unpacks gzip (RFC 1952): all members one after the other, each held to its checksum and length.
final class GzipSource: PartSource {
  /// zlib's code for a gzip header around the largest window.
  private static let gzipWindow = 15 + 16

  private let file: InputFile
  private let budget: ExpansionBudget
  /// On the heap: zlib keeps the address.
  private let stream: UnsafeMutablePointer<z_stream>
  private let input: UnsafeMutableRawBufferPointer
  private var offset: Int64 = 0
  private var isAtMemberEnd = false
  private var isFinished = false

  init(_ file: InputFile, _ budget: ExpansionBudget) throws {
    self.file = file
    self.budget = budget
    stream = .allocate(capacity: 1)
    stream.initialize(to: z_stream())
    input = .allocate(byteCount: pieceSize, alignment: 16)
    let status = inflateInit2_(
      stream, Int32(Self.gzipWindow), ZLIB_VERSION, Int32(MemoryLayout<z_stream>.size))
    guard status == Z_OK else { throw InputFault(.readFailed(code: ENOMEM), file: file.name) }
  }

  deinit {
    inflateEnd(stream)
    stream.deallocate()
    input.deallocate()
  }

  func read(into buffer: UnsafeMutableRawBufferPointer) throws -> Int {
    guard !isFinished else { return 0 }
    stream.pointee.next_out = buffer.bindMemory(to: UInt8.self).baseAddress
    stream.pointee.avail_out = uInt(buffer.count)
    while stream.pointee.avail_out == uInt(buffer.count) {
      if stream.pointee.avail_in == 0, try !refill() {
        // Nothing more on disk: right only between members.
        guard isAtMemberEnd else { throw InputFault(.gzipTruncated, file: file.name) }
        isFinished = true
        return 0
      }
      if isAtMemberEnd, try !beginNextMember() { return 0 }
      try inflateOnce()
    }
    let count = buffer.count - Int(stream.pointee.avail_out)
    try budget.spend(count)
    return count
  }

  private func inflateOnce() throws {
    switch inflate(stream, Z_NO_FLUSH) {
    case Z_OK, Z_BUF_ERROR: break
    case Z_STREAM_END: isAtMemberEnd = true
    case Z_MEM_ERROR: throw InputFault(.readFailed(code: ENOMEM), file: file.name)
    default: throw InputFault(.gzipDamaged, file: file.name)
    }
  }

  /// - Returns: false at the end of the file.
  private func refill() throws -> Bool {
    let count = try readBytes(file.descriptor, input, at: offset, file: file.name)
    offset += Int64(count)
    stream.pointee.next_in = input.bindMemory(to: UInt8.self).baseAddress
    stream.pointee.avail_in = uInt(count)
    return count > 0
  }

  /// Another member follows, or padding with zeros to the end. - Returns: false at the end.
  private func beginNextMember() throws -> Bool {
    guard let next = stream.pointee.next_in else { return false }
    if next.pointee == 0 {
      try skipPadding()
      isFinished = true
      return false
    }
    guard next.pointee == 0x1F else { throw InputFault(.gzipTrailingBytes, file: file.name) }
    guard inflateReset(stream) == Z_OK else { throw InputFault(.gzipDamaged, file: file.name) }
    isAtMemberEnd = false
    return true
  }

  private func skipPadding() throws {
    repeat {
      while stream.pointee.avail_in > 0, let next = stream.pointee.next_in {
        guard next.pointee == 0 else { throw InputFault(.gzipTrailingBytes, file: file.name) }
        stream.pointee.next_in = next + 1
        stream.pointee.avail_in -= 1
      }
    } while try refill()
  }
}
