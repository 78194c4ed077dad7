import MarketIdentifiers
import Quantities
import SettlementCalendar

/// What readings are added up by: everything that shares a place in settlement.
public struct SettlementBucket: Hashable, Sendable {
  public let group: GSPGroupID
  /// Up to four characters.
  public let supplier: ParticipantID
  public let lossClass: LineLossFactorClassID
  public let isExport: Bool
  /// The row of ``StandingDay/lossFactors`` that holds for it.
  public let factorRow: Int

  public init(
    group: GSPGroupID, supplier: ParticipantID, lossClass: LineLossFactorClassID, isExport: Bool, factorRow: Int
  ) {
    self.group = group
    self.supplier = supplier
    self.lossClass = lossClass
    self.isExport = isExport
    self.factorRow = factorRow
  }
}

/// The standing data of one settlement date: which bucket each metering point is in, and the loss factors.
///
/// The index itself, two bytes a metering point, stays in the file's memory. Entry 65,535: registered to nobody.
public struct StandingDay {
  static let magic: [UInt8] = Array("HHSTAND\n".utf8)

  public let date: SettlementDate
  /// For each bucket its row of ``lossFactors``.
  public let factorRows: [Int]
  private let bucketBytes: UnsafeRawBufferPointer
  /// Row after row, a factor for each period.
  public let lossFactors: [LossFactor]
  public let index: UnsafeBufferPointer<UInt16>
  /// Stands for the whole content.
  public let checksum: UInt32

  public var periods: Int { SettlementDay(date).periodCount }
  public var bucketCount: Int { factorRows.count }

  /// What a bucket stands for. - Returns: `nil` where its codes are none that exist.
  public func bucket(_ number: Int) -> SettlementBucket? {
    guard factorRows.indices.contains(number) else { return nil }
    return Self.bucket(bucketBytes, at: 16 * number)
  }

  /// - Parameter bytes: a whole file at an address that is a multiple of 2, which stays where it is.
  public init(_ bytes: UnsafeRawBufferPointer) throws(BlockDamage) {
    func damage(_ reason: String) -> BlockDamage { BlockDamage(.fileHeader, reason) }
    guard bytes.count >= 64, bytes.prefix(8).elementsEqual(Self.magic) else {
      throw damage("this is not a day's standing data")
    }
    checksum = bytes.number(60)
    guard bytes.checksum(0..<60) == checksum else { throw damage("its checksum differs") }
    let (mpans, bucketCount) = (Int(bytes.number(32, as: UInt32.self)), Int(bytes.number(36, as: UInt32.self)))
    let factorRows = Int(bytes.number(40, as: UInt32.self))
    guard bytes.number(8, as: UInt16.self) == 1, bytes.number(10, as: UInt16.self) == 64,
      let date = SettlementDate(dayNumber: Int(bytes.number(16, as: Int32.self))), bucketCount < 65_535,
      factorRows <= 65_535, bytes.number(20, as: UInt32.self) == UInt32(SettlementDay(date).periodCount)
    else { throw damage("a version or counts that this reader lacks") }
    self.date = date
    let periods = SettlementDay(date).periodCount
    let factorsAt = 64 + 16 * bucketCount
    let indexAt = factorsAt + 4 * periods * factorRows
    let end = (indexAt + 2 * mpans + 7) / 8 * 8
    guard bytes.count == end, bytes.number(24, as: UInt64.self) == UInt64(end) else {
      throw damage("the length differs")
    }
    for (section, range, place) in [
      (BlockDamage.Section.buckets, 64..<factorsAt, 44), (.lossFactors, factorsAt..<indexAt, 48),
      (.index, indexAt..<end, 52),
    ] where bytes.checksum(range) != bytes.number(place, as: UInt32.self) {
      throw BlockDamage(section, "its checksum differs")
    }
    bucketBytes = UnsafeRawBufferPointer(rebasing: bytes[64..<factorsAt])
    self.factorRows = (0..<bucketCount).map { Int(bytes.number(64 + 16 * $0 + 12, as: UInt32.self)) }
    guard self.factorRows.allSatisfy({ $0 < factorRows }) else {
      throw BlockDamage(.buckets, "a bucket names loss factors that are not there")
    }
    lossFactors = try (0..<factorRows * periods).map { place throws(BlockDamage) in
      guard let factor = LossFactor(hundredThousandths: Int64(bytes.number(factorsAt + 4 * place, as: Int32.self)))
      else {
        throw BlockDamage(.lossFactors, "a factor is out of range")
      }
      return factor
    }
    guard let start = bytes.baseAddress, Int(bitPattern: start) % 2 == 0 else { throw damage("it is not aligned") }
    index = UnsafeBufferPointer(start: (start + indexAt).assumingMemoryBound(to: UInt16.self), count: mpans)
  }

  private static func bucket(_ bytes: UnsafeRawBufferPointer, at: Int) -> SettlementBucket? {
    func text(_ range: Range<Int>) -> String {
      String(decoding: bytes[at + range.lowerBound..<at + range.upperBound].prefix { $0 != 0 }, as: UTF8.self)
    }
    guard let group = GSPGroupID(rawValue: text(0..<2)), let supplier = ParticipantID(text(4..<8)),
      let lossClass = LineLossFactorClassID(text(8..<12)), bytes[at + 2] <= 1
    else { return nil }
    return SettlementBucket(
      group: group, supplier: supplier, lossClass: lossClass, isExport: bytes[at + 2] == 1,
      factorRow: Int(bytes.number(at + 12, as: UInt32.self)))
  }

  /// The file of a day.
  ///
  /// - Precondition: fewer than 65,535 buckets, and a factor for every period of every row that a bucket names.
  public static func file(
    date: SettlementDate, buckets: [SettlementBucket], lossFactors: [LossFactor], index: [UInt16]
  ) -> [UInt8] {
    let periods = SettlementDay(date).periodCount
    let factorRows = lossFactors.count / periods
    precondition(buckets.count < 65_535 && buckets.allSatisfy { $0.factorRow < factorRows })
    var out = magic
    out.reserveCapacity(64 + 16 * buckets.count + 4 * lossFactors.count + 2 * index.count + 8)
    out.append(contentsOf: repeatElement(0, count: 56))
    for bucket in buckets {
      let start = out.count
      out.append(contentsOf: Array(bucket.group.rawValue.utf8).prefix(2))
      out.append(bucket.isExport ? 1 : 0)
      out.append(0)
      for code in [bucket.supplier.code, bucket.lossClass.code] {
        let text = Array(code.utf8).prefix(4)
        out.append(contentsOf: text + Array(repeating: 0, count: 4 - text.count))
      }
      out.append(number: UInt32(bucket.factorRow))
      assert(out.count == start + 16)
    }
    let factorsAt = out.count
    for factor in lossFactors.prefix(factorRows * periods) { out.append(number: factor.hundredThousandths) }
    let indexAt = out.count
    index.withUnsafeBufferPointer { out.append(raw: $0) }
    out.pad(to: 8)
    out.put(UInt16(1), at: 8)
    out.put(UInt16(64), at: 10)
    out.put(date.dayNumber, at: 16)
    out.put(UInt32(periods), at: 20)
    out.put(UInt64(out.count), at: 24)
    for (place, count) in [index.count, buckets.count, factorRows].enumerated() {
      out.put(UInt32(count), at: 32 + 4 * place)
    }
    for (place, range) in [64..<factorsAt, factorsAt..<indexAt, indexAt..<out.count].enumerated() {
      out.put(out.checksum(range), at: 44 + 4 * place)
    }
    out.put(out.checksum(0..<60), at: 60)
    return out
  }
}
