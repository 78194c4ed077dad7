import Glibc

/// A whole file mapped for reading, as long as the object lives. Its bytes do not change: blocks are never rewritten.
public final class MappedFile: @unchecked Sendable {  // an address and a length that nobody changes
  public let path: String
  public let bytes: UnsafeRawBufferPointer

  public init(_ path: String) throws(BlockStoreError) {
    self.path = path
    let descriptor = open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { throw .now("opening", path) }
    defer { close(descriptor) }
    var status = stat()
    guard fstat(descriptor, &status) == 0 else { throw .now("opening", path) }
    guard status.st_size > 0 else {
      bytes = UnsafeRawBufferPointer(start: nil, count: 0)
      return
    }
    let length = Int(status.st_size)
    guard let start = mmap(nil, length, PROT_READ, MAP_SHARED, descriptor, 0), start != MAP_FAILED else {
      throw .now("mapping", path)
    }
    madvise(start, length, MADV_SEQUENTIAL)
    bytes = UnsafeRawBufferPointer(start: start, count: length)
  }

  /// Has the disk begin to read a part that is wanted next.
  func prefetch(_ range: Range<Int>) {
    guard let start = bytes.baseAddress, !range.isEmpty else { return }
    let first = range.lowerBound & ~4095
    madvise(UnsafeMutableRawPointer(mutating: start + first), range.upperBound - first, MADV_WILLNEED)
  }

  deinit {
    if let start = bytes.baseAddress { munmap(UnsafeMutableRawPointer(mutating: start), bytes.count) }
  }
}
