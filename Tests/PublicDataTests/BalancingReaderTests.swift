import BalancingMechanism
import Findings
import Foundation
import ImbalancePricing
import PublicData
import Quantities
import SettlementCalendar
import Testing

/// Texts of invented figures in each shape that is read.
enum BalancingTexts {
  static let physical = """
    HDR,PHYSICAL BM DATA,20260102,20
    PN,T_AAA-1,20,20260102093000,100.000,20260102100000,120.500
    QPN,T_AAA-1,20,20260102093000,0.000,20260102100000,0.000
    MEL,T_AAA-1,20,20260102093000,400.000,20260102100000,400.000
    MIL,T_AAA-1,20,20260102093000,0.000,20260102100000,0.000
    BOALF,T_AAA-1,17,20260102092000,F,T,F,F,T,20260102093500,100.000,20260102094000,150.000
    FTR,5
    """
  static let bidOffers = """
    HDR,BID OFFER LEVEL DATA,20260102,20
    BOD,T_AAA-1,1,20260102093000,60,20260102100000,60,50.00,75.25
    BOD,T_AAA-1,-1,20260102093000,-100,20260102100000,-100,-12.50,20.00
    FTR,2
    """
  static let marketIndexBMRS = """
    HDR,MARKET INDEX DATA
    MID,APXMIDP,20260102,20,82.74,642.950
    MID,N2EXMIDP,20260102,20,0.00,0.000
    FTR,2
    """
  static let marketIndexPortal = """
    Settlement Date,Settlement Period,Market Index Data Provider Id,Market Index Volume (MWh),Market Index Price (X/MWh)
    02 January 2026,20,APXMIDP ,642.95,82.74
    02 January 2026,20,N2EXMIDP,0,0
    """
  static let lists = """
    settlementDate,settlementPeriod,bid_count,offer_count,bid_stack,offer_stack
    2026-01-02,20,1,2,1:E_BBB-1@8.86(-0.00416667),1:T_AAA-1@69.04(1.3) | 2:14@70(2.1)
    """
  static let summary = """
    settlementDate,settlementPeriod,niv_volume,niv_long_short,systemPrice
    2026-01-02,20,-300.6490437301587,long,46.67
    """
  static let multipliers = """
    Settlement Date,Settlement Run Type,Settlement Period,Zone,Off Taking,Delivering
    24/09/2013,DF,43,1,1.0083893,0.9929851
    """
  static let estimated = """
    Effective From Date,Effective To Date,ETLMOj+,ETLMOj-
    01/03/2026,31/03/2026,-0.01703,0.010811
    """
  static let insightsUnits = """
    elexonBmUnit,nationalGridBmUnit,bmUnitName,fuelType,leadPartyName,leadPartyId,bmUnitType,\
    productionOrConsumptionFlag,generationCapacity,demandCapacity,transmissionLossFactor,gspGroupId
    T_AAA-1,AAA-1,An invented unit,CCGT,Some Party,SOMEPARTY,T,P,400.000,0.000,-0.0323359,_K
    """
  static let portalUnits = """
    BM Units Registered with Central Registration Agency

    BM Unit ID,BMU Name,Party ID,BMU Type,GSP Group Id,Prod/Cons Status,TLF
    2__AAAAA000,"AAAA_A",AAAA,G,_A,C,.002616
    """
  static let json = """
    {"data":[
    {"dataset":"PN","settlementDate":"2026-01-02","settlementPeriod":20,"timeFrom":"2026-01-02T09:30:00Z","timeTo":"2026-01-02T10:00:00Z","levelFrom":100,"levelTo":120,"bmUnit":"T_AAA-1"},
    {"dataset":"MELS","settlementDate":"2026-01-02","settlementPeriod":20,"timeFrom":"2026-01-02T09:30:00Z","timeTo":"2026-01-02T10:00:00Z","levelFrom":400,"levelTo":400,"bmUnit":"T_AAA-1"},
    {"dataset":"BOD","settlementDate":"2026-01-02","settlementPeriod":20,"timeFrom":"2026-01-02T09:30:00Z","timeTo":"2026-01-02T10:00:00Z","levelFrom":60,"levelTo":60,"pairId":1,"offer":75.25,"bid":50.0,"bmUnit":"T_AAA-1"},
    {"dataset":"BOALF","settlementDate":"2026-01-02","timeFrom":"2026-01-02T09:35:00Z","timeTo":"2026-01-02T09:40:00Z","levelFrom":100,"levelTo":150,"acceptanceNumber":17,"acceptanceTime":"2026-01-02T09:20:00Z","deemedBoFlag":false,"soFlag":true,"storFlag":null,"rrFlag":false,"bmUnit":"T_AAA-1"},
    {"dataset":"DISBSAD","settlementDate":"2026-01-02","settlementPeriod":20,"id":3,"cost":-2.25,"volume":-25.0,"soFlag":true,"storFlag":false},
    {"dataset":"MID","startTime":"2026-01-02T09:30:00Z","dataProvider":"APXMIDP","settlementDate":"2026-01-02","settlementPeriod":20,"price":82.74,"volume":642.95},
    {"settlementDate":"2026-01-02","settlementPeriod":20,"startTime":"2026-01-02T09:30:00Z","sequenceNumber":1,"id":"E_BBB-1","acceptanceId":49242,"bidOfferPairId":1,"cadlFlag":null,"soFlag":false,"storProviderFlag":false,"repricedIndicator":false,"reserveScarcityPrice":0,"originalPrice":90.25,"volume":-0.0041667,"dmatAdjustedVolume":0,"arbitrageAdjustedVolume":null,"nivAdjustedVolume":null,"parAdjustedVolume":null,"finalPrice":90.25,"transmissionLossMultiplier":0.977241,"tlmAdjustedVolume":null,"tlmAdjustedCost":null},
    {"settlementDate":"2026-01-02","settlementPeriod":20,"startTime":"2026-01-02T09:30:00Z","systemSellPrice":24.51,"systemBuyPrice":24.51,"priceDerivationCode":"N","netImbalanceVolume":-23.852564193690295,"sellPriceAdjustment":0,"buyPriceAdjustment":0,"replacementPrice":24.51,"totalAcceptedOfferVolume":1508.5,"totalAcceptedBidVolume":-1851.5,"totalAdjustmentSellVolume":0,"totalAdjustmentBuyVolume":319.343,"totalSystemTaggedAdjustmentSellVolume":null}
    ]}
    """

