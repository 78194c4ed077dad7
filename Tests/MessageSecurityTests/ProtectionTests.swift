import Crypto
import GBCS
import MessageSecurity
import Testing

@Suite("Keys, MACs, signatures and encryption of messages") struct ProtectionTests {
  let parties = Parties()

  func message(_ kind: DeviceMessage.Kind, supplementary: Supplementary = Supplementary()) -> DeviceMessage {
    DeviceMessage(
      kind: kind, counter: 1000, originator: kind == .command ? parties.supplier : parties.device,
      recipient: kind == .command ? parties.device : parties.supplier, code: MessageCode(rawValue: 0x0037),
      supplementary: supplementary, payload: [0xDA, 0x20, 0, 0, 1, 0, 0, 0, 0])
  }

  @Test("both sides agree on the secret and on the MAC", arguments: DeviceMessage.Kind.allCases)
  func mac(_ kind: DeviceMessage.Kind) throws {
    let one = try SharedSecretValue(privateKey: parties.deviceKey, certificate: parties.supplierAgreement)
    let two = try SharedSecretValue(privateKey: parties.supplierKey, certificate: parties.deviceAgreement)
    #expect(one == two)
    let protected = try message(kind).protected(with: one)
    #expect(try DeviceMessage(protected.bytes) == protected)
    #expect(try two.key(for: KeyContext(mac: protected)).authenticates(protected))
    #expect(throws: SigningFault.hasMAC) { try protected.protected(with: one) }
    for other in DeviceMessage.Kind.allCases where other != kind {
      var context = KeyContext(mac: protected)
      context.purpose = KeyPurpose(other)
      #expect(try !two.key(for: context).authenticates(protected))
    }
  }

  @Test("any changed bit of a protected message is noticed") func changedBits() throws {
    let secret = try SharedSecretValue(privateKey: parties.deviceKey, certificate: parties.supplierAgreement)
    let bytes = try message(.response).protected(with: secret).bytes
    var read = 0
    for place in bytes.indices {
      var changed = bytes
      changed[place] ^= 0x10
      guard let message = try? DeviceMessage(changed) else { continue }
      read += 1
      #expect(try !secret.key(for: KeyContext(mac: message)).authenticates(message))
    }
    #expect(read > 30)
  }

  @Test("a signature is its signer's and covers every field") func signatures() throws {
    var unsigned = message(.command)
    unsigned.signature = .omitted
    let signed = try unsigned.signed(with: parties.signingKey)
    #expect(signed.isSigned(by: try parties.supplierSigning))
    #expect(!unsigned.isSigned(by: try parties.supplierSigning))
    #expect(!signed.isSigned(by: try parties.supplierAgreement))
    #expect(throws: SigningFault.alreadySigned) { try signed.signed(with: parties.signingKey) }
    var changed = signed
    changed.counter += 1
    #expect(!changed.isSigned(by: try parties.supplierSigning))
    changed = signed
    changed.payload[8] = 1
    #expect(!changed.isSigned(by: try parties.supplierSigning))
  }

  @Test("encrypted content opens for the party that asked, and for nobody else") func encryption() throws {
    let supplementary = Supplementary(remoteParty: parties.other, remotePartyCounter: 7, originatorCounter: 8)
    let response = message(.response, supplementary: supplementary)
    let context = KeyContext(encryption: response)
    #expect(context.recipient == parties.other && context.counter == 8 && context.purpose == .encryption)
    let deviceSide = try SharedSecretValue(
      privateKey: parties.otherKey, certificate: parties.deviceAgreement)
    let plaintext = (0..<200).map { UInt8($0) }
    let bytes = try deviceSide.key(for: context).sealedContent(plaintext)
    let sealed = try #require(SealedContent(bytes, offset: 0))
    #expect(try deviceSide.key(for: context).open(sealed) == plaintext)
    let supplierSide = try SharedSecretValue(privateKey: parties.supplierKey, certificate: parties.deviceAgreement)
    #expect(try supplierSide.key(for: context).open(sealed) == nil)
    #expect(KeyContext(encryption: message(.response)).recipient == parties.supplier)
    #expect(KeyContext(encryption: message(.response)).counter == 1000)
    var changed = bytes
    changed[10] ^= 1
    #expect(try deviceSide.key(for: context).open(#require(SealedContent(changed, offset: 0))) == nil)
  }

  @Test("keys and secrets of wrong lengths are none") func lengths() {
    #expect(SharedSecretValue([1, 2]) == nil)
    #expect(MessageKey([1, 2], originator: parties.device) == nil)
  }

  @Test("AES-128-GCM, test case 2 of its specification: zeros") func zeros() throws {
    let key = try #require(MessageKey([UInt8](repeating: 0, count: 16), originator: EUI64(rawValue: 0)))
    let sealed = try key.seal([UInt8](repeating: 0, count: 16), authenticating: [])
    #expect(hexText(sealed.ciphertext) == "0388dace60b6a392f328c2b971b2fe78")
    #expect(hexText(sealed.tag) == "ab6e47d42cec13bdf53a67b21257bddf")
    #expect(
      try key.open(sealed.ciphertext, tag: Array(sealed.tag.prefix(12)), authenticating: [])
        == [UInt8](repeating: 0, count: 16))
  }
}
