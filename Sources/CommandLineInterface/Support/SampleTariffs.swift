import Billing
import MarketIdentifiers
import Quantities
import SettlementCalendar

/// The invented tariffs of sample estates: a three-rate one at the rates of the worked household, and a single rate at
/// the level of the source documents' cap.
enum SampleTariffs {
  static let names = ["household-tou", "household-single"]

  static func book(_ suppliers: Set<ParticipantID>, from start: SettlementDate) throws -> TariffBook {
    try TariffBook(
      suppliers.sorted().flatMap { supplier in
        [
          try Tariff(
            name: names[0], supplier: supplier, kind: .fixed, vatRate: "domestic", rates: [try timeOfUse(start)]),
          try Tariff(
            name: names[1], supplier: supplier, kind: .standardVariable, vatRate: "domestic",
            rates: [
              try TariffRates(
                effectiveFrom: start, singleRate: rate(20), standingCharge: Money(pence: 50),
                source: "invented for the sample")
            ]),
        ]
      })
  }

  private static func timeOfUse(_ start: SettlementDate) throws -> TariffRates {
    func band(_ name: String, _ pence: Int64, _ windows: [(String, String)]) -> RateBand {
      RateBand(
        name: name, windows: windows.compactMap { ClockWindow(from: $0.0, to: $0.1) }, unitRate: rate(pence))
    }
    return try TariffRates(
      effectiveFrom: start,
      bands: [
        band("peak", 35, [("17:00", "19:00")]), band("standard", 24, [("08:00", "17:00"), ("19:00", "22:00")]),
        band("off-peak", 12, [("22:00", "08:00")]),
      ], standingCharge: Money(pence: 50), source: "invented for the sample, at the worked household's rates")
  }

  /// Whole pence per kWh.
  private static func rate(_ pence: Int64) -> UnitRate { UnitRate(micropencePerMWh: pence * 1_000_000_000) }
}
