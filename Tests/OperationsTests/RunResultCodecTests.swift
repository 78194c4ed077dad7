import Aggregation
import MarketIdentifiers
import Operations
import Quantities
import ReadingValidation
import Settlement
import SettlementCalendar
import Testing

@Suite struct RunResultCodecTests {
  /// A short day, two suppliers, extreme numbers.
  static func small(metered: Int64 = .max) throws -> RunResult {
    let day = SettlementDay(date("2026-03-29"))
    var sums = AggregateSums(day)
    var positions: [ImbalancePosition] = []
    for (number, code) in ["SUPA", "SUPB"].enumerated() {
      let party = try #require(ParticipantID(code))
      let key = AggregationKey(gspGroup: .c, supplier: party, consumptionClass: .domestic, quantity: .activeExport)
      sums.add(
        PeriodSums(
          metered: Energy(wattHours: metered),
          lossAdjusted: LossAdjustedEnergy(tenMicrowattHours: number == 0 ? .max : .min),
          estimated: Energy(wattHours: .min), count: 3, estimatedCount: 1), to: key, period: 46)
      positions.append(
        ImbalancePosition(
          party: party, period: 46, offtake: LossAdjustedEnergy(tenMicrowattHours: .min),
          contracted: Energy(wattHours: -5), imbalance: LossAdjustedEnergy(tenMicrowattHours: -1),
          price: UnitRate(micropencePerMWh: -9_032_000_000), priceDate: day.date, cash: Money(micropounds: .min)))
    }
    var quality = QualityCounts()
    quality.expected = 46
    quality.byMethod[6] = 46
    quality.failures = ["VAL-03": 2, "VAL-04": 1]
    return RunResult(
      date: day.date, run: .r2, rulebook: "may-2026", rulebookEdition: "e", settings: RunSettings(priceShiftDays: -7),
      knowledge: Knowledge(cutOff: .distantFuture, sourceCount: 4), quality: quality, sums: sums, positions: positions,
      lineage: ["prices ä", ""])
  }

  @Test func whatIsWrittenReadsBack() throws {
    let result = try Self.small()
    let bytes = RunResultCodec.encode(result)
    #expect(try RunResultCodec.decode(bytes) == result)
    #expect(RunResultCodec.encode(try RunResultCodec.decode(bytes)) == bytes)
    #expect(RunResultCodec.encode(try Self.small()) == bytes)
  }

  @Test func groupCorrectionReadsBackAndMarksTheBytes() throws {
    var result = try Self.small()
    let plain = RunResultCodec.encode(result)
    result.settings.correctsGroups = true
    let bytes = RunResultCodec.encode(result)
    #expect(bytes != plain)
    #expect(try RunResultCodec.decode(bytes) == result)
  }

  @Test(arguments: 0..<3)
  func resultsOfEstatesReadBack(seed: Int) throws {
    let estate = SettlerTests.estate(seed)
    for outcome in try estate.desk().settle(estate.date, asOf: SettlerTests.end) {
      #expect(try RunResultCodec.decode(outcome.record.result) == outcome.result)
      #expect(RunResultCodec.encode(outcome.result) == outcome.record.result)
    }
  }

  @Test func everyTruncationIsRefused() throws {
    let bytes = RunResultCodec.encode(try Self.small())
    for length in 0..<bytes.count {
      #expect(throws: RunResultCodec.Malformed.self) { try RunResultCodec.decode(Array(bytes[..<length])) }
    }
    #expect(throws: RunResultCodec.Malformed.self) { try RunResultCodec.decode(bytes + [0]) }
  }

  /// Whatever decodes is a result that encodes; nothing stops the program.
  @Test func mutationsDecodeOrThrow() throws {
    let bytes = RunResultCodec.encode(try Self.small())
    var dice = Dice(7)
    var decoded = 0
    for _ in 0..<2_000 {
      var mutated = bytes
      for _ in 0...dice.pick(3) {
        let place = dice.pick(mutated.count)
        switch dice.pick(3) {
        case 0: mutated[place] = UInt8(dice.pick(256))
        case 1: mutated.remove(at: place)
        default: mutated.insert(dice.pick([0, 1, 0x7F, 0x80, 0xFF]), at: place)
        }
      }
      guard let result = try? RunResultCodec.decode(mutated) else { continue }
      decoded += 1
      #expect(try RunResultCodec.decode(RunResultCodec.encode(result)) == result)
    }
    #expect(decoded > 0)
  }

  /// Two rows under one key would have to be added up, which can overflow; no result is written so.
  @Test func aKeyThatComesTwiceIsRefused() throws {
    var bytes = RunResultCodec.encode(try Self.small())
    let wanted = Array("SUPB".utf8)
    let place = try #require((0..<bytes.count - 4).first { Array(bytes[$0..<$0 + 4]) == wanted })
    bytes[place + 3] = UInt8(ascii: "A")
    #expect(throws: RunResultCodec.Malformed.self) { try RunResultCodec.decode(bytes) }
  }
}
