import Foundation
import Testing

/// All 415 EDRP households, 92 days, real loss factors, real prices, through every stage.
@Suite struct WholeChainTests {
  static let shared = sharedData

  @Test(.enabled(if: shared != nil, "needs ../shared beside the project"))
  func theScottishHouseholdsSettleAndBill() throws {
    let data = try #require(Self.shared)
    let folder = try Program.scratch("edrp")
    let (store, portfolio) = (folder.appendingPathComponent("store").path, folder.appendingPathComponent("pf").path)
    let readings = data.appendingPathComponent(
      "data/meter/edrp_scotland_households_X1-X415_2009-03-01_2009-05-31.csv.gz"
    ).path
    func step(_ arguments: String...) throws -> String {
      let result = try Program.run(arguments)
      #expect(result.status == 0, "\(arguments.first ?? "") said: \(result.errors)")
      return result.out
    }
    _ = try step("portfolio", "make", readings, "--out", portfolio, "--seed", "1", "--group", "_C")
    let facts = [
      "\(portfolio)/registrations.csv", "\(portfolio)/contracts.csv", "\(portfolio)/tariffs.json",
      data.appendingPathComponent("data/industry/llf/llflond20250401ptf.zip").path,
      data.appendingPathComponent("data/industry/llf/llflond20260401ptf.zip").path,
      data.appendingPathComponent("data/elexon/system_prices/sspsbpniv_2025-01_2025-06-01.csv.gz").path,
    ]
    #expect(try Program.run(["ingest", "--store", store] + facts).status == 0)
    let ingest = try step(
      "ingest", "--store", store, "--received-after", "8", "--arrivals", "\(portfolio)/arrivals.csv", readings,
      "--format", "json")
    let report = try #require((try json(ingest) as? [[String: Any]])?.first)
    #expect(report["accepted"] as? Int == 1_832_640)

    let shifts = ["--price-shift", "5845", "--loss-factor-shift", "6209"]
    let settled = try Program.run(
      [
        "settle", "--store", store, "--from", "2009-03-01", "--to", "2009-05-31", "--as-of", "2011-01-01", "--format",
        "json",
      ]
        + shifts)
    #expect(settled.status == 0, "\(settled.errors)")
    let lines = try #require(try json(settled.out) as? [[String: Any]])
    #expect(lines.count == 92 * 6)
    #expect(lines.filter { $0["date"] as? String == "2009-03-29" }.allSatisfy { $0["periods"] as? Int == 46 })

    // Energy out at the last run is the energy that went in, to the watt-hour: the file's own sum over the 92 London days.
    let final = lines.filter { $0["run"] as? String == "RF" }
    let settledWattHours = final.reduce(0) { $0 + wattHours($1["metered_kwh"]) }
    #expect(settledWattHours == (try plainSum(readings)))
    #expect(final.allSatisfy { "\($0["measured_percent"] ?? "")".hasPrefix("100") })

    for (first, last) in [("2009-03-01", "2009-03-31"), ("2009-04-01", "2009-04-30"), ("2009-05-01", "2009-05-31")] {
      _ = try step("bill", "--store", store, "--from", first, "--to", last, "--price-shift", "5845")
    }
    let verified = try #require(try json(try step("verify", "--store", store, "--format", "json")) as? [String: Any])
    #expect(verified["identical"] as? Bool == true)
    #expect(verified["runs"] as? Int == 552)
    #expect(verified["bills"] as? Int == 1_245)

    let bills = try #require(
      try json(try step("bill", "list", "--store", store, "--format", "json")) as? [[String: Any]])
    let id = try #require(bills.first?["id"] as? String)
    let bill = try #require(
      try json(try step("explain", "bill", "--store", store, id, "--format", "json")) as? [String: Any])
    #expect("\(bill["amount"] ?? "")" == "\(bills.first?["total_pounds"] ?? "-")")
    let change = try step(
      "explain", "change", "--store", store, "--party", "XALF", "--date", "2009-03-29", "--from-run", "SF", "--to-run",
      "R1", "--format", "json")
    #expect(try json(change) is [String: Any])
  }

  /// kWh with three decimals as whole Wh.
  private func wattHours(_ value: Any?) -> Int {
    (Decimal(string: "\(value ?? "")").map { $0 * 1_000 } as NSDecimalNumber?)?.intValue ?? 0
  }

  /// The file summed by other means: zcat and awk, over the half-hours from 2009-03-01T00:00Z to 2009-05-31T22:30Z.
  private func plainSum(_ path: String) throws -> Int {
    let script = """
      zcat "\(path)" | awk -F, 'NR > 1 && !($1 == "2009-05-31" && $2 >= "23:00:00") \
      { for (i = 3; i <= NF; i++) s += int($i * 1000 + 0.5) } END { printf "%d", s }'
      """
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/bin/sh")
    process.arguments = ["-c", script]
    let pipe = Pipe()
    process.standardOutput = pipe
    try process.run()
    let out = pipe.fileHandleForReading.readDataToEndOfFile()
    process.waitUntilExit()
    return Int(String(decoding: out, as: UTF8.self)) ?? -1
  }
}
