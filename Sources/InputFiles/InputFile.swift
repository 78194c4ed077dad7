import Crypto
import Foundation

/// How far a packed file may grow.
public struct ExpansionLimits: Hashable, Sendable {
  /// Output may not be more than so many times the input ...
  public var ratio: Int
  /// ... once so many bytes have come out.
  public var ratioAppliesAfter: Int64
  /// Output of the whole file, all members together, ends here.
  public var totalBytes: Int64

  public init(ratio: Int = 1_000, ratioAppliesAfter: Int64 = 100_000_000, totalBytes: Int64 = 64_000_000_000) {
    self.ratio = ratio
    self.ratioAppliesAfter = ratioAppliesAfter
    self.totalBytes = totalBytes
  }

  public static let standard = ExpansionLimits()
}

/// A file from outside, held open: what it is, its content hash, and its contents unpacked piece by piece.
///
/// Plain, gzip (several members in one file too) and zip are told apart by their first bytes, not by the name. Memory
/// does not grow with the file.
public final class InputFile: Sendable {
  /// How the bytes are packed.
  public enum Container: String, Hashable, Sendable {
    case plain
    case gzip
    case zip
  }

  public let path: String
  /// The last part of the path.
  public let name: String
  /// Bytes on disk.
  public let size: Int64
  /// SHA-256 of the bytes on disk, 64 lower-case hexadecimal digits.
  public let hash: String
  public let container: Container

  let descriptor: Int32
  private let stamp: FileStamp

  /// Opens the file and hashes it whole.
  ///
  /// - Throws: ``InputFault`` when it is missing, unreadable or no ordinary file.
  public init(_ path: String) throws {
    let name = path.split(separator: "/").last.map(String.init) ?? path
    let (descriptor, stamp) = try FileStamp.open(path, name: name)
    self.path = path
    self.name = name
    self.descriptor = descriptor
    self.stamp = stamp
    size = stamp.size
    do {
      var start = [UInt8](repeating: 0, count: 4)
      let count = try start.withUnsafeMutableBytes { try readBytes(descriptor, $0, at: 0, file: name) }
      container = Self.container(of: start.prefix(count))
      hash = try Self.hash(descriptor, file: name)
    } catch {
      close(descriptor)
      throw error
    }
  }

  deinit { close(descriptor) }

  private static func container(of start: ArraySlice<UInt8>) -> Container {
    if start.starts(with: [0x1F, 0x8B]) { return .gzip }
    let isZip = start.starts(with: [0x50, 0x4B, 0x03, 0x04]) || start.starts(with: [0x50, 0x4B, 0x05, 0x06])
    return isZip ? .zip : .plain
  }

  /// Hands on each part of the contents: the one of a plain or gzip file, or a zip file's members in their order.
  ///
  /// What was handed on before an error is thrown must not be kept: the file is then not the one that was sent.
  /// - Throws: ``InputFault``, or what `body` throws.
  public func read(limits: ExpansionLimits = .standard, _ body: (InputPart) throws -> Void) throws {
    let budget = ExpansionBudget(limits: limits, packedSize: size, file: name)
    switch container {
    case .plain:
      // What is not packed cannot grow: only its own size counts.
      try body(InputPart(name: name, member: nil, PlainSource(self)))
    case .gzip:
      let inner = name.lowercased().hasSuffix(".gz") ? String(name.dropLast(3)) : name
      try body(InputPart(name: inner, member: nil, try GzipSource(self, budget)))
    case .zip:
      try ZipMembers(self, budget).forEach(body)
    }
    try checkUnchanged()
  }

  /// - Throws: ``InputFault`` when the file was written to since it was opened.
  func checkUnchanged() throws {
    guard try FileStamp(descriptor, name: name) == stamp else { throw InputFault(.changed, file: name) }
  }

  /// Opens the same file once more, with a position of its own.
  func reopen() throws -> Int32 {
    let (other, otherStamp) = try FileStamp.open(path, name: name)
    guard otherStamp == stamp else {
      close(other)
      throw InputFault(.changed, file: name)
    }
    return other
  }

  // MARK: Hashes

  /// SHA-256 of a file's bytes as 64 lower-case hexadecimal digits. - Throws: ``InputFault``.
  public static func sha256(ofFile path: String) throws -> String { try InputFile(path).hash }

  /// SHA-256 of bytes as 64 lower-case hexadecimal digits.
  public static func sha256(_ bytes: some Collection<UInt8>) -> String { hex(SHA256.hash(data: Array(bytes))) }

  private static func hash(_ descriptor: Int32, file: String) throws -> String {
    var hasher = SHA256()
    try forEachPiece(descriptor, file: file) { hasher.update(bufferPointer: $0) }
    return hex(hasher.finalize())
  }

  static func hex(_ digest: SHA256.Digest) -> String {
    let digits = Array("0123456789abcdef".utf8)
    return String(decoding: digest.flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] }, as: UTF8.self)
  }
}

/// What tells that a file is still the same: its place on disk, size and time of change.
struct FileStamp: Equatable {
  let device: UInt64
  let inode: UInt64
  let size: Int64
  let seconds: Int
  let nanoseconds: Int

  init(_ descriptor: Int32, name: String) throws {
    var status = stat()
    guard fstat(descriptor, &status) == 0 else { throw InputFault(.readFailed(code: errno), file: name) }
    guard status.st_mode & S_IFMT == S_IFREG else { throw InputFault(.notRegular, file: name) }
    device = UInt64(status.st_dev)
    inode = UInt64(status.st_ino)
    size = Int64(status.st_size)
    seconds = Int(status.st_mtim.tv_sec)
    nanoseconds = Int(status.st_mtim.tv_nsec)
  }

  /// Opens an ordinary file. Not blocking: a pipe without a writer must not stop the program before it is refused.
  static func open(_ path: String, name: String) throws -> (Int32, FileStamp) {
    let descriptor = Foundation.open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
    guard descriptor >= 0 else {
      switch errno {
      case ENOENT, ENOTDIR, ENAMETOOLONG: throw InputFault(.notThere, file: name)
      case EACCES, EPERM: throw InputFault(.notAllowed, file: name)
      case ENXIO, ENODEV: throw InputFault(.notRegular, file: name)
      default: throw InputFault(.readFailed(code: errno), file: name)
      }
    }
    do {
      return (descriptor, try FileStamp(descriptor, name: name))
    } catch {
      close(descriptor)
      throw error
    }
  }
}

/// Bytes handed on at a time.
let pieceSize = 256 * 1_024

/// Reads at a position until the buffer is full or the file ends. - Returns: how many bytes were read.
func readBytes(_ descriptor: Int32, _ buffer: UnsafeMutableRawBufferPointer, at offset: Int64, file: String) throws
  -> Int
{
  var filled = 0
  while filled < buffer.count {
    let count = pread(descriptor, buffer.baseAddress! + filled, buffer.count - filled, off_t(offset) + off_t(filled))
    if count == 0 { break }
    guard count > 0 else {
      if errno == EINTR { continue }
      throw InputFault(.readFailed(code: errno), file: file)
    }
    filled += count
  }
  return filled
}

/// Hands on the raw bytes of a file from its beginning.
func forEachPiece(_ descriptor: Int32, file: String, _ body: (UnsafeRawBufferPointer) throws -> Void) throws {
  let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: pieceSize, alignment: 16)
  defer { buffer.deallocate() }
  var offset: Int64 = 0
  while true {
    let count = try readBytes(descriptor, buffer, at: offset, file: file)
    if count == 0 { return }
    try body(UnsafeRawBufferPointer(rebasing: buffer[..<count]))
    offset += Int64(count)
  }
}
