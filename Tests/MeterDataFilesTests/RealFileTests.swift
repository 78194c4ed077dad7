import MeterDataFiles
import Quantities
import SettlementCalendar
import Testing

/// Counts and sums were worked out apart from this code, with a short script in another language over the same files.
/// The real files are not part of the package: without ../shared/data/meter these tests are skipped, and say so.
@Suite("Real files of meter data", .enabled(if: Shared.isThere, "../shared/data/meter is missing"))
struct RealFileTests {
  struct Expected: Sendable, CustomStringConvertible {
    var file: String
    var format: MeterDataFormat
    var readings: Int
    var wattHours: Int64
    var series: Int
    var first: String
    var last: String
    var faults: [String: Int] = [:]
    var notes: [String: Int] = [:]
    var description: String { file }
  }

  static let files = [
    Expected(
      file: "edrp_scotland_households_X1-X415_2009-03-01_2009-05-31.csv.gz", format: .edrpWide, readings: 1_832_640,
      wattHours: 393_324_018, series: 415, first: "2009-03-01T00:00:00Z", last: "2009-05-31T23:30:00Z",
      notes: ["MET-10": 1, "MET-20": 1]),
    Expected(
      file: "edrp_pv_generation_X1-X28_2009-03-01_2009-05-31.csv.gz", format: .edrpWide, readings: 4_416 * 28,
      wattHours: 84_740_297, series: 28, first: "2009-03-01T00:00:00Z", last: "2009-05-31T23:30:00Z",
      notes: ["MET-10": 1, "MET-20": 1, "MET-22": 1]),
    Expected(
      file: "lcl_MAC000584.csv.gz", format: .lowCarbonLondon, readings: 32_904, wattHours: 2_048_740, series: 1,
      first: "2012-04-12T08:00:00Z", last: "2014-02-28T00:00:00Z", notes: ["MET-20": 1]),
    Expected(
      file: "lcl_MAC000985.csv.gz", format: .lowCarbonLondon, readings: 31_853, wattHours: 43_031_148, series: 1,
      first: "2012-05-02T09:00:00Z", last: "2014-02-28T00:00:00Z", notes: ["MET-10": 1, "MET-20": 1]),
    Expected(
      file: "lcl_MAC003718_ukpn_sample.csv.gz", format: .lowCarbonLondon, readings: 17_457, wattHours: 3_648_631,
      series: 1, first: "2012-10-17T13:00:00Z", last: "2013-10-16T00:00:00Z", faults: ["MET-07": 1],
      notes: ["MET-10": 1]),
    Expected(
      file: "lcl_block62_MAC000010_MAC004391.csv.gz", format: .lowCarbonLondon, readings: 40_610,
      wattHours: 17_418_588, series: 2, first: "2013-01-01T00:00:00Z", last: "2014-02-28T00:00:00Z",
      notes: ["MET-10": 1, "MET-20": 1]),
    Expected(
      file: "octopus_export_household_a_2023-01_2024-08.csv.gz", format: .octopusExport, readings: 27_888,
      wattHours: 5_666_885, series: 1, first: "2023-01-01T00:00:00Z", last: "2024-08-03T23:30:00Z"),
    Expected(
      file: "smartmeter_household_c_2020-08_2022-12.csv.gz", format: .halfHourEnding, readings: 42_133,
      wattHours: 6_100_529, series: 1, first: "2022-12-31T23:00:00Z", last: "2020-08-06T05:00:00Z"),
    Expected(
      file: "smartmeter_household_d_2022-08_2023-07.csv.gz", format: .timestampValue, readings: 18_141,
      wattHours: 2_986_007, series: 1, first: "2023-07-16T23:00:00Z", last: "2023-04-09T23:30:00Z",
      notes: ["MET-06": 4]),
    Expected(
      file: "octopus_api_consumption_2020-12.json", format: .octopusAnswer, readings: 100, wattHours: 30_920, series: 1,
      first: "2020-12-24T23:00:00Z", last: "2020-12-22T21:30:00Z"),
    Expected(
      file: "octopus_api_fixtures/consumption_response.json", format: .octopusAnswer, readings: 2, wattHours: 134,
      series: 1, first: "2018-05-18T23:30:00Z", last: "2018-05-18T23:00:00Z", faults: ["MET-15": 1]),
    Expected(
      file: "perseus_sample_data.json", format: .perseus, readings: 100, wattHours: 56_622, series: 1,
      first: "2012-02-20T13:00:00Z", last: "2012-02-22T14:30:00Z", notes: ["MET-10": 1]),
    Expected(
      file: "chellow_hh/hh_data_long.csv.gz", format: .action, readings: 6_656, wattHours: 667_812_100, series: 1,
      first: "2008-01-01T00:00:00Z", last: "2009-04-01T23:30:00Z"),
    Expected(
      file: "chellow_hh/hh_data.csv", format: .action, readings: 2, wattHours: 1_232, series: 1,
      first: "2008-07-08T00:00:00Z", last: "2008-07-08T23:30:00Z"),
    Expected(
      file: "chellow_hh/hh_data.df2", format: .df2, readings: 6, wattHours: 6_000, series: 5,
      first: "2005-11-15T00:00:00Z", last: "2010-03-15T12:00:00Z"),
    Expected(
      file: "chellow_hh/missing.df2", format: .df2, readings: 3, wattHours: 4_000, series: 1,
      first: "2005-11-14T23:00:00Z", last: "2005-11-15T00:00:00Z"),
    Expected(
      file: "chellow_hh/hh_clock_change.df2", format: .df2, readings: 1, wattHours: 0, series: 1,
      first: "2014-03-30T00:30:00Z", last: "2014-03-30T00:30:00Z", notes: ["MET-20": 1]),
    Expected(
      file: "chellow_hh/hh_data_not_actual.df2", format: .df2, readings: 3, wattHours: 3_000, series: 1,
      first: "2005-12-15T07:00:00Z", last: "2005-12-15T08:00:00Z", notes: ["MET-21": 1]),
    Expected(
      file: "chellow_hh/hh_data.bg.csv", format: .dayPerLine, readings: 95, wattHours: 33_955, series: 1,
      first: "2008-07-06T00:00:00Z", last: "2008-07-07T23:30:00Z", faults: ["MET-07": 1, "MET-11": 48]),
    Expected(
      file: "chellow_hh/hh_data.simple.csv", format: .simple, readings: 1, wattHours: 1_000, series: 1,
      first: "2005-09-15T00:00:00Z", last: "2005-09-15T00:00:00Z"),
    Expected(
      file: "chellow_hh/hh_data.stark.csv", format: .stark, readings: 1, wattHours: 1_000, series: 1,
      first: "2005-09-15T00:00:00Z", last: "2005-09-15T00:00:00Z"),
  ]

