import Aggregation
import Findings
import MarketIdentifiers
import MarketRegistration
import Quantities
import ReadingValidation
import Settlement
import SettlementCalendar

/// The canonical bytes of a ``RunResult``: equal results give equal bytes, so a hash of them names the result.
public enum RunResultCodec {
  /// Bytes of a stored result that are not a result of this version.
  public struct Malformed: Error, Hashable, Sendable {
    public let offset: Int
  }

  private static let magic = "halfhour-run-1"
  /// The same layout, of a run with GSP Group Correction.
  private static let correctedMagic = "halfhour-run-1-corrected"

  public static func encode(_ result: RunResult) -> [UInt8] {
    var writer = ByteWriter()
    writer.write(result.settings.correctsGroups ? correctedMagic : magic)
    writer.write(result.date.dayNumber)
    writer.write(result.run.rawValue)
    writer.write(result.rulebook)
    writer.write(result.rulebookEdition)
    writer.write(result.settings.priceShiftDays)
    writer.write(result.settings.lossFactorShiftDays)
    writer.write(result.knowledge.cutOff.secondsSince1970)
    writer.write(result.knowledge.sourceCount)
    write(result.quality, &writer)
    write(result.sums, &writer)
    write(result.positions, &writer)
    writer.write(result.lineage.count)
    for line in result.lineage { writer.write(line) }
    return writer.bytes
  }

  public static func decode(_ bytes: [UInt8]) throws(Malformed) -> RunResult {
    var reader = ByteReader(bytes)
    do throws(ByteReader.Malformed) {
      let result = try read(&reader)
      guard reader.isAtEnd else { throw reader.malformed }
      return result
    } catch {
      throw Malformed(offset: error.offset)
    }
  }

  private static func read(_ reader: inout ByteReader) throws(ByteReader.Malformed) -> RunResult {
    let mark = try reader.text()
    guard mark == magic || mark == correctedMagic, let date = SettlementDate(dayNumber: try reader.integer()),
      let run = RunType(rawValue: try reader.text())
    else { throw reader.malformed }
    let rulebook = try reader.text()
    let edition = try reader.text()
    let settings = RunSettings(
      priceShiftDays: try reader.integer(), lossFactorShiftDays: try reader.integer(),
      correctsGroups: mark == correctedMagic)
    let cutOff = UTCInstant(secondsSince1970: try reader.integer())
    let knowledge = Knowledge(cutOff: cutOff, sourceCount: try reader.integer())
    let quality = try readQuality(&reader)
    let sums = try readSums(&reader, SettlementDay(date))
    let positions = try readPositions(&reader)
    var lineage: [String] = []
    for _ in 0..<(try reader.count()) { lineage.append(try reader.text()) }
    return RunResult(
      date: date, run: run, rulebook: rulebook, rulebookEdition: edition, settings: settings, knowledge: knowledge,
      quality: quality, sums: sums, positions: positions, lineage: lineage)
  }

  private static func write(_ quality: QualityCounts, _ writer: inout ByteWriter) {
    writer.write(quality.expected)
    writer.write(quality.validAtFirstPass)
    writer.write(quality.byMethod.count)
    for count in quality.byMethod { writer.write(count) }
    writer.write(quality.failures.count)
    for (rule, count) in quality.failures.sorted(by: { $0.key < $1.key }) {
      writer.write(rule.code)
      writer.write(count)
    }
    writer.write(quality.estimatedEnergy.wattHours)
  }

  private static func readQuality(_ reader: inout ByteReader) throws(ByteReader.Malformed) -> QualityCounts {
    var quality = QualityCounts()
    quality.expected = try reader.integer()
    quality.validAtFirstPass = try reader.integer()
    guard try reader.count() == quality.byMethod.count else { throw reader.malformed }
    for index in quality.byMethod.indices { quality.byMethod[index] = try reader.integer() }
    for _ in 0..<(try reader.count()) {
      let rule = RuleID(try reader.text())
      quality.failures[rule] = try reader.integer()
    }
    quality.estimatedEnergy = Energy(wattHours: try reader.integer())
    return quality
  }

  private static func write(_ sums: AggregateSums, _ writer: inout ByteWriter) {
    writer.write(sums.rows.count)
    for key in sums.sortedKeys {
      writer.write(key.gspGroup.rawValue)
      writer.write(key.supplier.code)
      writer.write(key.consumptionClass.rawValue)
      writer.write(key.quantity.rawValue)
      for sums in sums.periods(of: key) {
        writer.write(sums.metered.wattHours)
        writer.write(sums.lossAdjusted.tenMicrowattHours)
        writer.write(sums.estimated.wattHours)
        writer.write(sums.count)
        writer.write(sums.estimatedCount)
      }
    }
  }

  private static func readSums(_ reader: inout ByteReader, _ day: SettlementDay) throws(ByteReader.Malformed)
    -> AggregateSums
  {
    var sums = AggregateSums(day)
    var last: AggregationKey?
    for _ in 0..<(try reader.count()) {
      guard let group = GSPGroupID(rawValue: try reader.text()), let supplier = ParticipantID(try reader.text()),
        let consumptionClass = ConsumptionClass(rawValue: try reader.text()),
        let quantity = MeasurementQuantity(rawValue: try reader.text())
      else { throw reader.malformed }
      let key = AggregationKey(
        gspGroup: group, supplier: supplier, consumptionClass: consumptionClass, quantity: quantity)
      // Keys rise as they were written; a repeated one would be added up, and could overflow.
      guard last.map({ $0 < key }) ?? true else { throw reader.malformed }
      last = key
      for period in 1...day.periodCount {
        let metered = Energy(wattHours: try reader.integer())
        let lossAdjusted = LossAdjustedEnergy(tenMicrowattHours: try reader.int128())
        let estimated = Energy(wattHours: try reader.integer())
        sums.add(
          PeriodSums(
            metered: metered, lossAdjusted: lossAdjusted, estimated: estimated, count: try reader.integer(),
            estimatedCount: try reader.integer()), to: key, period: period)
      }
    }
    return sums
  }

  private static func write(_ positions: [ImbalancePosition], _ writer: inout ByteWriter) {
    writer.write(positions.count)
    for position in positions {
      writer.write(position.party.code)
      writer.write(position.period)
      writer.write(position.offtake.tenMicrowattHours)
      writer.write(position.contracted.wattHours)
      writer.write(position.imbalance.tenMicrowattHours)
      writer.write(position.price.micropencePerMWh)
      writer.write(position.priceDate.dayNumber)
      writer.write(position.cash.micropounds)
    }
  }

  private static func readPositions(_ reader: inout ByteReader) throws(ByteReader.Malformed) -> [ImbalancePosition] {
    var positions: [ImbalancePosition] = []
    for _ in 0..<(try reader.count()) {
      guard let party = ParticipantID(try reader.text()) else { throw reader.malformed }
      let period: Int = try reader.integer()
      let offtake = LossAdjustedEnergy(tenMicrowattHours: try reader.int128())
      let contracted = Energy(wattHours: try reader.integer())
      let imbalance = LossAdjustedEnergy(tenMicrowattHours: try reader.int128())
      let price = UnitRate(micropencePerMWh: try reader.integer())
      guard let priceDate = SettlementDate(dayNumber: try reader.integer()) else { throw reader.malformed }
      positions.append(
        ImbalancePosition(
          party: party, period: period, offtake: offtake, contracted: contracted, imbalance: imbalance, price: price,
          priceDate: priceDate, cash: Money(micropounds: try reader.integer())))
    }
    return positions
  }
}
