import CIngestKernels
import MarketIdentifiers

/// The metering points of a national store: which dense index an MPAN has, and what the point can take. A file in memory.
///
/// A metering point keeps its index for the life of the store. Looking one up costs about two reads of memory. 14 bytes
/// a metering point: 8 of its MPAN, 2 of its limit, 6 of hash table. docs/ingest.md has the bytes.
public struct MeterRegister {
  static let magic: [UInt8] = Array("HHMETER\n".utf8)
  static let headerLength = 64
  /// A limit that is none.
  public static let noLimit: UInt16 = 65_535
  /// The unit of limits, in Wh a half-hour.
  public static let limitUnit = 100

  let view: cingest_register

  /// Metering points.
  public var count: Int { Int(view.count) }

  /// - Parameter bytes: a whole file, aligned to 8 bytes, which stays where it is while the register is used.
  /// - Throws: when a checksum, a count or an entry is not what it must be. Cost: reads the file once.
  public init(_ bytes: UnsafeRawBufferPointer) throws(ArrivalDamage) {
    func damage(_ reason: String) -> ArrivalDamage { ArrivalDamage("header", reason) }
    guard bytes.count >= Self.headerLength else { throw damage("the file ends within it") }
    guard bytes.prefix(8).elementsEqual(Self.magic) else { throw damage("this is not a register of metering points") }
    guard bytes.checksum(0..<60) == bytes.number(60, as: UInt32.self) else { throw damage("its checksum differs") }
    let count = Int(bytes.number(16, as: UInt32.self))
    let slots = Int(bytes.number(20, as: UInt32.self))
    let parts = Self.parts(count: count, slots: slots)
    guard bytes.number(8, as: UInt16.self) == 1, bytes.number(10, as: UInt16.self) == 64,
      bytes.number(24, as: UInt64.self) == UInt64(bytes.count), parts[2].upperBound == bytes.count, slots > count,
      (1...100_000_000).contains(count), let start = bytes.baseAddress, Int(bitPattern: start) % 8 == 0
    else { throw damage("its counts do not fit the file") }
    for (place, name) in ["MPANs", "limits", "hash table"].enumerated() {
      guard bytes.checksum(parts[place]) == bytes.number(32 + 4 * place, as: UInt32.self) else {
        throw ArrivalDamage(name, "its checksum differs")
      }
    }
    let table = (start + parts[2].lowerBound).assumingMemoryBound(to: UInt32.self)
    // A table without an empty slot would be searched for ever.
    guard (0..<slots).contains(where: { table[$0] == .max }) else { throw ArrivalDamage("hash table", "it is full") }
    view = cingest_register(
      count: UInt32(count), slots: UInt32(slots),
      mpans: (start + parts[0].lowerBound).assumingMemoryBound(to: UInt64.self), table: table,
      limits: (start + parts[1].lowerBound).assumingMemoryBound(to: UInt16.self))
  }

  private static func parts(count: Int, slots: Int) -> [Range<Int>] {
    let limits = headerLength + 8 * count
    let table = limits + (2 * count + 7) / 8 * 8
    return [headerLength..<limits, limits..<table, table..<table + (4 * slots + 7) / 8 * 8]
  }

  /// The file for metering points in the order of their dense indexes.
  ///
  /// - Parameter limits: the most of a half-hour for each, in units of 100 Wh; ``noLimit`` where it is not known.
  /// - Throws: when there is none, there are too many, or one is there twice.
  public static func file(mpans: [UInt64], limits: [UInt16]) throws(ArrivalDamage) -> [UInt8] {
    guard (1...100_000_000).contains(mpans.count), limits.count == mpans.count else {
      throw ArrivalDamage("MPANs", "a register has 1 to 100000000 metering points")
    }
    let slots = mpans.count + mpans.count / 2 + 8
    var table = [UInt32](repeating: .max, count: slots)
    let twice = cingest_fill_table(mpans, UInt32(mpans.count), &table, UInt32(slots))
    guard twice == .max else { throw ArrivalDamage("MPANs", "number \(twice + 1) of the list is there twice") }
    var out = magic
    out.reserveCapacity(headerLength + 14 * mpans.count + 64)
    out.append(number: UInt16(1))
    out.append(number: UInt16(headerLength))
    out.append(number: UInt32(0))
    out.append(number: UInt32(mpans.count))
    out.append(number: UInt32(slots))
    out.append(contentsOf: repeatElement(0, count: headerLength - out.count))
    mpans.withUnsafeBytes { out.append(contentsOf: $0) }
    limits.withUnsafeBytes { out.append(contentsOf: $0) }
    out.pad(to: 8)
    table.withUnsafeBytes { out.append(contentsOf: $0) }
    out.pad(to: 8)
    out.put(UInt64(out.count), at: 24)
    for (place, part) in parts(count: mpans.count, slots: slots).enumerated() {
      out.put(out.checksum(part), at: 32 + 4 * place)
    }
    out.put(out.checksum(0..<60), at: 60)
    return out
  }

  /// The file of this register with more metering points behind those that are there, whose indexes stay.
  ///
  /// - Throws: when there are too many, or one is there already.
  public func file(adding more: [UInt64], limits: [UInt16]) throws(ArrivalDamage) -> [UInt8] {
    try Self.file(
      mpans: Array(UnsafeBufferPointer(start: view.mpans, count: count)) + more,
      limits: Array(UnsafeBufferPointer(start: view.limits, count: count)) + limits)
  }

  /// The check digit of an MPAN's first twelve digits.
  public static func checkDigit(_ twelve: UInt64) -> Int { Int(cingest_check_digit(twelve)) }

  /// The dense index of an MPAN. - Returns: `nil` for one that is not registered.
  public func index(of mpan: MPAN) -> UInt32? { index(ofNumber: mpan.number) }

  /// The dense index of an MPAN given as a number. - Returns: `nil` for one that is not registered.
  public func index(ofNumber number: UInt64) -> UInt32? {
    var view = view
    let found = cingest_find(&view, number)
    return found == .max ? nil : found
  }

  /// The MPAN at a dense index, as a number. - Precondition: `index` is below ``count``.
  public func mpanNumber(at index: Int) -> UInt64 {
    precondition(index >= 0 && index < count, "a metering point of this register")
    return view.mpans[index]
  }

  /// The most of a half-hour, in Wh. - Precondition: `index` is below ``count``.
  public func limit(at index: Int) -> Int32 {
    precondition(index >= 0 && index < count, "a metering point of this register")
    let units = view.limits[index]
    return units == Self.noLimit ? 1_000_000_000 : Int32(units) * Int32(Self.limitUnit)
  }
}
