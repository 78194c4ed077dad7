public import DUIS
public import DataServiceProvider
import GBCS
public import KeyInfrastructure
import MessageSecurity
public import SettlementCalendar
public import SmartMeteringEstate
public import SmartMeteringRules
import XMLDocuments

/// Where DUIS documents become values and values documents: well-formed, by the schema, signed by somebody known.
public final class DocumentGate {
  /// Why a document is not taken. Told to the sender as text: DUIS has no answer to what is no request.
  public enum Fault: Error, Hashable, Sendable, CustomStringConvertible {
    case unreadable(String)
    case schema
    case signature(String)

    public var description: String {
      switch self {
      case .unreadable(let reason): reason
      case .schema: "The document is not valid by the DUIS schema."
      case .signature(let reason): reason
      }
    }
  }

  public let parties: EstateParties
  private let repository: CertificateRepository
  private var chains: JudgedChains
  /// Which certificates are revoked.
  public let revocationLists: [RevocationList]
  private let schema: XMLSchema?

  /// - Parameter schemaPath: the DUIS schema, which is not part of the program; without it, the bodies that are read
  ///   into values are held to their form, others are not.
  /// - Throws: where the schema cannot be read.
  public init(
    _ parties: EstateParties, schemaPath: String? = nil, revocationLists: [RevocationList] = []
  ) throws {
    self.parties = parties
    self.revocationLists = revocationLists
    repository = parties.repository
    chains = JudgedChains(ChainJudge(smartMetering: parties.pki, revocationLists: revocationLists))
    schema = try schemaPath.map { try XMLSchema(path: $0) }
  }

  /// Reads a request that came in at an address.
  public func request(_ bytes: [UInt8], at port: ServicePort, now: UTCInstant) throws(Fault) -> ReceivedRequest {
    let (document, root) = try read(bytes)
    var request: ServiceRequest
    do { request = try ServiceRequest(root) } catch { throw .unreadable("\(error)") }
    let signature = request.signature
    request.signature = nil
    // Without the signature: libxml2 takes no serial number of more than 24 digits, and real ones have more.
    if let schema, !((try? schema.accepts(XMLDocument(request.element.document))) ?? false) { throw .schema }
    request.signature = signature
    let signer = try signer(document, roles: [.xmlSign], now)
    return ReceivedRequest(port: port, request: request, signer: signer)
  }

  /// Reads a response and makes sure that the DSP signed it.
  public func response(_ bytes: [UInt8], now: UTCInstant) throws(Fault) -> ServiceResponse {
    let (document, root) = try read(bytes)
    let response: ServiceResponse
    do { response = try ServiceResponse(root) } catch { throw .unreadable("\(error)") }
    let signer = try signer(document, roles: [.dspXMLSign], now)
    guard signer == parties.broker.identifier else { throw .signature("The signer is not the DSP.") }
    return response
  }

  private func read(_ bytes: [UInt8]) throws(Fault) -> (XMLDocument, MarkupElement) {
    do {
      let document = try XMLDocument(bytes)
      return (document, try document.root())
    } catch {
      throw .unreadable("\(error)")
    }
  }

  func signer(
    _ document: XMLDocument, roles: Set<OrganisationRole>, _ now: UTCInstant
  ) throws(Fault) -> EUI64 {
    let verdict: SignatureVerdict
    do { verdict = try document.signatureVerdict(lookup: repository) } catch { throw .unreadable("\(error)") }
    switch verdict {
    case .absent: throw .signature("The document has no signature.")
    case .refused(let refusal): throw .signature(refusal.description)
    case .signerUnknown: throw .signature("No certificate has the issuer and serial number of the signature.")
    case .judged(let judgement):
      guard judgement.digest else { throw .signature("The document is not what was signed: its digest differs.") }
      guard judgement.signature else { throw .signature("The signature is not that of the certificate's holder.") }
      if let fault = fault(judgement.signer, roles, now) { throw .signature(fault) }
      guard let holder = judgement.signer.identifier else { throw .signature("The certificate names no holder.") }
      return holder
    }
  }

  private func fault(_ certificate: Certificate, _ roles: Set<OrganisationRole>, _ now: UTCInstant) -> String? {
    guard let time = CertificateTime(now) else { return "The moment is outside the calendar." }
    let verdict = chains.verdict(certificate, at: time, demand: CertificateDemand(roles: roles, use: .signing))
    return verdict.faults.first.map { "The signer's certificate is not taken: \($0)." }
  }

  /// A response as a document with the DSP's signature.
  public func document(_ response: ServiceResponse) throws -> [UInt8] {
    let key = parties.broker.xmlSigning
    return try response.element.signed(with: key.key, certificate: key.certificate).document
  }

  /// A request as a document with its user's signature. - Throws: also where nobody of the estate is its originator.
  public func document(_ request: ServiceRequest) throws -> [UInt8] {
    guard let user = parties.user(request.id.originator) else {
      throw Fault.signature("Nobody of the estate is the originator of the request.")
    }
    let key = user.identity.xmlSigning
    return try request.element.signed(with: key.key, certificate: key.certificate).document
  }
}
