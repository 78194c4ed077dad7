import DUIS
import GBCS
import Glibc
import KeyInfrastructure
import MessageSecurity
import XMLDocuments

/// The parsers of what comes from outside in bulk, each with the law that its readings must keep. A broken law stops the
/// program as a crash does, so that the fuzzer keeps the input.
enum FuzzTarget: String, CaseIterable {
  case gbcs
  case dlms
  case asn1
  case gas
  case duis
  case certificates
  case arrivals

  func run(_ bytes: [UInt8]) {
    switch self {
    case .gbcs: Self.message(bytes)
    case .dlms: Self.payload(bytes, .command, begins: [0xD9, 0xDA, 0x0F])
    case .asn1:
      if let value = try? ASN1Value(bytes) { Self.require(value.bytes == bytes, "ASN.1 written again differs") }
    case .gas:
      for kind in DeviceMessage.Kind.allCases { Self.payload(bytes, kind, begins: [0x01]) }
    case .duis: Self.document(bytes)
    case .certificates: Self.certificate(bytes)
    case .arrivals: ArrivalsLaw.shared.run(bytes)
    }
  }

  /// What is taken is written as the same bytes.
  private static func message(_ bytes: [UInt8]) {
    guard let message = try? DeviceMessage(bytes) else { return }
    require(message.bytes == bytes, "the message written again differs")
    if let opened = try? message.openedPayload() {
      require(opened.payload.bytes == message.payload, "the payload written again differs")
    }
    _ = MessagePicture(message)
  }

  private static func payload(_ bytes: [UInt8], _ kind: DeviceMessage.Kind, begins: Set<UInt8>) {
    guard let first = bytes.first, begins.contains(first), let opened = try? OpenedPayload(bytes, kind: kind) else {
      return
    }
    require(opened.payload.bytes == bytes, "the payload written again differs")
  }

  /// A request or response that is taken reads back equal from what is written.
  private static func document(_ bytes: [UInt8]) {
    guard let document = try? XMLDocument(bytes), let root = try? document.root() else { return }
    _ = try? document.signatureVerdict(certificates: [])
    if let request = try? ServiceRequest(root) {
      let again = (try? XMLDocument(request.element.document).root()).flatMap { try? ServiceRequest($0) }
      require(again == request, "the request read again differs")
    }
    if let response = try? ServiceResponse(root) {
      let again = (try? XMLDocument(response.element.document).root()).flatMap { try? ServiceResponse($0) }
      require(again == response, "the response read again differs")
    }
  }

  private static func certificate(_ bytes: [UInt8]) {
    if let certificate = try? Certificate(bytes) {
      require(certificate.bytes == bytes, "the certificate keeps other bytes")
      _ = ChainJudge(roots: [], authorities: [certificate]).verdict(certificate, at: .never)
      _ = certificate.serialDecimal
    }
    if let list = try? RevocationList(bytes) { require(list.bytes == bytes, "the list keeps other bytes") }
    if let request = try? CertificateRequest(bytes) { require(request.bytes == bytes, "the request keeps other bytes") }
  }

  static func require(_ isSo: Bool, _ law: String) {
    guard !isSo else { return }
    say("LAW BROKEN: \(law)")
    abort()
  }
}

/// A line on standard error. The C library's `stderr` is a variable that Swift takes for shared state.
func say(_ line: String) {
  let bytes = Array((line + "\n").utf8)
  _ = write(2, bytes, bytes.count)
}
