import Foundation
import MarketIdentifiers
import Quantities
import ReadingBlockStore
import ReadingBlocks
import SettlementCalendar

/// What a kept run of a date adds up to, in the words of the market: for each supplier in a GSP Group, import and export
/// apart, period by period.
public struct NationalVolumes: Sendable {
  /// What volumes are added up for.
  public struct Key: Hashable, Comparable, Sendable {
    public let group: GSPGroupID
    public let supplier: ParticipantID
    public let isExport: Bool
    /// Distributor and line loss factor class, where classes are told apart.
    public let lossClass: LossClass?

    public init(group: GSPGroupID, supplier: ParticipantID, isExport: Bool, lossClass: LossClass?) {
      self.group = group
      self.supplier = supplier
      self.isExport = isExport
      self.lossClass = lossClass
    }

    public static func < (a: Key, b: Key) -> Bool {
      (a.group, a.supplier, a.isExport ? 1 : 0, a.lossClass ?? .unsaid)
        < (b.group, b.supplier, b.isExport ? 1 : 0, b.lossClass ?? .unsaid)
    }
  }

  /// A line loss factor class of a distributor.
  public struct LossClass: Hashable, Comparable, Sendable {
    /// 0 where it is not known.
    public let distributor: Int
    public let code: String

    static let unsaid = LossClass(distributor: 0, code: "")

    public init(distributor: Int, code: String) {
      self.distributor = distributor
      self.code = code
    }

    public static func < (a: LossClass, b: LossClass) -> Bool { (a.distributor, a.code) < (b.distributor, b.code) }
  }

  /// One period of a key.
  public struct Cell: Hashable, Sendable {
    public var metered = Energy.zero
    public var lossAdjusted = LossAdjustedEnergy.zero
    public var estimated = Energy.zero
    public var readings: Int64 = 0
    public var estimatedReadings: Int64 = 0

    public init() {}
  }

  public let date: SettlementDate
  public let run: RunType
  /// For each key a cell for each period of the date.
  public let rows: [Key: [Cell]]

  /// - Parameter byClass: tells line loss factor classes apart.
  /// - Throws: where the run was not made, or a file is damaged.
  public init(_ folder: NationalFolder, _ date: SettlementDate, _ run: RunType, byClass: Bool = false) throws {
    self.date = date
    self.run = run
    guard let sums = try folder.keptSums(date, run), let columns = sums.columns else {
      throw BlockStoreError.missing("the run was not made; settle it first", path: folder.sums(date, run))
    }
    let path = folder.standing(date)
    let file = try MappedFile(path)
    let standing: StandingDay
    do { standing = try StandingDay(file.bytes) } catch { throw BlockStoreError.damaged(error, path: path) }
    guard standing.checksum == sums.subject.standing, standing.bucketCount == columns.buckets else {
      throw BlockStoreError.mismatch("the run was made with other standing data", path: path)
    }
    var rows: [Key: [Cell]] = [:]
    for number in 0..<standing.bucketCount {
      guard let bucket = standing.bucket(number) else {
        throw BlockStoreError.mismatch("bucket \(number) has codes that do not exist", path: path)
      }
      let key = Key(
        group: bucket.group, supplier: bucket.supplier, isExport: bucket.isExport,
        lossClass: byClass ? LossClass(distributor: bucket.distributor, code: bucket.lossClass.code) : nil)
      var cells = rows[key] ?? Array(repeating: Cell(), count: columns.periods)
      for period in 0..<columns.periods {
        let place = number * columns.periods + period
        cells[period].metered += Energy(wattHours: columns.metered[place])
        cells[period].lossAdjusted += LossAdjustedEnergy(tenMicrowattHours: Int128(columns.lossAdjusted[place]))
        cells[period].estimated += Energy(wattHours: columns.estimated[place])
        cells[period].readings += Int64(columns.counts[place])
        cells[period].estimatedReadings += Int64(columns.estimatedCounts[place])
      }
      rows[key] = cells
    }
    // A bucket that nobody is in says nothing.
    self.rows = rows.filter { $0.value.contains { $0.readings != 0 } }
  }

  /// The columns of ``csv``.
  public static func header(byClass: Bool) -> String {
    "settlement_date,run,gsp_group,supplier,direction," + (byClass ? "distributor,llfc," : "")
      + "period,metered_kwh,at_gsp_kwh,estimated_kwh,readings,estimated_readings\n"
  }

  /// A line for each key and period, without header, rising by key.
  public var csv: String {
    var out = ""
    for (key, cells) in rows.sorted(by: { $0.key < $1.key }) {
      let lossClass = key.lossClass.map { "\($0.distributor),\($0.code)," } ?? ""
      let front =
        "\(date),\(run.rawValue),\(key.group.rawValue),\(key.supplier),\(key.isExport ? "export" : "import"),\(lossClass)"
      for (period, cell) in cells.enumerated() {
        out += "\(front)\(period + 1),\(cell.metered.kilowattHoursText),\(cell.lossAdjusted.kilowattHoursText),"
        out += "\(cell.estimated.kilowattHoursText),\(cell.readings),\(cell.estimatedReadings)\n"
      }
    }
    return out
  }

  /// What each supplier's BM unit in a group comes to at the Grid Supply Point: export less import, above zero where it
  /// delivers.
  public var netAtGSP: [(supplier: ParticipantID, group: GSPGroupID, periods: [LossAdjustedEnergy])] {
    struct Unit: Hashable {
      let group: GSPGroupID
      let supplier: ParticipantID
    }
    var units: [Unit: [LossAdjustedEnergy]] = [:]
    for (key, cells) in rows {
      var net = units[Unit(group: key.group, supplier: key.supplier)] ?? Array(repeating: .zero, count: cells.count)
      for (period, cell) in cells.enumerated() {
        if key.isExport { net[period] += cell.lossAdjusted } else { net[period] -= cell.lossAdjusted }
      }
      units[Unit(group: key.group, supplier: key.supplier)] = net
    }
    return units.sorted { ($0.key.group, $0.key.supplier) < ($1.key.group, $1.key.supplier) }
      .map { ($0.key.supplier, $0.key.group, $0.value) }
  }
}