  static let tables: [(String, facts: Int)] = [
    (physical, 5), (bidOffers, 2), (marketIndexBMRS, 2), (marketIndexPortal, 2), (lists, 3), (summary, 1),
    (multipliers, 1), (estimated, 1), (insightsUnits, 1), (portalUnits, 1),
  ]
}

private func csv(_ text: String) -> [BalancingEvent] { events({ BalancingCSVReader(file: "f") }, text) }
private func json(_ text: String) -> [BalancingEvent] { events({ BalancingJSONReader(file: "f") }, text) }

private func facts(_ events: [BalancingEvent]) -> [BalancingFact] {
  events.compactMap { if case .fact(let fact) = $0 { fact } else { nil } }
}

private func rules(_ events: [BalancingEvent]) -> [RuleID] {
  events.compactMap {
    switch $0 {
    case .quarantined(let finding), .noted(let finding): finding.rule
    default: nil
    }
  }
}

@Suite("Balancing Mechanism files")
struct BalancingReaderTests {
  @Test(arguments: BalancingTexts.tables.map(\.0).indices) func everyTableIsRead(_ index: Int) {
    let (text, count) = BalancingTexts.tables[index]
    let events = csv(text + "\n")
    #expect(facts(events).count == count)
    #expect(rules(events) == [])
    #expect(BalancingCSVReader.recognises(Array(text.utf8)))
    #expect(csv(text.replacingOccurrences(of: "\n", with: "\r\n")) == events)
  }

