import Aggregation
import MarketIdentifiers
import Quantities
import SettlementCalendar
import SettlementReports

/// Writes our figures as the files in which central systems state theirs.
///
/// What we do not compute stays blank. Party and unit names are as ``SupplierUnit`` makes them; run numbers are 1.
public struct ReportExport: Sendable {
  /// There is nothing to write.
  public enum Refusal: Error, Hashable, Sendable, CustomStringConvertible {
    case noTakes(SettlementDate)
    case incompleteTakes(GSPGroupID, SettlementDate)
    case notWritten(ReportKind)

    public var description: String {
      switch self {
      case .noTakes(let date): "no GSP Group take of \(date) is known: ingest a table of takes first"
      case .incompleteTakes(let group, let date):
        "the takes of GSP Group \(group) on \(date) do not cover every period: ingest the missing ones"
      case .notWritten(let kind):
        "\(kind.rawValue) cannot be written: the store holds no meter data of single Grid Supply Points"
      }
    }
  }

  public let figures: ReportFigures
  /// When the file counts as made.
  public let created: CivilStamp

  public init(_ figures: ReportFigures, created: CivilStamp) {
    self.figures = figures
    self.created = created
  }

  public func name(_ kind: ReportKind) -> String {
    ReportFileName(kind: kind, date: figures.day.date, run: figures.run, created: created).text
  }

  private func header(_ kind: ReportKind) -> ReportHeader {
    let isSettlement = kind == .settlementReport
    return ReportHeader(
      kind: kind, version: isSettlement ? "013" : "002", created: created, fromRole: isSettlement ? "SA" : "CD",
      from: "HALFHOUR", toRole: "PB", to: "SHADOW", sequence: "1", testFlag: "OPER")
  }

  /// Hands on the file line by line. - Throws: ``Refusal``.
  public func write(_ kind: ReportKind, _ emit: ([UInt8]) throws -> Void) throws {
    var writer = ReportWriter(header: header(kind))
    try emit(writer.start())
    switch kind {
    case .settlementReport: try settlementReport { try emit(writer.record($0)) }
    case .groupTake: try groupTakes { try emit(writer.record($0)) }
    case .unitAggregation: try unitVolumes { try emit(writer.record($0)) }
    case .distributionArea: throw Refusal.notWritten(kind)
    }
    try emit(writer.end())
  }

  private var periods: ClosedRange<Int> { 1...figures.day.periodCount }

  private func settlementReport(_ emit: (ReportRecord) throws -> Void) throws {
    let date = figures.day.date
    let run = ReportRun(
      date: date, run: figures.run, saaRunNumber: 1, cdcaRunNumber: 1, svaaCDCADate: date, svaaCDCARunNumber: 1,
      svaaSSRRunNumber: 1)
    try emit(run.record(.runHeader, party: "HALFHOUR"))
    for period in periods {
      let prices = figures.prices[period - 1]
      try emit(SystemPeriod(period: period, buy: prices.buy, sell: prices.sell).record)
    }
    let units = Dictionary(grouping: figures.units, by: \.party)
    for party in Set(figures.accounts.keys).union(units.keys).sorted() {
      try emit(run.record(.partyHeader, party: party.code))
      for period in periods {
        try emit(ReportRecord(.partyPeriod, ["\(period)"]))
        if let accounts = figures.accounts[party], accounts.indices.contains(period - 1) {
          let account = accounts[period - 1]
          try emit(
            AccountPeriod(
              flag: "C", charge: account.charge, contracted: account.contracted, imbalance: account.imbalance,
              credited: account.credited
            ).record)
        }
        for unit in units[party] ?? [] {
          try emit(
            UnitPeriod(
              unit: unit.id, meteredVolume: unit.volumes[period - 1], lossMultiplier: "1", tradingUnit: unit.id
            )
            .record)
        }
      }
    }
  }

  private func groupTakes(_ emit: (ReportRecord) throws -> Void) throws {
    let date = figures.day.date
    guard !figures.takes.isEmpty else { throw Refusal.noTakes(date) }
    for (group, takes) in figures.takes.sorted(by: { $0.key < $1.key }) {
      try emit(head(group.rawValue).record(.groupTake))
      for period in periods {
        guard let take = takes[period - 1] else { throw Refusal.incompleteTakes(group, date) }
        try emit(Self.row(period, taken: take).record(.groupTakePeriod))
      }
    }
  }

  private func unitVolumes(_ emit: (ReportRecord) throws -> Void) throws {
    for unit in figures.units {
      try emit(head(unit.id).record(.unit))
      for period in periods {
        var row = Self.row(period, taken: -unit.volumes[period - 1])
        row.isEstimate = unit.estimated[period - 1] > 0
        try emit(row.record(.unitVolume))
      }
    }
  }

  private func head(_ id: String) -> AggregationGroup {
    AggregationGroup(
      id: id, date: figures.day.date, run: figures.run, cdcaRunNumber: 1, aggregated: created.date)
  }

  private static func row(_ period: Int, taken: LossAdjustedEnergy) -> MeteredPeriod {
    MeteredPeriod(
      period: period, isEstimate: false, isImport: taken >= .zero, volume: taken < .zero ? -taken : taken)
  }
}
