import Foundation
import Glibc
import ReadingArrivals
import ReadingBlockStore

/// Where what arrives at a national store lies: `<store>/national/meters`, the register of metering points, and
/// `<store>/national/arrivals/00000001.arrivals` and following.
public struct ArrivalsFolder: Sendable {
  public let national: NationalFolder

  public init(store: String) { national = NationalFolder(store: store) }

  public var register: String { national.path + "/meters" }
  public var path: String { national.path + "/arrivals" }

  func file(_ sequence: Int) -> String {
    let digits = String(sequence)
    return "\(path)/\(String(repeating: "0", count: max(0, 8 - digits.count)))\(digits).arrivals"
  }

  /// The numbers of the files that are there, rising.
  func sequences() throws -> [Int] {
    guard FileManager.default.fileExists(atPath: path) else { return [] }
    return try FileManager.default.contentsOfDirectory(atPath: path).compactMap { name in
      name.hasSuffix(".arrivals") ? Int(name.dropLast(9)) : nil
    }.sorted()
  }

  public func make() throws {
    try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
  }

  /// Writes the register of a store that has none yet.
  ///
  /// - Throws: where there is one: an index, once given, is never given to another metering point.
  public func writeRegister(_ bytes: [UInt8]) throws {
    guard !FileManager.default.fileExists(atPath: register) else {
      throw BlockStoreError.mismatch("the store has a register of metering points already", path: register)
    }
    try FileManager.default.createDirectory(atPath: national.path, withIntermediateDirectories: true)
    let file = try NewFile(register)
    try file.write(bytes, at: 0)
    try file.finish()
  }

  /// Adds metering points behind those of the register, whose indexes stay. Nobody may load meanwhile; who reads goes on
  /// with the register as it was.
  ///
  /// Dates that were settled before keep the rows they have.
  public func extendRegister(adding mpans: [UInt64], limits: [UInt16]) throws {
    try make()
    let lock = try LoadLock(self)
    defer { withExtendedLifetime(lock) {} }
    let known = try RegisterFile(self)
    let bytes: [UInt8]
    do { bytes = try known.register.file(adding: mpans, limits: limits) } catch {
      throw DamagedFile(path: register, damage: error)
    }
    let file = try NewFile(register)
    try file.write(bytes, at: 0)
    try file.finish()
  }

  /// Makes the register from registrations where there is none, or adds to it what they have beyond it.
  ///
  /// - Returns: how many metering points were added.
  public func register(_ columns: RegistrationColumns) throws -> Int {
    guard FileManager.default.fileExists(atPath: register) else {
      let points = columns.meteringPoints()
      try writeRegister(MeterRegister.file(mpans: points.mpans, limits: points.limits))
      return points.mpans.count
    }
    let known = try RegisterFile(self)
    let points = withExtendedLifetime(known) { columns.meteringPoints(notIn: known.register) }
    if !points.mpans.isEmpty { try extendRegister(adding: points.mpans, limits: points.limits) }
    return points.mpans.count
  }
}

/// The register's file, mapped and verified.
public final class RegisterFile: @unchecked Sendable {  // mapped for reading only
  private let file: MappedFile
  public let register: MeterRegister

  public init(_ folder: ArrivalsFolder) throws {
    guard FileManager.default.fileExists(atPath: folder.register) else {
      throw BlockStoreError.missing(
        "the store has no register of metering points; make one with `halfhour meters`", path: folder.register)
    }
    let file = try MappedFile(folder.register)
    self.file = file
    do { register = try MeterRegister(file.bytes) } catch { throw DamagedFile(path: file.path, damage: error) }
  }
}

/// A file of the store that is not what was written.
public struct DamagedFile: Error, CustomStringConvertible {
  public let path: String
  public let damage: ArrivalDamage

  public var description: String { "\(path): \(damage). Restore the file from a copy." }
}

/// Held by the one process that takes readings in.
final class LoadLock {
  private let descriptor: Int32

  init(_ folder: ArrivalsFolder) throws {
    let path = folder.path + "/lock"
    descriptor = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o644)
    guard descriptor >= 0 else { throw BlockStoreError.now("opening", path) }
    // Half a second of patience: a process that this one starts holds its files until its own program begins.
    for attempt in 0... {
      if flock(descriptor, LOCK_EX | LOCK_NB) == 0 { break }
      guard attempt < 100 else {
        throw BlockStoreError.mismatch("another process takes readings in at this moment", path: path)
      }
      usleep(5_000)
    }
  }

  deinit { close(descriptor) }
}