  @Test func acceptanceAndPairSayWhatTheyHold() throws {
    guard case .acceptance(let row) = try #require(facts(csv(BalancingTexts.physical)).last) else {
      Issue.record("no acceptance")
      return
    }
    #expect(row.number == 17)
    #expect(row.flags == [.systemOperator, .replacementSchedule])
    #expect(row.segment.length == 300)
    guard case .bidOffer(let pair) = try #require(facts(csv(BalancingTexts.bidOffers)).last) else {
      Issue.record("no pair")
      return
    }
    #expect(pair.number == -1)
    #expect(pair.bidPrice.poundsPerMWhText == "-12.50")
    #expect(pair.offerPrice.poundsPerMWhText == "20.00")
  }

  @Test func bothMarketIndexLayoutsSayTheSame() {
    #expect(facts(csv(BalancingTexts.marketIndexBMRS)) == facts(csv(BalancingTexts.marketIndexPortal)))
  }

  @Test func listNumbersAreAdjustmentActions() throws {
    let actions = facts(csv(BalancingTexts.lists)).compactMap { fact -> StackAction? in
      if case .unflaggedAction(_, let action) = fact { action } else { nil }
    }
    #expect(actions.map(\.kind) == [.acceptance, .acceptance, .adjustment])
    #expect(actions.map(\.volume.megawattHoursText) == ["-0.00416667", "1.300", "2.100"])
  }

  @Test func jsonShapes() throws {
    let events = json(BalancingTexts.json)
    let all = facts(events)
    #expect(all.count == 8)
    #expect(rules(events) == [])
    guard case .stackRow(let row) = all[6], case .price(let record) = all[7], case .adjustment(let action) = all[4]
    else {
      Issue.record("another order")
      return
    }
    // E6: the row that the threshold drops; what is published for the step is what the walk leaves.
    let parameters = try #require(PricingParameterBook.shipped.parameters(on: date("2026-01-02")))
    let walk = PriceWalk(PricingInputs(actions: [row.action], parameters: parameters))
    #expect(row.volume(after: .deMinimis) == walk.entries[0].volume(after: .deMinimis))
    #expect(row.volume(after: .arbitrage) == nil)
    #expect(row.action.lossMultiplier.description == "0.977241")
    #expect(record.netImbalanceVolume?.megawattHoursText == "-23.85256419369")
    #expect(record.netOfTotals?.megawattHoursText == "-23.657")
    #expect(action.price?.poundsPerMWhText == "0.09")
    #expect(action.isSystemFlagged)
  }

  @Test(arguments: [
    ("PN,,20,20260102093000,1,20260102100000,1", "BMD-03"), ("PN,A,20,20260132093000,1,20260102100000,1", "BMD-04"),
    ("PN,A,20,20260102100000,1,20260102093000,1", "BMD-04"),
    ("PN,A,20,20260102093000,1.0001,20260102100000,1", "BMD-05"),
    ("PN,A,20,20260102093000,1e9,20260102100000,1", "BMD-05"), ("PN,A,20,20260102093000,1", "BMD-02"),
    ("BOALF,A,x,20260102092000,F,T,F,F,T,20260102093500,1,20260102094000,1", "BMD-06"),
    ("BOALF,A,1,20260102092000,F,Q,F,F,T,20260102093500,1,20260102094000,1", "BMD-10"),
    ("BOD,A,0,20260102093000,60,20260102100000,60,50.00,75.25", "BMD-06"),
    ("BOD,A,1,20260102093000,60,20260102100000,60,50.00,1e9", "BMD-07"),
    ("MID,APXMIDP,20260102,49,82.74,642.950", "BMD-09"), ("MID,APXMIDP,20260102,1,82.74,1e12", "BMD-08"),
    ("XXX,1", "BMD-01"), ("MID,\"APXMIDP,20260102,1,82.74,1", "BMD-02"),
  ])
  func badRows(_ row: String, _ rule: String) {
    let events = csv("MID,APXMIDP,20260102,20,82.74,642.950\n\(row)\n")
    #expect(rules(events) == [RuleID(rule)])
    #expect(facts(events).count == 1)
    #expect(events.last == .finished(rows: 2))
  }

  @Test(arguments: [
    ("1:A@1(2)", "BMD-14"), ("A@1(-2)", "BMD-14"), ("1:A@x(-2)", "BMD-07"), ("1:@1(-2)", "BMD-03"),
    ("1:A@1(-)", "BMD-08"),
  ])
  func badListItems(_ item: String, _ rule: String) {
    let text = "settlementDate,settlementPeriod,bid_stack,offer_stack\n2026-01-02,20,\(item),\n"
    #expect(rules(csv(text)) == [RuleID(rule)])
  }

  @Test func aCutFileIsTold() {
    let cut = BalancingTexts.physical.split(separator: "\n").dropLast().joined(separator: "\n")
    #expect(rules(csv(cut)) == ["BMD-11"])
    #expect(rules(csv(BalancingTexts.physical.replacingOccurrences(of: "FTR,5", with: "FTR,6"))) == ["BMD-11"])
    #expect(rules(csv("nothing,known\n1,2\n3,4\n5,6\n")) == ["BMD-01"])
    #expect(rules(csv("")) == ["BMD-01"])
  }

  @Test(arguments: [
    ("[1]", "BMD-13"), ("{}", "BMD-13"), ("[{\"a\":1}]", "BMD-13"), ("[", "BMD-12"), ("", "BMD-12"),
    (
      "[{\"cost\":1,\"volume\":1,\"soFlag\":true,\"id\":1,\"settlementDate\":\"2026-03-29\",\"settlementPeriod\":47}]",
      "BMD-09"
    ),
    (
      "[{\"cost\":1,\"volume\":1,\"soFlag\":1,\"id\":1,\"settlementDate\":\"2026-03-29\",\"settlementPeriod\":46}]",
      "BMD-10"
    ),
  ])
  func badJSON(_ text: String, _ rule: String) { #expect(rules(json(text)) == [RuleID(rule)]) }

  @Test func everyRuleHasItsText() {
    #expect(Set(BalancingDataRules.all.map(\.id)).count == BalancingDataRules.all.count)
    #expect(BalancingDataRules.all.count == 15)
  }

  /// The same events however the bytes are cut; no cut and no change of the bytes stops the reader.
  @Test(arguments: BalancingTexts.tables.map(\.0).indices) func cutsAndChanges(_ index: Int) {
    let bytes = Array((BalancingTexts.tables[index].0 + "\n").utf8)
    let make = { BalancingCSVReader(file: "f") }
    let whole = events(make, bytes)
    #expect(events(make, bytes, cuts: Array(1..<bytes.count)) == whole)
    var seeded = Seeded(UInt64(index) + 1)
    for _ in 0..<50 { #expect(events(make, bytes, cuts: seeded.cuts(bytes.count)) == whole) }
    for end in 0..<bytes.count { finishes(events(make, Array(bytes[..<end]))) }
    for _ in 0..<250 { finishes(events(make, seeded.mutated(bytes))) }
  }

  @Test func jsonCutsAndChanges() {
    let bytes = Array(BalancingTexts.json.utf8)
    let make = { BalancingJSONReader(file: "f") }
    let whole = events(make, bytes)
    #expect(events(make, bytes, cuts: Array(1..<bytes.count)) == whole)
    var seeded = Seeded(77)
    for end in stride(from: 0, to: bytes.count, by: 7) { finishes(events(make, Array(bytes[..<end]))) }
    for _ in 0..<250 { finishes(events(make, seeded.mutated(bytes))) }
  }

  /// Whatever came in can be priced or refused without stopping the program.
  private func finishes(_ events: [BalancingEvent]) {
    guard case .finished = events.last else {
      Issue.record("no end")
      return
    }
    var known = PeriodFacts(SettlementDay(date("2026-01-02")).period(20)!)
    for fact in facts(events) { known.take(fact) }
    let pricing = PeriodPricing(known)
    #expect(pricing.walk == nil || pricing.walk?.explanation.isEmpty == false)
  }
}
