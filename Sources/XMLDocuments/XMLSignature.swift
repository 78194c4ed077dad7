import CLibxml2
import Crypto
import DUIS
public import MessageSecurity

/// What was found of the signature of a DUIS document.
public enum SignatureVerdict: Hashable, Sendable {
  case absent
  /// The signature is not of the profile; nothing was computed.
  case refused(Refusal)
  /// No certificate has the issuer and serial number; `digest` says whether the document is what was signed.
  case signerUnknown(digest: Bool)
  case judged(Judgement)

  public enum Refusal: String, Hashable, Sendable, CustomStringConvertible {
    case place = "The signature is not the last element of the document, or there are two."
    case profile = "The signature does not have the algorithms or the single reference of the profile."
    case values = "A value of the signature is not base64, or the serial number is none."
    case canonical = "The document has no canonical form."

    public var description: String { rawValue }
  }

  public struct Judgement: Hashable, Sendable {
    /// Whether the document is what was signed.
    public let digest: Bool
    /// Whether the signature is the signer's over its own description.
    public let signature: Bool
    public let signer: Certificate

    public init(digest: Bool, signature: Bool, signer: Certificate) {
      self.digest = digest
      self.signature = signature
      self.signer = signer
    }
  }

  /// Whether the document is as its known signer signed it.
  public var isValid: Bool {
    if case .judged(let judgement) = self { judgement.digest && judgement.signature } else { false }
  }
}

extension XMLDocument {
  /// Judges the enveloped signature: SHA-256 over the inclusive canonical form of the document without the signature,
  /// ECDSA P-256 over the exclusive canonical form of SignedInfo. Lifetimes and roles of certificates are not judged.
  public func signatureVerdict(certificates: [Certificate]) throws(XMLFault) -> SignatureVerdict {
    try signatureVerdict(lookup: CertificateList(certificates))
  }

  /// The same with certificates looked up by issuer and serial number.
  public func signatureVerdict(lookup: any CertificateLookup) throws(XMLFault) -> SignatureVerdict {
    let root = try root()
    let signatures = root.elements.filter { $0.name == "Signature" && $0.namespace == DUISNamespace.signature }
    guard let element = signatures.first else { return .absent }
    guard signatures.count == 1, root.elements.last == element, let nodes = signatureNodes() else {
      return .refused(.place)
    }
    guard let parts = SignatureParts(element) else { return .refused(.profile) }
    guard let expected = Base64.decode(parts.digest), let value = Base64.decode(parts.value) else {
      return .refused(.values)
    }
    guard let content = canonical(without: nodes.signature, .inclusive),
      let signedInfo = canonical(alone: nodes.signedInfo)
    else { return .refused(.canonical) }
    let digest = Array(SHA256.hash(data: content)) == expected
    guard let signer = lookup.certificate(issuer: parts.issuer, serial: parts.serial) else {
      return .signerUnknown(digest: digest)
    }
    return .judged(.init(digest: digest, signature: signer.verifies(value, over: signedInfo), signer: signer))
  }

  func signatureNodes() -> (signature: xmlNodePtr, signedInfo: xmlNodePtr)? {
    func element(_ parent: xmlNodePtr, _ name: String) -> xmlNodePtr? {
      var node = parent.pointee.children
      while let current = node {
        if current.pointee.type == XML_ELEMENT_NODE, String(cString: current.pointee.name) == name { return current }
        node = current.pointee.next
      }
      return nil
    }
    guard let root = xmlDocGetRootElement(document), let signature = element(root, "Signature"),
      let signedInfo = element(signature, "SignedInfo")
    else { return nil }
    return (signature, signedInfo)
  }
}

/// The parts of a signature that has the profile of DUIS.
struct SignatureParts {
  let digest: String
  let value: String
  /// Sorted parts of the issuer's name, `CN=Z1`.
  let issuer: [String]
  /// Decimal, however long.
  let serial: String

  init?(_ signature: MarkupElement) {
    guard let info = signature.first("SignedInfo"), let reference = info.first("Reference"),
      info.elements.count == 3, info.first("CanonicalizationMethod")?.attribute("Algorithm") == Self.exclusive,
      info.first("SignatureMethod")?.attribute("Algorithm") == Self.ecdsa, reference.attribute("URI") == "",
      let transforms = reference.first("Transforms")?.elements, transforms.count == 1,
      transforms[0].name == "Transform", transforms[0].attribute("Algorithm") == Self.enveloped,
      reference.first("DigestMethod")?.attribute("Algorithm") == Self.sha256,
      let digest = reference.first("DigestValue"), let value = signature.first("SignatureValue"),
      let certificate = signature.first("KeyInfo")?.first("X509Data")?.first("X509IssuerSerial"),
      let issuer = certificate.first("X509IssuerName"), let serial = certificate.first("X509SerialNumber")
    else { return nil }
    self.digest = digest.text
    self.value = value.text
    self.issuer = Self.parts(issuer.text)
    self.serial = String(decoding: serial.text.utf8.filter { !Self.isSpace($0) }, as: UTF8.self)
  }

  private static func parts(_ name: String) -> [String] {
    name.split(separator: ",").map(trimmed).sorted()
  }

  private static func trimmed(_ text: Substring) -> String {
    var letters = text.utf8
    while let first = letters.first, isSpace(first) { letters = letters.dropFirst() }
    while let last = letters.last, isSpace(last) { letters = letters.dropLast() }
    return String(Substring(letters))
  }

  private static func isSpace(_ letter: UInt8) -> Bool {
    letter == 0x20 || letter == 0x09 || letter == 0x0A || letter == 0x0D
  }

  static let exclusive = "http://www.w3.org/2001/10/xml-exc-c14n#"
  static let ecdsa = "http://www.w3.org/2001/04/xmldsig-more#ecdsa-sha256"
  static let enveloped = "http://www.w3.org/2000/09/xmldsig#enveloped-signature"
  static let sha256 = "http://www.w3.org/2001/04/xmlenc#sha256"
}
