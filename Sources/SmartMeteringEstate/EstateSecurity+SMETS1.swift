import Crypto
public import DUIS
public import DataServiceProvider
public import GBCS
public import SettlementCalendar

// What holds between the DSP and the service providers of SMETS1 meters.
extension EstateSecurity {
  public func countersignature(_ document: [UInt8]) -> [UInt8]? {
    (try? parties.broker.signing.key.signature(for: document)).map { Array($0.rawRepresentation) }
  }

  /// Whether a request bears the DSP's countersignature: what dual control asks.
  public func isCountersigned(_ order: CountersignedRequest) -> Bool {
    guard let signature = try? P256.Signing.ECDSASignature(rawRepresentation: order.countersignature) else {
      return false
    }
    return parties.broker.signing.key.publicKey.isValidSignature(signature, for: order.document)
  }

  public func signer(of document: MarkupElement, at now: UTCInstant) -> EUI64? {
    documents?.signer(of: document, at: now)
  }

  /// A document with the signature of a cohort's service provider.
  func signed(_ document: MarkupElement, cohort: Int) -> MarkupElement? {
    guard let documents, parties.serviceProviders.indices.contains(cohort) else { return nil }
    return try? documents.signed(document, with: parties.serviceProviders[cohort].xmlSigning)
  }
}
