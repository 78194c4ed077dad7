import EstateSimulator
import MarketIdentifiers
import MarketRegistration
import PortfolioFiles
import Quantities
import Readings
import SettlementCalendar
import Testing

private let names = (1...415).map { "X\($0)" }

private func maker(seed: UInt64 = 1) throws -> PortfolioMaker {
  PortfolioMaker(
    seed: seed, tariffs: ["flat", "night"], effectiveFrom: try #require(SettlementDate("2009-01-01")),
    recordedAt: UTCInstant(secondsSince1970: 1_230_000_000))
}

@Suite struct PortfolioMakerTests {
  @Test func theGeneratorGivesThePublishedNumbers() {
    var generator = SeededGenerator(seed: 1_234_567)
    #expect(
      (0..<5).map { _ in generator.next() } == [
        6_457_827_717_110_365_317, 3_203_168_211_198_807_973, 9_817_491_932_198_370_423, 4_593_380_528_125_082_431,
        16_408_922_859_458_223_821,
      ])
    #expect(SeededGenerator.hash("a".utf8) == 0xAF63_DC4C_8601_EC8C)
    #expect(SeededGenerator.hash("foobar".utf8) == 0x8594_4171_F739_67E8)
  }

  @Test func drawsStayInRangeAndFollowWeights() {
    var generator = SeededGenerator(seed: 3)
    var counts = [0, 0, 0]
    for _ in 0..<10_000 {
      #expect((-3...3).contains(generator.within(-3...3)))
      if let place = generator.pick(weights: [6, 0, 4]) { counts[place] += 1 }
    }
    #expect(counts[1] == 0)
    #expect((5_700...6_300).contains(counts[0]))
    #expect(counts[0] + counts[2] == 10_000)
    #expect(generator.pick(weights: [0, -1]) == nil)
    #expect(generator.below(0) == 0)
  }

  @Test func theSameSeedGivesTheSameBytesInAnyOrder() throws {
    let straight = TableWriter.registrations(try maker().registrations(series: names))
    #expect(TableWriter.registrations(try maker().registrations(series: names.reversed() + names)) == straight)
    #expect(TableWriter.registrations(try maker(seed: 2).registrations(series: names)) != straight)
    let alone = try maker().registrations(series: ["X17"])
    #expect(try maker().registrations(series: names).filter { $0.alias == "X17" } == alone)
  }

  @Test func pointsAreValidAndUnique() throws {
    let made = try maker().registrations(series: names)
    #expect(made.count == 415)
    #expect(made.compactMap(\.alias) == names)
    #expect(Set(made.map(\.mpan)).count == 415)
    for point in made {
      #expect(MPAN(point.mpan.description) == point.mpan)
      #expect(point.mpan.distributor == point.distributor)
      #expect(point.gspGroup.distributor == point.distributor)
    }
    var reader = RegistrationReader(file: "r.csv", recordedAt: made[0].recordedAt)
    var read: [Registration] = []
    var complaints = 0
    let take = { (event: PortfolioEvent<Registration>) in
      if case .value(let value, _) = event { read.append(value) } else { complaints += 1 }
    }
    TableWriter.registrations(made).withUnsafeBytes { reader.consume($0, take) }
    reader.finish(take)
    #expect(read == made)
    #expect(complaints == 0)
  }

  @Test func aNameThatIsAnMPANKeepsIt() throws {
    let mpan = try #require(MPAN(distributor: 18, serial: 77))
    let made = try maker().registrations(series: [mpan.description])
    #expect(made.map(\.mpan) == [mpan])
    #expect(made.map(\.alias) == [nil])
    #expect(made.map(\.gspGroup) == [.n])
  }

  @Test func sharesComeNearTheirWeights() throws {
    let made = try maker().registrations(series: (1...10_000).map { "S\($0)" })
    let bySupplier = Dictionary(grouping: made, by: \.supplier.code).mapValues(\.count)
    for supplier in PortfolioMaker.invented {
      let expected = supplier.weight * 10
      #expect(abs((bySupplier[supplier.id.code] ?? 0) - expected) < 60 + expected / 10)
    }
    #expect(Set(made.map(\.gspGroup)) == Set(PortfolioMaker.sixAreas.map(\.group)))
    #expect((6_800...7_200).contains(made.count { $0.paymentMethod == .directDebit }))
    #expect((4_700...5_300).contains(made.count { $0.tariff == "flat" }))
  }

  @Test func noWeightsMakeNoPortfolio() throws {
    var nobody = try maker()
    nobody.suppliers = []
    #expect(nobody.registrations(series: names).isEmpty)
  }
}
