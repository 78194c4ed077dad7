public import DUIS
import DataServiceProvider
import GBCS
import JSONText
import MessageSecurity

/// Holds the translation of DUIS requests into GBCS commands against the reference (pre-)commands, byte for byte.
///
/// Taken from the reference, because no request says it: the use case (which stands for kind and version of the device),
/// whether the device knows the user, the broker's own counter, the signature, and the number that the DSP drew (9.1).
/// All else comes from the request.
public struct TranslationCheck {
  public static let commands = "DUIS request to GBCS command"
  public static let preCommands = "DUIS request to GBCS pre-command"

  private static let broker = EUI64(rawValue: 0x90B3_D51F_3000_0002)
  /// The DSP's time that the reference gas commands bear: 2015-01-01T00:00:00Z.
  private static let issued = DeviceTime(seconds: 473_385_600)

  /// References whose command says another thing than their own request, which is why no translation can give them.
  static let contradictions = [
    "GCS16b_4.14_URP": period, "GCS15c_4.4.3": period,
    "CS08_11.2": "the reference command is for another user than its request",
    "CS02bNOByNO_6.15.1": certificates, "CS02bSupplierBySupplier_6.15.1_FUTURE_DATED": certificates,
    "CS02bSupplierBySupplier_6.15.1_IMMEDIATE": certificates, "CS02bSupplierByTransCoS_6.23_FUTURE_DATED": certificates,
    "CS02bSupplierByTransCoS_6.23_IMMEDIATE": certificates,
  ]

  /// How the names of requests end.
  private static let ending = "_SUCCESS_REQUEST_DUIS.XML"
  private static let period = "the reference command asks for another period than its request"
  private static let certificates = "the reference command carries other certificates than its request"

  /// The reference messages of one request.
  private struct Pair {
    var useCase = ""
    var command: DeviceMessage?
    var preCommand: DeviceMessage?
  }

  private let check: VectorCheck
  private var pairs: [(request: String, pair: Pair)] = []
  private var kinds: [EUI64: DeviceProfile.Kind] = [:]

  /// - Returns: `nil` where the folder has no messages.
  public init?(_ folder: VectorFolder) {
    guard let messages = folder.messages else { return nil }
    var check = VectorCheck(folder)
    check.readSecrets()
    self.check = check
    var places: [String: Int] = [:]
    for line in VectorCheck.lines(messages) { read(line, &places) }
  }

  private mutating func read(_ line: [UInt8], _ places: inout [String: Int]) {
    guard let value = try? JSONText.parse(line), let folder = value["dir"]?.text, let kind = value["kind"]?.text,
      let message = value["hex"]?.hexBytes.flatMap({ try? DeviceMessage($0) }), message.kind == .command
    else { return }
    let useCase = String(folder.split(separator: "_", maxSplits: 1).last ?? "")
    if let kind = Self.kind(useCase) { kinds[message.recipient] = kind }
    guard let request = value["duisRequest"]?.text else { return }
    let place = places[request] ?? pairs.count
    if place == pairs.count { pairs.append((request, Pair())) }
    places[request] = place
    pairs[place].pair.useCase = useCase
    if kind == "COMMAND" { pairs[place].pair.command = message }
    if kind == "PRECOMMAND" { pairs[place].pair.preCommand = message }
  }

  /// The kind of device that use cases of a family are for; `nil` for those of several.
  private static func kind(_ useCase: String) -> DeviceProfile.Kind? {
    if useCase.hasPrefix("ECS") { return .electricityMeter }
    if useCase.hasPrefix("GCS") { return .gas }
    return useCase.hasPrefix("CCS") || useCase.hasPrefix("DBCH") ? .hub : nil
  }

  /// Requests that the folder has a (pre-)command of, in the order of the messages.
  public var requests: [String] { pairs.map(\.request) }

