import EstateSimulator
import Foundation
import GBCS
import JSONText
import MessageSecurity
import MeterSecurity
import SettlementCalendar
import SmartMeters

/// A small world: parties, a security with everybody's keys, an estate of meters.
struct World {
  static let supplier = EUI64(rawValue: 0x0248_48F0_0000_0001)
  static let network = EUI64(rawValue: 0x0248_48F0_0000_0002)
  static let broker = EUI64(rawValue: 0x0248_48F0_0000_0003)
  static let changeOfSupplier = EUI64(rawValue: 0x0248_48F0_0000_0004)
  static let retriever = EUI64(rawValue: 0x0248_48F0_0000_0009)

  let security = SimulatedSecurity(seed: 7)
  let loads: EstateLoads
  let meters: MeterEstate
  var counter: UInt64 = 1_000

  init(mpans: Int = 2_000, faults: FaultPlan = FaultPlan(), installed: String = "2025-01-01T00:00:00Z") throws {
    let estate = try present(NationalEstate(seed: 11, mpans: mpans))
    loads = EstateLoads(estate)
    var cells: [TrustAnchorCell: PublicCredential] = [:]
    for (role, party) in [
      (RemotePartyRole.supplier, Self.supplier), (.networkOperator, Self.network),
      (.accessControlBroker, Self.broker), (.transitionalCoS, Self.changeOfSupplier),
    ] {
      for use in [KeyUse.digitalSignature, .keyAgreement] {
        cells[TrustAnchorCell(role, use)] = security.credential(party, use)
      }
    }
    cells[TrustAnchorCell(.supplier, .keyAgreement, .prepaymentTopUp)] = security.credential(
      Self.supplier, .keyAgreement)
    let start = try present(UTCInstant(installed).flatMap { HalfHour(startingAt: $0) })
    meters = MeterEstate(estate: estate, credentials: CredentialStore(cells), installed: start, faults: faults)
  }

  mutating func next() -> UInt64 {
    counter += 1
    return counter
  }

  /// The command with the broker's MAC, signed before by its originator where it is critical.
  func finished(_ message: DeviceMessage, critical: Bool = false) -> [UInt8] {
    let signed = critical ? security.signed(message, device: message.originator) : message
    guard let signed, let key = security.publicKey(message.recipient, .keyAgreement) else { return [] }
    return security.protected(signed, own: Self.broker, publicKey: key)?.bytes ?? []
  }

  func observation(_ bytes: [UInt8], reader: EUI64, device: EUI64) throws -> MeterObservation {
    try MeterReader(broker: Self.broker, security: security).observation(
      bytes, reader: reader, deviceKey: security.publicKey(device, .keyAgreement) ?? [])
  }
}

struct Absent: Error {}

/// The value, or an error where there is none.
func present<Value>(_ value: Value?) throws -> Value {
  guard let value else { throw Absent() }
  return value
}
