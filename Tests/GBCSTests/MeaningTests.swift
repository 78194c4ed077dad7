import GBCS
import Testing

@Suite("What a command asks for, for a person") struct MeaningTests {
  private static let address = CommandAddress(originator: Made.party, counter: 5, device: Made.device)

  private func meaning(_ message: DeviceMessage) -> MessagePicture? {
    MessagePicture(message).parts.first { $0.name == "meaning" }
  }

  @Test("a read names its use case and its range") func reads() {
    let period = LogPeriod(from: DeviceTime(seconds: 473_299_200), to: DeviceTime(seconds: 473_385_600))
    for read in MeterRead.allCases {
      let found = meaning(Self.address.command(read, period))
      #expect(found?.meaning == read.code.useCase)
      #expect(
        found?.parts.map(\.meaning) == (read.hasPeriod ? ["2014-12-31 00:00:00", "2015-01-01 00:00:00"] : []), "\(read)"
      )
    }
    let gas = meaning(Self.address.command(GasRead.profile(.init(from: period.from, count: 49))))
    #expect(gas?.parts.map(\.meaning) == ["2014-12-31 00:00:00", "49"])
  }

  @Test("credentials and firmware name what is replaced and when; broken ones have no meaning") func administration()
    throws
  {
    let certificate = ASN1Value.sequence([.integer(1)]).bytes
    var update = CredentialsUpdate(
      mode: .supplierByTransitionalCoS, authorisingCounter: 7, newFloor: 9,
      replacements: [
        .init(certificate: certificate, cell: TrustAnchorCell(.supplier, .keyAgreement, .prepaymentTopUp))
      ],
      path: [certificate], executionTime: DeviceTime(seconds: 473_299_200))
    let found = meaning(try Self.address.command(update))
    #expect(found?.meaning == "replace credentials at 2014-12-31 00:00:00")
    #expect(found?.parts.map(\.name).contains("replaces supplier, keyAgreement, prepaymentTopUp") == true)
    update.isCancellation = true
    #expect(meaning(try Self.address.command(update))?.meaning.hasSuffix("taken back") == true)
    let firmware = FirmwareActivation(hash: [UInt8](repeating: 1, count: 32), counter: 3)
    #expect(meaning(Self.address.command(firmware))?.meaning == "activate firmware at once")
    var broken = Self.address.command(firmware)
    broken.payload = [0x05, 0x00]
    #expect(meaning(broken) == nil)
  }

  @Test("device times: there and back, and nothing that is no time") func times() {
    for seconds in [UInt32(0), 1, 86_399, 5_097_599, 473_299_200, 825_724_800, 4_294_967_295] {
      let time = DeviceTime(seconds: seconds)
      #expect(DeviceTime(dateTime: time.dateTime()) == time)
      #expect(ASN1Value.time(time).time == time)
    }
    #expect(DeviceTime(dateTime: Made.hex("07ea021dff000000008000ff")) == nil, "29 February 2026")
    #expect(DeviceTime(dateTime: Made.hex("07e8021dff000000008000ff")) != nil, "29 February 2024")
    #expect(DeviceTime(dateTime: Made.hex("07df0101ff183b00008000ff")) == nil, "hour 24")
    #expect(DeviceTime(dateTime: [1, 2, 3]) == nil)
  }
}
