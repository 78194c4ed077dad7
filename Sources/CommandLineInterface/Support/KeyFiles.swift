import Crypto
import Foundation
import GBCS
import KeyInfrastructure
import MessageSecurity

/// Writes certificates, keys and lists into a folder.
struct KeyFileWriter {
  let folder: URL
  let der: Bool
  let privateKeys: Bool
  private(set) var written = 0
  private(set) var certificates = 0

  init(_ folder: URL, der: Bool, privateKeys: Bool) {
    self.folder = folder
    self.der = der
    self.privateKeys = privateKeys
  }

  mutating func write(_ pki: TestPKI) throws {
    for (name, hierarchy) in Self.hierarchies(pki) {
      try write(hierarchy.root.certificate, key: hierarchy.root.key.pemRepresentation, "\(name)-root")
      try write(hierarchy.issuing.certificate, key: hierarchy.issuing.key.pemRepresentation, "\(name)-issuing")
    }
  }

  mutating func write(_ identity: OrganisationIdentity) throws {
    let name = identity.role.description.lowercased().replacingOccurrences(of: " ", with: "-")
    let stem = "organisations/\(identity.identifier)-\(name)"
    try write(identity.signing, "\(stem)-signing")
    try write(identity.keyAgreement, "\(stem)-key-agreement")
    if let prepayment = identity.prepaymentKeyAgreement { try write(prepayment, "\(stem)-prepayment") }
    try write(identity.xmlSigning, "\(stem)-xml-signing")
  }

  mutating func write(_ identity: DeviceIdentity) throws {
    try write(identity.signing, "devices/\(identity.identifier)-signing")
    try write(identity.keyAgreement, "devices/\(identity.identifier)-key-agreement")
  }

  mutating func write(_ credential: SigningCredential, _ name: String) throws {
    try write(credential.certificate, key: credential.key.pemRepresentation, name)
  }

  private mutating func write(_ credential: AgreementCredential, _ name: String) throws {
    try write(credential.certificate, key: credential.key.pemRepresentation, name)
  }

  /// The lists of all authorities, which hold for ten years so that the folder works offline.
  mutating func writeLists(_ pki: TestPKI, revoked: [Certificate], from: CertificateTime) throws {
    for (name, hierarchy) in Self.hierarchies(pki) {
      for (authority, level) in [(hierarchy.root, "root"), (hierarchy.issuing, "issuing")] {
        let entries = revoked.filter { $0.issuerName == authority.certificate.subjectName }
          .map { RevocationList.Entry($0, at: from, reason: .unspecified) }
        let start = entries.isEmpty ? pki.validFrom : max(from, pki.validFrom)
        let list = try authority.revocationList(
          entries, number: 1, thisUpdate: start, nextUpdate: start.adding(years: 10))
        try write(Array(list.pem.utf8), "\(name)-\(level).crl.pem")
      }
    }
  }

  private static func hierarchies(_ pki: TestPKI) -> [(String, CertificateHierarchy)] {
    [("smki/organisations", pki.organisations), ("smki/devices", pki.devices), ("dccki/transport", pki.transport)]
  }

  private mutating func write(_ certificate: Certificate, key: String, _ name: String) throws {
    certificates += 1
    try write(Array(certificate.pem.utf8), "\(name).pem")
    if der { try write(certificate.bytes, "\(name).der") }
    if privateKeys { try write(Array((key + "\n").utf8), "\(name).key") }
  }

  private mutating func write(_ bytes: [UInt8], _ name: String) throws {
    let file = folder.appendingPathComponent(name)
    try FileManager.default.createDirectory(at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
    try Data(bytes).write(to: file, options: .atomic)
    written += 1
  }
}

/// Certificates and revocation lists, as found in files.
struct KeyFiles {
  /// Beyond this a file is no certificate.
  static let largestFile = RevocationList.maximumSize * 2

  private(set) var certificates: [(name: String, certificate: Certificate)] = []
  private(set) var lists: [RevocationList] = []
  /// Files that are named as such and are none, with the reason.
  private(set) var refused: [(name: String, reason: String)] = []

  /// From a file, or from all .pem, .der, .crt, .cer and .crl files below a folder.
  init(_ path: String) throws {
    let root = URL(fileURLWithPath: path)
    var isFolder: ObjCBool = false
    guard FileManager.default.fileExists(atPath: path, isDirectory: &isFolder) else {
      throw FileMissing(path: path)
    }
    guard isFolder.boolValue else {
      try read(root, root.lastPathComponent)
      return
    }
    let names = (FileManager.default.enumerator(atPath: path)?.allObjects ?? []).compactMap { $0 as? String }.sorted()
    for name in names where ["pem", "der", "crt", "cer", "crl"].contains((name as NSString).pathExtension.lowercased())
    {
      try read(root.appendingPathComponent(name), name)
    }
  }

  struct FileMissing: Error, CustomStringConvertible {
    let path: String
    var description: String { "\(path) is not there" }
  }

  private mutating func read(_ file: URL, _ name: String) throws {
    let handle = try FileHandle(forReadingFrom: file)
    defer { try? handle.close() }
    let bytes = Array(try handle.read(upToCount: Self.largestFile + 1) ?? Data())
    guard bytes.count <= Self.largestFile else { return refused.append((name, "it is larger than any certificate")) }
    do {
      if bytes.first == 0x30 {
        if let list = try? RevocationList(bytes) {
          lists.append(list)
        } else {
          certificates.append((name, try Certificate(bytes)))
        }
        return
      }
      let text = String(decoding: bytes, as: UTF8.self)
      if text.contains("BEGIN X509 CRL") {
        lists.append(try RevocationList(pem: text))
      } else {
        certificates.append((name, try Certificate(pem: text)))
      }
    } catch let fault as Certificate.Fault {
      refused.append((name, fault.description))
    } catch let fault as RevocationList.Fault {
      refused.append((name, fault.description))
    }
  }

  var roots: [Certificate] {
    certificates.map(\.certificate).filter { $0.extensions.isAuthority && $0.isSigned(by: $0) }
  }
  var authorities: [Certificate] { certificates.map(\.certificate).filter(\.extensions.isAuthority) }
}
