import EstateSimulator
import MarketIdentifiers
import MarketRegistration
import PortfolioFiles
import Readings
import Settlement
import SettlementCalendar
import Testing
import WireFormat

private func estate(seed: UInt64 = 11, points: Int = 250) throws -> SampleEstate {
  let first = try #require(SettlementDate("2026-03-16"))
  return try #require(SampleEstate(seed: seed, meteringPoints: points, from: first, days: 28, tariffs: ["flat"]))
}

private func lines(_ bytes: [UInt8]) -> [[Substring]] {
  String(decoding: bytes, as: UTF8.self).split(separator: "\n").dropFirst()
    .map { $0.split(separator: ",", omittingEmptySubsequences: false) }
}

@Suite struct SampleEstateTests {
  @Test(arguments: LoadShape.all)
  func shapesAddUp(_ shape: LoadShape) {
    #expect(shape.perMille.count == 48)
    #expect(shape.perMille.reduce(0, +) == 1_000)
    #expect(shape.perMille.allSatisfy { $0 >= 0 })
  }

  @Test func theSameSeedGivesTheSameBytes() throws {
    let (a, b, other) = (try estate(points: 20), try estate(points: 20), try estate(seed: 12, points: 20))
    #expect(a.files() == b.files())
    for file in a.files() { #expect(a.bytes(file) == b.bytes(file)) }
    let file = try #require(a.files().first { $0.name == "sample-readings-2026-03-29.csv" })
    #expect(a.bytes(file) != other.bytes(file))
  }

  @Test func filesComeInOrderAndUnderDifferentNames() throws {
    let files = try estate().files()
    #expect(Set(files.map(\.name)).count == files.count)
    #expect(files.map(\.receivedAt) == files.map(\.receivedAt).sorted())
    #expect(files.count { $0.name.hasPrefix("sample-readings-2026") } == 28)
    #expect(files.count { $0.name.hasPrefix("sample-readings-late") } > 28)
  }

  /// Counts what stands in the files, line by line, with nothing of the readers or of ingest, and compares it with the
  /// estate's own account, which is taken from the plan and not from the files.
  @Test func theFilesHoldWhatTheAccountSays() throws {
    let estate = try estate()
    let account = estate.account()
    var values: [String: Substring] = [:]
    var (onTime, late, corrections, duplicates, estimated, spikes) = (0, 0, 0, 0, 0, 0)
    var lateByFile = 0
    for file in estate.files() where file.name.hasPrefix("sample-readings") {
      for row in lines(estate.bytes(file)) {
        let key = "\(row[0])/\(row[1])/\(row[2])"
        if let known = values[key] {
          if known == row[3] { duplicates += 1 } else { corrections += 1 }
        }
        values[key] = row[3]
        if row[4] == "E" { estimated += 1 }
        // 23 kW for half an hour is 11.5 kWh.
        if (Int(row[3].filter { $0 != "." }) ?? 0) > 11_500 { spikes += 1 }
        if file.name.contains("late") { late += 1 } else if !file.name.contains("corrected") { onTime += 1 }
        let start = try #require(UTCInstant(row[2]))
        let day = try #require(HalfHour(startingAt: start).flatMap { SettlementDay(containing: $0) })
        #expect(file.receivedAt > day.end)
        if file.receivedAt > day.end.advanced(byHours: 24 * 6 + 12), !file.name.contains("corrected") {
          lateByFile += 1
        }
      }
    }
    // 27 days of 48 periods and one of 46.
    #expect(account.cells == 250 * (27 * 48 + 46))
    #expect(values.count == account.readings)
    #expect(onTime == account.onTimeRows)
    #expect(late == account.late)
    #expect(lateByFile == account.late - (account.lateRows[5] ?? 0))
    #expect(corrections == account.corrections)
    #expect(duplicates == account.duplicates)
    #expect(estimated == account.estimated)
    #expect(spikes == account.spikes)
    #expect(account.rows == onTime + late + corrections)
    // Every kind of fault is there.
    for count in [account.missing, corrections, duplicates, estimated, spikes, account.voidHomes] { #expect(count > 0) }
    #expect(Set(account.lateRows.keys) == [5, 28, 45, 80])
    #expect(account.importPoints + account.exportPoints == 250)
    #expect((2...25).contains(account.exportPoints))
  }

  @Test func everyFileReadsWithoutComplaint() throws {
    let estate = try estate(points: 60)
    var readings = 0
    var complaints = 0
    for file in estate.files() {
      let bytes = estate.bytes(file)
      switch PortfolioFile.detect(firstBytes: bytes.prefix(400)) {
      case .readings:
        var reader = ReadingTableReader(file: file.name)
        let take = { (event: ReadingEvent) in
          switch event {
          case .series: break
          case .reading: readings += 1
          case .quarantined, .noted: complaints += 1
          }
        }
        bytes.withUnsafeBytes { reader.consume($0, take) }
        reader.finish(take)
      case .registrations:
        var reader = RegistrationReader(file: file.name, recordedAt: file.receivedAt)
        let take = { (event: PortfolioEvent<Registration>) in if case .value = event {} else { complaints += 1 } }
        bytes.withUnsafeBytes { reader.consume($0, take) }
        reader.finish(take)
      case .contracts:
        var reader = ContractReader(file: file.name, source: "", receivedAt: file.receivedAt)
        let take = { (event: PortfolioEvent<ContractVolume>) in if case .value = event {} else { complaints += 1 } }
        bytes.withUnsafeBytes { reader.consume($0, take) }
        reader.finish(take)
      default: #expect(file.name.hasPrefix("sample-system-prices"))
      }
    }
    #expect(readings == estate.account().rows)
    #expect(complaints == 0)
  }

  @Test func pricesCoverEveryPeriodWithOneNegativeAndOneSpike() throws {
    let estate = try estate(points: 1)
    let tables = estate.files().filter { $0.name.hasPrefix("sample-system-prices") }.map { lines(estate.bytes($0)) }
    #expect(tables.map(\.count) == (0..<28).map { $0 == 13 ? 46 : 48 })
    let rows = tables.flatMap(\.self)
    #expect(rows.allSatisfy { $0.count == 5 && $0[2] == $0[3] })
    #expect(rows.filter { $0[2].hasPrefix("-") }.map { $0[2] } == ["-25.50"])
    #expect(rows.count { $0[2] == "487.25" } == 1)
    #expect(tables[13].first?.prefix(2) == ["29/03/2026", "1"])
  }

  @Test func aDayLooksLikeADay() throws {
    let estate = try estate()
    var sums: [Int: Int64] = [:]
    // Tuesday 31 March: summer time, 48 periods.
    for item in estate.demand() where item.date.description == "2026-03-31" {
      sums[item.period, default: 0] += item.energy.wattHours
    }
    #expect(sums.count == 48)
    // The evening peak is above the small hours and above the early afternoon, when the sun takes off its part.
    #expect((sums[37] ?? 0) > (sums[14] ?? 0) && (sums[37] ?? 0) > (sums[28] ?? 0))
  }

  @Test func refusesWhatTheCalendarDoesNotHave() throws {
    let late = try #require(SettlementDate("2099-12-01"))
    #expect(SampleEstate(seed: 1, from: late) == nil)
    let good = try #require(SettlementDate("2026-03-16"))
    #expect(SampleEstate(seed: 1, meteringPoints: 0, from: good) == nil)
    #expect(SampleEstate(seed: 1, from: good, days: 0) == nil)
  }
}
