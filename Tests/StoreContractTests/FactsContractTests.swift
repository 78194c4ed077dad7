import Foundation
import MarketIdentifiers
import Operations
import Readings
import Settlement
import SettlementCalendar
import Testing

@Suite("Contract of the facts repository")
struct FactsContractTests {
  /// A batch with some of everything.
  static func batch(_ number: Int, _ store: any Store) throws -> FactBatch {
    let date = try Sample.date("2009-03-29")
    return FactBatch(
      source: Sample.source(number, findings: number == 1 ? Sample.findings : []),
      layers: [try store.stage(Sample.layer(date, source: number))],
      registrations: try (0..<12).map { try Sample.registration($0, recorded: number) },
      registerReads: try (0..<5).map { try Sample.read($0 + number) },
      lossFactors: [try Sample.schedule("1", source: number), try Sample.schedule("A5", source: 77)],
      systemPrices: (1...46).map { Sample.price(date, $0, source: number % 2 == 0 ? number : 88) },
      contractVolumes: try (1...46).map { try Sample.contract(date, $0, source: number) },
      groupTakes: (1...46).map { Sample.take(date, $0, source: number % 2 == 0 ? number : 88) },
      tariffBooks: [Array("{\"tariff\": \(number)}".utf8), []])
  }

  @Test(arguments: StoreKind.allCases)
  func anEmptyStoreHasNothing(_ kind: StoreKind) throws {
    let test = try StoreUnderTest(kind)
    let store = try test.next()
    let date = try Sample.date("2009-03-29")
    #expect(try store.sources().isEmpty)
    #expect(try store.source(Sample.hash(1)) == nil)
    #expect(try store.registrations().isEmpty && store.registerReads().isEmpty && store.tariffBooks().isEmpty)
    #expect(try store.systemPrices(date...date).isEmpty && store.contractVolumes(date...date).isEmpty)
    #expect(try store.groupTakes(date...date).isEmpty)
    #expect(try store.allSeries().isEmpty && store.dates().isEmpty)
    #expect(try store.journal().isEmpty && store.balances().isEmpty)
    #expect(try store.runs(rulebook: "may-2026", withResults: true).isEmpty)
  }

  @Test(arguments: StoreKind.allCases)
  func allOfABatchIsReadAsItWasWritten(_ kind: StoreKind) throws {
    let test = try StoreUnderTest(kind)
    let batch = try Self.batch(1, test.store)
    try test.store.append(batch)
    try test.next()
    let date = try Sample.date("2009-03-29")
    #expect(try test.store.source(Sample.hash(1)) == batch.source)
    #expect(try test.store.sources() == [batch.source])
    #expect(try test.store.registrations() == batch.registrations)
    #expect(try test.store.registerReads() == batch.registerReads)
    let lossClass = try #require(LineLossFactorClassID("001"))
    #expect(try test.store.lossFactors(distributor: 12, lossClass: lossClass) == [batch.lossFactors[0]])
    let other = try #require(LineLossFactorClassID("A5"))
    #expect(try test.store.lossFactors(distributor: 12, lossClass: other) == [batch.lossFactors[1]])
    #expect(try test.store.lossFactors(distributor: 13, lossClass: other).isEmpty)
    #expect(try test.store.systemPrices(date...date) == batch.systemPrices)
    #expect(try test.store.contractVolumes(date...date) == batch.contractVolumes)
    #expect(try test.store.groupTakes(date...date) == batch.groupTakes)
    #expect(try test.store.tariffBooks() == batch.tariffBooks)
  }

  @Test(arguments: StoreKind.allCases)
  func aBatchAppendedTwiceIsThereOnce(_ kind: StoreKind) throws {
    let test = try StoreUnderTest(kind)
    let batch = try Self.batch(1, test.store)
    try test.store.append(batch)
    var again = try Self.batch(1, try test.next())
    again.tariffBooks.append([1])
    try test.store.append(again)
    try test.next()
    let date = try Sample.date("2009-03-29")
    #expect(try test.store.sources().count == 1)
    #expect(try test.store.layers(on: date).count == 1)
    #expect(try test.store.registrations() == batch.registrations)
    #expect(try test.store.systemPrices(date...date).count == 46)
    #expect(try test.store.tariffBooks() == batch.tariffBooks)
  }

