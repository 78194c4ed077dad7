/// The role for which an organisation's certificate is issued: the organisational unit of its subject, as two
/// hexadecimal digits. The first eight and `other` are also the remote party roles of GBCS.
public enum OrganisationRole: UInt8, Hashable, Sendable, CaseIterable, CustomStringConvertible {
  case root = 0x00
  case recovery = 0x01
  case supplier = 0x02
  case networkOperator = 0x03
  case accessControlBroker = 0x04
  case transitionalChangeOfSupplier = 0x05
  case wanProvider = 0x06
  case issuingAuthority = 0x07
  case loadController = 0x08
  /// Other User and Meter Data Retriever.
  case other = 0x7F
  case xmlSign = 0x87
  case dspXMLSign = 0x89

  /// `7F`
  public var unit: String {
    let digits = Array("0123456789ABCDEF")
    return String([digits[Int(rawValue >> 4)], digits[Int(rawValue & 15)]])
  }

  /// From the organisational unit. One certificate of the test estate writes 137 in decimal; it is taken as what it
  /// means. - Returns: `nil` for anything else.
  public init?(unit: String) {
    if unit == "137" {
      self = .dspXMLSign
    } else {
      guard unit.utf8.count == 2, let value = UInt8(unit, radix: 16) else { return nil }
      self.init(rawValue: value)
    }
  }

  public var description: String {
    switch self {
    case .root: "root"
    case .recovery: "recovery"
    case .supplier: "supplier"
    case .networkOperator: "network operator"
    case .accessControlBroker: "access control broker"
    case .transitionalChangeOfSupplier: "transitional change of supplier"
    case .wanProvider: "WAN provider"
    case .issuingAuthority: "issuing authority"
    case .loadController: "load controller"
    case .other: "other"
    case .xmlSign: "XML sign"
    case .dspXMLSign: "DSP XML sign"
    }
  }
}
