import Glibc

/// A whole file mapped for reading, as long as the object lives. Its bytes do not change: blocks are never rewritten.
public final class MappedFile: @unchecked Sendable {  // an address and a length that nobody changes
  public let path: String
  public let bytes: UnsafeRawBufferPointer
  private let descriptor: Int32

  public init(_ path: String) throws(BlockStoreError) {
    self.path = path
    let descriptor = open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { throw .now("opening", path) }
    var status = stat()
    guard fstat(descriptor, &status) == 0 else {
      close(descriptor)
      throw .now("opening", path)
    }
    self.descriptor = descriptor
    guard status.st_size > 0 else {
      bytes = UnsafeRawBufferPointer(start: nil, count: 0)
      return
    }
    let length = Int(status.st_size)
    guard let start = mmap(nil, length, PROT_READ, MAP_SHARED, descriptor, 0), start != MAP_FAILED else {
      close(descriptor)
      throw .now("mapping", path)
    }
    madvise(start, length, MADV_SEQUENTIAL)
    bytes = UnsafeRawBufferPointer(start: start, count: length)
  }

  /// Has the disk begin to read a part that is wanted next, unless it seems to be in memory.
  func prefetch(_ range: Range<Int>) {
    guard let start = bytes.baseAddress, !range.isEmpty else { return }
    let (first, last) = (range.lowerBound & ~4095, (range.upperBound - 1) & ~4095)
    var isThere: UInt8 = 0
    if mincore(UnsafeMutableRawPointer(mutating: start + last), 1, &isThere) == 0, isThere & 1 == 1 { return }
    madvise(UnsafeMutableRawPointer(mutating: start + first), range.upperBound - first, MADV_WILLNEED)
  }

  /// Hands over the first bytes of a file, at most `count`, and its length: for headers, which are not worth a mapping.
  static func front<Value>(
    _ path: String, _ count: Int, _ body: (UnsafeRawBufferPointer, Int) throws -> Value
  ) throws -> Value {
    let descriptor = open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { throw BlockStoreError.now("opening", path) }
    defer { close(descriptor) }
    var status = stat()
    guard fstat(descriptor, &status) == 0 else { throw BlockStoreError.now("opening", path) }
    let length = Int(status.st_size)
    return try withUnsafeTemporaryAllocation(byteCount: min(count, length), alignment: 8) { buffer in
      var done = 0
      while done < buffer.count {
        let more = pread(descriptor, buffer.baseAddress.map { $0 + done }, buffer.count - done, off_t(done))
        if more < 0, errno == EINTR { continue }
        if more <= 0 { throw BlockStoreError.now("reading", path) }
        done += more
      }
      return try body(UnsafeRawBufferPointer(buffer), length)
    }
  }

  /// Copies a part, which for a part that is wanted once is cheaper than mapping its pages and letting go of them.
  func read(_ range: Range<Int>, to buffer: UnsafeMutableRawBufferPointer) throws(BlockStoreError) {
    precondition(range.count <= buffer.count && range.upperBound <= bytes.count)
    var done = 0
    while done < range.count {
      let count = pread(
        descriptor, buffer.baseAddress.map { $0 + done }, range.count - done, off_t(range.lowerBound + done))
      if count < 0, errno == EINTR { continue }
      if count <= 0 { throw .now("reading", path) }
      done += count
    }
  }

  deinit {
    close(descriptor)
    if let start = bytes.baseAddress { munmap(UnsafeMutableRawPointer(mutating: start), bytes.count) }
  }
}
