import Foundation
import GBCS
import JSONText
import MessageSecurity

/// Judges and opens messages with shared secrets that a file gives.
struct MessageOpener {
  enum Verdict: String {
    case right = "right"
    case wrong = "WRONG"
    case unknown = "not judged: no secret of these parties"
  }

  private let secrets: [Set<EUI64>: SharedSecretValue]
  private let broker: EUI64

  init(secrets file: Data, _ broker: EUI64) throws {
    let pairs = (try JSONText.parse(Array(file)).members ?? []).compactMap { member in
      let parties = member.key.split(separator: "|").compactMap { EUI64($0) }
      let secret = member.value.text.flatMap { bytes(hexadecimal: $0.utf8) }.flatMap(SharedSecretValue.init)
      return parties.count == 2 ? secret.map { (Set(parties), $0) } : nil
    }
    self.secrets = Dictionary(pairs, uniquingKeysWith: { first, _ in first })
    self.broker = broker
  }

  /// `nil` where the message has no MAC. A command's MAC is the broker's, whoever is named as originator.
  func verdict(_ message: DeviceMessage) -> Verdict? {
    guard message.mac != nil else { return nil }
    let parties: Set<EUI64> =
      message.kind == .command ? [broker, message.recipient] : [message.originator, message.recipient]
    guard let secret = secrets[parties] else { return .unknown }
    let isRight = (try? secret.key(for: KeyContext(mac: message)).authenticates(message)) ?? false
    return isRight ? .right : .wrong
  }

  /// A picture for each encrypted content.
  func opened(_ message: DeviceMessage) -> [MessagePicture] {
    let context = KeyContext(encryption: message)
    let sealed = (try? message.openedPayload())?.sealed ?? []
    return sealed.enumerated().map { index, content in
      let name = "decrypted content \(index + 1)"
      guard let secret = secrets[[context.originator, context.recipient]] else {
        return MessagePicture(name, Verdict.unknown.rawValue)
      }
      guard let plaintext = try? secret.key(for: context).open(content) else {
        return MessagePicture(name, "its tag is wrong")
      }
      let value = (try? DLMSValue(plaintext)).map { [MessagePicture.value("value", $0)] }
      return MessagePicture(name, "", bytes: plaintext, parts: value ?? [])
    }
  }
}
