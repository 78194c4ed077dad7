import Rulebooks
import SettlementCalendar
import Testing

@Suite("Faulty packs") struct PackFaultTests {
  /// What is put in the place of what, in which pack, and where the fault must be.
  @Test(
    "are refused with file, row and column",
    arguments: [
      ("runs-may-2026.csv", "II,1 working days", "IX,1 working days", 2, "run"),
      ("runs-may-2026.csv", "SF,14 working days", "SF,14 days", 3, "cut_off"),
      ("runs-may-2026.csv", "R1,24 working days,24 working days", "R1,24 working days,-24 working days", 4, "run_on"),
      ("runs-may-2026.csv", "R1,24 working days,24", "II,24 working days,24", 4, "run"),
      ("runs-bsc.csv", "29 calendar days", "99999999999999999999 calendar days", 3, "payment"),
      ("runs-bsc.csv", "working days,,no", "working days,,perhaps", 2, "moves_money"),
      ("runs-bsc.csv", "2001-03-27", "2001-02-29", 2, "effective_from"),
      ("parameters-bsc.csv", "billing.back-billing-months,12", "billing.back-billing-months,twelve", 2, "value"),
      ("parameters-bsc.csv", "billing.back-billing-months,12", ",12", 2, "name"),
      ("loss-factors-may-2026.csv", "1,5,low", "1,-100,low", 2, "uplift_percent"),
      ("loss-factors-may-2026.csv", "1,5,low", "01x3,5,low", 2, "llfc"),
      ("loss-factors-may-2026.csv", "2,2,11", "001,2,11", 3, "effective_from"),
      ("price-cap-bsc.csv", "24.67", "24.67000000001", 2, "unit_rate_pence_per_kwh"),
      ("price-cap-bsc.csv", "57.21", "57.210001", 2, "standing_charge_pence_per_day"),
      ("price-cap-bsc.csv", ",all,", ",_I,", 2, "region"),
      ("rounding-mhhs.csv", "penny", "guinea", 2, "step"),
      ("rounding-mhhs.csv", "half-away-from-zero", "nearest", 2, "mode"),
      ("price-cap-components-may-2026.csv", "wholesale,34", "wholesale,3 4", 2, "share_percent"),
      ("holidays-england-and-wales.csv", "2000-01-03", "2000-13-03", 2, "date"),
      ("holidays-england-and-wales.csv", "2000-04-21", "2000-01-03", 3, "date"),
    ])
  func fault(_ pack: String, _ old: String, _ new: String, _ row: Int, _ column: String) {
    let error = #expect(throws: PackFault.self) { try load(replacing: old, by: new, in: pack) }
    #expect(error?.pack == pack)
    #expect(error?.row == row, "\(String(describing: error))")
    #expect(error?.column == column)
  }

  @Test(
    "and so are broken tables",
    arguments: [
      ("run,cut_off", "run,cutoff", 1), ("II,1 working days", "II,extra,1 working days", 2), ("II,1", "I\"I,1", 2),
      ("II,1", "\"II,1", 2), ("II,1", "\"II\"x,1", 2), ("1996-01-01,Lifecycle", "1996-01-01,\rLifecycle", 2),
      ("SF,14 working days,14", "\n\nSF,14 working days,14", 3),
    ])
  func table(_ old: String, _ new: String, _ row: Int) {
    let pack = "runs-may-2026.csv"
    let error = #expect(throws: PackFault.self) { try load(replacing: old, by: new, in: pack) }
    #expect(error?.pack == pack)
    #expect(error?.row == row, "\(String(describing: error))")
  }

  @Test("a pack that is missing, empty, not UTF-8 or cut off")
  func wholeFile() throws {
    let name = "runs-bsc.csv"
    let bytes = try #require(RulebookPacks.shipped.files[name])
    for broken: [UInt8]? in [
      nil, [], Array(bytes.dropLast()), bytes + [0xff, 0x0a], Array(bytes.prefix(bytes.count / 2)),
    ] {
      var packs = RulebookPacks.shipped
      packs.files[name] = broken
      let error = #expect(throws: PackFault.self) { try Rulebook.load("bsc", from: packs) }
      #expect(error?.pack == name)
    }
  }

  /// Every cut and every changed byte of a pack either loads or is refused; it never stops the program.
  @Test func truncatedAndMutated() throws {
    let name = "runs-mhhs.csv"
    let bytes = try #require(RulebookPacks.shipped.files[name])
    var packs = RulebookPacks.shipped
    for length in stride(from: 0, to: bytes.count, by: 7) {
      packs.files[name] = Array(bytes.prefix(length))
      _ = try? Rulebook.load("mhhs", from: packs)
    }
    for (index, value) in zip(
      stride(from: 0, to: bytes.count, by: 11), (0...255).map(UInt8.init) + (0...255).map(UInt8.init))
    {
      packs.files[name] = bytes
      packs.files[name]?[index] = value
      _ = try? Rulebook.load("mhhs", from: packs)
    }
    packs.files[name] = bytes
    #expect(try Rulebook.load("mhhs", from: packs).edition == Rulebook.named("mhhs")?.edition)
  }

  @Test("the edition changes with any byte of the rulebook's packs, and with no other")
  func edition() throws {
    let before = try Rulebook.load("bsc").edition
    var packs = RulebookPacks.shipped
    packs.files["runs-may-2026.csv"] = []
    #expect(try Rulebook.load("bsc", from: packs).edition == before)
    packs.files["price-cap-bsc.csv"]? += Array(
      "2026-07-01,all,direct-debit,electricity-single,25,50,yes,made up\n".utf8)
    #expect(try Rulebook.load("bsc", from: packs).edition != before)
  }

  @Test func description() {
    let fault = PackFault(pack: "runs-bsc.csv", row: 3, column: "payment", reason: "it is empty")
    #expect(fault.description == "runs-bsc.csv, line 3, column payment: it is empty")
    #expect(PackFault(pack: "x.csv", reason: "there is no such pack").description == "x.csv: there is no such pack")
  }

  private func load(replacing old: String, by new: String, in pack: String) throws -> Rulebook {
    let id = pack.contains("bsc") ? "bsc" : pack.contains("mhhs") ? "mhhs" : "may-2026"
    let text = String(decoding: try #require(RulebookPacks.shipped.files[pack]), as: UTF8.self)
    let range = try #require(text.firstRange(of: old))
    var packs = RulebookPacks.shipped
    packs.files[pack] = Array(text.replacingCharacters(range, new).utf8)
    return try Rulebook.load(id, from: packs)
  }
}

extension String {
  func replacingCharacters(_ range: Range<String.Index>, _ text: String) -> String {
    String(self[..<range.lowerBound]) + text + String(self[range.upperBound...])
  }
}
