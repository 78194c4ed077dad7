import Crypto
import GBCS
import Glibc
import KeyInfrastructure

/// Which parser is fuzzed: the environment says, because libFuzzer has the arguments.
private let target: FuzzTarget = {
  let name = getenv("HALFHOUR_FUZZ_PARSER").map { String(cString: $0) } ?? ""
  guard let target = FuzzTarget(rawValue: name) else {
    say("HALFHOUR_FUZZ_PARSER is one of \(FuzzTarget.allCases.map(\.rawValue).joined(separator: ", "))")
    exit(64)
  }
  return target
}()

@_silgen_name("LLVMFuzzerRunDriver")
private func runDriver(
  _ count: UnsafeMutablePointer<CInt>,
  _ arguments: UnsafeMutablePointer<UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>?>,
  _ callback: @convention(c) (UnsafePointer<UInt8>?, Int) -> CInt
) -> CInt

/// The package manager gives the entry of an executable this name; libFuzzer's own main stays out of the way.
@_cdecl("ParserFuzzer_main")
public func parserFuzzerMain(
  _ count: CInt, _ arguments: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>?
) -> CInt {
  if let folder = getenv("HALFHOUR_FUZZ_SEEDS") {
    Seeds.write(target, to: String(cString: folder))
    return 0
  }
  var count = count
  var arguments = arguments
  return runDriver(&count, &arguments) { bytes, size in
    target.run(Array(UnsafeBufferPointer(start: bytes, count: size)))
    return 0
  }
}

/// A few whole inputs of each kind, made by the program itself, for a run without any others.
enum Seeds {
  static func write(_ target: FuzzTarget, to folder: String) {
    for (number, bytes) in seeds(target).enumerated() {
      guard let file = fopen("\(folder)/made-\(number)", "wb") else { continue }
      fwrite(bytes, 1, bytes.count, file)
      fclose(file)
    }
  }

  private static let party = EUI64(rawValue: 0x90B3_D51F_3001_0000)
  private static let device = EUI64(rawValue: 0x00DB_1234_5678_90A0)
  private static let access: [UInt8] = [0xDA, 0x20, 0, 3, 0xE8, 0, 0, 1, 0x06, 0, 0, 0, 30, 1, 1, 0]

  private static func seeds(_ target: FuzzTarget) -> [[UInt8]] {
    switch target {
    case .gbcs:
      DeviceMessage.Kind.allCases.map { kind in
        DeviceMessage(
          kind: kind, counter: 1000, originator: party, recipient: device, code: MessageCode(rawValue: 0x0037),
          supplementary: Supplementary(), payload: access
        ).bytes
      }
    case .dlms: [access]
    case .asn1: [[0x30, 0x06, 0x02, 0x01, 0x05, 0x04, 0x01, 0xFF]]
    case .gas: [[0x01, 0x09, 0x01, 0x00, 0x07, 0x02, 0x00, 0x05, 0x01, 0x00, 0x00, 0x01, 0x02]]
    case .duis: [Array(request.utf8)]
    case .certificates: certificates()
    }
  }

  private static let request = """
    <sr:Request xmlns:sr="http://www.dccinterface.co.uk/ServiceUserGateway" schemaVersion="5.4"><sr:Header>\
    <sr:RequestID>\(party):\(device):1000</sr:RequestID><sr:CommandVariant>1</sr:CommandVariant>\
    <sr:ServiceReference>4.8</sr:ServiceReference><sr:ServiceReferenceVariant>4.8.1</sr:ServiceReferenceVariant>\
    </sr:Header><sr:Body><sr:ReadActiveImportProfileData/></sr:Body></sr:Request>
    """

  private static func certificates() -> [[UInt8]] {
    guard let pki = try? TestPKI(seed: 1), let organisation = try? pki.organisation(party, .supplier),
      let device = try? pki.device(device)
    else { return [] }
    let time = pki.validFrom
    let entry = RevocationList.Entry(organisation.signing.certificate, at: time, reason: .superseded)
    let list = try? pki.organisations.issuing.revocationList(
      [entry], number: 1, thisUpdate: time, nextUpdate: time.adding(years: 1))
    let request = try? CertificateRequest(
      .device(EUI64(rawValue: 1), use: .signing), key: organisation.signing.key)
    let all = organisation.certificates + device.certificates + pki.authorities
    return all.map(\.bytes) + [list?.bytes, request?.bytes].compactMap { $0 }
  }
}
