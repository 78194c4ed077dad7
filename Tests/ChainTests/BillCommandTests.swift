import Foundation
import Testing

/// `bill`, `pay`, `explain` over a sample estate, as a user meets them.
@Suite struct BillCommandTests {
  private struct Town {
    let folder: URL
    let store: String

    init() throws {
      folder = try Program.scratch("bills")
      store = folder.appendingPathComponent("store").path
      let sample = folder.appendingPathComponent("sample").path
      try #require(try Program.run(["sample", "--out", sample, "--mpans", "12", "--days", "8"]).status == 0)
      let files = try FileManager.default.contentsOfDirectory(atPath: sample).filter { $0.hasPrefix("sample-") }
        .sorted()
      let taken = try Program.run(
        ["ingest", "--store", store, "--receipts", "\(sample)/receipts.csv"] + files.map { "\(sample)/\($0)" })
      try #require(taken.status == 0, "\(taken.errors)")
    }

    func bill(_ from: String, _ to: String, _ more: String...) throws -> Program.Result {
      try Program.run(["bill", "--store", store, "--from", from, "--to", to] + more)
    }

    func remove() { try? FileManager.default.removeItem(at: folder) }
  }

  private func rows(_ result: Program.Result) throws -> [[String: Any]] {
    try #require(try json(result.out) as? [[String: Any]])
  }

  @Test func noDayIsBilledTwice() throws {
    let town = try Town()
    defer { town.remove() }
    let made = try town.bill("2026-03-16", "2026-03-19", "--issued", "2026-04-20", "--format", "json")
    #expect(made.status == 0, "\(made.errors)")
    let bills = try rows(made).reduce(0) { $0 + ($1["bills"] as? Int ?? 0) }
    #expect(bills > 3)
    #expect(
      try rows(made).allSatisfy { $0["not_billed"] as? Int == 0 && Double("\($0["estimated_percent"] ?? "")") != nil })
    #expect(!made.errors.contains("estimates alone"))

    let overlapping = try town.bill("2026-03-18", "2026-03-20", "--issued", "2026-04-20", "--format", "json")
    #expect(overlapping.status == 3)
    #expect(try rows(overlapping).reduce(0) { $0 + ($1["not_billed"] as? Int ?? 0) } == bills)
    #expect(overlapping.errors.contains("error BILL-10: Days from 2026-03-18 to 2026-03-20 were billed already"))
    #expect(overlapping.errors.contains("... \(bills) of rule BILL-10 in all"))
    #expect(overlapping.errors.contains("\(bills) not billed: \(bills) BILL-10"))
    let list = try rows(try Program.run(["bill", "list", "--store", town.store, "--format", "json"]))
    #expect(list.count == bills)
    let id = try #require(list.first?["id"] as? String)
    let mpan = String(id.prefix(13))
    #expect(!overlapping.errors.contains(mpan))
    let detailed = try town.bill("2026-03-18", "2026-03-20", "--issued", "2026-04-20", "--mpan", mpan, "--details")
    #expect(detailed.status == 3 && detailed.errors.contains("[\(mpan)-20260318-20260320]"))
    #expect(try Program.run(["verify", "--store", town.store]).status == 0)

    // The tree as CSV has the bill's own total in its first line.
    let csv = try Program.run(["explain", "bill", "--store", town.store, id, "--format", "csv"])
    let lines = csv.out.split(separator: "\n")
    #expect(csv.status == 0 && lines.first == "depth,title,amount,unit,how,rule,recomputed,meets" && lines.count > 5)
    let listed = try Program.run(["bill", "list", "--store", town.store, "--format", "csv"]).out.split(separator: "\n")
    let total = try #require(listed.first { $0.hasPrefix(id) }?.split(separator: ",").dropLast().last)
    #expect(lines.dropFirst().first?.contains(",\(total),GBP,") == true)
    try pay(town, bills: bills)
  }

  private func pay(_ town: Town, bills: Int) throws {
    let out = town.folder.appendingPathComponent("dd").path
    let collect = ["pay", "collect", "--store", town.store, "--date", "2026-04-20", "--out", out]
    let first = try Program.run(collect)
    #expect(first.status == 0 && first.errors.isEmpty, "\(first.errors)")
    let again = try Program.run(collect)
    #expect(again.status == 0 && again.errors.contains("nothing to collect: of \(bills) bills "))
    let blocked = try Program.run(
      ["pay", "collect", "--store", town.store, "--date", "2026-04-21", "--out", "/dev/null/dd"])
    #expect(
      blocked.status == 3 && blocked.errors.hasPrefix("halfhour: cannot write /dev/null/dd: "), "\(blocked.errors)")
    let missing = try Program.run(["pay", "outcomes", "--store", town.store, "/nowhere/outcomes.csv"])
    #expect(missing.status == 3 && missing.errors.contains("cannot read /nowhere/outcomes.csv: There is no file"))
  }

  @Test func billsOnEstimatesAloneAreSaid() throws {
    let town = try Town()
    defer { town.remove() }
    let early = try town.bill("2026-03-16", "2026-03-17", "--known", "2026-03-10T00:00:00Z", "--issued", "2026-04-20")
    #expect(early.status == 0, "\(early.errors)")
    #expect(early.errors.contains("on estimates alone: were readings received before 2026-03-10T00:00:00Z?"))
    let known = try town.bill("2026-03-18", "2026-03-19", "--known", "2026-04-20")
    #expect(known.status == 0 && !known.errors.contains("estimates alone"), "\(known.errors)")
    #expect(try Program.run(["verify", "--store", town.store]).status == 0)
  }

  @Test func wrongAnswersAreOneSentence() throws {
    let town = try Town()
    defer { town.remove() }
    let turned = try town.bill("2026-03-19", "2026-03-18")
    #expect(turned.status == 64 && turned.errors.contains("--from 2026-03-19 is after --to 2026-03-18"))
    let last = try town.bill("2026-03-16", "2026-03-17", "--known", "soon")
    #expect(last.status == 64 && last.errors.contains("--known wants a moment"))
    let end = try town.bill("2099-12-30", "2099-12-31")
    #expect(end.status == 64 && end.errors.contains("is beyond the calendar's years: give --issued"), "\(end.errors)")
    let nope = try Program.run(["bill", "show", "--store", town.store, "nope"])
    #expect(nope.status == 3 && nope.errors.contains("there is no bill of that id"))
    let help = try Program.run(["bill", "make", "--help"])
    #expect(help.out.contains("--known") && !help.out.contains("--price-shift"))

    #expect(try town.bill("2026-03-16", "2026-03-17", "--issued", "2026-04-20", "--price-shift", "7").status == 0)
    let list = try rows(try Program.run(["bill", "list", "--store", town.store, "--format", "json"]))
    let id = try #require(list.first?["id"] as? String)
    for (path, reason) in [("/nowhere/bill.html", "its folder is not there"), (town.store, "it is a folder")] {
      let show = try Program.run(["bill", "show", "--store", town.store, id, "--out", path])
      #expect(show.status == 3)
      #expect(show.errors.hasPrefix("halfhour: cannot write \(path): \(reason)"), "\(show.errors)")
      #expect(!show.errors.contains("Error Domain") && show.errors.split(separator: "\n").count == 1)
    }
  }
}
