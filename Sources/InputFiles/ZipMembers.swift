import CLibzip
import Foundation

/// The members of a zip file in the order of its directory, folders left out.
final class ZipMembers {
  /// More members than any real delivery has; the directory is held in memory.
  private static let largestCount = 100_000

  private let file: InputFile
  private let budget: ExpansionBudget
  private let archive: OpaquePointer

  init(_ file: InputFile, _ budget: ExpansionBudget) throws {
    self.file = file
    self.budget = budget
    let descriptor = try file.reopen()
    var code: Int32 = 0
    guard let archive = zip_fdopen(descriptor, ZIP_CHECKCONS, &code) else {
      close(descriptor)
      throw InputFault(.zipDamaged, file: file.name)
    }
    self.archive = archive
  }

  // Discards: nothing was changed, and nothing may be written back.
  deinit { zip_discard(archive) }

  func forEach(_ body: (InputPart) throws -> Void) throws {
    let count = zip_get_num_entries(archive, 0)
    guard count <= Self.largestCount else {
      throw InputFault(.zipTooManyMembers(Self.largestCount), file: file.name)
    }
    for index in 0..<max(count, 0) {
      var status = zip_stat_t()
      guard zip_stat_index(archive, zip_uint64_t(index), 0, &status) == 0, let rawName = status.name else {
        throw InputFault(.zipDamaged, file: file.name)
      }
      let path = Self.printable(String(cString: rawName))
      if path.hasSuffix("/") { continue }
      try check(status, path)
      guard let member = zip_fopen_index(archive, zip_uint64_t(index), 0) else {
        throw InputFault(.zipDamaged, file: file.name, member: path)
      }
      let source = ZipMemberSource(member, file: file.name, path: path, budget)
      let name = path.split(separator: "/").last.map(String.init) ?? path
      let part = InputPart(name: name, member: path, source)
      try body(part)
      // Whatever the body left unread is read too: the checksum stands at the end.
      try part.forEachPiece { _ in }
    }
  }

  private func check(_ status: zip_stat_t, _ path: String) throws {
    if status.valid & zip_uint64_t(ZIP_STAT_ENCRYPTION_METHOD) != 0, status.encryption_method != ZIP_EM_NONE {
      throw InputFault(.zipEncrypted, file: file.name, member: path)
    }
    let method = Int32(status.comp_method)
    guard zip_compression_method_supported(method, 0) == 1 else {
      throw InputFault(.zipUnknownMethod(Int(method)), file: file.name, member: path)
    }
  }

  /// A name as it may be shown: without control characters, not endless.
  private static func printable(_ name: String) -> String {
    String(
      String.UnicodeScalarView(name.unicodeScalars.prefix(200).map { $0.value < 0x20 || $0.value == 0x7F ? "?" : $0 }))
  }
}

/// The bytes of one member; libzip checks the checksum at its end.
private final class ZipMemberSource: PartSource {
  private let member: OpaquePointer
  private let file: String
  private let path: String
  private let budget: ExpansionBudget

  init(_ member: OpaquePointer, file: String, path: String, _ budget: ExpansionBudget) {
    self.member = member
    self.file = file
    self.path = path
    self.budget = budget
  }

  deinit { zip_fclose(member) }

  func read(into buffer: UnsafeMutableRawBufferPointer) throws -> Int {
    let count = zip_fread(member, buffer.baseAddress, zip_uint64_t(buffer.count))
    guard count >= 0 else { throw InputFault(.zipDamaged, file: file, member: path) }
    try budget.spend(Int(count), member: path)
    return Int(count)
  }
}