  @Test("Counts, sums, first and last half-hour, faults and notes", arguments: files)
  func file(_ expected: Expected) throws {
    let (format, outcome) = try Shared.read(expected.file)
    #expect(format == expected.format)
    #expect(outcome.rows.count == expected.readings)
    #expect(outcome.wattHours == expected.wattHours)
    #expect(outcome.series.count == expected.series)
    #expect(outcome.rows.first?.halfHour == halfHour(expected.first))
    #expect(outcome.rows.last?.halfHour == halfHour(expected.last))
    #expect(outcome.faults == expected.faults)
    #expect(outcome.noted == expected.notes)
  }

  @Test("EDRP: 48 lines on 29 March 2009 are the whole of a 46-period day and two half-hours beside it")
  func edrpShortDay() throws {
    let (_, outcome) = try Shared.read("edrp_scotland_households_X1-X415_2009-03-01_2009-05-31.csv.gz")
    let day = SettlementDay(try #require(SettlementDate("2009-03-29")))
    #expect(day.periodCount == 46)
    for local in [0, 414] as [Int32] {
      let inDay = outcome.rows.filter { $0.series == local && day.halfHours.contains($0.halfHour.index) }
      #expect(Set(inDay.map(\.halfHour)).count == 46)
    }
    #expect(outcome.series.first?.name == "X1" && outcome.series.last?.name == "X415")
    #expect(outcome.rows.filter { $0.series == 0 }.reduce(0) { $0 + $1.energy.wattHours } == 636_189)
    #expect(
      outcome.note("MET-10")?.message
        == "Readings: 498 were finer than a watt-hour and rounded to the nearest, the first on this line.")
  }

  @Test("The photovoltaic extract: every value finer than a watt-hour is counted in one note")
  func photovoltaic() throws {
    let (_, outcome) = try Shared.read("edrp_pv_generation_X1-X28_2009-03-01_2009-05-31.csv.gz")
    #expect(outcome.note("MET-10")?.message.contains("119089 were finer") == true)
    #expect(outcome.note("MET-10")?.position?.line == 2)
  }

  @Test("LCL MAC003718: the missing value is named; its twelve repeated rows come through for ingest to count")
  func lowCarbonLondonSample() throws {
    let (_, outcome) = try Shared.read("lcl_MAC003718_ukpn_sample.csv.gz")
    #expect(outcome.rowsRead == 17_458)
    let fault = try #require(outcome.quarantined.first?.finding)
    #expect(fault.position?.field == "kwh_hh" && fault.message == "The reading has no value.")
    #expect(outcome.rows.count - Set(outcome.rows.map(\.halfHour)).count == 12)
    #expect(outcome.series.first?.name == "MAC003718")
  }

