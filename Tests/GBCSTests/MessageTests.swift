import GBCS
import Testing

@Suite("Messages between devices and remote parties") struct MessageTests {
  @Test("what is written reads as what it was") func roundTrip() throws {
    #expect(Made.messages.count == 140)
    for message in Made.messages {
      #expect(try DeviceMessage(message.bytes) == message)
      #expect(try DeviceMessage(message.bytes).openedPayload().payload.bytes == message.payload)
    }
  }

  @Test("payloads read as what they were") func payloads() throws {
    for (kind, payload) in Made.payloads {
      let opened = try OpenedPayload(payload.bytes, kind: kind)
      #expect(opened.payload == payload)
    }
  }

  @Test("the parts are located") func located() throws {
    for message in Made.messages {
      let bytes = message.bytes
      let located = try DeviceMessage.locate(bytes)
      #expect(Array(bytes[located.body]) == message.body)
      #expect(Array(bytes[located.payload]) == message.payload)
    }
  }

  @Test("a message written by hand") func fields() throws {
    let bytes = Made.hex(
      """
      dd 00 00 00 00 00 00 44 11 00 00 00 00
      df 09 02 00 00 00 00 00 00 03 e8 08 00 11 22 33 44 55 66 77 08 88 99 aa bb cc dd ee ff 00 02 00 26
      10 da 20 00 03 e8 00 00 01 06 00 00 00 0a 01 01 00
      00 01 02 03 04 05 06 07 08 09 0a 0b 0c
      """)
    let message = try DeviceMessage(bytes)
    #expect(message.kind == .response)
    #expect(message.counter == 1000)
    #expect(message.originator.description == "00-11-22-33-44-55-66-77")
    #expect(message.recipient == EUI64("88-99-AA-bb-cc-dd-ee-ff"))
    #expect(message.code.description == "0026")
    #expect(message.mac == Array(1...12))
    #expect(message.bytes == bytes)
    guard case .dlms(.accessResponse(let response)) = try message.openedPayload().payload else {
      Issue.record("no access response")
      return
    }
    #expect(response.data == [.doubleLongUnsigned(10)])
    #expect(response.results == [AccessResult(.get, code: 0)])
  }

  @Test(
    "refusals say what and where",
    arguments: [
      ("", .endsEarly, 0), ("30 00", .badFrame, 0), ("dd 00", .endsEarly, 0), ("dd 00 00 00 00 00 01 00", .badFrame, 0),
      ("dd 000000000000 05 11 00000000", .missingMAC, 13), ("dd 000000000000 06 31 00000000 01", .badSecurityHeader, 8),
      ("dd 000000000000 81 05 11 00000000", .badLength, 7), ("dd 000000000000 20 11", .runsOver, 7),
      ("dd 000000000000 01 11 00", .trailing, 9), ("df 08", .badIdentifierLength, 1), ("df 09 04", .badKind, 2),
      ("df 09 01 0000", .endsEarly, 3),
      ("df 09 01 0000000000000001 07", .badIdentifierLength, 11),
      ("df 09 01 0000000000000001 08 0000000000000001 08 0000000000000002 01", .badDateTime, 29),
      ("df 09 01 0000000000000001 08 0000000000000001 08 0000000000000002 00 03 0001 00", .endsEarly, 33),
      ("df 09 01 0000000000000001 08 0000000000000001 08 0000000000000002 00 02 0001 05 00", .runsOver, 33),
      ("df 09 01 0000000000000001 08 0000000000000001 08 0000000000000002 00 02 0001 01 00 20 00", .runsOver, 35),
      ("df 09 01 0000000000000001 08 0000000000000001 08 0000000000000002 00 02 0001 01 00 01 00", .badSignature, 35),
      ("df 09 01 0000000000000001 08 0000000000000001 08 0000000000000002 00 02 0001 01 00 00 00", .trailing, 36),
    ] as [(String, MessageFault.Reason, Int)])
  func refusals(_ hex: String, _ reason: MessageFault.Reason, _ offset: Int) {
    #expect(throws: MessageFault(reason, at: offset)) { try DeviceMessage(Made.hex(hex)) }
  }

