import EstateSimulator
import Foundation
import GBCS
import KeyInfrastructure
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
  static let recovery = EUI64(rawValue: 0x0248_48F0_0000_0005)
  static let retriever = EUI64(rawValue: 0x0248_48F0_0000_0009)

  static let gaining = EUI64(rawValue: 0x0248_48F0_0000_0011)

  /// Made once: certificates cost a signature each.
  static let parties = Result {
    try SimulatedParties(
      TestPKI(seed: 7), supplier: supplier, networkOperator: network, broker: broker,
      changeOfSupplier: changeOfSupplier, recovery: recovery, others: [(retriever, .other), (gaining, .supplier)])
  }

  let parties: SimulatedParties
  let security: SimulatedSecurity
  let loads: EstateLoads
  let meters: MeterEstate
  var counter: UInt64 = 1_000

  init(mpans: Int = 2_000, faults: FaultPlan = FaultPlan(), installed: String = "2025-01-01T00:00:00Z") throws {
    parties = try Self.parties.get()
    security = parties.security()
    let estate = try present(NationalEstate(seed: 11, mpans: mpans))
    loads = EstateLoads(estate)
    let start = try present(UTCInstant(installed).flatMap { HalfHour(startingAt: $0) })
    meters = MeterEstate(estate: estate, credentials: parties.credentials, installed: start, faults: faults)
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
