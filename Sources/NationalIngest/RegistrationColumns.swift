import MarketIdentifiers
import MarketRegistration
import ReadingArrivals
import ReadingBlocks
import SettlementCalendar

/// What of a registration says where a metering point's readings are added up.
public struct RegisteredClass: Hashable, Comparable, Sendable, CustomStringConvertible {
  public let group: GSPGroupID
  public let supplier: ParticipantID
  public let isExport: Bool
  /// Two-digit distributor id: a line loss factor class is a distributor's.
  public let distributor: Int
  public let lossClass: LineLossFactorClassID

  public init(_ registration: Registration) {
    group = registration.gspGroup
    supplier = registration.supplier
    isExport = registration.quantity == .activeExport
    distributor = registration.distributor
    lossClass = registration.lossClass
  }

  /// What a bucket of standing data stands for.
  init(_ bucket: SettlementBucket) {
    group = bucket.group
    supplier = bucket.supplier
    isExport = bucket.isExport
    distributor = bucket.distributor
    lossClass = bucket.lossClass
  }

  /// `_C XALF import 10/1`.
  public var description: String {
    "\(group.rawValue) \(supplier) \(isExport ? "export" : "import") \(distributor)/\(lossClass)"
  }

  public static func < (a: Self, b: Self) -> Bool {
    (a.group, a.supplier, a.isExport ? 1 : 0, a.distributor, a.lossClass)
      < (b.group, b.supplier, b.isExport ? 1 : 0, b.distributor, b.lossClass)
  }
}

/// Statements of the registration service in columns, 24 bytes each: a country's fit in memory.
///
/// Of two about one metering point with one effective date the later one counts, as in `RegistrationBook`.
public struct RegistrationColumns: Sendable {
  private(set) var mpans: [UInt64] = []
  /// Days since 1970-01-01.
  private(set) var from: [Int32] = []
  /// The last day; `Int32.max` while the point stands.
  private(set) var to: [Int32] = []
  private(set) var classNumbers: [UInt32] = []
  /// The most of a half-hour, as the register has it.
  private(set) var limits: [UInt16] = []
  private(set) var batches: [UInt16] = []
  /// All classes that a statement names, in the order of their numbers.
  public private(set) var classes: [RegisteredClass] = []
  private var numbers: [RegisteredClass: UInt32] = [:]

  public init() {}

  public var count: Int { mpans.count }

  /// - Parameter batch: which file or moment it comes from; two statements of one batch with the same effective date
  ///   that differ contradict each other, one of a later batch corrects.
  public mutating func append(_ registration: Registration, batch: Int) {
    let key = RegisteredClass(registration)
    let number = numbers[key] ?? UInt32(classes.count)
    if Int(number) == classes.count {
      numbers[key] = number
      classes.append(key)
    }
    mpans.append(registration.mpan.number)
    from.append(registration.effectiveFrom.dayNumber)
    to.append(registration.effectiveTo?.dayNumber ?? .max)
    classNumbers.append(number)
    limits.append(Self.limit(registration.supplyCapacity.watts))
    batches.append(UInt16(truncatingIfNeeded: batch))
  }

  /// Half an hour of the supply's capacity in the register's unit, rounded up: nothing that it can carry is refused.
  static func limit(_ watts: Int64) -> UInt16 {
    let units = (watts + 199) / 200
    return units < Int64(MeterRegister.noLimit) ? UInt16(units) : MeterRegister.noLimit
  }

  /// Whether two statements about one metering point with one effective date say different things in one batch.
  func contradict(_ a: Int, _ b: Int) -> Bool {
    batches[a] == batches[b] && (classNumbers[a] != classNumbers[b] || to[a] != to[b])
  }

  /// Every metering point that a statement names, rising by MPAN, with the highest limit that one gives it.
  func meteringPoints(notIn register: MeterRegister? = nil) -> (mpans: [UInt64], limits: [UInt16]) {
    // MPANs are below 10¹³: with 16 bits of limit below them they fit 64 bits, and sort as one number.
    var keys: [UInt64] = []
    keys.reserveCapacity(count)
    for place in mpans.indices where register.map({ $0.index(ofNumber: mpans[place]) == nil }) ?? true {
      keys.append(mpans[place] << 16 | UInt64(limits[place]))
    }
    keys.sort()
    var found: (mpans: [UInt64], limits: [UInt16]) = ([], [])
    for (place, key) in keys.enumerated() where place + 1 == keys.count || keys[place + 1] >> 16 != key >> 16 {
      found.mpans.append(key >> 16)
      found.limits.append(UInt16(truncatingIfNeeded: key))
    }
    return found
  }
}
