import Quantities
import SettlementCalendar

/// What identifies a run in a settlement report: the record `SRH`, and `BPH` once more for each party.
public struct ReportRun: Hashable, Sendable {
  public var date: SettlementDate
  public var run: RunType
  public var saaRunNumber: Int
  public var cdcaRunNumber: Int
  public var svaaCDCADate: SettlementDate
  public var svaaCDCARunNumber: Int
  public var svaaSSRRunNumber: Int

  public init(
    date: SettlementDate, run: RunType, saaRunNumber: Int, cdcaRunNumber: Int, svaaCDCADate: SettlementDate,
    svaaCDCARunNumber: Int, svaaSSRRunNumber: Int
  ) {
    self.date = date
    self.run = run
    self.saaRunNumber = saaRunNumber
    self.cdcaRunNumber = cdcaRunNumber
    self.svaaCDCADate = svaaCDCADate
    self.svaaCDCARunNumber = svaaCDCARunNumber
    self.svaaSSRRunNumber = svaaSSRRunNumber
  }

  /// - Returns: `nil` when the record is neither `SRH` nor `BPH`, or holds a date, run or number that cannot be read.
  public init?(_ record: ReportRecord) {
    guard record.tag == .runHeader || record.tag == .partyHeader, let date = record.date(1), let run = record.run(2),
      let saa = Int(record.text(3)), let cdca = Int(record.text(4)), let svaaDate = record.date(5),
      let svaa = Int(record.text(6)), let ssr = Int(record.text(7))
    else { return nil }
    self.init(
      date: date, run: run, saaRunNumber: saa, cdcaRunNumber: cdca, svaaCDCADate: svaaDate, svaaCDCARunNumber: svaa,
      svaaSSRRunNumber: ssr)
  }

  /// - Parameter tag: `SRH` with the sender's party, or `BPH` with the party whose part begins.
  public func record(_ tag: RecordTag, party: String) -> ReportRecord {
    ReportRecord(
      tag,
      [
        date.compactText, run.rawValue, "\(saaRunNumber)", "\(cdcaRunNumber)", svaaCDCADate.compactText,
        "\(svaaCDCARunNumber)", "\(svaaSSRRunNumber)", party,
      ])
  }
}

/// What the system did in a period: the record `SPI`, looked at in place. Field numbers are those of the domain notes.
public struct SystemPeriod: Hashable, Sendable {
  public let record: ReportRecord

  public init?(_ record: ReportRecord) {
    guard record.tag == .systemPeriod else { return nil }
    self.record = record
  }

  /// - Parameters:
  ///   - price: both prices: one price since 5 November 2015.
  ///   - others: further fields by their number, 4 to 53; those that are not given stay blank.
  public init(period: Int, buy: UnitRate, sell: UnitRate, others: [Int: String] = [:]) {
    var fields = [String](repeating: "", count: 53)
    for (position, text) in others where fields.indices.contains(position - 1) { fields[position - 1] = text }
    fields[0] = "\(period)"
    fields[1] = ReportNumber.price(buy)
    fields[2] = ReportNumber.price(sell)
    record = ReportRecord(.systemPeriod, fields)
  }

  public var period: Int? { record.period(1) }
  /// £/MWh.
  public var price: UnitRate? { record.poundsPerMWh(2) }
  /// £/MWh: the same as ``price`` in every published row seen.
  public var priceRepeated: UnitRate? { record.poundsPerMWh(3) }
  public var derivationCode: String { record.text(4) }
  /// MWh, below zero.
  public var totalOfftaking: LossAdjustedEnergy? { record.megawattHours(5) }
  public var totalDelivering: LossAdjustedEnergy? { record.megawattHours(6) }
  public var supplierSourcingCost: UnitRate? { record.poundsPerMWh(53) }
}

/// A BM unit of a party in a period: the record `BP7`, looked at in place.
public struct UnitPeriod: Hashable, Sendable {
  public let record: ReportRecord

