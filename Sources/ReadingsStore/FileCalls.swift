import CFileSystem
import Glibc

/// The system calls that a store needs, with errors as ``StoreError``. Blocking: they return when it is done.
public enum FileCalls {
  /// Opens, hands over the descriptor, closes.
  static func withDescriptor<Value>(
    _ path: String, _ flags: Int32, doing what: String, _ body: (Int32) throws -> Value
  ) throws -> Value {
    let descriptor = retrying { open(path, flags | O_CLOEXEC, 0o644) }
    guard descriptor >= 0 else { throw StoreError.system(errno, doing: what, path: path) }
    defer { close(descriptor) }
    return try body(descriptor)
  }

  /// Writes a new file. It outlives a loss of power only after a later synchronisation.
  static func write(_ bytes: [UInt8], to path: String) throws { try write(bytes, to: path, durably: false) }

  /// Writes a new file and has the disk keep it (`fsync`).
  static func writeDurably(_ bytes: [UInt8], to path: String) throws { try write(bytes, to: path, durably: true) }

  /// Has the disk keep everything that was written to the file system of `path`: one call for many files.
  public static func synchronizeFileSystem(of path: String) throws {
    try withDescriptor(path, O_RDONLY | O_DIRECTORY, doing: "writing files") { descriptor in
      guard halfhour_syncfs(descriptor) == 0 else { throw StoreError.system(errno, doing: "writing files", path: path) }
    }
  }

  private static func write(_ bytes: [UInt8], to path: String, durably: Bool) throws {
    let what = "writing a file"
    try withDescriptor(path, O_WRONLY | O_CREAT | O_TRUNC, doing: what) { descriptor in
      try bytes.withUnsafeBytes { buffer in
        var done = 0
        while done < buffer.count {
          let count = Glibc.write(descriptor, buffer.baseAddress.map { $0 + done }, buffer.count - done)
          if count < 0 {
            if errno == EINTR { continue }
            throw StoreError.system(errno, doing: what, path: path)
          }
          done += count
        }
      }
      guard !durably || fsync(descriptor) == 0 else { throw StoreError.system(errno, doing: what, path: path) }
    }
  }

  /// Has the disk keep a file that is there.
  static func synchronize(file path: String) throws {
    try withDescriptor(path, O_RDONLY, doing: "writing a file") { descriptor in
      guard fsync(descriptor) == 0 else { throw StoreError.system(errno, doing: "writing a file", path: path) }
    }
  }

  /// Has the disk keep the names in a folder.
  public static func synchronize(folder path: String) throws {
    try withDescriptor(path, O_RDONLY | O_DIRECTORY, doing: "writing a folder") { descriptor in
      guard fsync(descriptor) == 0 else { throw StoreError.system(errno, doing: "writing a folder", path: path) }
    }
  }

  /// Makes a folder durably where there is none. - Returns: whether it was made.
  @discardableResult
  public static func makeFolder(_ path: String, insideOf parent: String) throws -> Bool {
    if mkdir(path, 0o755) == 0 {
      try synchronize(folder: parent)
      return true
    }
    guard errno == EEXIST else { throw StoreError.system(errno, doing: "making a folder", path: path) }
    guard isFolder(path) else {
      throw StoreError(
        .notAStore, path: path, "There is a file where a folder of the store belongs.",
        remedy: "Move the file away or choose another folder.")
    }
    return false
  }

  public static func isFolder(_ path: String) -> Bool { mode(path).map { $0 & S_IFMT == S_IFDIR } ?? false }
  public static func exists(_ path: String) -> Bool { mode(path) != nil }

  private static func mode(_ path: String) -> mode_t? {
    var status = stat()
    return stat(path, &status) == 0 ? status.st_mode : nil
  }

  static func rename(_ old: String, to new: String) throws {
    guard Glibc.rename(old, new) == 0 else { throw StoreError.system(errno, doing: "naming a file", path: new) }
  }

  static func remove(_ path: String) throws {
    guard unlink(path) == 0 || errno == ENOENT else {
      throw StoreError.system(errno, doing: "removing a stray file", path: path)
    }
  }

  /// The names in a folder, rising, without `.` and `..`.
  public static func names(in folder: String) throws -> [String] {
    guard let stream = opendir(folder) else {
      throw StoreError.system(errno, doing: "listing a folder", path: folder)
    }
    defer { closedir(stream) }
    var names: [String] = []
    errno = 0
    while let entry = readdir(stream) {
      let name = withUnsafePointer(to: &entry.pointee.d_name) {
        $0.withMemoryRebound(to: CChar.self, capacity: MemoryLayout.size(ofValue: entry.pointee.d_name)) {
          String(cString: $0)
        }
      }
      if name != ".", name != ".." { names.append(name) }
      errno = 0
    }
    guard errno == 0 else { throw StoreError.system(errno, doing: "listing a folder", path: folder) }
    return names.sorted()
  }

  /// Maps a file into memory for the time of `body`. Files of a store never change, so the bytes stay what they are.
  static func withMapping<Value>(_ path: String, _ body: (UnsafeRawBufferPointer) throws -> Value) throws -> Value {
    try withDescriptor(path, O_RDONLY, doing: "reading a file") { descriptor in
      var status = stat()
      guard fstat(descriptor, &status) == 0 else { throw StoreError.system(errno, doing: "reading a file", path: path) }
      let length = Int(status.st_size)
      guard length > 0 else { return try body(UnsafeRawBufferPointer(start: nil, count: 0)) }
      let address = mmap(nil, length, PROT_READ, MAP_PRIVATE, descriptor, 0)
      guard let address, address != MAP_FAILED else {
        throw StoreError.system(errno, doing: "reading a file", path: path)
      }
      defer { munmap(address, length) }
      return try body(UnsafeRawBufferPointer(start: address, count: length))
    }
  }

  private static func retrying(_ call: () -> Int32) -> Int32 {
    while true {
      let result = call()
      if result >= 0 || errno != EINTR { return result }
    }
  }
}
