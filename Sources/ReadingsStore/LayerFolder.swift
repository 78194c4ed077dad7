import Glibc
import Operations
import Readings
import SettlementCalendar

/// The folder of immutable layer files: one sub-folder for each settlement date.
///
/// A file's name follows from what is in it, so a layer that is written twice is one file. No file is ever changed;
/// which files count is not known here but in the database.
public struct LayerFolder: Sendable {
  /// The folder's path.
  public let path: String

  public init(path: String) { self.path = path }

  /// What the database notes of a layer file, so that a swapped file is found.
  public struct Manifest: Hashable, Sendable {
    /// `2009-03-29/<name>.layer`: the file's path below the folder.
    public let token: String
    public let date: SettlementDate
    public let receivedAt: UTCInstant
    public let source: String
    public let sequence: Int32
    /// Length of the file.
    public let byteCount: Int
    /// Checksum of the header, which covers the checksums of all sections.
    public let checksum: UInt32

    public init(
      token: String, date: SettlementDate, receivedAt: UTCInstant, source: String, sequence: Int32, byteCount: Int,
      checksum: UInt32
    ) {
      self.token = token
      self.date = date
      self.receivedAt = receivedAt
      self.source = source
      self.sequence = sequence
      self.byteCount = byteCount
      self.checksum = checksum
    }
  }

  static let suffix = ".layer"
  static let unfinishedSuffix = ".layer.tmp"

  /// Writes a layer under a name that nobody else gives to other bytes.
  ///
  /// - Parameter durably: whether it must outlive a loss of power when this returns. A batch of many layers writes them
  ///   without and calls ``synchronize()`` once, before it is committed.
  /// - Returns: the file's token.
  /// - Throws: ``LayerFault`` when the layer cannot be kept, ``StoreError`` when the disk refuses.
  public func write(_ layer: ReadingLayer, durably: Bool = true) throws -> String {
    let bytes = try LayerEncoder.encode(layer)
    let checksum = bytes.withUnsafeBytes {
      UInt32(littleEndian: $0.loadUnaligned(fromByteOffset: LayerFormat.Offset.headerChecksum, as: UInt32.self))
    }
    let dateFolder = "\(path)/\(layer.date)"
    try FileCalls.makeFolder(dateFolder, insideOf: path)
    let stem =
      "\(layer.receivedAt.secondsSince1970)-\(layer.source)-\(layer.sequence)-\(Self.hex(checksum))"
    for attempt in 0... {
      let name = attempt == 0 ? stem : "\(stem)-\(attempt)"
      let final = "\(dateFolder)/\(name)\(Self.suffix)"
      switch occupant(of: final, bytes) {
      case .other: continue
      case .same:
        // It may have been named just before the power went: have the disk keep it now.
        if durably { try FileCalls.synchronize(file: final) }
      case .nothingReadable:
        let unfinished = "\(dateFolder)/\(name).\(getpid())\(Self.unfinishedSuffix)"
        do {
          if durably {
            try FileCalls.writeDurably(bytes, to: unfinished)
          } else {
            try FileCalls.write(bytes, to: unfinished)
          }
          try FileCalls.rename(unfinished, to: final)
        } catch {
          unlink(unfinished)
          throw error
        }
      }
      if durably { try FileCalls.synchronize(folder: dateFolder) }
      return "\(layer.date)/\(name)\(Self.suffix)"
    }
    throw LayerFault.tooLarge  // the loop above ends only by returning
  }

  /// Has the disk keep every layer that was written.
  public func synchronize() throws { try FileCalls.synchronizeFileSystem(of: path) }

  private enum Occupant { case same, other, nothingReadable }

