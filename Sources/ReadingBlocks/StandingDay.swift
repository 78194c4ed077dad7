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
  /// Two-digit id of the distributor whose class it is; 0 where that is not said.
  public let distributor: Int
  /// The row of ``StandingDay/lossFactors`` that holds for it.
  public let factorRow: Int

  public init(
    group: GSPGroupID, supplier: ParticipantID, lossClass: LineLossFactorClassID, isExport: Bool, distributor: Int = 0,
    factorRow: Int
  ) {
    self.group = group
    self.supplier = supplier
    self.lossClass = lossClass
    self.isExport = isExport
    self.distributor = distributor
    self.factorRow = factorRow
  }
}

/// The standing data of one settlement date: which bucket each metering point is in, and the loss factors.
///
/// All of it stays in the file's memory. Opening verifies buckets and factors; the index, two bytes a metering point, is
/// verified when it is asked for: a run over rows that lie in the order of their buckets does without.
public struct StandingDay {
  static let magic: [UInt8] = Array("HHSTAND\n".utf8)
  public static let headerLength = 64

  public let date: SettlementDate
  public let mpans: Int
  public let bucketCount: Int
  public let periods: Int
  /// Stands for the whole content.
  public let checksum: UInt32
  private let bytes: UnsafeRawBufferPointer
  private let start: UnsafeRawPointer
  private let factorRows: Int

  private var factorsAt: Int { 64 + 16 * bucketCount }
  private var indexAt: Int { factorsAt + 4 * periods * factorRows }

  /// For each bucket, every 16 bytes, its row of loss factors.
  var factorRowWords: UnsafePointer<UInt32> { (start + 76).assumingMemoryBound(to: UInt32.self) }
  var factorNumbers: UnsafePointer<Int32> { (start + factorsAt).assumingMemoryBound(to: Int32.self) }

  /// What a bucket stands for. - Returns: `nil` where its codes are none that exist.
  public func bucket(_ number: Int) -> SettlementBucket? {
    guard (0..<bucketCount).contains(number) else { return nil }
    return Self.bucket(bytes, at: 64 + 16 * number)
  }

  /// How many bytes of a file come before its index, by its header, of which only these counts are verified.
  ///
  /// - Parameter bytes: a whole file, or its front: only the header is looked at.
  public static func frontLength(_ bytes: UnsafeRawBufferPointer, fileLength: Int) throws(BlockDamage) -> Int {
    func damage(_ reason: String) -> BlockDamage { BlockDamage(.fileHeader, reason) }
    guard bytes.count >= headerLength, bytes.prefix(8).elementsEqual(magic) else {
      throw damage("this is not a day's standing data")
    }
    guard bytes.checksum(0..<60) == bytes.number(60, as: UInt32.self) else { throw damage("its checksum differs") }
    let (buckets, rows) = (Int(bytes.number(36, as: UInt32.self)), Int(bytes.number(40, as: UInt32.self)))
    let periods = Int(bytes.number(20, as: UInt32.self))
    guard buckets < 65_535, rows <= 65_535, periods <= 50 else { throw damage("counts that this reader lacks") }
    let length = headerLength + 16 * buckets + 4 * periods * rows
    guard length <= fileLength else { throw damage("the length differs") }
    return length
  }

  /// - Parameters:
  ///   - bytes: a whole file at an address that is a multiple of 4, which stays where it is; or its front, as long as
  ///     ``frontLength(_:fileLength:)`` says: then there is no index.
  ///   - fileLength: of the whole file, where these are not all of its bytes.
  public init(_ bytes: UnsafeRawBufferPointer, fileLength: Int? = nil) throws(BlockDamage) {
    let whole = fileLength ?? bytes.count
    func damage(_ reason: String) -> BlockDamage { BlockDamage(.fileHeader, reason) }
    guard bytes.count >= 64, bytes.prefix(8).elementsEqual(Self.magic), let start = bytes.baseAddress else {
      throw damage("this is not a day's standing data")
    }
    checksum = bytes.number(60)
    guard bytes.checksum(0..<60) == checksum else { throw damage("its checksum differs") }
    mpans = Int(bytes.number(32, as: UInt32.self))
    bucketCount = Int(bytes.number(36, as: UInt32.self))
    factorRows = Int(bytes.number(40, as: UInt32.self))
    guard bytes.number(8, as: UInt16.self) == 1, bytes.number(10, as: UInt16.self) == 64,
      let date = SettlementDate(dayNumber: Int(bytes.number(16, as: Int32.self))), bucketCount < 65_535,
      factorRows <= 65_535, bytes.number(20, as: UInt32.self) == UInt32(SettlementDay(date).periodCount)
    else { throw damage("a version or counts that this reader lacks") }
    self.date = date
    periods = SettlementDay(date).periodCount
    (self.bytes, self.start) = (bytes, start)
    let end = (64 + 16 * bucketCount + 4 * periods * factorRows + 2 * mpans + 7) / 8 * 8
    guard whole == end, bytes.number(24, as: UInt64.self) == UInt64(end), bytes.count >= indexAt else {
      throw damage("the length differs")
    }
    guard Int(bitPattern: start) % 4 == 0 else { throw damage("it is not aligned") }
    try verify(.buckets, 64..<factorsAt, 44)
    try verify(.lossFactors, factorsAt..<indexAt, 48)
    var isSound = true
    for bucket in 0..<bucketCount { isSound = isSound && factorRowWords[4 * bucket] < UInt32(factorRows) }
    guard isSound else { throw BlockDamage(.buckets, "a bucket names loss factors that are not there") }
    for place in 0..<periods * factorRows {
      isSound = isSound && LossFactor(hundredThousandths: Int64(factorNumbers[place])) != nil
    }
    guard isSound else { throw BlockDamage(.lossFactors, "a factor is out of range") }
  }

  private func verify(_ section: BlockDamage.Section, _ range: Range<Int>, _ place: Int) throws(BlockDamage) {
    guard bytes.checksum(range) == bytes.number(place, as: UInt32.self) else {
      throw BlockDamage(section, "its checksum differs")
    }
  }

  /// The bucket of every metering point, verified. From ``bucketCount`` up: registered to nobody.
  ///
  /// - Precondition: it was made of the whole file.
  public func index() throws(BlockDamage) -> UnsafeBufferPointer<UInt16> {
    precondition(bytes.count >= indexAt + 2 * mpans, "the whole file")
    try verify(.index, indexAt..<bytes.count, 52)
    return UnsafeBufferPointer(start: (start + indexAt).assumingMemoryBound(to: UInt16.self), count: mpans)
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
      distributor: Int(bytes[at + 3]), factorRow: Int(bytes.number(at + 12, as: UInt32.self)))
  }

  /// The file of a day.
  ///
  /// - Precondition: fewer than 65,535 buckets, distributors of at most two digits, and a factor for every period of every row that a bucket names.
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
      out.append(UInt8(truncatingIfNeeded: bucket.distributor))
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
