import Quantities
import SettlementCalendar

/// Makes report files that are plainly invented: parties `XA00` on, units of theirs, volumes and prices that follow from
/// a seed. For tests and demonstrations; the same seed gives the same bytes.
public struct InventedReport: Sendable {
  public let date: SettlementDate
  public let run: RunType
  public let parties: Int
  /// BM units of each party.
  public let units: Int
  public let seed: UInt64

  public init(date: SettlementDate, run: RunType, parties: Int, units: Int, seed: UInt64) {
    self.date = date
    self.run = run
    self.parties = parties
    self.units = units
    self.seed = seed
  }

  private var created: CivilStamp { CivilStamp(date: date, hour: 12, minute: 0, second: 0) }
  private var periods: ClosedRange<Int> { 1...SettlementDay(date).periodCount }

  private func header(_ kind: ReportKind, _ version: String) -> ReportHeader {
    ReportHeader(
      kind: kind, version: version, created: created, fromRole: "SA", from: "INVENTED", toRole: "PB", to: "DEMO",
      sequence: "1", testFlag: "TST1")
  }

  public func name(_ kind: ReportKind) -> String {
    ReportFileName(kind: kind, date: date, run: run, created: created).text
  }

  /// A settlement report, handed on line by line.
  public func settlementReport(_ emit: ([UInt8]) -> Void) {
    var dice = Dice(seed)
    var writer = ReportWriter(header: header(.settlementReport, "013"))
    let reportRun = ReportRun(
      date: date, run: run, saaRunNumber: 1, cdcaRunNumber: 1, svaaCDCADate: date, svaaCDCARunNumber: 1,
      svaaSSRRunNumber: 1)
    emit(writer.start())
    emit(writer.record(reportRun.record(.runHeader, party: "INVENTED")))
    for period in periods {
      let price = UnitRate(micropencePerMWh: Int64(dice.below(20_000_000)) * 1_000 - 2_000_000_000)
      emit(writer.record(SystemPeriod(period: period, buy: price, sell: price, others: [4: "P"]).record))
    }
    for party in 0..<parties {
      let name = Self.partyName(party)
      emit(writer.record(reportRun.record(.partyHeader, party: name)))
      for period in periods {
        emit(writer.record(ReportRecord(.partyPeriod, ["\(period)"])))
        for unit in 0..<units {
          let volume = LossAdjustedEnergy(
            tenMicrowattHours: Int128(dice.below(40_000)) * 100_000_000 - 2_000_000_000_000)
          let id = Self.unitName(name, unit)
          emit(
            writer.record(
              UnitPeriod(
                unit: id, meteredVolume: volume, lossMultiplier: "1.01\(10_000 + dice.below(90_000))", tradingUnit: id
              ).record))
        }
      }
    }
    emit(writer.end())
  }

  /// A file of meter data of the given kind, handed on line by line: takes of invented groups, or units' volumes.
  public func meterData(_ kind: ReportKind, _ emit: ([UInt8]) -> Void) {
    var dice = Dice(seed)
    var writer = ReportWriter(header: header(kind, "002"))
    emit(writer.start())
    for number in 0..<parties {
      let head: RecordTag = kind == .groupTake ? .groupTake : kind == .unitAggregation ? .unit : .area
      let letter = String(UnicodeScalar(UInt8(ascii: "A") + UInt8(number % 8)))
      let id = kind == .unitAggregation ? "T_INV-\(number)" : "_" + letter
      let group = AggregationGroup(id: id, date: date, run: run, cdcaRunNumber: 1, aggregated: date)
      emit(writer.record(group.record(head)))
      guard kind == .distributionArea else {
        volumes(kind == .groupTake ? .groupTakePeriod : .unitVolume, &dice) { emit(writer.record($0)) }
        continue
      }
      for (point, tags) in [
        ("INV\(letter)_1", (RecordTag.supplyPoint, RecordTag.supplyPointPeriod)),
        ("INVIC", (.interconnector, .interconnectorPeriod)), ("INVIG", (.interGroup, .interGroupPeriod)),
      ] {
        emit(writer.record(ReportRecord(tags.0, [point])))
        volumes(tags.1, &dice) { emit(writer.record($0)) }
      }
    }
    emit(writer.end())
  }

  private func volumes(_ tag: RecordTag, _ dice: inout Dice, _ emit: (ReportRecord) -> Void) {
    for period in periods {
      let volume = LossAdjustedEnergy(tenMicrowattHours: Int128(dice.below(9_000_000)) * 10_000_000)
      let row = MeteredPeriod(
        period: period, isEstimate: dice.below(20) == 0, isImport: dice.below(5) != 0, volume: volume)
      emit(row.record(tag))
    }
  }

  private static func partyName(_ number: Int) -> String { "XA" + (number < 10 ? "0" : "") + "\(number)" }

  private static func unitName(_ party: String, _ unit: Int) -> String {
    let digits = "\(unit)"
    return "2__A\(party.prefix(4))" + String(repeating: "0", count: max(0, 3 - digits.count)) + digits
  }

  /// SplitMix64.
  private struct Dice {
    private var state: UInt64
    init(_ seed: UInt64) { state = seed }

    mutating func below(_ count: UInt64) -> UInt64 {
      state &+= 0x9E37_79B9_7F4A_7C15
      var mixed = state
      mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
      mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
      return (mixed ^ (mixed >> 31)) % count
    }
  }
}
