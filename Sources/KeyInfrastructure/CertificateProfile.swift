public import GBCS

/// What a certificate is of and for: all that its contents follow from beside key, issuer and dates.
public enum CertificateProfile: Hashable, Sendable {
  /// A root or issuing authority. `role` is the organisational unit, absent with authorities for devices.
  case authority(name: String, role: OrganisationRole?, policy: String, isRoot: Bool)
  case organisation(EUI64, role: OrganisationRole, use: CertificateUse)
  case device(EUI64, use: CertificateUse)
  /// A server or a client of the transport between users and the DCC (TLS).
  case transport(hostName: String, isServer: Bool)

  /// The object identifiers of the test infrastructure's policies, as its certificates bear them.
  public static let organisationPolicy = "1.2.826.0.1.8641679.1.2.1.4"
  public static let devicePolicy = "1.2.826.0.1.1800000.1.2.1.4"
  /// Halfhour's own, beneath the arc for examples (X.660 2.999): the transport's certificates have no public profile.
  public static let transportPolicy = "2.999.1.1"
  /// The type of the simulated hardware, beneath the arc for examples.
  static let hardwareType = "2.999.1.2"

  var policy: String {
    switch self {
    case .authority(_, _, let policy, _): policy
    case .organisation: Self.organisationPolicy
    case .device: Self.devicePolicy
    case .transport: Self.transportPolicy
    }
  }

  /// The distinguished name of the subject. A device has none: its identifier is an alternative name.
  var subject: [UInt8] {
    switch self {
    case .authority(let name, let role, _, _):
      Encoding.value(0x30, (role.map { Self.unit($0) } ?? []) + Self.commonName(name))
    case .organisation(let identifier, let role, _):
      Encoding.sequence(
        Self.unit(role), Self.attribute("2.5.4.45", Encoding.bits(identifier.bytes)))
    case .device: Encoding.sequence()
    case .transport(let hostName, _): Encoding.sequence(Self.commonName(hostName))
    }
  }

  private static func attribute(_ type: String, _ value: [UInt8]) -> [UInt8] {
    Encoding.set(Encoding.sequence(Encoding.identifier(type), value))
  }
  private static func unit(_ role: OrganisationRole) -> [UInt8] { attribute("2.5.4.11", Encoding.text(role.unit)) }
  private static func commonName(_ name: String) -> [UInt8] { attribute("2.5.4.3", Encoding.text(name)) }

  /// The bits of keyUsage: digitalSignature 0, keyAgreement 4, keyCertSign 5, cRLSign 6.
  private var usage: [UInt8] {
    switch self {
    case .authority: Encoding.bits([0x06], unused: 1)
    case .organisation(_, _, let use), .device(_, let use): use.bits
    case .transport: CertificateUse.signing.bits
    }
  }

  /// Extensions in the order in which the test infrastructure's certificates have them.
  func extensions(key: [UInt8], issuerKey: [UInt8]) -> [UInt8] {
    var list = Self.item("2.5.29.15", isCritical: true, usage)
    list += Self.item("2.5.29.32", isCritical: true, Encoding.sequence(Encoding.sequence(Encoding.identifier(policy))))
    switch self {
    case .authority(_, _, _, let isRoot):
      let constraints = Encoding.yes + (isRoot ? [] : Encoding.integer([0]))
      list += Self.item("2.5.29.19", isCritical: true, Encoding.sequence(constraints))
    case .organisation, .device: break
    case .transport(_, let isServer):
      let purpose = Encoding.identifier(isServer ? Self.serverUse : Self.clientUse)
      list += Self.item("2.5.29.37", isCritical: false, Encoding.sequence(purpose))
    }
    if let names = alternativeNames { list += Self.item("2.5.29.17", isCritical: names.isCritical, names.value) }
    list += Self.item("2.5.29.35", isCritical: false, Encoding.sequence(Encoding.value(0x80, issuerKey)))
    list += Self.item("2.5.29.14", isCritical: false, Encoding.octets(key))
    return Encoding.value(0x30, list)
  }

  /// The hardware module name of a device, the host name of the transport; critical where the subject is empty.
  var alternativeNames: (isCritical: Bool, value: [UInt8])? {
    switch self {
    case .authority, .organisation: return nil
    case .device(let identifier, _):
      let module = Encoding.sequence(Encoding.identifier(Self.hardwareType), Encoding.octets(identifier.bytes))
      let name = Encoding.value(0xA0, Encoding.identifier("1.3.6.1.5.5.7.8.4") + Encoding.value(0xA0, module))
      return (true, Encoding.sequence(name))
    case .transport(let hostName, _): return (false, Encoding.sequence(Encoding.value(0x82, Array(hostName.utf8))))
    }
  }

  static let serverUse = "1.3.6.1.5.5.7.3.1"
  static let clientUse = "1.3.6.1.5.5.7.3.2"

  static func item(_ type: String, isCritical: Bool, _ value: [UInt8]) -> [UInt8] {
    Encoding.sequence(Encoding.identifier(type), isCritical ? Encoding.yes : [], Encoding.octets(value))
  }
}

/// The two uses of an end certificate's key.
public enum CertificateUse: Hashable, Sendable, CaseIterable {
  case signing
  case keyAgreement

  var bits: [UInt8] {
    switch self {
    case .signing: Encoding.bits([0x80], unused: 7)
    case .keyAgreement: Encoding.bits([0x08], unused: 3)
    }
  }
}
