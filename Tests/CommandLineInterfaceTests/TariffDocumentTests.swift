import DUIS
import DataServiceProvider
import Foundation
import GBCS
import Testing
import XMLDocuments

@Suite("Tariffs as DUIS documents") struct TariffDocumentTests {
  private static let tariff = ElectricityTariff(
    switching: SwitchingTable(
      seasons: [.init(name: Array("summer".utf8), start: OpenDate(year: 2026, month: 3, day: 29, weekday: 7), week: 1)],
      weeks: [.init(name: 1, days: [1, 1, 1, 1, 1, 2, 2])],
      days: [
        .init(name: 1, switches: [.init(second: 0, rate: .timeOfUse(2)), .init(second: 25_200, rate: .timeOfUse(1))]),
        .init(name: 2, switches: [.init(second: 0, rate: .block(1))]),
      ], specialDays: [.init(date: OpenDate(month: 12, day: 25), day: 2)]),
    thresholds: [[1_000, .max]] + Array(repeating: [.max], count: 7),
    prices: TariffPrices(standingCharge: 1, timeOfUse: [24_500, 9_500], blocks: [[7], [8]]))

  @Test("what is written is valid by the schema", .enabled(if: referenceFolder != nil)) func valid() throws {
    let schema = try XMLSchema(path: #require(referenceFolder).appendingPathComponent("schema/DUIS-5.4.xsd").path)
    var timeOfUse = Self.tariff
    timeOfUse.switching.days[1].switches = [.init(second: 0, rate: .timeOfUse(1))]
    timeOfUse.prices.blocks = TariffPrices().blocks
    let bodies: [(String, MarkupElement)] = [
      ("1.1.1", Self.tariff.importTariffBody()),
      ("1.1.1", Self.tariff.importTariffBody(execution: "2030-01-15T09:00:00.00Z")),
      ("1.1.1", timeOfUse.importTariffBody()), ("1.2.1", timeOfUse.prices.priceBody()),
      ("1.2.1", Self.tariff.prices.priceBody(execution: "3000-12-31T00:00:00.00Z")),
      ("1.2.1", TariffPrices().priceBody()),
    ]
    for (variant, body) in bodies {
      let request = ServiceRequest(
        id: RequestID(originator: EUI64(rawValue: 1), target: EUI64(rawValue: 2), counter: 3), commandVariant: 4,
        variant: variant, body: .other(body))
      // The schema asks for no signature.
      #expect(schema.accepts(try XMLDocument(request.element.document)), "\(variant)")
    }
  }
}