  /// Compares every pair. - Parameter request: the request of a file; `nil` where it is not there.
  public func record(in table: inout VectorTable, _ request: (String) -> ServiceRequest?) {
    for (name, pair) in pairs {
      guard let request = request(name), let reference = pair.preCommand ?? pair.command else { continue }
      let kind = pair.preCommand == nil ? Self.commands : Self.preCommands
      do throws(TranslationFault) {
        let difference = try difference(request, pair, reference, isTwin: name.contains("_TWIN"))
        guard let difference else {
          table.record(kind, name, failed: nil)
          continue
        }
        if let reason = Self.contradictions[String(name.dropLast(Self.ending.count))] {
          table.recordUnjudged(kind, name, "\(pair.useCase): \(reason)")
        } else {
          table.record(kind, name, failed: difference)
        }
      } catch {
        switch error {
        case .noTranslation, .unsupported: table.recordUnjudged(kind, name, "\(pair.useCase): not translated")
        case .missing, .unreadable, .tariff: table.record(kind, name, failed: error.description)
        }
      }
    }
  }

  /// `nil` where the bytes are the same.
  private func difference(
    _ request: ServiceRequest, _ pair: Pair, _ reference: DeviceMessage, isTwin: Bool
  ) throws(TranslationFault) -> String? {
    guard let body = try? ServiceBody(request) else { return "the body cannot be read" }
    var own = try translation(request, body, reference, isTwin: isTwin)
    // Pre-commands end with their payload: the length byte of the signature is the user's.
    if pair.preCommand != nil {
      own.signature = .omitted
      guard own.bytes == reference.bytes else { return Self.place(own.bytes, reference.bytes) }
    }
    guard let command = pair.command else { return nil }
    own.signature = command.signature
    own.mac = nil
    guard let pairSecret = check.secret(Self.broker, command.recipient) else {
      var bare = command
      bare.mac = nil
      return own.bytes == bare.bytes ? nil : Self.place(own.bytes, bare.bytes)
    }
    guard let protected = try? own.protected(with: pairSecret) else { return "no MAC can be made" }
    return protected.bytes == command.bytes ? nil : Self.place(protected.bytes, command.bytes)
  }

  private static func place(_ own: [UInt8], _ reference: [UInt8]) -> String {
    let same = zip(own, reference).prefix { $0 == $1 }.count
    return "other bytes from byte \(same) on; \(own.count) bytes for \(reference.count)"
  }

  private func translation(
    _ request: ServiceRequest, _ body: ServiceBody, _ reference: DeviceMessage, isTwin: Bool
  ) throws(TranslationFault) -> DeviceMessage {
    let kind = kinds[request.id.target] ?? .other
    var fault = TranslationFault.noTranslation
    for features in Self.features {
      let profile = DeviceProfile(kind, isTwin ? features.union([.twinElement]) : features)
      let translator = Translator(profile, now: Self.issued, drawn: Array(reference.payload.suffix(4)))
      do throws(TranslationFault) {
        let sender = try translator.isBrokersOwn(request, body, code: reference.code)
        let address = address(request, reference, sender)
        return try translator.message(request, body, from: address, code: reference.code)
      } catch {
        if error != .noTranslation { fault = error }
      }
    }
    throw fault
  }

  private static let features: [Set<DeviceProfile.Feature>] = [[], [.later], [.polyphase], [.dualBand]]

  private func address(
    _ request: ServiceRequest, _ reference: DeviceMessage, _ sender: (broker: Bool, alone: Bool)
  ) -> CommandAddress {
    let id = request.id
    if sender.alone {
      return CommandAddress(originator: reference.originator, counter: reference.counter, device: id.target)
    }
    if sender.broker || reference.originator == Self.broker {
      return CommandAddress(
        broker: Self.broker, counter: reference.counter, for: id.originator, partyCounter: id.counter,
        keyAgreementCertificate: request.body.first("KAPublicSecurityCredentials").flatMap { Base64.decode($0.text) },
        device: id.target)
    }
    return CommandAddress(originator: id.originator, counter: id.counter, device: id.target)
  }
}
