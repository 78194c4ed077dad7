import Foundation

/// A file or folder could not be written: which, why, and what to do.
struct UnwritableFile: Error, CustomStringConvertible {
  let path: String
  let reason: String

  init(_ path: String, _ error: any Error) {
    self.path = path
    reason = Self.reason(error as NSError)
  }

  var description: String { "cannot write \(path): \(reason)" }

  private static func reason(_ error: NSError) -> String {
    let cause = error.userInfo[NSUnderlyingErrorKey] as? NSError ?? error
    let code = cause.domain == NSPOSIXErrorDomain ? Int32(clamping: cause.code) : 0
    switch (code, error.code) {
    case (ENOENT, _), (_, CocoaError.fileNoSuchFile.rawValue):
      return "its folder is not there; make the folder or name another path"
    case (ENOTDIR, _): return "a part of the path is a file, not a folder; name another path"
    case (EISDIR, _): return "it is a folder; name a file"
    case (EEXIST, _), (_, CocoaError.fileWriteFileExists.rawValue):
      return "something else of this name is there; name another path"
    case (EACCES, _), (EPERM, _), (EROFS, _), (_, CocoaError.fileWriteNoPermission.rawValue):
      return "this user may not write there; check the permissions or name another path"
    case (ENOSPC, _), (EDQUOT, _), (_, CocoaError.fileWriteOutOfSpace.rawValue):
      return "the disk is full; make room and try again"
    case (0, _): return "the system refused it (error \(error.code)); check the path and the disk"
    default: return "\(String(cString: strerror(code))); check the path and the disk"
    }
  }
}

/// Writes a whole file or leaves what was there. Into a device or a pipe the bytes are written as they are: putting a new
/// file in its place would destroy it.
/// - Throws: ``UnwritableFile``.
func writeData(_ data: Data, to path: String) throws {
  var isFolder: ObjCBool = false
  guard !FileManager.default.fileExists(atPath: path, isDirectory: &isFolder) || !isFolder.boolValue else {
    throw UnwritableFile(path, NSError(domain: NSPOSIXErrorDomain, code: Int(EISDIR)))
  }
  do {
    if let type = try? FileManager.default.attributesOfItem(atPath: path)[.type] as? FileAttributeType,
      type != .typeRegular, type != .typeSymbolicLink
    {
      let stream = try FileHandle(forWritingTo: URL(fileURLWithPath: path))
      try stream.write(contentsOf: data)
      return try stream.close()
    }
    try data.write(to: URL(fileURLWithPath: path), options: .atomic)
  } catch {
    throw UnwritableFile(path, error)
  }
}

/// Writes a text and says so on standard error.
/// - Throws: ``UnwritableFile``.
func writeFile(_ text: String, to path: String) throws {
  try writeData(Data(text.utf8), to: path)
  printError("wrote \(path)")
}

/// Makes a folder with those above it, unless it is there.
/// - Throws: ``UnwritableFile``.
func makeFolder(_ path: String) throws {
  do {
    try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
  } catch {
    throw UnwritableFile(path, error)
  }
}
