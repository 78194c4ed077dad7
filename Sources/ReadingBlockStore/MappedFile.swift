import Glibc

/// A whole file mapped for reading, as long as the object lives. Its bytes do not change: blocks are never rewritten.
public final class MappedFile: @unchecked Sendable {  // an address and a length that nobody changes
  public let path: String
  public let bytes: UnsafeRawBufferPointer

  public convenience init(_ path: String) throws(BlockStoreError) { try self.init(ReadableFile(path)) }

  /// The file is needed no longer: a store has more files than a process may have open.
  init(_ file: ReadableFile) throws(BlockStoreError) {
    path = file.path
    guard file.length > 0 else {
      bytes = UnsafeRawBufferPointer(start: nil, count: 0)
      return
    }
    guard let start = mmap(nil, file.length, PROT_READ, MAP_SHARED, file.descriptor, 0), start != MAP_FAILED else {
      throw .now("mapping", file.path)
    }
    madvise(start, file.length, MADV_SEQUENTIAL)
    bytes = UnsafeRawBufferPointer(start: start, count: file.length)
  }

  /// Has the disk begin to read a part that is wanted next, unless it seems to be in memory.
  func prefetch(_ range: Range<Int>) {
    guard let start = bytes.baseAddress, !range.isEmpty else { return }
    let (first, last) = (range.lowerBound & ~4095, (range.upperBound - 1) & ~4095)
    var isThere: UInt8 = 0
    if mincore(UnsafeMutableRawPointer(mutating: start + last), 1, &isThere) == 0, isThere & 1 == 1 { return }
    madvise(UnsafeMutableRawPointer(mutating: start + first), range.upperBound - first, MADV_WILLNEED)
  }

  deinit {
    if let start = bytes.baseAddress { munmap(UnsafeMutableRawPointer(mutating: start), bytes.count) }
  }
}
