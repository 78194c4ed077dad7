public import DUIS
public import GBCS
public import KeyInfrastructure
public import SettlementCalendar
public import SmartMeteringEstate
import XMLDocuments

// What the service providers of SMETS1 meters sign. Such a document is judged as one of its own, also where it stands
// within a response of the DSP: its signature's reference is the document in which it was made. [?]
extension DocumentGate: DocumentSignatures {
  public func signed(_ root: MarkupElement, with credential: SigningCredential) throws -> MarkupElement {
    try root.signed(with: credential.key, certificate: credential.certificate)
  }

  public func signer(of root: MarkupElement, at now: UTCInstant) -> EUI64? {
    guard let document = try? XMLDocument(root.document) else { return nil }
    return try? signer(document, roles: [.xmlSign], now)
  }

  /// Makes sure that a service provider of the estate signed an answer. - Returns: which one.
  public func verify(_ response: SMETS1SignedResponse, now: UTCInstant) throws(Fault) -> EUI64 {
    try verify(response.document, now)
  }

  public func verify(_ alert: S1SPAlert, now: UTCInstant) throws(Fault) -> EUI64 {
    try verify(alert.document, now)
  }

  private func verify(_ root: MarkupElement, _ now: UTCInstant) throws(Fault) -> EUI64 {
    let document: XMLDocument
    do { document = try XMLDocument(root.document) } catch { throw .unreadable("\(error)") }
    let signer = try signer(document, roles: [.xmlSign], now)
    guard parties.serviceProviders.contains(where: { $0.identifier == signer }) else {
      throw .signature("The signer is no service provider of SMETS1 meters.")
    }
    return signer
  }
}
