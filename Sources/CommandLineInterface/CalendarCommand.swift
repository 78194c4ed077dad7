import ArgumentParser
import InputFiles
import PublicData
import Rulebooks
import SettlementCalendar

/// `halfhour calendar DATE...`: periods and run dates of settlement dates.
public struct CalendarCommand: ParsableCommand {
  public static let configuration = CommandConfiguration(
    commandName: "calendar",
    abstract: "Show how many periods settlement dates have, and when each settlement run happens.",
    discussion: """
      A settlement date is a London day: 48 half-hours, 46 when the clocks go forward, 50 when they go back.
      Its runs follow from the rulebook's timetable and its working days.

      Examples:
        halfhour calendar 2026-03-29
        halfhour calendar 2026-12-31 2027-07-05 --rulebook mhhs --format csv
      """)

  @Argument(help: "Settlement dates, such as 2026-03-29.")
  var dates: [String]

  @Option(help: "The rules to follow: \(RulebookPacks.titles.map(\.id).joined(separator: ", ")).")
  var rulebook = "may-2026"

  @Option(
    help: ArgumentHelp(
      "Whose bank holidays: england-and-wales (2000 to 2028), scotland (2012 to 2028), or a GOV.UK bank-holidays.json.",
      valueName: "division-or-file"))
  var holidays = "england-and-wales"

  @Option(help: "The division to take from a GOV.UK file.")
  var division = "england-and-wales"

  @Option(help: "How to print: table, json or csv.")
  var format: OutputFormat = .table

  public init() {}

  public func run() throws {
    let dates = try dates.map { text in
      guard let date = SettlementDate(text) else {
        throw ValidationError("'\(text)' is not a date from 1996-01-01 to 2099-12-31, such as 2026-03-29.")
      }
      return date
    }
    guard let shipped = Rulebook.named(rulebook) else {
      throw ValidationError(
        "There is no rulebook '\(rulebook)'; there are \(Rulebook.all.map(\.id).joined(separator: ", ")).")
    }
    let calendar =
      try holidays.hasSuffix(".json") ? Self.calendar(inFile: holidays, division) : try? Rulebook.holidays(of: holidays)
    guard let calendar else { throw ValidationError("There are no bank holidays of '\(holidays)'.") }
    let rules = calendar == shipped.calendar ? shipped : shipped.withHolidays(calendar)
    print(try Self.table(of: dates, rules).text(format), terminator: "")
  }

  /// The working days by a GOV.UK file of bank holidays, published form or source form.
  static func calendar(inFile path: String, _ division: String) throws -> WorkingDayCalendar? {
    var calendar: WorkingDayCalendar?
    try InputFile(path).read { part in
      guard let bytes = try part.bytes(limit: 64 << 20) else { return }
      let checked = BankHolidayDivision.read(bytes, file: part.name)
      if let fault = checked.findings.first(where: { $0.severity == .error }) { throw ValidationError("\(fault)") }
      calendar = checked.value.first { $0.division == division }?.calendar ?? calendar
    }
    return calendar
  }

  /// One row a date: the date, its periods and the day of each run; empty where the date has no such run.
  ///
  /// The columns `II` to `RF` are always there, `DF` where the rulebook has it for any date.
  /// - Throws: ``HolidaysEnd`` for a date with a run beyond the known bank holidays.
  public static func table(of dates: [SettlementDate], _ rulebook: Rulebook) throws -> OutputTable {
    let hasDF = rulebook.timetable.rules.entries.contains { $0.value.contains { $0.run == .df } }
    let runTypes = RunType.allCases.filter { $0 != .df || hasDF }
    let rows = try dates.map { date in
      guard let runs = rulebook.timetable.runs(of: date, rulebook.calendar) else {
        throw HolidaysEnd(date: date, years: rulebook.calendar.years)
      }
      let runDates = runTypes.map { type -> OutputTable.Cell in
        runs.first { $0.run == type }.map { .text($0.runDate.description) } ?? .empty
      }
      return [.text(date.description), .count(SettlementDay(date).periodCount)] + runDates
    }
    return OutputTable(columns: ["settlement_date", "periods"] + runTypes.map(\.rawValue), rows: rows)
  }

  /// Working days cannot be counted where no bank holidays are known.
  public struct HolidaysEnd: Error, CustomStringConvertible {
    public let date: SettlementDate
    public let years: ClosedRange<Int>

    public var description: String {
      """
      A run of \(date) needs bank holidays outside \(years.lowerBound) to \(years.upperBound), the years that are known. \
      Choose a date within them, or bring a newer list of holidays.
      """
    }
  }
}
