import Glibc

/// A file being written under a temporary name; ``finish()`` makes it durable and gives it its name, at once and whole.
public final class NewFile: @unchecked Sendable {  // a descriptor; writes go to places that do not overlap
  public let path: String
  private let temporary: String
  private let descriptor: Int32
  private var isFinished = false

  public init(_ path: String) throws(BlockStoreError) {
    self.path = path
    temporary = "\(path).\(getpid()).tmp"
    Self.sweep(path)
    descriptor = open(temporary, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o644)
    guard descriptor >= 0 else { throw .now("writing", temporary) }
    // Held while the file is being written: who comes across it knows whether somebody is at it.
    flock(descriptor, LOCK_SH | LOCK_NB)
  }

  /// Removes what killed processes left of this file: temporary files that nobody holds.
  private static func sweep(_ path: String) {
    let parts = path.split(separator: "/", omittingEmptySubsequences: false)
    let folder = parts.dropLast().joined(separator: "/")
    guard let name = parts.last, let listing = opendir(folder.isEmpty ? "." : folder) else { return }
    defer { closedir(listing) }
    while let entry = readdir(listing) {
      let found = withUnsafePointer(to: &entry.pointee.d_name) {
        $0.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
      }
      guard found.hasPrefix(name + "."), found.hasSuffix(".tmp") else { continue }
      let left = "\(folder.isEmpty ? "." : folder)/\(found)"
      let descriptor = open(left, O_RDONLY | O_CLOEXEC)
      guard descriptor >= 0 else { continue }
      if flock(descriptor, LOCK_EX | LOCK_NB) == 0 { unlink(left) }
      close(descriptor)
    }
  }

  /// Writes at a place; several threads may, to places that do not overlap.
  public func write(_ bytes: [UInt8], at offset: Int) throws(BlockStoreError) {
    let result = bytes.withUnsafeBytes { bytes in
      Result { () throws(BlockStoreError) in try write(bytes, at: offset) }
    }
    try result.get()
  }

  /// The same of bytes that lie somewhere.
  public func write(_ bytes: UnsafeRawBufferPointer, at offset: Int) throws(BlockStoreError) {
    var done = 0
    while done < bytes.count {
      let count = pwrite(descriptor, bytes.baseAddress.map { $0 + done }, bytes.count - done, off_t(offset + done))
      if count < 0, errno == EINTR { continue }
      if count <= 0 { throw .now("writing", temporary) }
      done += count
    }
  }

  /// Waits until the disk keeps the bytes, then gives the file its name.
  public func finish() throws(BlockStoreError) {
    guard fsync(descriptor) == 0 else { throw .now("writing", temporary) }
    guard rename(temporary, path) == 0 else { throw .now("naming", path) }
    isFinished = true
    let folder = path.split(separator: "/", omittingEmptySubsequences: false).dropLast().joined(separator: "/")
    let parent = open(folder.isEmpty ? "/" : folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
    guard parent >= 0 else { throw .now("opening", folder) }
    defer { close(parent) }
    guard fsync(parent) == 0 else { throw .now("writing", folder) }
  }

  deinit {
    close(descriptor)
    if !isFinished { unlink(temporary) }
  }
}
