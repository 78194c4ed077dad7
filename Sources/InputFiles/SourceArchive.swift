import Crypto
import Foundation

extension InputFile {
  /// Puts a copy of the bytes on disk under their hash: `<folder>/<first two digits>/<hash>`.
  ///
  /// After it returns the copy is on disk even if the power fails: written beside its place, flushed, renamed, and its
  /// folder flushed. A copy that is there already is left as it is. What stands at the place is always whole.
  /// - Returns: the path of the copy.
  /// - Throws: ``InputFault``.
  @discardableResult
  public func copy(into folder: String) throws -> String {
    let shelf = folder + "/" + hash.prefix(2)
    let place = shelf + "/" + hash
    if isArchived(place) {
      // Whoever put it there may have stopped before its folder was flushed.
      try flushFolder(shelf)
      return place
    }
    try makeFolder(folder)
    try makeFolder(shelf)
    let draft = shelf + "/.\(hash).\(getpid()).\(UInt64.random(in: 0 ... .max)).part"
    do {
      try writeCopy(draft)
      guard rename(draft, place) == 0 else { throw archiveFault() }
      try flushFolder(shelf)
      return place
    } catch {
      unlink(draft)
      throw error
    }
  }

  private func isArchived(_ place: String) -> Bool {
    var status = stat()
    return stat(place, &status) == 0 && status.st_mode & S_IFMT == S_IFREG && Int64(status.st_size) == size
  }

  private func writeCopy(_ draft: String) throws {
    let output = open(draft, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o644)
    guard output >= 0 else { throw archiveFault() }
    defer { close(output) }
    var hasher = SHA256()
    try forEachPiece(descriptor, file: name) { piece in
      hasher.update(bufferPointer: piece)
      try write(piece, to: output)
    }
    // The copy must be what its name says, even if somebody writes to the original meanwhile.
    guard Self.hex(hasher.finalize()) == hash else { throw InputFault(.changed, file: name) }
    guard fsync(output) == 0 else { throw archiveFault() }
  }

  private func write(_ piece: UnsafeRawBufferPointer, to output: Int32) throws {
    var rest = piece
    while !rest.isEmpty {
      let count = Foundation.write(output, rest.baseAddress, rest.count)
      guard count > 0 else {
        if count < 0, errno == EINTR { continue }
        throw archiveFault()
      }
      rest = UnsafeRawBufferPointer(rebasing: rest[count...])
    }
  }

  private func makeFolder(_ folder: String) throws {
    if mkdir(folder, 0o755) == 0 {
      let parent = folder.split(separator: "/", omittingEmptySubsequences: false).dropLast().joined(separator: "/")
      try flushFolder(parent.isEmpty ? (folder.hasPrefix("/") ? "/" : ".") : parent)
    } else if errno != EEXIST {
      throw archiveFault()
    }
  }

  private func flushFolder(_ folder: String) throws {
    let descriptor = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
    guard descriptor >= 0 else { throw archiveFault() }
    defer { close(descriptor) }
    guard fsync(descriptor) == 0 else { throw archiveFault() }
  }

  private func archiveFault() -> InputFault { InputFault(.archiveFailed(code: errno), file: name) }
}
