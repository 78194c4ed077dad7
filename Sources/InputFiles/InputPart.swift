/// One run of unpacked bytes: a file, or a member of a zip file. Valid only while it is handed on.
public final class InputPart {
  /// What to call it: the file's name without `.gz`, or the member's name.
  public let name: String
  /// The member's name within a zip file; `nil` for other files.
  public let member: String?

  private let source: any PartSource
  /// Bytes that were looked at before they were handed on.
  private var pending: [UInt8] = []

  init(name: String, member: String?, _ source: any PartSource) {
    self.name = name
    self.member = member
    self.source = source
  }

  /// The first bytes, fewer when there are no more; they are handed on again by ``forEachPiece(_:)``.
  public func peek(_ count: Int) throws -> [UInt8] {
    while pending.count < count {
      let more = try nextPiece()
      if more.isEmpty { break }
      pending += more
    }
    return Array(pending.prefix(count))
  }

  /// Hands on all bytes in pieces, once.
  public func forEachPiece(_ body: (UnsafeRawBufferPointer) throws -> Void) throws {
    if !pending.isEmpty {
      let first = pending
      pending = []
      try first.withUnsafeBytes(body)
    }
    let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: pieceSize, alignment: 16)
    defer { buffer.deallocate() }
    while true {
      let count = try source.read(into: buffer)
      if count == 0 { return }
      try body(UnsafeRawBufferPointer(rebasing: buffer[..<count]))
    }
  }

  /// All bytes at once, for small files. - Returns: `nil` when there are more than `limit`.
  public func bytes(limit: Int) throws -> [UInt8]? {
    var all: [UInt8] = []
    var isTooLarge = false
    try forEachPiece { piece in
      if isTooLarge || all.count + piece.count > limit {
        isTooLarge = true
        all = []
      } else {
        all.append(contentsOf: piece)
      }
    }
    return isTooLarge ? nil : all
  }

  private func nextPiece() throws -> [UInt8] {
    var bytes = [UInt8](repeating: 0, count: 16_384)
    let count = try bytes.withUnsafeMutableBytes { try source.read(into: $0) }
    return Array(bytes.prefix(count))
  }
}

/// Where a part's bytes come from.
protocol PartSource: AnyObject {
  /// Puts the next bytes into the buffer. - Returns: how many; zero at the end, and only there.
  func read(into buffer: UnsafeMutableRawBufferPointer) throws -> Int
}

/// Bytes as they stand on disk.
final class PlainSource: PartSource {
  private let file: InputFile
  private var offset: Int64 = 0

  init(_ file: InputFile) { self.file = file }

  func read(into buffer: UnsafeMutableRawBufferPointer) throws -> Int {
    let count = try readBytes(file.descriptor, buffer, at: offset, file: file.name)
    offset += Int64(count)
    return count
  }
}

/// Counts what comes out of a packed file against its limits.
final class ExpansionBudget {
  private let limits: ExpansionLimits
  private let packedSize: Int64
  private let file: String
  private var produced: Int64 = 0

  init(limits: ExpansionLimits, packedSize: Int64, file: String) {
    self.limits = limits
    self.packedSize = packedSize
    self.file = file
  }

  func spend(_ count: Int, member: String? = nil) throws {
    produced += Int64(count)
    if produced > limits.totalBytes {
      throw InputFault(.tooLarge(bytes: limits.totalBytes), file: file, member: member)
    }
    let allowed = max(packedSize, 1).multipliedReportingOverflow(by: Int64(limits.ratio))
    if produced > limits.ratioAppliesAfter, !allowed.overflow, produced > allowed.partialValue {
      throw InputFault(.expandsTooFar(ratio: limits.ratio), file: file, member: member)
    }
  }
}
