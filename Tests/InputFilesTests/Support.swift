import CLibzip
import CZlib
import Foundation
import InputFiles

/// A folder for one test, removed with it.
final class Scratch {
  let folder: String

  init() throws {
    folder = NSTemporaryDirectory() + "inputfiles-\(getpid())-\(UInt64.random(in: 0 ... .max))"
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
  }

  deinit { try? FileManager.default.removeItem(atPath: folder) }

  func file(_ name: String, _ bytes: [UInt8]) throws -> String {
    let path = folder + "/" + name
    try Data(bytes).write(to: URL(fileURLWithPath: path))
    return path
  }
}

/// One gzip member.
func gzip(_ bytes: [UInt8]) -> [UInt8] {
  var stream = z_stream()
  precondition(
    deflateInit2_(
      &stream, 6, Z_DEFLATED, 15 + 16, 8, Z_DEFAULT_STRATEGY, ZLIB_VERSION, Int32(MemoryLayout<z_stream>.size))
      == Z_OK)
  defer { deflateEnd(&stream) }
  var input = bytes
  var output = [UInt8](repeating: 0, count: Int(deflateBound(&stream, uLong(bytes.count))) + 64)
  let room = output.count
  input.withUnsafeMutableBufferPointer { input in
    output.withUnsafeMutableBufferPointer { output in
      stream.next_in = input.baseAddress
      stream.avail_in = uInt(input.count)
      stream.next_out = output.baseAddress
      stream.avail_out = uInt(room)
      precondition(deflate(&stream, Z_FINISH) == Z_STREAM_END)
    }
  }
  return Array(output.prefix(room - Int(stream.avail_out)))
}

/// Writes a zip file with libzip.
func makeZip(_ path: String, _ members: [(name: String, bytes: [UInt8])], password: String? = nil) {
  var code: Int32 = 0
  guard let archive = zip_open(path, ZIP_CREATE | ZIP_TRUNCATE, &code) else { preconditionFailure("no zip") }
  var buffers: [UnsafeMutableRawPointer] = []
  for (name, bytes) in members {
    if name.hasSuffix("/") {
      precondition(zip_dir_add(archive, name, 0) >= 0)
      continue
    }
    let buffer = UnsafeMutableRawPointer.allocate(byteCount: max(bytes.count, 1), alignment: 1)
    bytes.withUnsafeBytes {
      buffer.copyMemory(from: $0.baseAddress ?? UnsafeRawPointer(buffer), byteCount: bytes.count)
    }
    buffers.append(buffer)
    let source = zip_source_buffer(archive, buffer, zip_uint64_t(bytes.count), 0)
    let index = zip_file_add(archive, name, source, 0)
    precondition(index >= 0)
    if let password {
      precondition(zip_file_set_encryption(archive, zip_uint64_t(index), UInt16(ZIP_EM_TRAD_PKWARE), password) == 0)
    }
  }
  precondition(zip_close(archive) == 0)
  for buffer in buffers { buffer.deallocate() }
}

/// Everything in the file: the parts' names and bytes.
func contents(_ path: String, limits: ExpansionLimits = .standard) throws -> [(name: String, bytes: [UInt8])] {
  var parts: [(String, [UInt8])] = []
  try InputFile(path).read(limits: limits) { part in
    var bytes: [UInt8] = []
    try part.forEachPiece { bytes.append(contentsOf: $0) }
    parts.append((part.name, bytes))
  }
  return parts
}

/// Why reading failed; `nil` when it did not.
func fault(_ path: String, limits: ExpansionLimits = .standard) -> InputFault? {
  do {
    _ = try contents(path, limits: limits)
    return nil
  } catch {
    return error as? InputFault
  }
}

func noise(_ count: Int, seed: UInt64 = 1) -> [UInt8] {
  var state = seed
  return (0..<count).map { _ in
    state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
    return UInt8(truncatingIfNeeded: state >> 56)
  }
}

/// The shared data beside the package, or where HALFHOUR_SHARED says.
enum Shared {
  static let data: String? = {
    let package = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .deletingLastPathComponent()
    let shared =
      ProcessInfo.processInfo.environment["HALFHOUR_SHARED"]
      ?? package.appendingPathComponent("../shared").standardized.path
    return FileManager.default.fileExists(atPath: shared + "/data/meter") ? shared + "/data" : nil
  }()

  static var isThere: Bool {
    if data == nil { print("SKIPPED: ../shared/data is not there; set HALFHOUR_SHARED to run these tests") }
    return data != nil
  }
}
