public import Crypto
public import DUIS
public import MessageSecurity

extension MarkupElement {
  /// Why a document is not signed.
  public enum SigningFault: String, Error, Hashable, Sendable, CustomStringConvertible {
    case alreadySigned = "The document has a signature already."
    case canonical = "The document has no canonical form."

    public var description: String { rawValue }
  }

  /// The document with an enveloped signature as its last element, in the profile that the DCC verifies: digest over
  /// the inclusive canonical form, signature over the exclusive canonical form of SignedInfo, ECDSA P-256 with SHA-256.
  /// - Parameters:
  ///   - key: the private key of the certificate; a wrong one gives a signature that nobody takes.
  ///   - certificate: only its issuer and serial number stand in the document.
  /// - Throws: ``SigningFault``, ``XMLFault``, or what the cryptography library says.
  public func signed(with key: P256.Signing.PrivateKey, certificate: Certificate) throws -> MarkupElement {
    guard !elements.contains(where: { $0.name == "Signature" && $0.namespace == DUISNamespace.signature }) else {
      throw SigningFault.alreadySigned
    }
    guard let content = try canonicalDocument() else { throw SigningFault.canonical }
    let info = Self.signedInfo(digest: Base64.encode(Array(SHA256.hash(data: content))))
    // Within the signature it inherits the declaration of its prefix; its exclusive canonical form has it itself.
    var alone = info
    alone.declarations = [NamespaceDeclaration(prefix: "ds", uri: DUISNamespace.signature)]
    guard let bytes = alone.canonicalForm() else { throw SigningFault.canonical }
    let value = Base64.encode(Array(try key.signature(for: bytes).rawRepresentation))
    return appending(Self.signature(info, value: value, certificate))
  }

  /// Straight from the value where that can be judged, else by way of Libxml2, which refuses what is no document.
  private func canonicalDocument() throws -> [UInt8]? {
    if let form = canonicalForm(), form.count <= XMLDocument.maximumSize / 2 { return form }
    return try XMLDocument(document).canonicalForm()
  }

  private func appending(_ element: MarkupElement) -> MarkupElement {
    var copy = self
    copy.content.append(.element(element))
    return copy
  }

  private static func ds(_ name: String, _ attributes: [Attribute] = [], _ content: [Node] = []) -> MarkupElement {
    MarkupElement(prefix: "ds", name, namespace: DUISNamespace.signature, attributes: attributes, content: content)
  }

  private static func algorithm(_ name: String, _ uri: String) -> Node {
    .element(ds(name, [Attribute("Algorithm", uri)]))
  }

  private static func signedInfo(digest: String) -> MarkupElement {
    let transforms = ds("Transforms", [], [algorithm("Transform", SignatureParts.enveloped)])
    let reference = ds(
      "Reference", [Attribute("URI", "")],
      [
        .element(transforms), algorithm("DigestMethod", SignatureParts.sha256),
        .element(ds("DigestValue", [], [.text(digest)])),
      ])
    return ds(
      "SignedInfo", [],
      [
        algorithm("CanonicalizationMethod", SignatureParts.exclusive),
        algorithm("SignatureMethod", SignatureParts.ecdsa), .element(reference),
      ])
  }

  private static func signature(_ info: MarkupElement, value: String, _ certificate: Certificate) -> MarkupElement {
    let issuer = certificate.issuer.map { "\($0.type)=\($0.value)" }.joined(separator: ",")
    let names = ds(
      "X509IssuerSerial", [],
      [
        .element(ds("X509IssuerName", [], [.text(issuer)])),
        .element(ds("X509SerialNumber", [], [.text(certificate.serialDecimal)])),
      ])
    let key = ds("KeyInfo", [], [.element(ds("X509Data", [], [.element(names)]))])
    var signature = ds(
      "Signature", [],
      [.element(info), .element(ds("SignatureValue", [], [.text(value)])), .element(key)])
    signature.declarations = [NamespaceDeclaration(prefix: "ds", uri: DUISNamespace.signature)]
    return signature
  }
}
