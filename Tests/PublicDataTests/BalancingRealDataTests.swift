import BalancingMechanism
import Foundation
import ImbalancePricing
import PublicData
import Quantities
import SettlementCalendar
import Testing

private let stack = "data/elexon/stack"
private let physical = "\(stack)/sp27_2022-03-19/physical_bm_data_2022-03-19_27.csv.gz"
private let bidOffers = "\(stack)/sp27_2022-03-19/bid_offer_level_data_2022-03-19_27.csv.gz"
private let lists = "\(stack)/ispstack_energy_actions_2026-01-01_2026-01-05.csv.gz"
private let published = "\(stack)/system_price_niv_2026-01-01_2026-01-05.csv.gz"
private let records = "data/elexon/system_prices/disebsp_2025-10-26.json"
private let adjustments = "data/elexon/disbsad/disbsad_2025-10-26.json.gz"

/// The unpacked bytes of a shared file.
func sharedBytes(_ path: String) throws -> [UInt8] {
  let file = try #require(shared(path))
  guard path.hasSuffix(".gz") else { return Array(try Data(contentsOf: file)) }
  var bytes: [UInt8] = []
  try stream("/bin/gzip", ["-dc", file.path]) { bytes += $0 }
  return bytes
}

private func facts(_ path: String) throws -> (facts: [BalancingFact], refused: Int, noted: Int) {
  let bytes = try sharedBytes(path)
  let all =
    path.contains(".json")
    ? events({ BalancingJSONReader(file: "file") }, bytes) : events({ BalancingCSVReader(file: "file") }, bytes)
  var result: (facts: [BalancingFact], refused: Int, noted: Int) = ([], 0, 0)
  for event in all {
    switch event {
    case .fact(let fact): result.facts.append(fact)
    case .quarantined: result.refused += 1
    case .noted: result.noted += 1
    case .finished: break
    }
  }
  return result
}

private func period(_ text: String, _ number: Int) -> SettlementPeriod { SettlementDay(date(text)).period(number)! }

@Suite("Balancing Mechanism files as published")
struct BalancingRealDataTests {
  // Needs the shared BMRS downloads of 19 March 2022, period 27.
  @Test(.enabled(if: shared(physical) != nil && shared(bidOffers) != nil))
  func oneWholePeriodFromLevels() throws {
    let levels = try facts(physical)
    let pairs = try facts(bidOffers)
    #expect(levels.facts.count == 5_837)
    #expect(pairs.facts.count == 2_562)
    #expect(levels.refused + pairs.refused + levels.noted + pairs.noted == 0)
    var known = PeriodFacts(period("2022-03-19", 27))
    for fact in levels.facts + pairs.facts { known.take(fact) }
    let pricing = PeriodPricing(known)
    let walk = try #require(pricing.walk)
    #expect(pricing.basis == .levels)
    #expect(walk.systemPrice?.poundsPerMWhText == "-90.32")
    #expect(walk.totals.totalAcceptedOfferVolume.megawattHoursText(places: 1) == "508.9")
    #expect(walk.totals.totalAcceptedBidVolume.megawattHoursText(places: 1) == "-1207.7")
    #expect(walk.totals.net.megawattHoursText(places: 1) == "-698.8")
    #expect(walk.netImbalanceVolume.megawattHoursText(places: 1) == "-698.8")
    #expect(pricing.missing.contains(.adjustmentActions))
    #expect(Set(walk.priceSetters.map(\.action.price)) == [UnitRate(poundsPerMWh: DecimalNumber("-90.32")!)])
    #expect(pricing.accepted?.faults == [])
  }

  // Needs the shared lists of unflagged actions and published prices of 1 to 5 January 2026.
  @Test(.enabled(if: shared(lists) != nil && shared(published) != nil))
  func unflaggedLists() throws {
    let all = try facts(lists)
    let prices = try facts(published)
    #expect(all.refused + prices.refused + all.noted + prices.noted == 0)
    #expect(prices.facts.count == 237)
    var byPeriod: [HalfHour: PeriodFacts] = [:]
    for fact in prices.facts {
      guard case .price(let record) = fact else { continue }
      let day = try #require(SettlementDay(containing: record.period))
      var known = PeriodFacts(try #require(day.period(of: record.period)))
      known.take(fact)
      byPeriod[record.period] = known
    }
    for fact in all.facts {
      guard case .unflaggedAction(let halfHour, _) = fact else { continue }
      byPeriod[halfHour]?.take(fact)
    }
    var (covered, reproduced) = (0, 0)
    var causes: [PriceDifference.Cause: Int] = [:]
    for known in byPeriod.values {
      let pricing = PeriodPricing(known)
      // Every miss, covered or not, has the program's own sentence, and a kind of action that the file lacks.
      #expect((pricing.difference ?? nil) != nil || pricing.isReproduced == true || pricing.unpricedSentence != nil)
      if let cause = pricing.difference?.cause { causes[cause, default: 0] += 1 }
      guard let walk = pricing.walk, walk.uncoveredVolume.units == 0 else { continue }
      covered += 1
      let isReproduced = pricing.isReproduced == true
      if isReproduced { reproduced += 1 }
      #expect((pricing.differenceSentence == nil) == isReproduced, "\(known.period)")
      #expect(pricing.missing.contains(.flaggedActions))
    }
    #expect(covered == 177)
    #expect(causes.values.reduce(0, +) + reproduced <= 237)
    #expect(causes[.listTooShort] ?? 0 > 20)
    #expect(reproduced >= 140)
  }

  // Needs the shared price records and adjustment actions of 26 October 2025, the day of 50 periods.
  @Test(.enabled(if: shared(records) != nil && shared(adjustments) != nil))
  func autumnDay() throws {
    let prices = try facts(records)
    let actions = try facts(adjustments)
    #expect(prices.facts.count == 50)
    #expect(actions.facts.count == 279)
    #expect(prices.refused + actions.refused == 0)
    var (withRows, equal, near) = (0, 0, 0)
    for day in SettlementDay(date("2025-10-26")).periods {
      var known = PeriodFacts(day)
      for fact in prices.facts + actions.facts { known.take(fact) }
      let pricing = PeriodPricing(known)
      let record = try #require(known.record)
      #expect(pricing.walk == nil)
      #expect(pricing.basis == .totalsOnly)
      #expect(pricing.missing.contains(.acceptances))
      #expect(pricing.netImbalanceVolume == record.netOfTotals)
      let gap = try #require(record.netOfTotals) - #require(record.netImbalanceVolume)
      if gap.magnitude.units * 2 <= BalancingEnergy.unitsPerMWh { near += 1 }
      #expect(gap.magnitude.units * 10 <= BalancingEnergy.unitsPerMWh * 6 + 100_000_000 * 10)
      guard !known.adjustments.isEmpty else { continue }
      withRows += 1
      let sums = pricing.adjustmentTotals
      if sums.buy == record.totalAdjustmentBuyVolume, sums.sell == record.totalAdjustmentSellVolume { equal += 1 }
    }
    #expect(equal == withRows)
    #expect(withRows > 20)
    #expect(near == 47)
  }
}
