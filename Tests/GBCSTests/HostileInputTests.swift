import GBCS
import Testing

/// Whatever the bytes, an answer or a fault: never a crash. What is taken is written back as the same bytes.
@Suite("Hostile bytes") struct HostileInputTests {
  func feed(_ bytes: [UInt8]) -> Bool {
    guard let located = try? DeviceMessage.locate(bytes) else { return false }
    #expect(located.message.bytes == bytes)
    if let opened = try? located.message.openedPayload() {
      #expect(opened.payload.bytes == located.message.payload)
    }
    return true
  }

  @Test("every cut of every made message is refused, or is a message without its signature byte") func truncated() {
    for message in Made.messages {
      let bytes = message.bytes
      for count in 0..<bytes.count {
        guard feed(Array(bytes[..<count])) else { continue }
        // Without a MAC frame a body may end before the signature field: the early form of a pre-command.
        #expect(message.mac == nil && count == message.signedContent.count + 1)
      }
    }
  }

  @Test("changed bytes") func mutated() {
    var chance = Chance(1)
    let messages = Made.messages.map(\.bytes)
    for _ in 0..<5_000 {
      var bytes = messages[chance.below(messages.count)]
      for _ in 0...chance.below(3) { change(&bytes, &chance) }
      _ = feed(bytes)
    }
  }

  @Test("changed bytes of payloads") func mutatedPayloads() {
    var chance = Chance(2)
    for _ in 0..<5_000 {
      let (kind, payload) = Made.payloads[chance.below(Made.payloads.count)]
      var bytes = payload.bytes
      for _ in 0...chance.below(3) { change(&bytes, &chance) }
      if let opened = try? OpenedPayload(bytes, kind: kind) { #expect(opened.payload.bytes == bytes) }
    }
  }

  @Test("reference messages: read to the last byte, written as they were", .enabled(if: sharedMessages != nil))
  func reference() throws {
    let messages = try #require(sharedMessages)
    #expect(messages.count == 842)
    for bytes in messages {
      let message = try DeviceMessage(bytes)
      #expect(message.bytes == bytes)
      #expect(try message.openedPayload().payload.bytes == message.payload)
    }
  }

  @Test("reference messages: cut and changed", .enabled(if: sharedMessages != nil)) func hostileReference() throws {
    let messages = try #require(sharedMessages)
    var chance = Chance(3)
    for message in messages {
      for _ in 0..<6 { _ = feed(Array(message[..<chance.below(message.count)])) }
      for _ in 0..<4 {
        var bytes = message
        change(&bytes, &chance)
        _ = feed(bytes)
      }
    }
  }

  private func change(_ bytes: inout [UInt8], _ chance: inout Chance) {
    guard !bytes.isEmpty else { return }
    let place = chance.below(bytes.count)
    switch chance.below(5) {
    case 0: bytes[place] ^= 1 << UInt8(chance.below(8))
    case 1: bytes[place] = [0, 1, 0x7F, 0x80, 0x81, 0x82, 0xFF][chance.below(7)]
    case 2: bytes.remove(at: place)
    case 3: bytes.insert(UInt8(truncatingIfNeeded: chance.next()), at: place)
    default: bytes.removeSubrange(place..<min(bytes.count, place + chance.below(16)))
    }
  }
}
