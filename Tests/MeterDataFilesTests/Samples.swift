import MeterDataFiles

/// A small file of each format, made up, with good rows and every kind of bad one that the format can have.
struct Sample: Sendable, CustomStringConvertible {
  var format: MeterDataFormat
  var text: String
  var readings: Int
  var faults: [String: Int]
  var notes: [String: Int] = [:]
  var description: String { format.rawValue }

  /// Rows as the file has them, good or bad.
  var rows: Int { readings + faults.values.reduce(0, +) }

  static let all = [
    Sample(
      format: .edrpWide,
      text: """
        date,time,A,B,C\r
        2009-03-29,00:30:00,0.086,12,1e-05\r
        2009-03-29,01:00:00,1234567.5,-0.002,0.0000001\r
        \r
        2009-03-29,01:15:00,1,1,1\r
        2009-02-30,02:00:00,1,1,1\r
        2009-03-29,02:00:00,1,1\r
        2009-03-29,02:30:00,,Null,abc\r
        2009-03-29,03:00,.5, 7. ,0.25
        """,
      readings: 8, faults: ["MET-09": 1, "MET-04": 3, "MET-03": 3, "MET-02": 2, "MET-07": 2, "MET-08": 1],
      notes: ["MET-10": 1, "MET-20": 1, "MET-22": 1]),
    Sample(
      format: .lowCarbonLondon,
      text: """
        LCLid,stdorToU,DateTime,KWH/hh (per half hour) ,Acorn,Acorn_grouped
        MAC000002,Std,2012-10-12 00:30:00.0000000, 0 ,ACORN-A,Affluent
        MAC000002,Std,2012-12-19 12:37:26.0000000,Null,ACORN-A,Affluent
        MAC000003,Std,2012-12-19 12:37:26.0000000,1,ACORN-A,Affluent
        MAC000003,Std,2012-12-19 12:30:00.0000001,1,ACORN-A,Affluent
        ,Std,2012-12-19 12:30:00,1,ACORN-A,Affluent
        MAC000003,"Std",2012-12-19 13:00:00.0000000, 3.0090001 ,ACORN-A,"Affluent, really"
        MAC000003,"Std,2012-12-19 13:00:00.0000000, 3.0090001 ,ACORN-A,Affluent
        """,
      readings: 2, faults: ["MET-07": 1, "MET-04": 1, "MET-03": 1, "MET-12": 1, "MET-02": 1], notes: ["MET-10": 1]),
    Sample(
      format: .octopusExport,
      text: """
        Consumption (kWh), Start, End
        0.39600000000000000000, 2023-10-29T01:30:00+01:00, 2023-10-29T01:00:00+00:00
        0.1, 2023-10-29T01:00:00+00:00, 2023-10-29T02:00:00+00:00
        0.1, 2023-10-29T01:00, nonsense
        0.1, 2023-10-29T02:00:00Z, 2023-10-29T02:30:00Z
        """,
      readings: 2, faults: ["MET-15": 1, "MET-03": 1]),
    Sample(
      format: .octopusAnswer,
      text: """
        {"count": 5, "next": null, "results": [
          {"consumption": 0.063, "interval_start": "2018-05-19T00:30:00+0100", "interval_end": "2018-05-19T01:00:00+01:00"},
          {"consumption": "0.5", "interval_start": "2018-05-19T00:00:00Z", "interval_end": "2018-05-19T00:30:00Z"},
          {"consumption": null, "interval_start": "2018-05-19T00:00:00Z", "interval_end": "2018-05-19T00:30:00Z"},
          {"consumption": [], "interval_start": "2018-05-19T00:00:00Z", "interval_end": "2018-05-19T00:30:00Z"},
          {"consumption": 1, "interval_start": "2018-05-19T00:00:00", "interval_end": "2018-05-19T00:30:00Z"},
          {"consumption": 1, "interval_start": "2018-05-19T00:10:00Z", "interval_end": "2018-05-19T00:40:00Z"},
          7]}
        """,
      readings: 2, faults: ["MET-07": 1, "MET-08": 1, "MET-03": 2, "MET-04": 1]),
    Sample(
      format: .perseus,
      text: """
        [{"type":"Electricity","from":"2012-02-20T13:00:00Z","to":"2012-02-20T13:30:00Z","energy":{"value":976.0,"unitCode":"WHR"},"cumulative":{"value":976.0,"unitCode":"WHR"}},
        {"type":"Electricity","from":"2012-02-20T13:30:00Z","to":"2012-02-20T14:00:00Z","energy":{"value":1,"unitCode":"WHR"},"cumulative":{"value":975.0,"unitCode":"WHR"}},
        {"type":"Gas","from":"2012-02-20T14:00:00Z","to":"2012-02-20T14:30:00Z","energy":{"value":1,"unitCode":"WHR"}},
        {"type":"Electricity","from":"2012-02-20T14:00:00Z","to":"2012-02-20T14:30:00Z","energy":{"value":1.5,"unitCode":"KWH"},"cumulative":{"value":2.4765,"unitCode":"KWH"}},
        {"type":"Electricity","from":"2012-02-20T14:30:00Z","to":"2012-02-20T15:00:00Z","energy":{"value":1.5,"unitCode":"MJ"}}]
        """,
      readings: 2, faults: ["MET-16": 1, "MET-13": 2]),
    Sample(
      format: .halfHourEnding,
      text: """
        halfhour ending at,usage
        2022-12-31 23:30:00+00:00,0.0800
        2022-12-31 23:00:00,0.0850
        """,
      readings: 2, faults: [:]),
    Sample(
      format: .timestampValue,
      text: """
        "Timestamp","Value"
        2022-10-30 00:30:00,1
        2022-10-30 01:00:00,2
        2022-10-30 01:30:00,3
        2022-10-30 01:00:00,4
        2022-10-30 01:30:00,5
        2022-10-30 02:00:00,6
        2023-03-26 01:00:00,7
        2023-03-26 02:00:00,8
        """,
      readings: 7, faults: ["MET-05": 1], notes: ["MET-06": 4]),
    Sample(
      format: .df2,
      text: """
        #F2
        15/11/2005,00:30,1.0,A
        #O 2234751614211-suffix
        15/11/2005,00:30,1.0,A
        #S 5
        15/11/2005,00:30,1.0,A
        #S 3
        15/11/2005,00:30:00,1.0,A
        15/11/2005,01:00:30,1.0,A
        15/11/2005,24:00,1.0,A
        #X
        #O 2234751614212
        #S 1
        15/11/2005,00:30,1.0,A
        #O 2204707514535
        #S1
        1/1/2006,00:00,  2.5 , x E
        1/1/2006,00:30,2.5,Z
        1/1/2006,01:00,,A
        1/1/2006,01:00,2,C
        """,
      readings: 3,
      faults: ["MET-11": 2, "MET-13": 2, "MET-04": 1, "MET-03": 1, "MET-01": 1, "MET-14": 1, "MET-07": 1],
      notes: ["MET-21": 1]),
    Sample(
      format: .dayPerLine,
      text: """
        2292056799106,E04M00872,30/03/2008,\(Array(repeating: "0.25", count: 47).joined(separator: ",")),
        2292056799107,E04M00872,06/07/2008,\(Array(repeating: "0.25", count: 48).joined(separator: ","))
        2292056799106,E04M00872,2008-07-06,\(Array(repeating: "0.25", count: 48).joined(separator: ","))
        2292056799106,E04M00872,06/07/2008,1,2,3
        2292056799106
        """,
      readings: 47, faults: ["MET-07": 1, "MET-11": 48, "MET-03": 48, "MET-02": 4]),
    Sample(
      format: .stark,
      text: """
        MPAN core, Imp / Exp, Units, Time, Value, Status
        2204707514535, 0, kWh, 15/09/2005 00:30, 1.0, 65.0
        2204707514535, 1, kVArh, 15/09/2005 00:30, 1.0, 69
        2204707514535, 2, kWh, 15/09/2005 00:30, 1.0, 65
        2204707514535, 1, MWh, 15/09/2005 00:30, 1.0, 65
        2204707514535, 1, kWh, 15/09/2005 00:30, 1.0, 1e50
        """,
      readings: 2, faults: ["MET-13": 2, "MET-14": 1], notes: ["MET-21": 1]),
    Sample(
      format: .simple,
      text: """
        MPAN core, Channel Type, Time, Value, Status
        22 0470 7514 535, REACTIVE_IMP, 2005-09-15 00:00, 1.0, A
        2204707514535, THERMAL, 2005-09-15 00:00, 1.0, A
        2204707514535, ACTIVE, 2005-09-15 00:00, 1.0, AA
        """,
      readings: 1, faults: ["MET-13": 1, "MET-14": 1]),
    Sample(
      format: .action,
      text: """
        #Action, Type
        insert,hh_datum,22 4862 4512 332,2008-01-01 00:00Z,ACTIVE,3.77,A
        insert,hh_datum,22 4862 4512 332,2008-07-01 00:00,ACTIVE,3.77,A
        insert,hh_datum,22 4862 4512 332,2008-03-30 01:00,ACTIVE,3.77,A
        update,hh_datum,22 4862 4512 332,2008-01-01 00:00Z,ACTIVE,3.77,A
        insert,hh_datum,22 4862 4512 332,2008-01-01 00:00Z,ACTIVE,3.77
        insert,hh_datum,22 4862 4512 333,2008-01-01 00:00Z,ACTIVE,3.77,A
        """,
      readings: 2, faults: ["MET-05": 1, "MET-23": 1, "MET-02": 1, "MET-11": 1]),
  ]
}

/// A generator of numbers that is the same in every run.
struct SplitMix64: RandomNumberGenerator {
  var state: UInt64
  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var z = state
    z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
    return z ^ (z >> 31)
  }
}
