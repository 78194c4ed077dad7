import MarketIdentifiers
import Testing

@Suite("Codes") struct CodeTests {
  @Test("fourteen GSP Groups, no _I and no _O, each with its distributor")
  func groups() {
    #expect(GSPGroupID.allCases.map(\.rawValue).joined() == "_A_B_C_D_E_F_G_H_J_K_L_M_N_P")
    #expect(GSPGroupID(rawValue: "_I") == nil && GSPGroupID(rawValue: "_O") == nil)
    #expect(Set(GSPGroupID.allCases.map(\.distributor)) == Set(10...23))
    #expect(Set(GSPGroupID.allCases.map(\.name)).count == 14)
    #expect(GSPGroupID.allCases.sorted() == GSPGroupID.allCases)
  }

  @Test(
    "distributors",
    arguments: [
      (10, "EELC", "_A"), (11, "EMEB", "_B"), (12, "LOND", "_C"), (13, "MANW", "_D"), (14, "MIDE", "_E"),
      (15, "NEEB", "_F"), (16, "NORW", "_G"), (17, "HYDE", "_P"), (18, "SPOW", "_N"), (19, "SEEB", "_J"),
      (20, "SOUT", "_H"), (21, "SWAE", "_K"), (22, "SWEB", "_L"), (23, "YELG", "_M"), (24, "IPNL", nil),
      (78, "NHHA", nil),
    ] as [(Int, String, String?)])
  func distributors(_ id: Int, _ code: String, _ group: String?) throws {
    let distributor = try #require(Distributor.numbered(id))
    #expect(distributor.code == code && distributor.group?.rawValue == group)
    #expect(Distributor.named(code) == distributor)
  }

  @Test func distributorsAreDistinct() {
    #expect(Set(Distributor.all.map(\.id)).count == Distributor.all.count)
    #expect(Set(Distributor.all.map(\.code)).count == Distributor.all.count)
    #expect(Distributor.numbered(99) == nil && Distributor.named("lond") == nil)
  }

  @Test(
    "line loss factor classes are the same however many zeros lead",
    arguments: [
      ("1", "1"), ("01", "1"), ("001", "1"), ("0", "0"), ("000", "0"), ("A7", "A7"), ("0A7", "A7"), ("127", "127"),
    ])
  func lossClasses(_ text: String, _ code: String) { #expect(LineLossFactorClassID(text)?.code == code) }

  @Test("and nothing else is one", arguments: ["", "1234", "a1", "1 ", "1-2", "é"])
  func noLossClass(_ text: String) { #expect(LineLossFactorClassID(text) == nil) }

  @Test(arguments: [
    ("MRCY", true), ("A", true), ("12345678", true), ("123456789", false), ("", false), ("mrcy", false),
    ("MR Y", false),
  ])
  func participants(_ text: String, _ isOne: Bool) { #expect((ParticipantID(text) != nil) == isOne) }

  @Test func quantities() {
    #expect(MeasurementQuantity.allCases.filter(\.isActive) == [.activeImport, .activeExport])
  }
}
