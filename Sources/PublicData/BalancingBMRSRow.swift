import BalancingMechanism
import Quantities
import SettlementCalendar

/// One line of a BMRS download: the first field names its kind.
enum BalancingBMRSRow {
  /// The kinds that are read; `HDR` and `FTR` are the reader's.
  static let kinds: Set<String> = ["PN", "QPN", "MEL", "MIL", "BOALF", "BOD", "MID"]

  private static let counts: [String: Int] = [
    "PN": 7, "QPN": 7, "MEL": 7, "MIL": 7, "BOALF": 13, "BOD": 9, "MID": 6,
  ]

  static func fact(_ fields: [String]) throws(BalancingFault) -> BalancingFact {
    guard let kind = fields.first, let count = counts[kind] else {
      throw BalancingFault(BalancingDataRules.shape, "The line's kind is none that is known here.")
    }
    guard fields.count == count else {
      throw BalancingFault(
        BalancingDataRules.fields, "A \(kind) row has \(count) fields; this one has \(fields.count).")
    }
    switch kind {
    case "BOALF": return .acceptance(try acceptance(fields))
    case "BOD": return .bidOffer(try bidOffer(fields))
    case "MID": return .marketIndex(try marketIndex(fields))
    default:
      guard let physical = PhysicalKind(rawValue: kind) else {
        throw BalancingFault(BalancingDataRules.shape, "The line's kind is none that is known here.")
      }
      let unit = try BalancingFields.unit(fields[1])
      _ = try BalancingFields.whole(fields[2], 1...50, BalancingDataRules.period, "settlementPeriod")
      return .physical(physical, unit: unit, try BalancingFields.segment(fields[3...]))
    }
  }

  /// Unit, number, time, deemed, SO, STOR, RR instruction, RR schedule, from, level, to, level.
  private static func acceptance(_ fields: [String]) throws(BalancingFault) -> AcceptanceLevelRow {
    var flags: AcceptanceFlags = []
    let order: [AcceptanceFlags] = [
      .deemed, .systemOperator, .reserveProvider, .replacementReserve, .replacementSchedule,
    ]
    for (text, flag) in zip(fields[4..<9], order) where try BalancingFields.flag(text) { flags.insert(flag) }
    return AcceptanceLevelRow(
      unit: try BalancingFields.unit(fields[1]),
      number: try BalancingFields.whole(fields[2], 0...9_999_999_999, BalancingDataRules.number, "acceptance"),
      acceptedAt: try BalancingFields.compactStamp(fields[3]), flags: flags,
      segment: try BalancingFields.segment(fields[9...]))
  }

  /// Unit, pair, from, level, to, level, bid price, offer price.
  private static func bidOffer(_ fields: [String]) throws(BalancingFault) -> BidOfferPair {
    BidOfferPair(
      unit: try BalancingFields.unit(fields[1]),
      number: try BalancingFields.pair(
        BalancingFields.whole(fields[2], -6...6, BalancingDataRules.number, "pair")),
      width: try BalancingFields.segment(fields[3..<7]), bidPrice: try BalancingFields.price(fields[7], "bid"),
      offerPrice: try BalancingFields.price(fields[8], "offer"))
  }

  /// Provider, date, period, price, volume.
  private static func marketIndex(_ fields: [String]) throws(BalancingFault) -> MarketIndexPrice {
    MarketIndexPrice(
      period: try BalancingFields.period(BalancingFields.date(fields[2]), Int(fields[3])),
      provider: try BalancingFields.unit(fields[1]), price: try BalancingFields.price(fields[4]),
      volume: try BalancingFields.volume(fields[5]))
  }
}
