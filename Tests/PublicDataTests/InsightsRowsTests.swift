import BalancingMechanism
import ImbalancePricing
import JSONText
import PublicData
import Quantities
import SettlementCalendar
import Testing

private let definition = "data/elexon/api/insights_openapi_2026-08.json.gz"
private let records = "data/elexon/system_prices/disebsp_2025-10-26.json"
private let adjustments = "data/elexon/disbsad/disbsad_2025-10-26.json.gz"

/// Rows as the readers take them.
private func facts(_ text: String) -> [BalancingFact] {
  events({ BalancingJSONReader(file: "file") }, Array(text.utf8)).compactMap {
    if case .fact(let fact) = $0 { fact } else { nil }
  }
}

private func text(_ rows: [JSONValue]) -> String {
  String(decoding: JSONText.write(.object(["data": .array(rows)])), as: UTF8.self)
}

/// A stack with every kind of action, walked.
private func pricing() -> PeriodPricing {
  let rows = """
    {"data":[
    {"settlementDate":"2026-01-15","settlementPeriod":20,"startTime":"2026-01-15T09:30:00Z","sequenceNumber":1,
     "id":"T_A-1","acceptanceId":7,"bidOfferPairId":1,"cadlFlag":false,"soFlag":false,"storProviderFlag":false,
     "repricedIndicator":false,"originalPrice":80,"volume":50,"transmissionLossMultiplier":0.98},
    {"settlementDate":"2026-01-15","settlementPeriod":20,"sequenceNumber":2,"id":"T_B-1","acceptanceId":8,
     "bidOfferPairId":2,"cadlFlag":true,"soFlag":true,"originalPrice":120,"volume":20,"finalPrice":80.5,
     "repricedIndicator":true,"transmissionLossMultiplier":0.99},
    {"settlementDate":"2026-01-15","settlementPeriod":20,"sequenceNumber":3,"id":"12","acceptanceId":null,
     "bidOfferPairId":null,"cadlFlag":null,"soFlag":false,"originalPrice":70,"volume":10},
    {"settlementDate":"2026-01-15","settlementPeriod":20,"sequenceNumber":1,"id":"T_C-1","acceptanceId":9,
     "bidOfferPairId":-1,"cadlFlag":false,"soFlag":false,"originalPrice":60,"volume":-30.5,
     "transmissionLossMultiplier":1.01}]}
    """
  var known = PeriodFacts(SettlementDay(date("2026-01-15")).period(20)!)
  for fact in facts(rows) { known.take(fact) }
  return PeriodPricing(known)
}

@Suite("Insights shapes") struct InsightsRowsTests {
  // Needs the shared definition of the Insights API.
  @Test("every field of each shape, and no other", .enabled(if: shared(definition) != nil))
  func fieldNames() throws {
    let document = try JSONText.parse(try sharedBytes(definition), maximumSize: 64 << 20)
    let schemas = try #require(document["components"]?["schemas"])
    func fields(_ name: String) throws -> Set<String> {
      let properties = schemas["Insights.Api.Models.Responses.Balancing." + name]?["properties"]
      return Set(try #require(properties?.members).map(\.key))
    }
    func names(_ value: JSONValue) -> Set<String> { Set((value.members ?? []).map(\.key)) }
    let pricing = pricing()
    let record = try #require(pricing.priceRecord)
    #expect(names(InsightsRows.systemPrice(record)) == (try fields("Settlement.SystemPriceResponse")))
    let row = try #require(pricing.stackRows(.buy).first)
    #expect(names(InsightsRows.stack(row)) == (try fields("Settlement.SettlementStackResponse")))
    let summary = InsightsRows.summary(pricing)
    #expect(names(summary) == (try fields("Settlement.SettlementSummaryResponse")))
    let price = try fields("Settlement.SettlementSummaryPrice")
    #expect(summary["mainPrice"].map(names) == price && summary["marketPrice"].map(names) == price)
    let action = AdjustmentAction(
      period: record.period, number: 1, volume: .zero, cost: nil, isSystemFlagged: false, isReserveProvider: false)
    #expect(
      names(InsightsRows.adjustment(action))
        == (try fields("DisaggregatedBalancingServicesAdjustmentDetailsResponse")))
  }

  // Needs the shared price records and adjustment actions of 26 October 2025.
  @Test("what is read is written back", .enabled(if: shared(records) != nil && shared(adjustments) != nil))
  func roundTrip() throws {
    for (path, count) in [(records, 50), (adjustments, 279)] {
      let first = facts(String(decoding: try sharedBytes(path), as: UTF8.self))
      #expect(first.count == count)
      let rows = first.compactMap { fact -> JSONValue? in
        switch fact {
        case .price(let record): InsightsRows.systemPrice(record)
        case .adjustment(let action): InsightsRows.adjustment(action)
        default: nil
        }
      }
      #expect(facts(text(rows)) == first)
    }
  }

  @Test("a walked stack is written, read and walked to the same price; every step agrees alone")
  func stackRoundTrip() throws {
    let first = pricing()
    #expect(first.walk?.systemPrice?.poundsPerMWhText == "80.00")
    var known = PeriodFacts(first.facts.period)
    let rows = (first.stackRows(.buy) + first.stackRows(.sell)).map { InsightsRows.stack($0) }
    for fact in facts(text(rows)) { known.take(fact) }
    let second = PeriodPricing(known)
    #expect(second.walk?.systemPrice == first.walk?.systemPrice)
    #expect(second.walk?.netImbalanceVolume == first.walk?.netImbalanceVolume)
    let checks = second.stepChecks
    #expect(checks.map(\.step) == StepCheck.steps)
    #expect(checks.allSatisfy { $0.differences.isEmpty && $0.compared > 0 })
  }

  @Test("a wrong column shows in its own step and the one that starts from it, and nowhere else")
  func wrongColumn() throws {
    let walked = pricing()
    var rows = walked.stackRows(.buy) + walked.stackRows(.sell)
    let place = try #require(rows.firstIndex { ($0.nivAdjusted ?? .zero).units != 0 })
    rows[place].nivAdjusted = rows[place].nivAdjusted.map { $0 + BalancingEnergy(units: 1_001) }
    let checks = StepCheck.all(rows, try #require(walked.walk).inputs)
    let wrong = checks.filter { !$0.differences.isEmpty }
    #expect(wrong.map(\.step) == [.netImbalance])
    #expect(wrong[0].differences.map(\.id) == [rows[place].action.id])
    rows[place].nivAdjusted = rows[place].nivAdjusted.map { $0 - BalancingEnergy(units: 1) }
    #expect(StepCheck.all(rows, try #require(walked.walk).inputs).allSatisfy { $0.differences.isEmpty })
  }
}
