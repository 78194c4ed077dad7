import DUIS
import GBCS
import KeyInfrastructure
import XMLDocuments

/// The documents of the repository's interface, as users of the DCC's emulator know them: no namespace, no signature.
enum RepositoryDocument {
  /// No document is longer: a name and three letters.
  static let maximumSize = 4_096

  /// What a body asks for; `nil` for what is no such search.
  static func search(_ body: [UInt8]) -> RepositorySearch? {
    guard let fields = fields(body, "CertificateSearchRequest") else { return nil }
    var rest = fields
    let subject = rest.removeValue(forKey: "CertificateSubjectName")
    let alternative = rest.removeValue(forKey: "CertificateSubjectAltName")
    guard (subject == nil) != (alternative == nil), let holder = EUI64(subject ?? alternative ?? "") else { return nil }
    var search = RepositorySearch(subject == nil ? .alternative(holder) : .subject(holder))
    for (name, value) in rest {
      switch name {
      case "CertificateUsage": search.usage = .init(rawValue: value)
      case "CertificateStatus": search.status = .init(rawValue: value)
      case "CertificateRole": search.role = UInt8(value).flatMap { OrganisationRole(rawValue: $0) }
      default: return nil
      }
    }
    let read = [search.usage != nil, search.status != nil, search.role != nil].count { $0 }
    return read == rest.count ? search : nil
  }

  /// The serial number that a body asks for; `nil` for what is no such request.
  static func serial(_ body: [UInt8]) -> [UInt8]? {
    guard let fields = fields(body, "CertificateDataRequest"), fields.count == 1,
      let text = fields["CertificateSerial"], (1...40).contains(text.utf8.count),
      let bytes = bytes(hexadecimal: (text.utf8.count % 2 == 0 ? "" : "0").utf8 + Array(text.utf8))
    else { return nil }
    return Array(bytes.drop { $0 == 0 })
  }

  /// Elements of text under a root of that name, each once.
  private static func fields(_ body: [UInt8], _ name: String) -> [String: String]? {
    guard body.count <= maximumSize, let root = try? XMLDocument(body).root(), root.name == name,
      root.namespace.isEmpty
    else { return nil }
    var fields: [String: String] = [:]
    for element in root.elements {
      guard element.elements.isEmpty, element.namespace.isEmpty, fields[element.name] == nil else { return nil }
      let text = element.text
      let isSpace: (Character) -> Bool = { $0.isWhitespace }
      fields[element.name] = String(text.drop(while: isSpace).reversed().drop(while: isSpace).reversed())
    }
    return fields
  }

  static func found(_ items: [PublishedCertificate], number: Int) -> [UInt8] {
    answer("CertificateSearchResponse", number, items.map { element("Result", facts($0, body: nil)) })
  }

  static func certificate(_ item: PublishedCertificate, number: Int) -> [UInt8] {
    let body = Base64.encode(item.certificate.bytes)
    return answer("CertificateDataResponse", number, [element("CertificateResponse", facts(item, body: body))])
  }

  private static func answer(_ name: String, _ number: Int, _ items: [MarkupElement]) -> [UInt8] {
    element(
      name,
      [
        text("ResponseCode", "200"), text("ResponseMessage", "Success"), text("AuditReference", "halfhour-\(number)"),
      ] + items
    ).document
  }

  private static func facts(_ item: PublishedCertificate, body: String?) -> [MarkupElement] {
    let holder = item.certificate.identifier?.description ?? ""
    let isDevice = item.certificate.subject.isEmpty
    let parts: [MarkupElement?] = [
      text("CertificateSerial", item.serial),
      text(isDevice ? "CertificateSubjectAltName" : "CertificateSubjectName", holder),
      text("CertificateStatus", item.status.rawValue), body.map { text("CertificateBody", $0) },
      item.role.map { text("CertificateRole", String($0.rawValue)) },
      item.usage.map { text("CertificateUsage", $0.rawValue) }, text("ManufacturingFlag", "false"),
    ]
    return parts.compactMap { $0 }
  }

  private static func element(_ name: String, _ elements: [MarkupElement]) -> MarkupElement {
    MarkupElement(name, namespace: "", content: elements.map { .element($0) })
  }

  private static func text(_ name: String, _ text: String) -> MarkupElement {
    MarkupElement(name, namespace: "", content: [.text(text)])
  }
}
