import Foundation
import MarketIdentifiers
import MarketRegistration
import NationalIngest
import ReadingArrivals
import ReadingBlockStore
import ReadingBlocks
import SettlementCalendar
import Testing

@Suite("Standing data from registrations and loss factors") struct StandingTests {
  /// Statements of every kind: ended, begun later, corrected, twice.
  func statements(_ country: InventedCountry) throws -> [Registration] {
    var all: [Registration] = []
    for (number, mpan) in country.mpans.enumerated() {
      all.append(try country.registration(mpan))
      switch number % 9 {
      case 1: all.append(try country.registration(mpan, from: -10))
      case 2: all.append(try country.registration(mpan, from: 1))
      case 3: all.append(try country.registration(mpan, from: -5, to: -1))
      case 4: all.append(try country.registration(mpan, from: -5, to: 0))
      case 5: all.append(try country.registration(mpan, from: -100, recorded: 60))
      case 6: all.append(try country.registration(mpan, from: 0))
      case 7: all.append(try country.registration(mpan, supplier: "ALFA", lossClass: "1", from: -200))
      default: break
      }
    }
    return all.shuffled(using: &country.draw).sorted { $0.recordedAt < $1.recordedAt }
  }

  @Test("volumes are those of the plain book of registrations", arguments: 1...6)
  func plain(_ seed: Int) throws {
    let dates = ["2026-01-14", "2026-03-29", "2026-10-25"]
    let country = try InventedCountry(seed: UInt64(seed), date: dates[seed % 3])
    let registrations = try statements(country)
    let factors = try country.factors(without: seed % 2 == 0 ? ["20"] : [])
    let made = try country.standing("store", registrations, factors)
    let inForce = RegistrationBook(registrations).points(on: country.date)
    #expect(made.meteringPoints == country.mpans.count && made.registered <= inForce.count && !made.wasThere)
    let without = inForce.count { $0.lossClass.code == "20" }
    #expect(made.registered == inForce.count - (seed % 2 == 0 ? without : 0))
    let readings = country.readings(country.mpans)
    try country.load("store", readings)
    let volumes = try country.settle("store", .ii)
    #expect(volumes.rows == country.plain(registrations, readings, factors))
    #expect(
      !volumes.rows.isEmpty
        && volumes.csv.split(separator: "\n").count == volumes.rows.count * (volumes.rows.first?.value.count ?? 0))
  }

  @Test("what cannot be used is counted by rule, and named without a metering point")
  func findings() throws {
    let country = try InventedCountry(seed: 5, points: 60)
    var registrations = try country.mpans[..<50].map { try country.registration($0, lossClass: "1") }
    _ = try country.arrivals("store").register(country.columns(registrations))
    registrations += try country.mpans[50...].map { try country.registration($0) }
    registrations[3] = try country.registration(country.mpans[3], lossClass: "20")
    registrations[4] = try country.registration(country.mpans[4], supplier: "TOOLONG", lossClass: "1")
    registrations.append(try country.registration(country.mpans[5], supplier: "OTHR", lossClass: "1"))
    registrations[6] = try country.registration(country.mpans[6], lossClass: "A3")
    let made = try country.standing("store", registrations, country.factors(flat: ["20", "A3"]))
    let found = Dictionary(uniqueKeysWithValues: made.findings.map { ("\($0.rule)", $0) })
    #expect(found["STD-01"]?.message.hasPrefix("10 ") ?? false)
    #expect(found["STD-03"]?.message.hasPrefix("2 ") ?? false)
    #expect(found["STD-04"]?.message.hasPrefix("1 ") ?? false)
    #expect(found["STD-05"]?.message.hasPrefix("1 ") ?? false)
    #expect(made.findings.count == 4 && made.registered == 49)
    for finding in made.findings {
      for mpan in country.mpans { #expect(!finding.description.contains("\(mpan.number)")) }
    }
    let none = try country.standing("store", registrations, country.factors(without: ["20", "A3"]))
    #expect(none.findings.contains { $0.rule == "STD-02" } && none.registered == 47)
  }

  @Test("standing data can be made anew until something was made with it, and not after")
  func once() throws {
    let country = try InventedCountry(seed: 8, points: 40)
    let first = try country.mpans.map { try country.registration($0, supplier: "ALFA") }
    let second = try country.mpans.map { try country.registration($0, supplier: "BRAV") }
    try country.standing("store", first)
    #expect(try country.standing("store", first).wasThere)
    #expect(try !country.standing("store", second).wasThere)
    try country.load("store", country.readings(country.mpans))
    _ = try DateClosing(country.arrivals("store"), date: country.date, run: .ii).close()
    #expect(try !country.standing("store", first).wasThere)
    try country.settle("store", .ii)
    #expect(throws: BlockStoreError.self) { try country.standing("store", second) }
    #expect(try country.standing("store", first).wasThere)
  }

  @Test("a register grows at its end: indexes stay, settled dates stay, later dates have the new points")
  func growth() throws {
    let country = try InventedCountry(seed: 9, points: 80)
    let known = Array(country.mpans[..<50])
    let registrations = try country.mpans.map { try country.registration($0) }
    try country.standing("store", Array(registrations[..<50]))
    let readings = country.readings(country.mpans)
    try country.load("store", readings.filter { known.contains($0.key) })
    let before = try country.settle("store", .ii)
    let folder = country.arrivals("store")
    let indexes = try {
      let file = try RegisterFile(folder)
      return known.map { file.register.index(of: $0) }
    }()
    #expect(try folder.register(country.columns(registrations)) == 30)
    #expect(try folder.register(country.columns(registrations)) == 0)
    let grown = try RegisterFile(folder)
    #expect(grown.register.count == 80 && known.map { grown.register.index(of: $0) } == indexes)
    #expect(Set(country.mpans.compactMap { grown.register.index(of: $0) }) == Set(0..<80))
    // The settled date keeps its rows; what the new points send for it is left out, and said.
    try country.load("store", readings)
    let late = try DateClosing(folder, date: country.date, run: .sf).close()
    #expect(late.leftOut == 30 && late.rows == 0)
    #expect(try country.settle("store", .sf).rows == before.rows)
    let again = try country.standing("store", registrations)
    #expect(again.wasThere && again.meteringPoints == 50)
    #expect(again.findings.contains { $0.rule == "STD-06" && $0.message.hasPrefix("30 ") })
    #expect(try NationalVerification(store: country.path("store")).run().differences == [])
    // Another date has all of them.
    let next = try #require(country.date.advanced(by: 1))
    let made = try StandingMaking(
      folder, RegistrationsInForce(country.columns(registrations), register: grown.register), registered: 80,
      factors: country.factors()
    ).write(next)
    #expect(made.meteringPoints == 80 && made.registered == 80)
  }
}
