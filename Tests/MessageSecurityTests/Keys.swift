import Crypto
import GBCS
import MessageSecurity

/// Parties with keys made for each test run: nothing here is anybody's key.
struct Parties {
  let device = EUI64(rawValue: 0x0011_2233_4455_6677)
  let supplier = EUI64(rawValue: 0x8899_AABB_CCDD_EEFF)
  let broker = EUI64(rawValue: 0x1000_0000_0000_0002)
  let other = EUI64(rawValue: 0x1000_0000_0000_0009)
  let deviceKey = P256.KeyAgreement.PrivateKey()
  let supplierKey = P256.KeyAgreement.PrivateKey()
  let otherKey = P256.KeyAgreement.PrivateKey()
  let signingKey = P256.Signing.PrivateKey()

  func certificate(_ holder: EUI64, _ publicKey: [UInt8], usage: UInt8, isDevice: Bool = false) throws -> Certificate {
    try Certificate(CertificateMaker.der(holder, publicKey: publicKey, usage: usage, isDevice: isDevice))
  }

  var deviceAgreement: Certificate {
    get throws { try certificate(device, Array(deviceKey.publicKey.x963Representation), usage: 0x08, isDevice: true) }
  }
  var supplierAgreement: Certificate {
    get throws { try certificate(supplier, Array(supplierKey.publicKey.x963Representation), usage: 0x08) }
  }
  var supplierSigning: Certificate {
    get throws { try certificate(supplier, Array(signingKey.publicKey.x963Representation), usage: 0x80) }
  }
}

/// Writes certificates in the two profiles, by hand; the issuer's signature is not one.
enum CertificateMaker {
  static func tlv(_ tag: UInt8, _ content: [UInt8]) -> [UInt8] {
    let count = content.count
    let length: [UInt8] =
      count < 128
      ? [UInt8(count)] : count < 256 ? [0x81, UInt8(count)] : [0x82, UInt8(count >> 8), UInt8(count & 255)]
    return [tag] + length + content
  }

  static func oid(_ content: [UInt8]) -> [UInt8] { tlv(0x06, content) }

  static func attribute(_ oidContent: [UInt8], _ tag: UInt8, _ value: [UInt8]) -> [UInt8] {
    tlv(0x31, tlv(0x30, oid(oidContent) + tlv(tag, value)))
  }

  static func der(_ holder: EUI64, publicKey: [UInt8], usage: UInt8, isDevice: Bool) -> [UInt8] {
    let algorithm = tlv(0x30, oid([0x2A, 0x86, 0x48, 0xCE, 0x3D, 0x04, 0x03, 0x02]))
    let issuer = tlv(
      0x30, attribute([0x55, 4, 11], 0x13, Array("07".utf8)) + attribute([0x55, 4, 3], 0x13, Array("T1".utf8)))
    let subject =
      isDevice
      ? tlv(0x30, [])
      : tlv(
        0x30, attribute([0x55, 4, 11], 0x13, Array("02".utf8)) + attribute([0x55, 4, 45], 0x03, [0] + holder.bytes))
    let validity = tlv(0x30, tlv(0x17, Array("260101000000Z".utf8)) + tlv(0x18, Array("99991231235959Z".utf8)))
    let keyAlgorithm = tlv(
      0x30, oid([0x2A, 0x86, 0x48, 0xCE, 0x3D, 2, 1]) + oid([0x2A, 0x86, 0x48, 0xCE, 0x3D, 3, 1, 7]))
    let key = tlv(0x30, keyAlgorithm + tlv(0x03, [0] + publicKey))
    let usageBits = tlv(0x03, [usage == 0x80 ? 7 : 3, usage])
    var list = tlv(0x30, oid([0x55, 0x1D, 15]) + tlv(0x01, [0xFF]) + tlv(0x04, usageBits))
    if isDevice {
      let module = tlv(0x30, oid([0x2A, 3, 4]) + tlv(0x04, holder.bytes))
      let name = tlv(0xA0, oid([0x2B, 6, 1, 5, 5, 7, 8, 4]) + tlv(0xA0, module))
      list += tlv(0x30, oid([0x55, 0x1D, 17]) + tlv(0x01, [0xFF]) + tlv(0x04, tlv(0x30, name)))
    }
    let serial: [UInt8] = [0x00, 0xFF] + [UInt8](repeating: 0xFF, count: 15)
    let content =
      tlv(0xA0, tlv(0x02, [2])) + tlv(0x02, serial) + algorithm + issuer + validity + subject + key
      + tlv(0xA3, tlv(0x30, list))
    return tlv(0x30, tlv(0x30, content) + algorithm + tlv(0x03, [0, 0x30, 0]))
  }
}
