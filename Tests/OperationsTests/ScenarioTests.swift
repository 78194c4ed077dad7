import Findings
import Foundation
import Operations
import Quantities
import ReadingValidation
import Settlement
import SettlementCalendar
import Testing

/// Runs every folder of `Scenarios`: tables in, tables out (see the README there).
@Suite struct ScenarioTests {
  @Test func thereAreScenariosAndEachSaysWhy() throws {
    #expect(Scenario.names.count >= 12)
    for name in Scenario.names {
      #expect(try Scenario(name).text("README.md").count > 100, "\(name) does not say why")
    }
  }

  @Test(arguments: Scenario.names)
  func comesOutAsWritten(name: String) throws {
    let run = try ScenarioRun(Scenario(name))
    var compared = 0
    compared += try run.compareRuns()
    compared += try run.comparePeriods()
    compared += try run.compareCash()
    compared += try run.compareParties()
    compared += try run.compareCauses()
    compared += try run.compareReckonings()
    compared += try run.compareRefusals()
    #expect(compared > 0, "\(name) expects nothing")
    let verified = try run.desk.verify()
    #expect(verified.differences == [])
  }
}

/// What became of the steps of one scenario.
struct ScenarioRun {
  let scenario: Scenario
  let desk = Desk()
  private(set) var outcomes: [String: Settler.Outcome] = [:]
  private(set) var reports: [String: IngestReport] = [:]
  private(set) var refusals: [String: String] = [:]

  init(_ scenario: Scenario) throws {
    self.scenario = scenario
    for step in try scenario.table("steps.csv", ["action", "what", "when"]) {
      let (what, when) = (step["what"] ?? "", step["when"] ?? "")
      switch step["action"] {
      case "ingest":
        reports[what] = try desk.ingest(what, scenario.text(what), at: #require(UTCInstant(when)))
      case "settle", "settle-corrected":
        try settle(
          #require(SettlementDate(what)), asOf: #require(SettlementDate(when)),
          RunSettings(correctsGroups: step["action"] == "settle-corrected"))
      default:
        throw Scenario.BadTable(description: "steps.csv: no action \(step["action"] ?? "")")
      }
    }
  }

  private mutating func settle(_ date: SettlementDate, asOf: SettlementDate, _ settings: RunSettings) throws {
    do {
      for outcome in try desk.settle(date, asOf: asOf, settings: settings) {
        let name = "\(date) \(outcome.dates.run.rawValue)"
        if let earlier = outcomes[name] {
          #expect(!outcome.isNew && outcome.record == earlier.record && outcome.moved == earlier.moved)
        }
        outcomes[name] = outcome
      }
    } catch {
      refusals["\(date)"] = "\(error)"
      #expect(try desk.store.runs(rulebook: "may-2026", withResults: false).allSatisfy { $0.date != date })
    }
  }

  private func outcome(_ row: [String: String]) throws -> Settler.Outcome {
    let name = "\(row["date"] ?? "") \(row["run"] ?? "")"
    return try #require(outcomes[name], "run \(name) was not made: \(refusals)")
  }

  private func units(_ row: [String: String], _ column: String, places: Int) throws -> Int128 {
    let number = try #require(DecimalNumber(row[column] ?? ""), "\(column) is not a number: \(row)")
    let units = try #require(number.units(places: places, rounding: .towardZero))
    try #require(units.isExact, "\(column) has too many decimals: \(row)")
    return units.value
  }

  func compareRuns() throws -> Int {
    let methods = ["EST-0", "EST-1", "EST-2", "EST-3", "EST-4", "EST-5"]
    let rows = try scenario.table(
      "expected-runs.csv", ["date", "run", "expected", "measured", "first_pass"] + methods + ["failures"])
    for row in rows {
      let quality = try outcome(row).result.quality
      #expect(quality.expected == Int(row["expected"] ?? ""), "\(row)")
      #expect(quality.measured == Int(row["measured"] ?? ""), "\(row)")
      #expect(quality.validAtFirstPass == Int(row["first_pass"] ?? ""), "\(row)")
      for (index, method) in methods.enumerated() {
        #expect(quality.byMethod[index + 1] == Int(row[method] ?? ""), "\(method) of \(row)")
      }
      let failures = quality.failures.map { "\($0.key):\($0.value)" }.sorted().joined(separator: " ")
      #expect(failures == row["failures"], "\(row)")
    }
    return rows.count
  }

  func comparePeriods() throws -> Int {
    let rows = try scenario.table(
      "expected-periods.csv",
      ["date", "run", "party", "period", "offtake_kwh", "bought_kwh", "price", "cash_pounds"])
    for row in rows {
      let positions = try outcome(row).result.positions
      let position = try #require(
        positions.first { $0.party.code == row["party"] && "\($0.period)" == row["period"] }, "no position for \(row)")
      #expect(position.offtake.tenMicrowattHours == (try units(row, "offtake_kwh", places: 8)), "\(row)")
      #expect(Int128(position.contracted.wattHours) == (try units(row, "bought_kwh", places: 3)), "\(row)")
      #expect(Int128(position.price.micropencePerMWh) == (try units(row, "price", places: 8)), "\(row)")
      #expect(Int128(position.cash.micropounds) == (try units(row, "cash_pounds", places: 6)), "\(row)")
    }
    return rows.count
  }

