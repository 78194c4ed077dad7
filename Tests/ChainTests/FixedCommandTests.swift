import Foundation
import Testing

/// The commands that others call by name, flags and fields.
@Suite struct FixedCommandTests {
  @Test(.enabled(if: sharedData != nil, "needs ../shared beside the project"))
  func calendarPrintsTheConformanceFile() throws {
    let expected = String(decoding: try #require(sharedFile("conformance/run-dates.csv")), as: UTF8.self)
      .replacingOccurrences(of: "\r\n", with: "\n")  // the file has the line ends of another system
    let dates = rows(try #require(sharedFile("conformance/run-dates.csv"))).map { $0[0] }
    let result = try Program.run(["calendar"] + dates + ["--rulebook", "may-2026", "--format", "csv"])
    #expect(result.status == 0)
    #expect(result.out == expected)
  }

  @Test(.enabled(if: sharedData != nil, "needs ../shared beside the project"))
  func exampleHouseholdPrintsEveryExpectedKey() throws {
    let file = try JSONSerialization.jsonObject(with: #require(sharedFile("conformance/worked-example.json")))
    let expected = try #require((file as? [String: Any])?["expected"] as? [String: Any])
    let result = try Program.run(["example", "household", "--format", "json"])
    let found = try #require(try json(result.out) as? [String: Any])
    #expect(Set(found.keys) == Set(expected.keys))
    for (key, value) in expected where !(value is [String: Any]) {
      #expect("\(value)" == "\(found[key] ?? "missing")", "\(key)")
    }
  }

  @Test func mpanCheckSaysWhichIsWrong() throws {
    let good = try Program.run(["mpan", "check", "1200023305967", "2276173918389"])
    #expect(good.status == 0)
    #expect(good.out == "1200023305967 valid\n2276173918389 valid\n")
    let bad = try Program.run(["mpan", "check", "1200023305967", "1234567890123"])
    #expect(bad.status == 1)
    #expect(bad.out.split(separator: "\n").last?.hasPrefix("1234567890123 invalid: ") == true)
  }

  @Test(.enabled(if: sharedData != nil, "needs ../shared beside the project"))
  func everyMeterFileIsReckoned() throws {
    let folder = try #require(sharedData).appendingPathComponent("data/meter")
    let files = try FileManager.default.subpathsOfDirectory(atPath: folder.path)
      .filter { $0.hasSuffix(".gz") || $0.hasSuffix(".csv") || $0.hasSuffix(".df2") || $0.hasSuffix(".json") }.sorted()
    let store = try Program.scratch("reckon")
    let paths = files.map { folder.appendingPathComponent($0).path }
    let result = try Program.run(["ingest", "--store", store.path] + paths + ["--format", "json"])
    let reports = try #require(try json(result.out) as? [[String: Any]])
    #expect(reports.count == files.count)
    for report in reports {
      let count = { (key: String) in report[key] as? Int ?? -1 }
      #expect(
        count("rowsRead") == count("accepted") + count("duplicate") + count("conflicting") + count("quarantined"),
        "\(report["file"] ?? "")")
    }
    let sample = try #require(reports.first { ($0["file"] as? String)?.contains("MAC003718") == true })
    #expect(sample["rowsRead"] as? Int == 17_458)
    #expect(sample["accepted"] as? Int == 17_445)
    #expect(sample["duplicate"] as? Int == 12)
    #expect(sample["quarantined"] as? Int == 1)
    // Taking everything in once more changes nothing and counts nothing as new.
    let again = try Program.run(["ingest", "--store", store.path] + paths + ["--format", "json"])
    let repeated = try #require(try json(again.out) as? [[String: Any]])
    #expect(repeated.allSatisfy { $0["accepted"] as? Int == 0 && $0["conflicting"] as? Int == 0 })
    #expect(zip(reports, repeated).allSatisfy { $0["rowsRead"] as? Int == $1["rowsRead"] as? Int })
    #expect(try Program.run(["verify", "--store", store.path]).status == 0)
  }

  @Test(.enabled(if: sharedData != nil, "needs ../shared beside the project"))
  func malformedFilesAreRefusedInASentence() throws {
    let folder = try #require(sharedData).appendingPathComponent("data/meter/chellow_hh")
    for name in ["no_hash.df2", "hh_data_malformed.df2", "hh_data_bad_beginning.df2"] {
      let store = try Program.scratch("refuse")
      let result = try Program.run(
        ["ingest", "--store", store.path, folder.appendingPathComponent(name).path, "--format", "json"])
      #expect(result.status == 2, "\(name) must be refused")
      let findings = try #require((try json(result.out) as? [[String: Any]])?.first?["findings"] as? [[String: Any]])
      let finding = try #require(findings.first)
      for field in ["rule", "message", "remedy", "file"] {
        #expect((finding[field] as? String)?.isEmpty == false, "\(name) \(field)")
      }
      #expect(finding["line"] as? Int != nil, "\(name) names a line")
    }
  }
}
