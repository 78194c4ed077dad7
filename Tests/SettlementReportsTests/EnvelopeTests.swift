import SettlementCalendar
import SettlementReports
import Testing

/// Header, footer, checksum, name.
@Suite struct EnvelopeTests {
  @Test func publishedHeadersAreReadAndWrittenAlike() throws {
    for line in [
      "AAA|S0142008|D|20190110120638|SA|UKDC|PB|PORTAL|21783|OPER|",
      "AAA|C0291002|D|20190325082721|CD|UKDC|PB|PORTAL|351040|OPER|",
      "AAA|C0301002|D|20190327074209|CD|UKDC|PB|PORTAL|351293|OPER|",
      "AAA|C0421002|D|20190327075556|CD|UKDC|PB|PORTAL|351297|OPER|",
    ] {
      let record = ReportRecord(bytes: Array(line.utf8), lineEnd: .lineFeed)
      let header = try #require(ReportHeader(record))
      #expect(header.record == record)
      #expect(ReportHeader.recognises(Array(line.utf8)))
      #expect(ReportHeader.recognises([0xEF, 0xBB, 0xBF] + Array(line.utf8)))
    }
    #expect(!ReportHeader.recognises(Array("AAA|E0041001|D".utf8)))
    #expect(!ReportHeader.recognises(Array("ZHV|0000475656|D0010002".utf8)))
  }

  /// The rule as another public reader of these files has it, on its own example of a contract notification file.
  @Test func checksumIsOfWordsOfFour() {
    var checksum = ReportChecksum()
    for line in [
      "AAA|E0041001|D|20260810093000|EN|CONSUSEN|EC|ECVAA|1|TEST1|",
      "EDN|ECVNAA0001|KEY0000001|ECVNAA0001|REF0000001|20260811||", "CD9|1|12.5|",
    ] { checksum.add(ReportRecord(bytes: Array(line.utf8), lineEnd: .lineFeed)) }
    #expect(checksum.value == 829_768_304)
    #expect(ReportFooter(checksum).records == 4)
  }

  /// In the footers of five published files no byte has its top bit set, as when words of ASCII are combined.
  @Test(arguments: [1_684_565_874, 1_916_476_207, 506_868_600, 985_979, 2_003_006_844] as [UInt32])
  func publishedChecksumsAreOfThatShape(value: UInt32) {
    #expect(value & 0x8080_8080 == 0)
  }

  @Test func fileNames() throws {
    let name = try #require(ReportFileName("S0142_20260828_SF_20260922223519.gz"))
    #expect(name.kind == .settlementReport && name.date == date("2026-08-28") && name.run == .sf)
    #expect(name.text == "S0142_20260828_SF_20260922223519")
    for bad in [
      "S0142_20260828_SF.gz", "S0143_20260828_SF_20260922223519", "S0142_20260832_SF_20260922223519",
      "S0142_20260828_XX_20260922223519", "S0142_20260828_SF_20260922243519", "",
    ] { #expect(ReportFileName(bad) == nil, "\(bad)") }
  }

  @Test func aNameThatSaysSomethingElseIsReported() {
    let bytes = invented(.settlementReport)
    let good = "S0142_20260415_SF_20260415120000"
    #expect(events(bytes, name: good).rules == [])
    #expect(events(bytes, name: "S0142_20260415_SF_20260415120001").rules == ["SRF-12"])
    #expect(events(bytes, name: "S0142_20260415_R1_20260415120000").rules == ["SRF-12"])
    #expect(events(bytes, name: "S0142_20260416_SF_20260415120000").rules == ["SRF-12"])
    #expect(events(bytes, name: "renamed.txt").rules == [])
  }
}
