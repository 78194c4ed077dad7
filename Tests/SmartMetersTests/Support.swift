import EstateSimulator
import GBCS
import SettlementCalendar
import SmartMeters

/// Stands in for cryptography where only the meter's logs are looked at: the MAC is a checksum, nothing is encrypted.
final class PlainSecurity: DeviceSecurity {
  static func checksum(_ message: DeviceMessage) -> [UInt8] {
    var bare = message
    bare.mac = nil
    let sum = bare.body.reduce(UInt64(14_695_981_039_346_656_037)) { ($0 ^ UInt64($1)) &* 1_099_511_628_211 }
    return bigEndian(sum) + [0, 0, 0, 0]
  }

  func isAuthentic(_ message: DeviceMessage, device: EUI64, party: PublicCredential) -> Bool {
    message.mac == Self.checksum(message)
  }
  func protected(_ message: DeviceMessage, device: EUI64, party: PublicCredential) -> DeviceMessage? {
    var copy = message
    copy.mac = Self.checksum(message)
    return copy
  }
  func sealed(_ content: [UInt8], in message: DeviceMessage, device: EUI64, party: PublicCredential) -> [UInt8]? {
    SealedContent.header + content + [UInt8](repeating: 0, count: 12)
  }
  func signed(_ message: DeviceMessage, device: EUI64) -> DeviceMessage? {
    var copy = message
    copy.signature = .present([UInt8](repeating: 1, count: 64))
    return copy
  }
  func isSigned(_ message: DeviceMessage, by party: PublicCredential) -> Bool { message.isSigned }
  func facts(ofCertificate der: [UInt8]) -> CertificateFacts? { nil }
  func isIssued(
    _ certificate: [UInt8], through issuers: [[UInt8]], anchor: PublicCredential?, at time: DeviceTime?
  ) -> Bool { false }
  func judge(topUp digits: [UInt8], counter: UInt64, device: EUI64, party: PublicCredential) -> TopUpVerdict {
    .malformed
  }
}

/// Meters of a small estate that anybody may read.
struct Bench {
  static let supplier = EUI64(rawValue: 1)
  static let network = EUI64(rawValue: 2)
  static let broker = EUI64(rawValue: 3)

  let security = PlainSecurity()
  let loads: EstateLoads
  let meters: MeterEstate
  private var counter: UInt64 = 0

  init(
    seed: UInt64 = 4, mpans: Int = 1_500, installed: String = "2025-03-01T00:00:00Z", faults: FaultPlan = FaultPlan()
  )
    throws
  {
    let estate = try present(NationalEstate(seed: seed, mpans: mpans))
    loads = EstateLoads(estate)
    var cells: [TrustAnchorCell: PublicCredential] = [:]
    for (role, party) in [
      (RemotePartyRole.supplier, Self.supplier), (.networkOperator, Self.network), (.accessControlBroker, Self.broker),
    ] {
      for use in [KeyUse.digitalSignature, .keyAgreement] {
        cells[TrustAnchorCell(role, use)] = PublicCredential(holder: party, keyIdentifier: 0, publicKey: [])
      }
    }
    let start = try present(UTCInstant(installed).flatMap { HalfHour(startingAt: $0) })
    meters = MeterEstate(estate: estate, credentials: CredentialStore(cells), installed: start, faults: faults)
  }

  mutating func address(_ originator: EUI64, _ device: EUI64) -> CommandAddress {
    counter += 1
    return CommandAddress(originator: originator, counter: counter, device: device)
  }

  func finished(_ message: DeviceMessage, critical: Bool = false) -> [UInt8] {
    var copy = message
    if critical { copy.signature = .present([UInt8](repeating: 1, count: 64)) }
    copy.mac = PlainSecurity.checksum(copy)
    return copy.bytes
  }

  /// What a meter answers to a read by whoever may ask.
  mutating func read(
    _ read: MeterRead, _ meter: inout ElectricityMeter, _ period: LogPeriod? = nil, at now: UTCInstant
  ) throws -> MeterReadContent {
    let originator =
      [.exportDailyLog].contains(read)
      ? Self.broker : [.exportProfile, .exportRegisters].contains(read) ? Self.network : Self.supplier
    let command = address(originator, meter.identifier).command(read, period)
    guard case .response(let bytes)? = meter.receive(finished(command), at: now, security, loads).first,
      case .dlms(.accessResponse(let response)) = try DeviceMessage(bytes).openedPayload().payload
    else { throw Absent() }
    guard read.isSensitive else { return try MeterReadContent(read, response.data) }
    guard case .octetString(let sealed)? = response.data.first?.elements?.last,
      case .structure(let values) = try DLMSValue(Array(sealed.dropFirst(5).dropLast(12)))
    else { throw Absent() }
    return try MeterReadContent(read, values)
  }

  mutating func log(
    _ read: MeterRead, _ meter: inout ElectricityMeter, _ period: LogPeriod? = nil, at now: UTCInstant
  ) throws -> [MeterReadContent.LogRow] {
    guard case .log(let rows) = try self.read(read, &meter, period, at: now) else { throw Absent() }
    return rows
  }
}

struct Absent: Error {}

func present<Value>(_ value: Value?) throws -> Value {
  guard let value else { throw Absent() }
  return value
}
