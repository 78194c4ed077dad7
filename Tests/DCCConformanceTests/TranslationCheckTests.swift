import DCCConformance
import DUIS
import GBCS
import Testing

@Suite("Requests against reference commands") struct TranslationCheckTests {
  private static let user = EUI64(rawValue: 0x90B3_D51F_3001_0000)
  private static let meter = EUI64(rawValue: 0x00DB_1234_5678_90A0)

  private static func request(_ variant: String, _ name: String) -> ServiceRequest {
    ServiceRequest(
      id: RequestID(originator: user, target: meter, counter: 1_000), commandVariant: 1, variant: variant,
      body: .other(MarkupElement(prefix: "sr", name, namespace: DUISNamespace.gateway)))
  }

  /// A folder with one message, and what comes of its request.
  private static func table(_ message: DeviceMessage, _ folder: String, _ request: ServiceRequest) throws -> VectorTable
  {
    let line =
      #"{"id":"a","dir":"\#(folder)","kind":"COMMAND","duisRequest":"a.XML","hex":"\#(hexText(message.bytes))"}"#
    var vectors = VectorFolder()
    vectors.messages = Array(line.utf8)
    let check = try #require(TranslationCheck(vectors))
    #expect(check.requests == ["a.XML"])
    var table = VectorTable()
    check.record(in: &table) { $0 == "a.XML" ? request : nil }
    return table
  }

  private static let address = CommandAddress(originator: user, counter: 1_000, device: meter)

  @Test("the same bytes pass; any other byte of the payload fails") func bytes() throws {
    let request = Self.request("7.4", "ReadSupplyStatus")
    let good = Self.address.command(.readSupplyState)
    #expect(try Self.table(good, "7.4_ECS45", request).passed == 1)
    for place in good.payload.indices {
      var wrong = good
      wrong.payload[place] ^= 0x55
      let table = try Self.table(wrong, "7.4_ECS45", request)
      #expect(table.passed == 0 && table.failed == 1)
    }
  }

  @Test("another counter fails; a use case without translation is not judged") func others() throws {
    var wrong = Self.address.command(.readSupplyState)
    wrong.counter += 1
    #expect(try Self.table(wrong, "7.4_ECS45", Self.request("7.4", "ReadSupplyStatus")).failed == 1)
    let unknown = Self.address.command(MessageCode(rawValue: 0x0F00), [UInt8]())
    let table = try Self.table(unknown, "6.99_ECS99", Self.request("6.99", "Anything"))
    #expect(table.passed == 0 && table.failed == 0 && table.notJudged == 1)
    #expect(table.unjudged.first?.reason == "ECS99: not translated")
  }

  @Test("a folder without messages has nothing to compare") func empty() {
    #expect(TranslationCheck(VectorFolder()) == nil)
  }
}
