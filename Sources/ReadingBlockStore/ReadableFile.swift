import Glibc

/// A file open for reading by position, from any thread, as long as the object lives.
public final class ReadableFile: Sendable {
  public let path: String
  /// Bytes, when it was opened: the store's files do not change.
  public let length: Int
  /// Whether it is a file, and no folder, pipe or device.
  public let isOrdinary: Bool
  let descriptor: Int32

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
    length = Int(status.st_size)
    isOrdinary = status.st_mode & S_IFMT == S_IFREG
  }

  /// Lets the system read ahead generously: the file will be read from front to back.
  public func announceReadingInOrder() { posix_fadvise(descriptor, 0, 0, POSIX_FADV_SEQUENTIAL) }

  /// Copies a part, which for a part that is wanted once is cheaper than mapping its pages and letting go of them.
  ///
  /// - Throws: also where the file has become shorter than the range.
  public func read(_ range: Range<Int>, to buffer: UnsafeMutableRawBufferPointer) throws(BlockStoreError) {
    precondition(range.count <= buffer.count && range.upperBound <= length)
    var done = 0
    while done < range.count {
      let count = pread(
        descriptor, buffer.baseAddress.map { $0 + done }, range.count - done, off_t(range.lowerBound + done))
      if count < 0, errno == EINTR { continue }
      if count < 0 { throw .now("reading", path) }
      if count == 0 {
        throw .mismatch("it became shorter while it was read; try again when nobody writes to it", path: path)
      }
      done += count
    }
  }

  /// A part's bytes, in memory of their own.
  func copy(_ range: Range<Int>) throws(BlockStoreError) -> OwnedBytes {
    let copy = OwnedBytes(range.count)
    try read(range, to: copy.memory)
    return copy
  }

  /// Hands over the first bytes, at most `count`, and the file's length: for headers, which are not worth a mapping.
  func front<Value>(_ count: Int, _ body: (UnsafeRawBufferPointer, Int) throws -> Value) throws -> Value {
    try withUnsafeTemporaryAllocation(byteCount: min(count, length), alignment: 8) { buffer in
      try read(0..<buffer.count, to: buffer)
      return try body(UnsafeRawBufferPointer(buffer), length)
    }
  }

  deinit { close(descriptor) }
}

/// Memory that lives as long as the object, aligned to 64 bytes.
final class OwnedBytes: @unchecked Sendable {  // filled before it is shared
  let memory: UnsafeMutableRawBufferPointer
  var bytes: UnsafeRawBufferPointer { UnsafeRawBufferPointer(memory) }

  init(_ count: Int) { memory = .allocate(byteCount: count, alignment: 64) }

  deinit { memory.deallocate() }
}