  func compareCash() throws -> Int {
    let rows = try scenario.table("expected-cash.csv", ["date", "run", "party", "cash_pounds", "moved_pounds"])
    for row in rows {
      let outcome = try outcome(row)
      let cash = outcome.result.cash.first { $0.key.code == row["party"] }?.value ?? .zero
      let moved = outcome.moved.first { $0.key.code == row["party"] }?.value ?? .zero
      #expect(Int128(cash.micropounds) == (try units(row, "cash_pounds", places: 6)), "\(row)")
      #expect(Int128(moved.micropounds) == (try units(row, "moved_pounds", places: 6)), "\(row)")
    }
    return rows.count
  }

  func compareParties() throws -> Int {
    let rows = try scenario.table("expected-parties.csv", ["date", "run", "parties"])
    for row in rows {
      let parties = Set(try outcome(row).result.positions.map(\.party)).sorted().map(\.code)
      #expect(parties.joined(separator: " ") == row["parties"], "\(row)")
    }
    return rows.count
  }

  func compareCauses() throws -> Int {
    let rows = try scenario.table("expected-causes.csv", ["date", "from", "to", "party", "cause", "cash_pounds"])
    let differences = DifferenceByCause(store: desk.store, rulebook: .default, hash: testHash)
    for (name, rows) in Dictionary(grouping: rows, by: { "\($0["date"] ?? "") \($0["from"] ?? "") \($0["to"] ?? "")" })
    {
      let row = rows[0]
      let difference = try differences.difference(
        #require(SettlementDate(row["date"] ?? "")), from: #require(RunType(rawValue: row["from"] ?? "")),
        to: #require(RunType(rawValue: row["to"] ?? "")))
      for (party, rows) in Dictionary(grouping: rows, by: { $0["party"] ?? "" }) {
        let found = try #require(difference.parties.first { $0.party.code == party }, "\(name)")
        let expected = try rows.map { ($0["cause"] ?? "", try units($0, "cash_pounds", places: 6)) }
        #expect(
          Dictionary(uniqueKeysWithValues: found.causes.map { ($0.key.rawValue, Int128($0.value.micropounds)) })
            == Dictionary(uniqueKeysWithValues: expected), "\(name) \(party)")
        #expect(found.causes.values.reduce(.zero, +) == found.difference)
      }
    }
    return rows.count
  }

  func compareReckonings() throws -> Int {
    let rows = try scenario.table(
      "expected-reckonings.csv", ["file", "accepted", "duplicate", "conflicting", "quarantined"])
    for row in rows {
      let found = try #require(reports[row["file"] ?? ""]).reckoning
      let expected = Reckoning(
        accepted: Int(row["accepted"] ?? "") ?? -1, duplicate: Int(row["duplicate"] ?? "") ?? -1,
        conflicting: Int(row["conflicting"] ?? "") ?? -1, quarantined: Int(row["quarantined"] ?? "") ?? -1)
      #expect(found == expected, "\(row)")
    }
    return rows.count
  }

  func compareRefusals() throws -> Int {
    let rows = try scenario.table("expected-refusals.csv", ["date", "sentence"])
    let expected = Dictionary(rows.map { ($0["date"] ?? "", $0["sentence"] ?? "") }) { $1 }
    #expect(refusals == expected)
    return rows.count
  }
}
