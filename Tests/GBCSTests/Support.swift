import Foundation
import GBCS
import JSONText

/// The reference messages beside the package; HALFHOUR_SHARED names another place. `nil` where there are none.
let sharedMessages: [[UInt8]]? = {
  guard let text = sharedFile("data/dcc/gbcs/rtds-4.5.0.jsonl") else {
    print("SKIPPED: ../shared/data/dcc/gbcs is not there; set HALFHOUR_SHARED to run the tests on reference messages")
    return nil
  }
  return text.split(separator: UInt8(ascii: "\n")).compactMap { line in
    guard let hex = (try? JSONText.parse(Array(line)))?["hex"]?.text else { return nil }
    return bytes(hexadecimal: hex.utf8)
  }
}()

func sharedFile(_ path: String) -> Data? {
  if let place = ProcessInfo.processInfo.environment["HALFHOUR_SHARED"] {
    return try? Data(contentsOf: URL(fileURLWithPath: place).appendingPathComponent(path))
  }
  var folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
  while folder.path != "/", !FileManager.default.fileExists(atPath: folder.appendingPathComponent("Package.swift").path)
  {
    folder.deleteLastPathComponent()
  }
  return try? Data(contentsOf: folder.deletingLastPathComponent().appendingPathComponent("shared/\(path)"))
}

/// The same numbers for the same seed (SplitMix64).
struct Chance {
  var state: UInt64
  init(_ seed: UInt64) { state = seed }
  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var z = state
    z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
    return z ^ (z >> 31)
  }
  mutating func below(_ bound: Int) -> Int { Int(next() % UInt64(max(bound, 1))) }
}

/// Messages of every form, made here.
enum Made {
  static let device = EUI64(rawValue: 0x0011_2233_4455_6677)
  static let party = EUI64(rawValue: 0x8899_AABB_CCDD_EEFF)

  static func hex(_ text: String) -> [UInt8] { bytes(hexadecimal: text.utf8) ?? [] }

  static let values: [DLMSValue] = [
    .null, .boolean(1), .boolean(0xFF), .bitString(count: 11, bytes: [0xAB, 0xE0]), .doubleLong(-25_494_445),
    .doubleLong(.min), .doubleLongUnsigned(.max), .octetString([]), .octetString([UInt8](repeating: 7, count: 300)),
    .visibleString(Array("abc".utf8)), .utf8String(Array("£".utf8)), .binaryCodedDecimal(0x42), .integer(-5), .long(-2),
    .unsigned(200), .longUnsigned(65535), .long64(.min), .long64Unsigned(.max), .enumerated(30),
    .float32([1, 2, 3, 4]),
    .float64([1, 2, 3, 4, 5, 6, 7, 8]), .dateTime([UInt8](repeating: 0xFF, count: 12)), .date([1, 2, 3, 4, 5]),
    .time([1, 2, 3, 4]), .array([.null, .array([])]),
    .compactArray(
      .structure([.simple(.doubleLongUnsigned), .array(count: 2, of: .simple(.octetString))]),
      rows: [
        .structure([.doubleLongUnsigned(1), .array([.octetString([9]), .octetString([])])]),
        .structure([.doubleLongUnsigned(2), .array([.octetString([]), .octetString([8, 8])])]),
      ]),
  ]

  static let sealed = SealedContent.header + [UInt8](repeating: 0xC5, count: 20) + [UInt8](repeating: 0x7A, count: 12)

  static let payloads: [(DeviceMessage.Kind, Payload)] = [
    (
      .command,
      .dlms(
        .accessRequest(
          AccessRequest(
            invokeID: 0x2000_0001,
            specifications: [
              AccessSpecification(.get, objectClass: 3, object: OBISCode(1, 0, 2, 8, 0, 255), member: 2),
              AccessSpecification(
                .getWithSelection, objectClass: 7, object: OBISCode(0, 0, 99, 1, 1, 255), member: 2,
                selection: .init(selector: 1, parameters: .structure([.doubleLongUnsigned(1), .array([])]))),
            ], data: [.null, .structure(values)])))
    ),
    (
      .response,
      .dlms(
        .accessResponse(
          AccessResponse(
            invokeID: 0x2000_0001, data: [.structure([.array([]), .octetString(sealed)])],
            results: [AccessResult(.action, code: 0)])))
    ),
    (
      .alert,
      .dlms(
        .dataNotification(
          DataNotification(
            invokeID: 0x2000_0001,
            value: .structure([.longUnsigned(0x8F36), .octetString([UInt8](repeating: 1, count: 12))]))))
    ),
    (
      .response,
      .gas(
        GasPayload(components: [
          GasComponent(
            isLast: false, cluster: 0x0702, encryption: .init(), frameControl: 0x18, sequence: 0, command: 1,
            content: .sealed(SealedContent(sealed, offset: 15)!)),
          GasComponent(
            isLast: true, cluster: 0x0705, fromDateTime: 0xFFFF_FFFF, frameControl: 0x04, manufacturer: [1, 2],
            sequence: 1, command: 0x0B, content: .clear([2, 9])),
        ]))
    ),
    (.alert, .gasAlert(GasAlert(alertCode: 0x8F66, time: 1, content: [1, 2]))),
    (.alert, .gasAlert(GasAlert(alertCode: 0x8F30, time: 1))),
    (
      .command,
      .asn1(
        .constructed(
          identifier: 0x30,
          elements: [
            .primitive(identifier: 0x02, content: [3]), .constructed(identifier: 0xA0, elements: []),
            .primitive(identifier: 0x04, content: [UInt8](repeating: 1, count: 200)),
          ]))
    ),
  ]

  /// Each payload under each protection.
  static let messages: [DeviceMessage] = payloads.flatMap { kind, payload in
    let supplementary =
      switch kind {
      case .command:
        Supplementary(remoteParty: party, remotePartyCounter: 9, keyAgreementCertificate: [0x30, 0x01, 0x00])
      case .response: Supplementary(remoteParty: party, remotePartyCounter: 9, originatorCounter: 10)
      case .alert: Supplementary(remoteParty: party)
      }
    let signature = DeviceMessage.Signature.present((0..<64).map { UInt8($0) })
    let mac = [UInt8](repeating: 0xEE, count: 12)
    let forms: [(DeviceMessage.Signature, [UInt8]?)] = [
      (.omitted, nil), (.none, nil), (signature, nil), (.none, mac), (signature, mac),
    ]
    return forms.flatMap { form in
      [nil, [UInt8](repeating: 3, count: 12)].flatMap { (date: [UInt8]?) in
        [Supplementary(), supplementary].map {
          DeviceMessage(
            kind: kind, counter: 0x1_0000_0000, originator: device, recipient: party, dateTime: date,
            code: MessageCode(rawValue: 0x0037), supplementary: $0, payload: payload.bytes, signature: form.0,
            mac: form.1)
        }
      }
    }
  }
}