  @Test("The Octopus export has 46 and 50 half-hours on the days of clock changes, and no gap")
  func octopusDays() throws {
    let (_, outcome) = try Shared.read("octopus_export_household_a_2023-01_2024-08.csv.gz")
    for (date, count) in [("2023-03-26", 46), ("2024-03-31", 46), ("2023-10-29", 50)] {
      let day = SettlementDay(try #require(SettlementDate(date)))
      #expect(outcome.rows.count { day.halfHours.contains($0.halfHour.index) } == count)
    }
    #expect(Set(outcome.rows.map(\.halfHour)).count == 27_888)
  }

  @Test("Household d: the long day has its 50 half-hours, each by the order of the rows; the short day 46")
  func localTime() throws {
    let (_, outcome) = try Shared.read("smartmeter_household_d_2022-08_2023-07.csv.gz")
    func cells(_ date: String) throws -> [HalfHour: Set<Int64>] {
      let day = SettlementDay(try #require(SettlementDate(date)))
      return outcome.rows.filter { day.halfHours.contains($0.halfHour.index) }
        .reduce(into: [:]) { $0[$1.halfHour, default: []].insert($1.energy.wattHours) }
    }
    let long = try cells("2022-10-30")
    #expect(long.count == 50)
    #expect(long[halfHour("2022-10-30T00:00:00Z")] == [104] && long[halfHour("2022-10-30T00:30:00Z")] == [102])
    #expect(long[halfHour("2022-10-30T01:00:00Z")] == [85] && long[halfHour("2022-10-30T01:30:00Z")] == [69])
    #expect(try cells("2023-03-26").count == 46)
    #expect(outcome.notes.allSatisfy { $0.severity == .warning })
    #expect(Set(outcome.rows.map(\.halfHour)).count == 17_466 + 2)
  }

  @Test("DF2 sensors: 2 is active export, 1 active import, each for its own outstation")
  func df2Sensors() throws {
    let (_, outcome) = try Shared.read("chellow_hh/hh_data.df2")
    #expect(outcome.series.map(\.quantity) == ["AE", "AI", "AE", "AE", "AI"])
    #expect(Set(outcome.series.map(\.name)).count == 5)
  }

  @Test("Files that are no meter data of a known layout are not taken for it")
  func unknown() throws {
    for name in [
      "lcl_household_information.csv.gz", "lcl_total_kwh_by_date.csv", "octopus_api_fixtures/account_response.json",
      "octopus_api_fixtures/get_tariff_response.json", "octopus_api_fixtures/get_product_response.json",
      "octopus_api_fixtures/get_products_response.json", "api/glowmarkt_swagger.yaml",
    ] {
      let bytes = try Shared.bytes(name)
      #expect(MeterDataFormat.detect(firstBytes: Array(bytes.prefix(4_096)), fileName: name) == nil, "\(name)")
    }
  }

  struct Refusal: Sendable, CustomStringConvertible {
    var file: String
    var rows: Int
    var rule: String
    var sentence: String
    var description: String { file }
  }

  static let refusals = [
    Refusal(
      file: "no_hash.df2", rows: 1, rule: "MET-01",
      sentence:
        "error MET-01 at no_hash.df2, line 1: The first line of a DF2 file is “#F2”; this file begins otherwise. "
        + "Next: Ask the sender for the file in its original form, or name the right format."),
    Refusal(
      file: "hh_data_malformed.df2", rows: 1, rule: "MET-02",
      sentence:
        "error MET-02 at hh_data_malformed.df2, line 4: A DF2 row has 4 fields (date, time, value, status); this "
        + "one has 2. Next: Look at the row in the file: it may be cut off or have a stray comma. Ask the sender for it "
        + "again."),
    Refusal(
      file: "hh_data_bad_beginning.df2", rows: 4, rule: "MET-11",
      sentence:
        "error MET-11 at hh_data_bad_beginning.df2, line 4, field #O: The row belongs to the outstation of line 2, "
        + "whose MPAN is not valid: it holds something that is not a digit. Next: Compare the MPAN with the registration "
        + "and ask the sender to correct it."),
  ]

  @Test("Malformed files are refused with a sentence", arguments: refusals)
  func refused(_ expected: Refusal) throws {
    let (format, outcome) = try Shared.read("chellow_hh/" + expected.file)
    #expect(format == .df2)
    #expect(outcome.rows.isEmpty)
    #expect(outcome.faults == [expected.rule: expected.rows])
    #expect(outcome.quarantined.first?.finding.description == expected.sentence)
  }

  @Test("Headers without a reading, a stamp in the skipped hour and estimates are reported")
  func reported() throws {
    let empty = try Shared.read("chellow_hh/hh_data_header_but_no_data.df2").outcome
    #expect(empty.rowsRead == 0)
    #expect(
      empty.notes.map(\.description) == [
        "warning MET-17 at hh_data_header_but_no_data.df2: The file holds no readings. Next: Ask the sender whether "
          + "readings are missing from the file."
      ])
    let change = try Shared.read("chellow_hh/hh_clock_change.df2").outcome
    #expect(change.notes.first?.position?.line == 4)
    let estimates = try Shared.read("chellow_hh/hh_data_not_actual.df2").outcome
    #expect(estimates.rows.allSatisfy { $0.quality == .estimated })
  }
}