  public init?(_ record: ReportRecord) {
    guard record.tag == .unitPeriod else { return nil }
    self.record = record
  }

  /// A record with the volume and the multiplier; what was not computed stays blank.
  ///
  /// - Parameters:
  ///   - meteredVolume: MWh, export above zero.
  ///   - lossMultiplier: decimal(8,7) as it is to be written.
  public init(
    unit: String, meteredVolume: LossAdjustedEnergy, lossMultiplier: String, tradingUnit: String,
    others: [Int: String] = [:]
  ) {
    var fields = [String](repeating: "", count: 25)
    for (position, text) in others where fields.indices.contains(position - 1) { fields[position - 1] = text }
    fields[0] = unit
    fields[7] = ReportNumber.volume(meteredVolume)
    fields[11] = lossMultiplier
    fields[12] = tradingUnit
    record = ReportRecord(.unitPeriod, fields)
  }

  public var unit: String { record.text(1) }
  /// £; the party pays.
  public var nonDeliveryCharge: Money? { record.pounds(3) }
  /// MWh.
  public var balancingServicesVolume: LossAdjustedEnergy? { record.megawattHours(5) }
  /// QM, MWh: export above zero, import below.
  public var meteredVolume: LossAdjustedEnergy? { record.megawattHours(8) }
  public var lossFactor: DecimalNumber? { record.decimal(11) }
  public var lossMultiplier: DecimalNumber? { record.decimal(12) }
  public var tradingUnit: String { record.text(13) }
}

/// An energy account of a party in a period: the record `APD`, looked at in place.
public struct AccountPeriod: Hashable, Sendable {
  public let record: ReportRecord

  public init?(_ record: ReportRecord) {
    guard record.tag == .accountPeriod else { return nil }
    self.record = record
  }

  /// - Parameters:
  ///   - flag: `P` production, `C` consumption.
  ///   - charge: £, the party pays when above zero.
  ///   - contracted: QABC, MWh: sold less bought.
  ///   - imbalance: QAEI, MWh: above zero a surplus.
  ///   - credited: QACE, MWh.
  public init(
    flag: String, charge: Money, contracted: LossAdjustedEnergy, imbalance: LossAdjustedEnergy,
    credited: LossAdjustedEnergy, others: [Int: String] = [:]
  ) {
    var fields = [String](repeating: "", count: 14)
    for (position, text) in others where fields.indices.contains(position - 1) { fields[position - 1] = text }
    fields[0] = flag
    fields[2] = ReportNumber.cash(charge)
    fields[5] = ReportNumber.volume(contracted)
    fields[7] = ReportNumber.volume(imbalance)
    fields[8] = ReportNumber.volume(credited)
    record = ReportRecord(.accountPeriod, fields)
  }

  public var flag: String { record.text(1) }
  /// £; the party pays when above zero.
  public var energyImbalanceCharge: Money? { record.pounds(3) }
  public var residualCashflow: Money? { record.pounds(5) }
  /// QABC, MWh: sold less bought.
  public var contracted: LossAdjustedEnergy? { record.megawattHours(6) }
  public var balancingServicesVolume: LossAdjustedEnergy? { record.megawattHours(7) }
  /// QAEI, MWh.
  public var imbalance: LossAdjustedEnergy? { record.megawattHours(8) }
  /// QACE, MWh.
  public var credited: LossAdjustedEnergy? { record.megawattHours(9) }
}

/// Charges of a party over the day: the record `APC`, looked at in place.
public struct DayCharges: Hashable, Sendable {
  public let record: ReportRecord

  public init?(_ record: ReportRecord) {
    guard record.tag == .dayCharges else { return nil }
    self.record = record
  }

  /// £, since P415.
  public var virtualTradingPartyCompensation: Money? { record.pounds(11) }
  public var supplierCompensation: Money? { record.pounds(12) }
}
