import GBCS
import KeyInfrastructure
import MessageSecurity
import SmartMeteringEstate

/// The repository of an estate's certificates: of its organisations, and of the devices that its inventory has. Device
/// certificates are made when they are asked for, and the last ones kept: a signature has other bytes each time it is made.
final class RepositoryDesk {
  private let parties: EstateParties
  private let organisations: CertificateRepository
  private var devices: [EUI64: [Certificate]] = [:]
  /// The devices whose serial numbers are known, by serial number.
  private var bySerial: [[UInt8]: EUI64] = [:]
  private var indexed = 0
  private let revocationLists: [RevocationList]

  static let devicesKept = 20_000
  /// Certificates in one answer at most.
  static let mostResults = 100

  init(_ parties: EstateParties, _ revocationLists: [RevocationList]) {
    self.revocationLists = revocationLists
    self.parties = parties
    organisations = parties.repository
  }

  /// What an authority has revoked, as a list that is good for two days from a date on; `nil` for no authority.
  func revocationList(_ name: String, number: UInt64, from: CertificateTime, to: CertificateTime) -> [UInt8]? {
    let pki = parties.pki
    let authorities = [
      "organisations-root": pki.organisations.root, "organisations": pki.organisations.issuing,
      "devices-root": pki.devices.root, "devices": pki.devices.issuing,
    ]
    guard let authority = authorities[name] else { return nil }
    let entries = revocationLists.filter { $0.issuerName == authority.certificate.subjectName }.flatMap(\.entries)
    return try? authority.revocationList(entries, number: number, thisUpdate: from, nextUpdate: to).bytes
  }

  /// - Parameter isKnown: whether a device is in the inventory and has certificates: SMETS1 devices have none.
  func search(_ search: RepositorySearch, at time: CertificateTime, isKnown: (EUI64) -> Bool) -> [PublishedCertificate]
  {
    let found: [Certificate] =
      switch search.name {
      case .subject(let holder): organisations.search(holder: holder)
      case .alternative(let device): isKnown(device) ? certificates(device) : []
      }
    return found.map { organisations.published($0, at: time, revocationLists) }.filter(search.means)
      .prefix(Self.mostResults).map { $0 }
  }

  /// The certificate of a serial number.
  /// - Parameter known: all devices of the inventory that have certificates.
  /// - Parameter count: of all devices of the inventory.
  func certificate(
    serial: [UInt8], at time: CertificateTime, devices known: () -> [EUI64], count: Int
  ) -> PublishedCertificate? {
    if let found = organisations.certificates.first(where: { $0.serialNumber == serial }) {
      return organisations.published(found, at: time, revocationLists)
    }
    if indexed != count {
      index(known())
      indexed = count
    }
    return bySerial[serial].flatMap { certificates($0).first { $0.serialNumber == serial } }
      .map { organisations.published($0, at: time, revocationLists) }
  }

  private func index(_ known: [EUI64]) {
    bySerial.removeAll(keepingCapacity: true)
    for device in known {
      for serial in parties.pki.deviceSerials(device) { bySerial[serial] = device }
    }
  }

  private func certificates(_ device: EUI64) -> [Certificate] {
    if let known = devices[device] { return known }
    guard let made = try? parties.pki.device(device).certificates else { return [] }
    if devices.count >= Self.devicesKept { devices.removeAll(keepingCapacity: true) }
    devices[device] = made
    return made
  }
}