  @Test(
    "payload refusals say what and where",
    arguments: [
      ("", .unknownPayload, 0), ("d9 20000001 00 01", .runsOver, 6), ("d9 20000001 00 01 09 00", .unknownChoice, 7),
      ("d9 20000001 05 01 09 00 00 00 00", .badDateTime, 5), ("da 20000001 00 01 00 00", .badCount, 6),
      ("da 20000001 00 00 01 00 00", .badCount, 9), ("0f 20000001 00 07", .unknownType, 6),
      ("0f 20000001 00 00 00", .trailing, 7), ("01 09 01 00 0702 0004 01 00", .runsOver, 6),
      ("01 09 01 00 0702 0002 01 00 00", .endsEarly, 10), ("01 08 00", .badProfile, 0),
      ("01 09 01 02 0702 0008 0000 18 00 01 0001 00", .badSecurityHeader, 15), ("30 83 00 00 05", .badLength, 1),
      ("30 81 05 00", .runsOver, 1),
      ("30 03 02 02 00", .runsOver, 3), ("1f 00", .badASN1, 0), ("05 00 00", .trailing, 2),
      ("0f 20000001 00 13 02 00 01 00", .emptyRows, 7), ("0f 20000001 00 13 00 01 00", .emptyRows, 9),
      ("0f 20000001 00 13 02 01 01 0000 11 01 00", .emptyRows, 9),
    ] as [(String, MessageFault.Reason, Int)])
  func payloadRefusals(_ hex: String, _ reason: MessageFault.Reason, _ offset: Int) {
    #expect(throws: MessageFault(reason, at: offset)) { try OpenedPayload(Made.hex(hex), kind: .command) }
  }

  @Test(
    "lengths longer than need be are kept as they came", arguments: ["30 82 00 03 02 01 05", "04 81 01 ff", "30 00"])
  func wideLengths(_ hex: String) throws { #expect(try ASN1Value(Made.hex(hex)).bytes == Made.hex(hex)) }

  @Test("values nested without end are refused") func deep() {
    func repeated(_ pair: [UInt8]) -> [UInt8] { (0..<20_000).map { pair[$0 % 2] } }
    #expect(throws: MessageFault.self) { try DLMSValue(repeated([0x01, 0x01])) }
    #expect(throws: MessageFault.self) { try DLMSValue([0x13] + repeated([0x02, 0x01])) }
    #expect(throws: MessageFault.self) { try ASN1Value([UInt8](repeating: 0x30, count: 5000)) }
  }

  @Test("encrypted content is found") func sealed() throws {
    var found = 0
    for (kind, payload) in Made.payloads {
      for content in try OpenedPayload(payload.bytes, kind: kind).sealed {
        found += 1
        #expect(Array(payload.bytes[content.offset...].prefix(content.bytes.count)) == Made.sealed)
        #expect(content.ciphertext.count == 20 && content.tag.count == 12)
      }
    }
    #expect(found == 2)
  }

  @Test("under a MAC the signature field cannot be left out") func omitted() throws {
    var message = try #require(Made.messages.first { $0.mac != nil })
    message.signature = .omitted
    #expect(throws: MessageFault.self) { try DeviceMessage(message.bytes) }
    message.mac = nil
    #expect(try DeviceMessage(message.bytes) == message)
  }

  @Test(
    "identifiers",
    arguments: [
      ("90-B3-D5-1F-30-01-00-00", true), ("90b3d51f30010000", true), ("90-b3-d5-1f-30-01-00-00", true),
      ("90-B3-D5-1F-30-01-00-0", false), ("90:B3:D5:1F:30:01:00:00", false), ("", false), ("90b3d51f3001000g", false),
    ])
  func identifiers(_ text: String, _ isValid: Bool) {
    #expect((EUI64(text)?.description == "90-B3-D5-1F-30-01-00-00") == isValid)
  }
}
