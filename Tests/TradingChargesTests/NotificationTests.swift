import Findings
import MarketIdentifiers
import Quantities
import SettlementCalendar
import Testing
import TradingCharges

@Suite("Contract and reallocation notifications") struct NotificationTests {
  let roster = TradingRoster.make(
    parties: [party("A"), party("B"), party("C")],
    units: [UnitRegistration(id: "U", lead: EnergyAccount(party("A"), .production))]
  ).value
  let day = SettlementDay(date("2026-01-15"))
  let seller = EnergyAccount(party("A"), .production)
  let buyer = EnergyAccount(party("B"), .consumption)

  func header(
    _ authorisation: String = "E1", _ from: String = "2026-01-15", _ to: String? = nil, received: String
  ) -> NotificationHeader {
    NotificationHeader(
      authorisation: authorisation, effectiveFrom: date(from), effectiveTo: to.map { date($0) },
      receivedAt: UTCInstant(received)!)
  }

  func contract(_ header: NotificationHeader, _ volume: String) -> ContractNotification {
    ContractNotification(
      header: header, seller: seller, buyer: buyer, volumes: Array(repeating: mwh(volume), count: 50))
  }

  func sold(_ book: NotificationBook, _ period: Int) -> SettlementVolume {
    book.sold(on: day)[period - 1][roster.index(of: seller)!.place]
  }

  @Test func sellerAndBuyerMirrorEachOther() {
    let book = NotificationBook(roster, contracts: [contract(header(received: "2026-01-14T12:00:00Z"), "7")])
    let rows = book.sold(on: day)
    #expect(rows.count == 48)
    #expect(rows.allSatisfy { $0.reduce(SettlementVolume.zero, +) == .zero })
    #expect(sold(book, 1) == mwh("7"))
    #expect(book.findings.total == 0)
  }

  @Test("a later one counts from its first open period on; the earlier one holds before")
  func replacement() {
    let book = NotificationBook(
      roster,
      contracts: [
        contract(header(received: "2026-01-15T10:10:00Z"), "9"),
        contract(header(received: "2026-01-14T12:00:00Z"), "7"),
      ])
    #expect(sold(book, 21) == mwh("7"))  // begins 10:00
    #expect(sold(book, 22) == mwh("9"))
    #expect(book.findings.counts == ["TRC-04": 1, "TRC-07": 1])
  }

  @Test("received at the very start of a period is in time; before 2002 it took three and a half hours")
  func deadlines() {
    let late = NotificationBook(roster, contracts: [contract(header(received: "2026-01-15T10:00:00Z"), "9")])
    #expect((sold(late, 20), sold(late, 21)) == (.zero, mwh("9")))
    let old = SettlementDay(date("2001-06-15"))
    let row = contract(header("E1", "2001-06-15", received: "2001-06-15T09:00:00Z"), "9")
    let positions = NotificationBook(roster, contracts: [row]).sold(on: old)
    let place = roster.index(of: seller)!.place
    // 12:30 UTC is 13:30 in London, the start of period 28.
    #expect(positions[26][place] == .zero)
    #expect(positions[27][place] == mwh("9"))
  }

  @Test("effective dates: an evergreen one, and one for a single day on top of it")
  func layers() {
    let book = NotificationBook(
      roster,
      contracts: [
        contract(header("E1", "2026-01-01", received: "2025-12-31T12:00:00Z"), "7"),
        contract(header("E1", "2026-01-15", "2026-01-15", received: "2026-01-10T12:00:00Z"), "2"),
        contract(header("E2", "2026-01-15", "2026-01-16", received: "2026-01-11T12:00:00Z"), "1"),
      ])
    let place = roster.index(of: seller)!.place
    let found = ["2026-01-14", "2026-01-15", "2026-01-16", "2026-01-17", "2025-12-31"].map {
      book.sold(on: SettlementDay(date($0)))[0][place]
    }
    #expect(found == [mwh("7"), mwh("3"), mwh("8"), mwh("7"), .zero])
    #expect(book.findings.counts == ["TRC-07": 1])
  }

  @Test("the order of arrival in the file does not matter")
  func orderOfRows() {
    let rows = (0..<6).map {
      contract(header("E\($0 % 2)", "2026-01-15", received: "2026-01-1\(4 - $0 % 4)T12:00:00Z"), "\($0 + 1)")
    }
    let book = NotificationBook(roster, contracts: rows)
    let turned = NotificationBook(roster, contracts: rows.reversed())
    #expect(book.sold(on: day) == turned.sold(on: day))
    #expect(book.findings.counts == turned.findings.counts)
  }

  @Test func rejections() {
    let unknown = EnergyAccount(party("Z"), .production)
    let early = header(received: "2026-01-14T12:00:00Z")
    let rows = [
      ContractNotification(header: early, seller: seller, buyer: seller, volumes: [mwh("1")]),
      ContractNotification(header: early, seller: unknown, buyer: buyer, volumes: [mwh("1")]),
      ContractNotification(
        header: early, seller: seller, buyer: buyer, volumes: [SettlementVolume(kilowattHours: .max)]),
      contract(header("E9", "2026-01-15", "2026-01-14", received: "2026-01-01T00:00:00Z"), "1"),
      contract(header("E8", "2026-01-15", "2026-01-15", received: "2026-01-16T12:00:00Z"), "1"),
    ]
    let book = NotificationBook(roster, contracts: rows)
    #expect(book.findings.counts == ["TRC-01": 1, "TRC-04": 1, "TRC-05": 3])
    #expect(book.sold(on: day).allSatisfy { $0.allSatisfy { $0 == .zero } })
    let twice = contract(early, "3")
    #expect(NotificationBook(roster, contracts: [twice, twice]).findings.counts == ["TRC-02": 1])
  }

