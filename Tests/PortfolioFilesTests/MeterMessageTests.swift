import DUIS
import GBCS
import MarketIdentifiers
import PortfolioFiles
import Quantities
import Readings
import SettlementCalendar
import Testing
import WireFormat

/// 2026-05-01T00:30:00Z on a device's clock.
private let firstStamp: UInt32 = 1_777_595_400 - 946_684_800
private let meter = EUI64(rawValue: 1)
private let reader = EUI64(rawValue: 2)

/// A response to a read of reactive import, which is not encrypted.
private func plain(_ rows: [[UInt32]], code: UInt16 = 0x0038) -> DeviceMessage {
  DeviceMessage(
    kind: .response, counter: 7, originator: meter, recipient: reader, code: MessageCode(rawValue: code),
    payload: MeterReadAnswer.payload(7, [MeterReadAnswer.log(rows, columns: 1)], .get))
}

private func content(_ rows: [[UInt32]]) -> [UInt8] {
  DLMSValue.structure([MeterReadAnswer.log(rows, columns: 1)]).bytes
}

/// A response to a read of active import with content that looks encrypted.
private func sealed(_ rows: [[UInt32]]) -> DeviceMessage {
  let bytes = SealedContent.header + content(rows).map { $0 ^ 0x55 } + [UInt8](repeating: 9, count: 12)
  let parameters = ProtectionParameters(counter: 7, originator: meter, recipient: reader)
  return DeviceMessage(
    kind: .response, counter: 7, originator: meter, recipient: reader, code: MessageCode(rawValue: 0x0037),
    payload: MeterReadAnswer.payload(7, parameters, sealed: bytes))
}

private func said(_ pieces: [[UInt8]], limit: Int = 100) -> [String] {
  events({ MeterMessageReader(file: "m.csv", seriesLimit: limit) }, pieces).map { event in
    switch event {
    case .series(let local, let name, let quantity): "series \(local) \(name ?? "-") \(quantity.rawValue)"
    case .reading(let row): "reading \(row.series) \(row.halfHour) \(row.energy.wattHours) \(row.line)"
    case .quarantined(let finding, let rows): "quarantined \(rows) \(finding.rule) \(finding.position?.line ?? 0)"
    case .noted(let finding): "noted \(finding.rule)"
    }
  }
}

private let rows: [[UInt32]] = [[firstStamp, 120], [firstStamp + 1_800, 0]]

private func text() throws -> String {
  let mpan = try #require(MPAN(distributor: 10, serial: 1))
  return MeterMessageReader.header
    + MeterMessageReader.line(mpan, .reactiveImport, message: plain(rows).bytes, content: [])
    + MeterMessageReader.line(mpan, .activeImport, message: sealed(rows).bytes, content: content(rows))
}