  @Test(arguments: StoreKind.allCases)
  func theOrderOfBatchesDoesNotChangeTheFacts(_ kind: StoreKind) throws {
    let date = try Sample.date("2009-03-29")
    var views: [[String]] = []
    for order in [[1, 2, 3], [3, 1, 2]] {
      let test = try StoreUnderTest(kind)
      for number in order {
        let store = try test.next()
        try store.append(try Self.batch(number, store))
      }
      let store = try test.next()
      #expect(try store.sources().map(\.hash) == order.map(Sample.hash))
      var view = try store.registrations().map { "\($0)" } + store.registerReads().map { "\($0)" }
      view += try store.systemPrices(date...date).map { "\($0)" } + store.contractVolumes(date...date).map { "\($0)" }
      view += try store.groupTakes(date...date).map { "\($0)" }
      view += try store.layers(on: date).map { "\($0.receivedAt) \($0.source) \($0.cells)" }
      views.append(view.sorted())
    }
    #expect(views[0].count == 3 * (12 + 5 + 46 + 46 + 46 + 1))
    #expect(views[0] == views[1])
  }

  @Test(arguments: StoreKind.allCases)
  func factsAreAskedForByDate(_ kind: StoreKind) throws {
    let test = try StoreUnderTest(kind)
    let dates = settlementDates(try Sample.date("2009-03-28"), through: try Sample.date("2009-04-02"))
    var batch = FactBatch(source: Sample.source(1))
    for date in dates.reversed() {
      batch.systemPrices += (1...46).map { Sample.price(date, $0, source: 1) }
      batch.contractVolumes += try (1...46).map { try Sample.contract(date, $0, source: 1) }
      batch.groupTakes += (1...46).map { Sample.take(date, $0, source: 1) }
    }
    try test.store.append(batch)
    let store = try test.next()
    let prices = try store.systemPrices(dates[1]...dates[3])
    #expect(prices.map(\.date) == dates[1...3].flatMap { Array(repeating: $0, count: 46) })
    let late = try store.contractVolumes(dates[5]...SettlementDate.latest)
    #expect(late.map(\.date) == Array(repeating: dates[5], count: 46))
    #expect(try store.groupTakes(dates[5]...dates[5]) == (1...46).map { Sample.take(dates[5], $0, source: 1) })
    #expect(try store.systemPrices(SettlementDate.earliest...SettlementDate.latest).count == 6 * 46)
  }

  @Test(arguments: StoreKind.allCases)
  func factsThatCannotBeAreRefusedWhole(_ kind: StoreKind) throws {
    let test = try StoreUnderTest(kind)
    let date = try Sample.date("2009-03-29")
    var batch = try Self.batch(1, test.store)
    batch.systemPrices.append(Sample.price(date, 47, source: 1))
    #expect(throws: FactFault.noSuchPeriod(date, period: 47)) { try test.store.append(batch) }
    batch.systemPrices.removeLast()
    batch.contractVolumes.append(try Sample.contract(date, 0, source: 1))
    #expect(throws: FactFault.noSuchPeriod(date, period: 0)) { try test.store.append(batch) }
    batch.contractVolumes.removeLast()
    batch.groupTakes.append(Sample.take(date, 47, source: 1))
    #expect(throws: FactFault.noSuchPeriod(date, period: 47)) { try test.store.append(batch) }
    batch.groupTakes.removeLast()
    batch.source.hash = "abc"
    #expect(throws: FactFault.sourceIsNotAHash) { try test.store.append(batch) }
    #expect(try test.next().sources().isEmpty)
    #expect(try test.store.registrations().isEmpty)
    #expect(try test.store.layers(on: date).isEmpty)
  }

  @Test(arguments: StoreKind.allCases)
  func aLargeBatchIsOneBatch(_ kind: StoreKind) throws {
    let test = try StoreUnderTest(kind)
    let dates = settlementDates(try Sample.date("2004-01-01"), through: try Sample.date("2009-09-16"))
    var batch = FactBatch(source: Sample.source(1))
    for date in dates { batch.systemPrices += (1...46).map { Sample.price(date, $0, source: 1) } }
    batch.registrations = try (0..<2_000).map { try Sample.registration($0) }
    #expect(batch.systemPrices.count > 95_000)
    let began = Date()
    try test.store.append(batch)
    print("\(kind.rawValue): \(batch.systemPrices.count) prices appended in \(Date().timeIntervalSince(began)) s")
    let store = try test.next()
    #expect(try store.systemPrices(dates[0]...dates[dates.count - 1]) == batch.systemPrices)
    #expect(try store.registrations().count == 2_000)
  }
}
