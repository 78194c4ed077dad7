import Quantities
import SettlementCalendar
import SettlementReports
import Testing

@Suite struct ReaderTests {
  static let kinds = ReportKind.allCases

  @Test(arguments: kinds)
  func aWholeFileHasNoFindings(kind: ReportKind) {
    for day in ["2026-03-29", "2026-04-15", "2026-10-25"] {
      let all = events(invented(kind, on: day))
      #expect(all.rules == [])
      #expect(all.tally.isWhole && all.tally.checksumAgrees == true)
      #expect(all.tally.usable > 40 && all.tally.unusable == 0 && all.tally.unknown == 0)
    }
  }

  /// What is read is written back to the same bytes, with every byte-order mark, line end, blank line and fault in it.
  @Test(arguments: kinds)
  func everyByteIsInOneEvent(kind: ReportKind) {
    let plain = invented(kind)
    let text = String(decoding: plain, as: UTF8.self)
    let variants: [[UInt8]] = [
      plain, [0xEF, 0xBB, 0xBF] + plain, Array(text.split(separator: "\n").joined(separator: "\r\n").utf8),
      Array(text.replacing("\n", with: "\n\n").utf8), Array(plain.dropLast()), [], [0x0A], [0xEF, 0xBB, 0xBF],
      [0xEF, 0xBB], Array(repeating: UInt8(ascii: "A"), count: 200_000), plain + [0xFF, 0x00, 0x7C],
      plain + plain, Array(repeating: UInt8(ascii: "B"), count: 65_535) + [0x0A] + plain,
      Array(repeating: UInt8(ascii: "B"), count: 65_536) + [0x0A] + plain,
    ]
    for bytes in variants { #expect(events(bytes).fileBytes == bytes) }
  }

  @Test(arguments: kinds)
  func cutsDoNotMatter(kind: ReportKind) {
    let bytes = [0xEF, 0xBB, 0xBF] + invented(kind, parties: 1, units: 1) + Array("late|\r\n".utf8)
    let whole = events(bytes)
    #expect(whole.rules == ["SRF-11"])
    for cuts in [[1], [2], [3, 1, 7], [4_096, 1], [64]] { #expect(events(bytes, cuts: cuts) == whole) }
    let long = Array(repeating: UInt8(ascii: "x"), count: 140_000) + [0x0A] + invented(kind, parties: 1, units: 1)
    #expect(events(long, cuts: [997]) == events(long))
  }

  @Test(arguments: kinds)
  func aCutFileIsNeverWhole(kind: ReportKind) {
    let bytes = invented(kind, parties: 1, units: 1)
    var dice = Dice(7)
    for _ in 0..<60 {
      let cut = dice.below(bytes.count - 2)
      let part = Array(bytes[..<cut])
      let all = events(part)
      #expect(!all.tally.isWhole)
      #expect(all.fileBytes == part)
    }
  }

  @Test(arguments: kinds)
  func changedBytesAreNoticedOrHarmless(kind: ReportKind) {
    let bytes = invented(kind, parties: 1, units: 1)
    var dice = Dice(11)
    for _ in 0..<150 {
      var changed = bytes
      for _ in 0...dice.below(3) { changed[dice.below(changed.count)] = UInt8(dice.below(256)) }
      let all = events(changed, cuts: [1 + dice.below(300)])
      #expect(all.fileBytes == changed)
      // One changed byte always changes the checksum, or the footer itself; two may cancel, which is not tried here.
      if zip(changed, bytes).count(where: { $0 != $1 }) == 1 { #expect(!all.rules.isEmpty) }
    }
  }

  @Test func publishedRowsAreReadAndWrittenAlike() throws {
    let take = try #require(MeteredPeriod(Self.record("AGP|1|F|I|1545.2218|")))
    #expect(
      take.taken.megawattHoursText == "1545.2218"
        && take.record(.groupTakePeriod) == Self.record("AGP|1|F|I|1545.2218|"))
    let point = try #require(MeteredPeriod(Self.record("GMP|1|F|116.845|I|")))
    #expect(point.record(.supplyPointPeriod) == Self.record("GMP|1|F|116.845|I|"))
    let unit = try #require(MeteredPeriod(Self.record("ABP|31|F|17.461|E|")))
    #expect(
      unit.delivered.megawattHoursText == "17.461" && unit.record(.unitVolume) == Self.record("ABP|31|F|17.461|E|"))
    for (tag, line) in [
      (RecordTag.groupTake, "AGV|_A|20161128|DF|19|20180116|"), (.area, "MPD|_J|20190208|R1|8|20190326|"),
      (.unit, "ABV|T_GANW-11|20190324|II|1|20190326|"),
    ] {
      let group = try #require(AggregationGroup(Self.record(line)))
      #expect(group.record(tag) == Self.record(line))
    }
    let run = try #require(ReportRun(Self.record("SRH|20190103|II|1|1|20190103|1|46202|NGC|")))
    #expect(run.record(.runHeader, party: "NGC") == Self.record("SRH|20190103|II|1|1|20190103|1|46202|NGC|"))
    let account = try #require(
      AccountPeriod(Self.record("APD|C|0|160|0|-1.52|-10|0|-2|-12.0000|0.0012|||||")))
    #expect(account.energyImbalanceCharge == Money(pence: 16_000) && account.imbalance?.megawattHoursText == "-2.000")
    #expect(account.record.text(9) == "-12.0000")
  }

  @Test func namedFieldsStandWhereTheDomainNotesSay() throws {
    let unit = try #require(RecordLayoutLookup.layout(.unitPeriod, .settlementReport))
    #expect(unit.fields.count == 25 && unit.fieldCounts == [26])
    #expect(unit.position(of: "transmissionLossFactor") == 11 && unit.position(of: "transmissionLossMultiplier") == 12)
    #expect(unit.position(of: "tradingUnit") == 13 && unit.position(of: "supplierCompensationCashflow") == 25)
    let system = try #require(RecordLayoutLookup.layout(.systemPeriod, .settlementReport))
    #expect(system.fields.count == 53 && system.position(of: "cadl") == 13 && system.position(of: "dmat") == 14)
    #expect(system.position(of: "valueOfLostLoad") == 44 && system.position(of: "supplierSourcingCost") == 53)
    #expect(ReportKind.settlementReport.layouts.count == 29)
  }

  static func record(_ line: String) -> ReportRecord { ReportRecord(bytes: Array(line.utf8), lineEnd: .lineFeed) }
}

enum RecordLayoutLookup {
  static func layout(_ tag: RecordTag, _ kind: ReportKind) -> RecordLayout? { kind.layouts.first { $0.tag == tag } }
}
