import SettlementCalendar
import Testing

@Suite("Working days and runs") struct WorkingDayTests {
  let calendar = WorkingDayCalendar(
    division: "test", years: 2026...2026,
    holidays: ["2026-04-03", "2026-04-06", "2026-12-25", "2026-12-28"].compactMap { SettlementDate($0) })

  func date(_ text: String) -> SettlementDate { SettlementDate(text)! }

  @Test(
    "counting forward",
    arguments: [
      ("2026-04-02", 0, "2026-04-02"), ("2026-04-02", 1, "2026-04-07"), ("2026-04-04", 0, "2026-04-04"),
      ("2026-04-04", 1, "2026-04-07"), ("2026-05-01", 1, "2026-05-04"), ("2026-05-01", 5, "2026-05-08"),
      ("2026-12-24", 1, "2026-12-29"), ("2026-12-30", 1, "2026-12-31"), ("2026-12-31", 1, nil), ("2025-12-01", 1, nil),
    ] as [(String, Int, String?)])
  func forward(_ from: String, _ count: Int, _ expected: String?) {
    #expect(calendar.date(count, workingDaysAfter: date(from))?.description == expected)
  }

  @Test("counting forward and counting between agree, and land on working days")
  func inverse() throws {
    for from in settlementDates(date("2026-01-01"), through: date("2026-09-30")) {
      for count in 1...40 {
        let to = try #require(calendar.date(count, workingDaysAfter: from))
        #expect(calendar.workingDays(after: from, through: to) == count)
        #expect(calendar.isWorkingDay(to) == true)
      }
    }
  }

  @Test func edges() {
    #expect(calendar.isWorkingDay(date("2025-12-31")) == nil)
    #expect(calendar.workingDay(onOrAfter: date("2026-04-03"))?.description == "2026-04-07")
    #expect(calendar.workingDay(onOrAfter: date("2027-01-01")) == nil)
    #expect(calendar.workingDays(after: date("2026-12-30"), through: date("2027-01-04")) == nil)
  }

  @Test(
    "day types",
    arguments: [
      ("2026-04-02", DayType.weekday), ("2026-04-03", .sunday), ("2026-04-04", .saturday), ("2026-04-05", .sunday),
      ("2026-04-06", .sunday),
    ])
  func dayTypes(_ text: String, _ type: DayType) { #expect(DayType(date(text), calendar) == type) }

  @Test("a cut-off ends with its London day")
  func cutOff() throws {
    let rule = RunRule(
      run: .sf, cutOff: .workingDays(1), runs: .workingDays(2), payment: .calendarDays(29), movesMoney: true,
      purpose: "test", source: "test")
    let timetable = RunTimetable(Timeline([(date("2026-03-01"), [rule])]))
    let runs = try #require(timetable.runs(of: date("2026-03-27"), calendar))
    #expect(runs.map(\.cutOffDate.description) == ["2026-03-30"] && runs[0].runDate.description == "2026-03-31")
    #expect(runs[0].paymentDate?.description == "2026-04-25")
    #expect(runs[0].cutOff.description == "2026-03-30T23:00:00Z")
    #expect(timetable.runs(of: date("2026-02-28"), calendar)?.isEmpty == true)
    #expect(timetable.runs(of: date("2026-12-31"), calendar) == nil)
  }

  @Test func offsetTexts() {
    #expect(
      [RunOffset.workingDays(14), .calendarDays(29), .calendarMonths(14)].map(\.description) == [
        "+14 WD", "+29 days", "+14 months",
      ])
    #expect(RunType.allCases.sorted().map(\.rawValue) == ["II", "SF", "R1", "R2", "R3", "RF", "DF"])
  }
}
