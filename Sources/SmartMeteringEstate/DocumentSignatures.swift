public import DUIS
public import GBCS
public import KeyInfrastructure
public import SettlementCalendar

/// Signs XML documents and judges their signatures. What reads XML lives in an outer ring; whoever runs an estate with
/// SMETS1 meters hands it in.
public protocol DocumentSignatures {
  /// The document with an enveloped signature as its last element.
  func signed(_ root: MarkupElement, with credential: SigningCredential) throws -> MarkupElement
  /// The holder of the certificate that signed a document; `nil` unless digest, signature, chain and role hold.
  func signer(of root: MarkupElement, at now: UTCInstant) -> EUI64?
}
