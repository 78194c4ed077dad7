import Foundation
import Rulebooks
import SettlementCalendar
import Testing

@Suite("Run dates") struct RunDatesTests {
  static let runDates = sharedFile("conformance/run-dates.csv")
  static let runTimetable = sharedFile("conformance/run-timetable.csv")

  @Test(
    "may-2026 gives every published row",
    .enabled(if: runDates != nil, "SKIPPED: shared/conformance/run-dates.csv is not here"))
  func conformance() throws {
    let rulebook = try Rulebook.load("may-2026")
    let expected = rows(try #require(Self.runDates))
    #expect(expected.count == 12)
    for row in expected {
      let date = try #require(SettlementDate(row[0]))
      #expect(String(SettlementDay(date).periodCount) == row[1], "\(date)")
      let runs = try #require(rulebook.timetable.runs(of: date, rulebook.calendar))
      #expect(runs.map(\.run) == [.ii, .sf, .r1, .r2, .r3, .rf])
      #expect(runs.map(\.runDate.description) == Array(row[2...]), "\(date)")
      #expect(runs.map(\.cutOffDate) == runs.map(\.runDate))
    }
  }

  @Test(
    "may-2026 has the published offsets",
    .enabled(if: runTimetable != nil, "SKIPPED: shared/conformance/run-timetable.csv is not here"))
  func timetable() throws {
    let date = try #require(SettlementDate("2026-05-28"))
    let rules = try #require(try Rulebook.load("may-2026").timetable.rules.value(on: date))
    let expected = rows(try #require(Self.runTimetable))
    #expect(rules.count == expected.count)
    for (rule, row) in zip(rules, expected) {
      #expect(rule.run.rawValue == row[0])
      #expect(rule.runs == (row[2] == "working days" ? .workingDays(Int(row[1])!) : .calendarMonths(Int(row[1])!)))
      #expect(rule.movesMoney == (row[3] == "yes"))
      #expect(rule.purpose == row[4])
    }
  }

  @Test(
    "each rulebook's runs, dates and payments on chosen days",
    arguments: [
      // The settlement reference notes' observed report files: SF, R1, R3 (T2, T3).
      ("bsc", "2022-04-01", RunType.sf, "2022-04-27"), ("bsc", "2022-04-02", .sf, "2022-04-27"),
      ("bsc", "2023-03-30", .sf, "2023-04-25"), ("bsc", "2023-03-31", .sf, "2023-04-26"),
      ("bsc", "2024-09-20", .sf, "2024-10-14"), ("bsc", "2026-08-28", .sf, "2026-09-22"),
      ("bsc", "2024-09-24", .r1, "2024-11-12"), ("bsc", "2026-02-17", .r3, "2026-09-22"),
      ("bsc", "2025-09-24", .r3, "2026-04-29"), ("bsc", "2025-12-08", .ii, "2025-12-15"),
      ("bsc", "2019-01-03", .ii, "2019-01-10"),
      // Calculator table (T4), run dates.
      ("bsc", "2026-05-28", .ii, "2026-06-04"), ("bsc", "2026-05-28", .sf, "2026-06-19"),
      ("bsc", "2026-12-15", .ii, "2026-12-22"), ("bsc", "2026-12-15", .sf, "2027-01-11"),
      ("bsc", "2027-07-05", .ii, "2027-07-12"), ("bsc", "2027-07-05", .sf, "2027-07-27"),
      ("mhhs", "2027-07-05", .ii, "2027-07-09"), ("mhhs", "2027-07-05", .sf, "2027-07-14"),
      ("mhhs", "2027-07-05", .r1, "2027-08-16"), ("mhhs", "2027-07-05", .rf, "2027-11-01"),
      // The transition: RF takes R3's place from the first settlement date whose seven months end in April 2027.
      ("mhhs", "2026-09-01", .rf, "2027-04-01"), ("mhhs", "2027-07-05", .df, "2029-03-05"),
      ("may-2026", "2026-12-31", .rf, "2028-02-29"), ("may-2026", "2026-12-01", .rf, "2028-02-01"),
    ])
  func runDate(_ id: String, _ settlementDate: String, _ run: RunType, _ expected: String) throws {
    #expect(try dates(id, settlementDate, run).runDate.description == expected)
  }

  /// The quoted offsets of the calculator table (T4) are the payment end of each legacy run.
  @Test(
    "legacy payments",
    arguments: [
      ("2026-05-28", RunType.r1, "2026-07-22"), ("2026-05-28", .r2, "2026-09-24"), ("2026-05-28", .r3, "2027-01-05"),
      ("2026-05-28", .rf, "2027-07-22"), ("2026-12-15", .r1, "2027-02-11"), ("2026-12-15", .r2, "2027-04-19"),
      ("2026-12-15", .r3, "2027-07-28"), ("2026-12-15", .rf, "2028-02-11"), ("2027-07-05", .r1, "2027-08-27"),
      ("2027-07-05", .r2, "2027-11-01"), ("2027-07-05", .r3, "2028-02-10"), ("2027-07-05", .rf, "2028-08-29"),
      ("2026-05-28", .sf, "2026-06-26"),
    ])
  func payment(_ settlementDate: String, _ run: RunType, _ expected: String) throws {
    #expect(try dates("bsc", settlementDate, run).paymentDate?.description == expected)
  }

  /// The calculator table's MHHS columns for days before the cut-over, by the offsets alone.
  @Test(
    "offsets of the calculator table",
    arguments: [
      ("2026-05-28", ["2026-06-03", "2026-06-08", "2026-07-09", "2026-09-24"]),
      ("2026-12-15", ["2026-12-21", "2026-12-24", "2027-01-29", "2027-04-19"]),
      ("2027-07-05", ["2027-07-09", "2027-07-14", "2027-08-16", "2027-11-01"]),
    ])
  func offsets(_ settlementDate: String, _ expected: [String]) throws {
    let date = try #require(SettlementDate(settlementDate))
    let calendar = try Rulebook.holidays(of: "england-and-wales")
    let found = [4, 7, 30, 84].map { RunOffset.workingDays($0).date(after: date, calendar)?.description }
    #expect(found == expected)
  }

  @Test(
    "the set of runs by settlement date",
    arguments: [
      ("may-2026", "2009-03-29", "II SF R1 R2 R3 RF"), ("may-2026", "2026-12-01", "II SF R1 R2 R3 RF"),
      ("bsc", "2001-03-26", ""), ("bsc", "2009-03-29", "II SF R1 R2 R3 RF DF"),
      ("mhhs", "2026-08-31", "II SF R1 R2 R3 RF DF"), ("mhhs", "2026-09-01", "II SF R1 R2 RF DF"),
      ("mhhs", "2027-07-01", "II SF R1 R2 RF DF"), ("mhhs", "2027-07-02", "II SF R1 RF DF"),
    ])
  func runSet(_ id: String, _ settlementDate: String, _ expected: String) throws {
    let rulebook = try Rulebook.load(id)
    let date = try #require(SettlementDate(settlementDate))
    let runs = try #require(rulebook.timetable.runs(of: date, rulebook.calendar))
    #expect(runs.map(\.run.rawValue).joined(separator: " ") == expected)
  }

  @Test("in every rulebook the runs of a day follow each other, and only II moves no money")
  func order() throws {
    let first = try #require(SettlementDate("2008-01-01"))
    let last = try #require(SettlementDate("2027-09-30"))
    for rulebook in Rulebook.all {
      for date in settlementDates(first, through: last) where date.dayNumber % 5 == 0 {
        let runs = try #require(rulebook.timetable.runs(of: date, rulebook.calendar), "\(rulebook.id) \(date)")
        for (earlier, later) in zip(runs, runs.dropFirst()) {
          #expect(earlier.runDate < later.runDate && earlier.cutOffDate < later.cutOffDate, "\(rulebook.id) \(date)")
        }
        for run in runs {
          #expect(run.cutOffDate <= run.runDate && run.runDate <= run.paymentDate ?? run.runDate)
          #expect(run.cutOffDate > date)
          #expect(run.rule.movesMoney == (run.run != .ii))
        }
      }
    }
  }

  @Test("a run beyond the holidays is refused, never guessed")
  func beyondHolidays() throws {
    let rulebook = try Rulebook.load("bsc")
    let date = try #require(SettlementDate("2028-12-01"))
    #expect(rulebook.timetable.runs(of: date, rulebook.calendar) == nil)
  }

  private func dates(_ id: String, _ settlementDate: String, _ run: RunType) throws -> RunDates {
    let rulebook = try Rulebook.load(id)
    let date = try #require(SettlementDate(settlementDate))
    let runs = try #require(rulebook.timetable.runs(of: date, rulebook.calendar))
    return try #require(runs.first { $0.run == run })
  }
}
