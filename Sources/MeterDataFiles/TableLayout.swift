import WireFormat

/// A comma-separated format with one reading a row: what its columns are called and what they mean.
struct TableLayout: Sendable {
  /// What a stamp without an offset means.
  enum Clock: Sendable {
    /// UTC (GMT) all year.
    case utc
    /// The clock on the wall in Great Britain.
    case london
  }

  enum StampStyle: Sendable {
    /// `2012-10-17 13:00:00`, with or without fraction and offset.
    case iso
    /// `17/10/2012 13:00`.
    case ukSlashes
  }

  /// How a status is written.
  enum StatusStyle: Sendable {
    case letter
    /// The letter's ASCII code as a number: `65` or `65.0` for A.
    case asciiCode
  }

  /// The names that a column may have in the header, lower case.
  typealias Names = [String]

  var series: Names = []
  /// Whether the series column holds an MPAN, whose check digit is then held to.
  var seriesIsMPAN = false
  var start: Names = []
  var end: Names = []
  var value: Names
  /// `ACTIVE`, `REACTIVE_IMP`, `REACTIVE_EXP`.
  var channel: Names = []
  /// `0` import, `1` export.
  var direction: Names = []
  /// `kWh` or `kVArh`.
  var unitName: Names = []
  var status: Names = []
  var unit = EnergyUnit.kilowattHours
  var clock = Clock.utc
  var stampStyle = StampStyle.iso
  var statusStyle = StatusStyle.letter
  /// Set where the column names are so common that only a header of exactly so many columns is this format.
  var exactColumnCount: Int?

  /// Where the columns stand in one file.
  struct Columns {
    var count: Int
    var series: Int?
    var start: Int?
    var end: Int?
    var value: Int
    var channel: Int?
    var direction: Int?
    var unitName: Int?
    var status: Int?
  }

  /// Finds the columns in a header. - Returns: `nil` when one that the layout needs is not there.
  func columns(_ header: [String]) -> Columns? {
    if let exactColumnCount, header.count != exactColumnCount { return nil }
    let names = header.map { $0.lowercased() }
    func find(_ wanted: Names) -> Int? { names.firstIndex { wanted.contains($0) } }
    func isMet(_ wanted: Names) -> Bool { wanted.isEmpty || find(wanted) != nil }
    guard let value = find(value), [series, start, end, channel, direction, unitName, status].allSatisfy(isMet) else {
      return nil
    }
    return Columns(
      count: header.count, series: find(series), start: find(start), end: find(end), value: value,
      channel: find(channel), direction: find(direction), unitName: find(unitName), status: find(status))
  }

  /// The header as a refusal names it.
  var neededColumns: String {
    [series, channel, direction, unitName, start, end, value, status].filter { !$0.isEmpty }
      .map { $0.count == 1 ? "“\($0[0])”" : "one of " + $0.map { "“\($0)”" }.joined(separator: ", ") }
      .joined(separator: "; ")
  }
}

extension TableLayout {
  /// Low Carbon London (UK Power Networks, London Datastore) in the three layouts that are in use: the original
  /// `LCLid,tstp,energy_kWh`, the sample `id,time_of_use,datetime,kwh_hh,...`, and `,mac,datetime,kwhh`.
  ///
  /// Stamps are the start of the half-hour on GMT all year: days of clock changes have 48 rows. Values carry the
  /// noise of 32-bit floating point (`3.0090001`). The trial's meters also wrote rows off the half-hour grid.
  static let lowCarbonLondon = TableLayout(
    series: ["mac", "lclid", "id"], start: ["datetime", "tstp"],
    value: ["kwhh", "kwh_hh", "energy_kwh", "kwh/hh (per half hour)", "energy(kwh/hh)"])

  /// The export that Octopus Energy's web site makes: `Consumption (kWh), Start, End`, local time with its offset.
  static let octopusExport = TableLayout(start: ["start"], end: ["end"], value: ["consumption (kwh)"])

  /// A household's export `halfhour ending at,usage`: kWh, the END of the half-hour, on UTC; any order.
  static let halfHourEnding = TableLayout(end: ["halfhour ending at"], value: ["usage"])

  /// A household's export by way of the DCC: `"Timestamp","Value"`, watt-hours, the start of the half-hour on the
  /// London clock without an offset, rows in any order (see ``LocalClockResolver``).
  static let timestampValue = TableLayout(
    start: ["timestamp"], value: ["value"], unit: .wattHours, clock: .london, exactColumnCount: 2)

  /// chellow's simple layout: `MPAN core, Channel Type, Time, Value, Status`.
  ///
  /// Time is the start of the half-hour on UTC (WessexWater/chellow, chellow/e/hh_parser_simple_csv.py, which reads it
  /// as UTC and checks that it is a half-hour's start).
  static let simple = TableLayout(
    series: ["mpan core"], seriesIsMPAN: true, start: ["time"], value: ["value"], channel: ["channel type"],
    status: ["status"])

  /// Stark's layout: `MPAN core, Imp / Exp, Units, Time, Value, Status`.
  ///
  /// Time is the END of the half-hour on GMT; `0` is import and anything else export, here held to `1`; status is
  /// the code of the letter, `65` being A (WessexWater/chellow, StarkCsvHhConverter.java of 2005).
  static let stark = TableLayout(
    series: ["mpan core"], seriesIsMPAN: true, end: ["time"], value: ["value"], direction: ["imp / exp"],
    unitName: ["units"], status: ["status"], stampStyle: .ukSlashes, statusStyle: .asciiCode)
}
