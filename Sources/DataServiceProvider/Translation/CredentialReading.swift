import DUIS
import GBCS

/// Reads what is not DLMS: credentials (DUIS 6.15, 6.17, 6.24), firmware (11.3), devices that leave (8.8.1).
struct CredentialReading {
  let body: BodyReading

  /// 6.15.1. The counter is put in with the address.
  func update() throws(TranslationFault) -> CredentialsUpdate {
    let role = try body.text("RemotePartyRole")
    let (mode, party): (CredentialsUpdate.Mode, RemotePartyRole)
    switch role {
    case "Supplier": (mode, party) = (.supplierBySupplier, .supplier)
    case "NetworkOperator": (mode, party) = (.networkOperatorByNetworkOperator, .networkOperator)
    default: throw .unsupported("that RemotePartyRole")
    }
    let set = BodyReading(
      element: try body.required("ReplacementCertificates/SupplierOrNetworkOperatorCertificates"))
    let topUpFloor = body["RemotePartyPrepaymentTopUpFloorSeqNumber"]?.text.trimmedText ?? "0"
    guard topUpFloor == "0" else { throw .unsupported("a top-up floor other than 0") }
    let activation = try body.activation()
    return CredentialsUpdate(
      mode: mode, authorisingCounter: 0, newFloor: try body.number("RemotePartyFloorSeqNumber"),
      replacements: try Self.replacements(set, party), path: try path(), executionTime: activation.time,
      judgesLifetimes: try body.text("ApplyTimeBasedCPVChecks") != "false", isCancellation: activation == .never)
  }

  private static func replacements(
    _ set: BodyReading, _ party: RemotePartyRole
  ) throws(TranslationFault) -> [CredentialsUpdate.Replacement] {
    let cells = [
      ("DigitalSigningCertificate", TrustAnchorCell(party, .digitalSignature)),
      ("KeyAgreementCertificate", TrustAnchorCell(party, .keyAgreement)),
      ("KeyAgreementTopUpCertificate", TrustAnchorCell(party, .keyAgreement, .prepaymentTopUp)),
    ]
    var found: [CredentialsUpdate.Replacement] = []
    for (name, cell) in cells where set[name] != nil {
      found.append(.init(certificate: try certificate(set, name), cell: cell))
    }
    guard !found.isEmpty else { throw .missing("a replacement certificate") }
    return found
  }

  private func path() throws(TranslationFault) -> [[UInt8]] {
    var path: [[UInt8]] = []
    for element in try body.required("CertificationPathCertificates").all("Certificate") {
      guard let bytes = Base64.decode(element.text) else { throw .unreadable("Certificate") }
      path.append(bytes)
    }
    guard path.count <= 3 else { throw .unreadable("CertificationPathCertificates") }
    return path
  }

  private static func certificate(_ reading: BodyReading, _ name: String) throws(TranslationFault) -> [UInt8] {
    guard let bytes = Base64.decode(try reading.required(name).text), !bytes.isEmpty else { throw .unreadable(name) }
    return bytes
  }

  /// 6.15.2.
  func deviceCertificate() throws(TranslationFault) -> [UInt8] { try Self.certificate(body, "DeviceCertificate") }

  /// 6.17 and 6.24.2: for which use of a key.
  func credentialType() throws(TranslationFault) -> ASN1Value {
    switch try body.text("CredentialType") {
    case "Digital Signature": .sequence([.keyUse(.digitalSignature)])
    case "Key Agreement": .sequence([.keyUse(.keyAgreement)])
    default: throw .unreadable("CredentialType")
    }
  }

  /// 6.24.1: whose certificates the device tells.
  func roles() throws(TranslationFault) -> [RemotePartyRole] {
    let names: [String: RemotePartyRole] = [
      "Root": .root, "Recovery": .recovery, "Supplier": .supplier, "NetworkOperator": .networkOperator,
      "AccessControlBroker": .accessControlBroker, "TransitionalCoS": .transitionalCoS, "WANProvider": .wanProvider,
    ]
    var roles: [RemotePartyRole] = []
    for element in body.element.all("RemotePartyRole") {
      guard let role = names[element.text.trimmedText] else { throw .unsupported("that RemotePartyRole") }
      roles.append(role)
    }
    guard !roles.isEmpty else { throw .missing("RemotePartyRole") }
    return roles
  }

  /// 8.8.1: the device that leaves.
  func otherDevice() throws(TranslationFault) -> ASN1Value {
    guard let device = EUI64(try body.text("OtherDeviceID")) else { throw .unreadable("OtherDeviceID") }
    return .octets(device.bytes)
  }

  /// 11.3: the hash of the image, 32 bytes.
  func imageHash() throws(TranslationFault) -> [UInt8] {
    guard let hash = bytes(hexadecimal: try body.text("FirmwareHash").utf8), hash.count == 32 else {
      throw .unreadable("FirmwareHash")
    }
    return hash
  }
}

extension SupplierReplacement {
  /// The command of the change of supplier party (6.23). The counter is put in with the address.
  var credentialsUpdate: CredentialsUpdate {
    var cells = [
      CredentialsUpdate.Replacement(certificate: signing, cell: TrustAnchorCell(.supplier, .digitalSignature))
    ]
    if let keyAgreement {
      cells.append(.init(certificate: keyAgreement, cell: TrustAnchorCell(.supplier, .keyAgreement)))
    }
    if let topUpKeyAgreement {
      cells.append(
        .init(certificate: topUpKeyAgreement, cell: TrustAnchorCell(.supplier, .keyAgreement, .prepaymentTopUp)))
    }
    return CredentialsUpdate(
      mode: .supplierByTransitionalCoS, authorisingCounter: 0, newFloor: floor, replacements: cells, path: path,
      executionTime: execution?.deviceTime, judgesLifetimes: checksTime)
  }
}
