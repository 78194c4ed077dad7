import MarketIdentifiers
import Quantities
import Readings
import SettlementCalendar

/// One settlement date of one MPAN, as flow D0036 carries it.
public struct D0036Day: Hashable, Sendable {
  public let date: SettlementDate
  /// One for each period in clock order.
  public let advances: [Advance]

  /// A half-hourly advance with its indicator.
  public struct Advance: Hashable, Sendable {
    public let energy: Energy
    public let quality: ReadingQuality

    public init(_ energy: Energy, _ quality: ReadingQuality = .actual) {
      self.energy = energy
      self.quality = quality
    }
  }

  /// - Returns: `nil` unless there is one advance per period (46, 48 or 50), each of 0...`Energy.readingLimit`.
  public init?(date: SettlementDate, advances: [Advance]) {
    guard advances.count == SettlementDay(date).periodCount,
      advances.allSatisfy({ (0...Energy.readingLimit.wattHours).contains($0.energy.wattHours) })
    else { return nil }
    self.date = date
    self.advances = advances
  }
}

/// What one group `101` of flow D0036 stands over.
public struct D0036Instance: Hashable, Sendable {
  public var mpan: MPAN
  public var quantity: MeasurementQuantity
  public var supplier: ParticipantID
  public var days: [D0036Day]

  public init(mpan: MPAN, quantity: MeasurementQuantity, supplier: ParticipantID, days: [D0036Day]) {
    self.mpan = mpan
    self.quantity = quantity
    self.supplier = supplier
    self.days = days
  }
}

/// Writes flow D0036 piece by piece: ``start()``, any number of ``instance(_:)``, ``end(at:)``. The same input always
/// gives the same bytes: values with the fewest decimals that are exact, one at least.
public struct D0036Writer: Sendable {
  private let header: DTCHeader
  private var groups = 0
  private var instances = 0

  public init(header: DTCHeader) { self.header = header }

  /// The header line.
  public func start() -> [UInt8] {
    line([
      "ZHV", header.fileID, header.flow.rawValue + header.version, header.fromRole, header.from, header.toRole,
      header.to,
      compactText(header.created), "", "", "", header.testFlag,
    ])
  }

  public mutating func instance(_ instance: D0036Instance) -> [UInt8] {
    var bytes = line(["101", instance.mpan.description, instance.quantity.rawValue, instance.supplier.code])
    instances += 1
    groups += 1
    for day in instance.days {
      bytes += line(["102", day.date.compactText])
      for advance in day.advances {
        let value = DecimalNumber.text(Int128(advance.energy.wattHours), places: 3, keeping: 1)
        bytes += line(["103", indicator(advance.quality), value])
      }
      groups += 1 + day.advances.count
    }
    return bytes
  }

  /// The footer line with the counts.
  public func end(at finished: CivilStamp) -> [UInt8] { end(at: finished, groups: groups, instances: instances) }

  /// The same for a body that was written elsewhere.
  public func end(at finished: CivilStamp, groups: Int, instances: Int) -> [UInt8] {
    line(["ZPT", header.fileID, "\(groups)", "", "\(instances)", compactText(finished)])
  }

  /// A whole file; the footer bears the header's time.
  public static func file(header: DTCHeader, instances: [D0036Instance]) -> [UInt8] {
    var writer = D0036Writer(header: header)
    var bytes = writer.start()
    for instance in instances { bytes += writer.instance(instance) }
    return bytes + writer.end(at: header.created)
  }

  private func line(_ fields: [String]) -> [UInt8] { Array((fields.joined(separator: "|") + "|\n").utf8) }

  private func indicator(_ quality: ReadingQuality) -> String {
    switch quality {
    case .actual: "A"
    case .estimated: "E"
    case .corrected: "C"
    }
  }
}