@Suite struct MeterMessageTests {
  @Test func eachMessageGivesItsHalfHoursOnItsLine() throws {
    let mpan = try #require(MPAN(distributor: 10, serial: 1))
    #expect(
      said([Array(try text().utf8)]) == [
        "series 0 \(mpan) RI", "reading 0 2026-05-01T00:00:00Z/PT30M 120 2",
        "reading 0 2026-05-01T00:30:00Z/PT30M 0 2", "series 1 \(mpan) AI",
        "reading 1 2026-05-01T00:00:00Z/PT30M 120 3", "reading 1 2026-05-01T00:30:00Z/PT30M 0 3",
      ])
  }

  @Test func anyCutsGiveTheSame() throws {
    let bytes = Array(try text().utf8)
    let whole = said([bytes])
    #expect(said(bytes.map { [$0] }) == whole)
    #expect(said([Array(bytes[..<100]), Array(bytes[100...])]) == whole)
  }

  @Test func whatIsNoAnswerIsQuarantined() throws {
    let header = MeterMessageReader.header
    let good = hexText(plain(rows).bytes)
    let secret = hexText(sealed(rows).bytes)
    var command = plain(rows)
    command.kind = .command
    let odd = hexText(plain([[firstStamp + 1, 5], [firstStamp, 6]]).bytes)
    let text =
      header + "1,XX,\(good),\n1,AI,\(good),\n1,RI,zz,\n1,RI,\(hexText(command.bytes)),\n1,AI,\(secret),\n"
      + "1,AI,\(secret),00\n1,RI,\(odd),\n,RI,\(good),\n"
    #expect(
      said([Array(text.utf8)]) == [
        "quarantined 1 MSG-02 2", "quarantined 1 MSG-03 3", "quarantined 1 MSG-03 4", "quarantined 1 MSG-03 5",
        "quarantined 1 MSG-04 6", "quarantined 1 MSG-04 7", "series 0 1 RI", "quarantined 1 MSG-05 8",
        "reading 0 2026-05-01T00:00:00Z/PT30M 6 8", "quarantined 1 MSG-01 9",
      ])
    let two = header + "1,RI,\(good),\n2,RI,\(good),\n"
    #expect(said([Array(two.utf8)], limit: 1).last == "quarantined 1 MSG-06 3")
  }

  /// What the service provider of a SMETS1 meter signed; the signature itself is not judged here.
  private static func signed(_ profile: SMETS1Profile, _ rows: [[Int64]]) -> [UInt8] {
    let start = UTCInstant(secondsSince1970: 1_777_595_400)
    let entries = rows.map { SMETS1LogEntry(time: start.advanced(bySeconds: $0[0]), values: Array($0[1...])) }
    let header = SMETS1Header(originator: meter, target: reader, counter: 7, variant: profile.rawValue)
    let answer = SMETS1Answer(.profile(profile, entries))
    var root = SMETS1SignedResponse.unsigned(SMETS1Response(header: header, body: .answer(answer)))
    root.content.append(
      .element(
        MarkupElement(
          prefix: "ds", "Signature", namespace: DUISNamespace.signature,
          declarations: [.init(prefix: "ds", uri: DUISNamespace.signature)])))
    return root.document
  }

  @Test func whatASMETS1ServiceProviderSignedGivesItsHalfHours() throws {
    let mpan = try #require(MPAN(distributor: 10, serial: 1))
    let text =
      MeterMessageReader.header
      + MeterMessageReader.line(
        mpan, .activeImport, message: Self.signed(.activeImport, [[0, 120], [1_800, 0]]), content: [])
      + MeterMessageReader.line(mpan, .activeExport, message: Self.signed(.export, [[0, 7, 1]]), content: [])
      + MeterMessageReader.line(mpan, .reactiveExport, message: Self.signed(.export, [[0, 7, 1]]), content: [])
    let expected = [
      "series 0 \(mpan) AI", "reading 0 2026-05-01T00:00:00Z/PT30M 120 2",
      "reading 0 2026-05-01T00:30:00Z/PT30M 0 2", "series 1 \(mpan) AE", "reading 1 2026-05-01T00:00:00Z/PT30M 7 3",
      "series 2 \(mpan) RE", "reading 2 2026-05-01T00:00:00Z/PT30M 1 4",
    ]
    let bytes = Array(text.utf8)
    #expect(said([bytes]) == expected && said(bytes.map { [$0] }) == expected)
  }

  @Test func whatNoServiceProviderSignedIsQuarantined() {
    let good = Self.signed(.activeImport, [[0, 120]])
    let cut = Array(good.dropLast(3))
    let doctype = Array("<!DOCTYPE a><a/>".utf8)
    let negative = Self.signed(.activeImport, [[0, -1]])
    let large = Self.signed(.activeImport, [[0, 4_294_967_296]])
    let odd = Self.signed(.activeImport, [[1, 5], [0, 6]])
    var text = MeterMessageReader.header
    for (quantity, message, content) in [
      ("AE", good, ""), ("AI", cut, ""), ("AI", doctype, ""), ("AI", good, "00"), ("AI", negative, ""),
      ("AI", large, ""), ("AI", odd, ""),
    ] {
      text += "1,\(quantity),\(hexText(message)),\(content)\n"
    }
    #expect(
      said([Array(text.utf8)]) == [
        "quarantined 1 MSG-03 2", "quarantined 1 MSG-03 3", "quarantined 1 MSG-03 4", "quarantined 1 MSG-03 5",
        "quarantined 1 MSG-05 6", "quarantined 1 MSG-05 7", "series 0 1 AI", "quarantined 1 MSG-05 8",
        "reading 0 2026-05-01T00:00:00Z/PT30M 6 8",
      ])
  }

  @Test func theFileIsKnownByItsHeader() {
    #expect(PortfolioFile.detect(firstBytes: MeterMessageReader.header.utf8) == .meterMessages)
  }
}