  /// What stands under a name already. A damaged file is replaced: its name says that it should hold these bytes.
  private func occupant(of file: String, _ bytes: [UInt8]) -> Occupant {
    let found: Occupant? = try? FileCalls.withMapping(file) { mapped in
      let isSame = bytes.withUnsafeBytes { new in
        guard let new = new.baseAddress, let old = mapped.baseAddress, bytes.count == mapped.count else { return false }
        return memcmp(new, old, bytes.count) == 0
      }
      if isSame { return .same }
      return (try? LayerDecoder.decode(mapped, file: file)) == nil ? .nothingReadable : .other
    }
    return found ?? .nothingReadable
  }

  /// Reads a layer file, all of it verified.
  ///
  /// - Throws: ``LayerDamage`` naming file and section; ``StoreError`` when it cannot be read at all.
  public func read(_ token: String) throws -> (layer: ReadingLayer, manifest: Manifest) {
    let file = try filePath(token)
    return try FileCalls.withMapping(file) { bytes in
      let (layer, header) = try LayerDecoder.decode(bytes, file: file)
      let manifest = Manifest(
        token: token, date: header.date, receivedAt: header.receivedAt, source: header.source,
        sequence: header.sequence, byteCount: bytes.count, checksum: header.checksum)
      guard token.hasPrefix("\(header.date)/") else {
        throw LayerDamage(file: file, section: .manifest, reason: "it lies in the folder of another date")
      }
      return (layer, manifest)
    }
  }

  /// Reads a layer file that the database names, and holds it against what the database says of it.
  public func read(_ manifest: Manifest) throws -> ReadingLayer {
    let (layer, found) = try read(manifest.token)
    guard found == manifest else {
      throw LayerDamage(
        file: try filePath(manifest.token), section: .manifest, reason: "it is not the file that the database names")
    }
    return layer
  }

  /// What the database should note of a file: the header only is read and verified.
  public func manifest(_ token: String) throws -> Manifest {
    let file = try filePath(token)
    return try FileCalls.withMapping(file) { bytes in
      let header = try LayerDecoder.header(bytes, file: file)
      return Manifest(
        token: token, date: header.date, receivedAt: header.receivedAt, source: header.source,
        sequence: header.sequence, byteCount: bytes.count, checksum: header.checksum)
    }
  }

  /// Removes layer files that are not in `known`, unfinished ones among them, and folders that are empty then.
  /// Other files are let alone. Only for the holder of the store's lock.
  ///
  /// - Returns: the tokens that were removed.
  @discardableResult
  public func sweep(keeping known: Set<String>) throws -> [String] {
    guard FileCalls.isFolder(path) else { return [] }
    var removed: [String] = []
    for date in try FileCalls.names(in: path) where SettlementDate(date) != nil {
      let folder = "\(path)/\(date)"
      guard FileCalls.isFolder(folder) else { continue }
      for name in try FileCalls.names(in: folder) {
        let token = "\(date)/\(name)"
        guard name.hasSuffix(Self.suffix) || name.hasSuffix(Self.unfinishedSuffix), !known.contains(token) else {
          continue
        }
        try FileCalls.remove("\(folder)/\(name)")
        removed.append(token)
      }
      rmdir(folder)  // refuses where something is left
    }
    // A folder that a killed process made may have been kept by the disk or not: from here on it is.
    try FileCalls.synchronize(folder: path)
    return removed
  }

  /// The path of a file by its token. - Throws: ``StoreError`` for a text that is no token.
  public func filePath(_ token: String) throws -> String {
    let parts = token.split(separator: "/", omittingEmptySubsequences: false)
    guard parts.count == 2, SettlementDate(parts[0]) != nil, parts[1].hasSuffix(Self.suffix),
      !parts[1].hasPrefix("."), !parts[1].utf8.contains(0)
    else {
      throw StoreError(
        .refused, path: path, "A layer is asked for under a name that no layer has.",
        remedy: "Use the name that staging the layer gave.")
    }
    return "\(path)/\(token)"
  }

  private static func hex(_ number: UInt32) -> String {
    let digits = String(number, radix: 16)
    return String(repeating: "0", count: 8 - digits.count) + digits
  }
}
