import Testing

@Suite("The house as it stands") struct HouseTests {
  let house: House

  init() throws { house = try House.read() }

  @Test("has its sources and its manifest before it is judged")
  func isRead() {
    #expect(house.files.count > 40)
    #expect(
      house.manifest["Rulebooks"] == ["Quantities", "SettlementCalendar", "MarketIdentifiers", "Findings", "Packs"])
    #expect(house.manifest["JSONText"]?.contains("CSimdJSON") == true)
    #expect(house.files.contains { $0.module == "Rulebooks" && $0.text.imports.contains("Quantities") })
  }

  @Test("every module has one ring") func table() { #expect(house.tableBreaches() == []) }
  @Test("no arrow points up") func arrows() { #expect(house.arrowBreaches() == []) }
  @Test("no import beyond the manifest") func imports() { #expect(house.importBreaches() == []) }
  @Test("rings 0 to 3 are pure") func purity() { #expect(house.purityBreaches() == []) }
  @Test("energy and money have no floating point") func exactness() { #expect(house.exactnessBreaches() == []) }
  @Test("no type has its module's name") func naming() { #expect(house.namingBreaches() == []) }
  @Test("nothing traps on purpose") func traps() { #expect(house.trapBreaches() == []) }
}