  @Test("a party in level 2 default may buy, and may not sell")
  func credit() {
    let refusal = CreditRefusal(
      party: party("A"), from: UTCInstant("2026-01-14T00:00:00Z")!, to: UTCInstant("2026-01-14T13:00:00Z")!)
    let during = header(received: "2026-01-14T12:00:00Z")
    func book(_ row: ContractNotification) -> NotificationBook {
      NotificationBook(roster, contracts: [row], refusals: [refusal])
    }
    #expect(book(contract(during, "5")).findings.counts == ["TRC-06": 1])
    #expect(book(contract(during, "-5")).findings.total == 0)
    #expect(book(contract(header(received: "2026-01-14T13:00:00Z"), "5")).findings.total == 0)
  }

  @Test func reallocations() {
    func row(_ name: String, _ share: Int64, _ fixed: String, _ account: EnergyAccount) -> ReallocationNotification {
      ReallocationNotification(
        header: header(name, received: "2026-01-14T12:00:00Z"), unit: "U", subsidiary: account,
        shares: Array(repeating: Proportion(billionths: share), count: 50),
        fixed: Array(repeating: mwh(fixed), count: 50))
    }
    let book = NotificationBook(
      roster, contracts: [],
      reallocations: [
        row("M1", 600_000_000, "0", buyer), row("M2", 500_000_000, "1", EnergyAccount(party("C"), .production)),
        row("M3", 400_000_000, "0", EnergyAccount(party("C"), .consumption)), row("M4", 1, "0", seller),
        row("M5", -1, "0", buyer),
      ])
    #expect(book.findings.counts == ["TRC-05": 2])
    let rows = book.reallocations(on: day)
    #expect(rows.findings.map(\.rule) == ["TRC-08"])
    #expect(rows.value.allSatisfy { $0.map(\.share.billionths) == [600_000_000, 400_000_000] })
  }
}

@Suite("Rules and roster of trading charges") struct TradingRuleTests {
  @Test func thePackIsWhole() {
    #expect(TradingRuleBook.shipped.rows.count == 11)
    #expect(TradingRuleBook.shipped.rows.allSatisfy { !$0.source.isEmpty })
    #expect(TradingRuleBook.shipped.rules(on: date("2001-03-26")) == nil)
  }

  @Test(
    "dated",
    arguments: [
      ("2001-03-27", TradingRules.PriceRegime.dual, 12_600), ("2002-07-02", .dual, 3_600),
      ("2015-11-04", .dual, 3_600), ("2015-11-05", .single, 3_600), ("2017-11-02", .single, 0),
    ])
  func dated(_ day: String, _ regime: TradingRules.PriceRegime, _ deadline: Int64) {
    #expect(rules(day).priceRegime == regime)
    #expect(rules(day).notificationDeadline == deadline)
    #expect(rules(day).deliveringLossShare == Proportion(billionths: 450_000_000))
  }

  @Test func roster() {
    let a = EnergyAccount(party("A"), .production)
    let made = TradingRoster.make(
      parties: [party("B"), party("A"), party("A")],
      units: [
        UnitRegistration(id: "U2", lead: a), UnitRegistration(id: "U1", lead: a), UnitRegistration(id: "U1", lead: a),
        UnitRegistration(id: "U3", lead: EnergyAccount(party("Z"), .production)),
        UnitRegistration(id: "U4", lead: a, transmissionLossFactor: 10_000_001),
      ])
    #expect(made.value.parties.map(\.code) == ["A", "B"])
    #expect(made.value.units.map(\.id) == ["U1", "U2"])
    #expect(made.findings.map(\.rule).sorted() == ["TRC-01", "TRC-02", "TRC-03"])
    for place in 0..<made.value.accountCount {
      #expect(made.value.index(of: made.value.account(AccountIndex(place: place)))?.place == place)
    }
    #expect(TradingChargeRules.all.count == 8)
  }

  @Test("loss multipliers by hand: 100 delivered, 98 taken off, so 0.9 and 1.1 MWh of losses to bear")
  func losses() throws {
    let a = EnergyAccount(party("A"), .production)
    let roster = TradingRoster.make(
      parties: [party("A")], units: [UnitRegistration(id: "G", lead: a), UnitRegistration(id: "S", lead: a)]
    ).value
    let result = try TradingPeriodResult(
      TradingPeriod(prices: ImbalancePrices(rate("50")), metered: [mwh("100"), mwh("-98")], sold: [.zero, .zero]),
      roster, rules())
    #expect(result.losses.deliveringAdjustment == -90_000)
    // (0.45 − 1) × 2 ÷ −98 = 0.0112245
    #expect(result.losses.offtakingAdjustment == 112_245)
    #expect(result.losses.multipliers.map(\.tenMillionths) == [9_910_000, 10_112_245])
  }
}
