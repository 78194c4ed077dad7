import DCCConformance
import DUIS
import Foundation
import GBCS
import JSONText
import MessageSecurity
import XMLDocuments

/// Holds the reading and writing of DUIS against a folder of reference requests and signed messages.
public struct DUISVectorCheck {
  let root: URL
  let certificates: [Certificate]
  let schema: XMLSchema?
  let output: URL?
  let translations: TranslationCheck?

  /// - Parameters:
  ///   - folder: gives the certificates that were read already.
  ///   - output: a folder for the requests as they are written here, so that other programs can judge them.
  public init(_ root: URL, _ folder: VectorFolder, output: URL? = nil) {
    self.root = root
    self.output = output
    translations = TranslationCheck(folder)
    certificates = folder.certificates.compactMap { try? Certificate(pem: String(decoding: $0.bytes, as: UTF8.self)) }
    schema = try? XMLSchema(path: root.appendingPathComponent("schema/DUIS-5.4.xsd").path)
  }

  /// Adds what comes of it to a table.
  public func record(in table: inout VectorTable) throws {
    let requests = try files("duis/requests")
    if requests.isEmpty { table.missing("DUIS requests") }
    if schema == nil && !requests.isEmpty { table.missing("DUIS schema") }
    for file in requests { check(request: file, &table) }
    let byName = Dictionary(requests.map { ($0.name, $0.bytes) }, uniquingKeysWith: { first, _ in first })
    translations?.record(in: &table) { name in
      byName[name].flatMap { try? ServiceRequest(XMLDocument($0).root()) }
    }
    guard let expected = try? Data(contentsOf: root.appendingPathComponent("duis/signed/expected.json")) else {
      return table.missing("DUIS signatures")
    }
    for member in (try JSONText.parse(Array(expected))).members ?? [] {
      check(signed: member.key, member.value, &table)
    }
  }

  private func check(request file: VectorFolder.File, _ table: inout VectorTable) {
    do {
      let original = try XMLDocument(file.bytes)
      let request = try ServiceRequest(original.root())
      let copy = try XMLDocument(original.root().document)
      let isCopy = copy.canonicalForm() == original.canonicalForm() && copy.canonicalForm() != nil
      table.record("DUIS canonical form of a copy", file.name, failed: isCopy ? nil : "it has other bytes")
      let bytes = request.element.document
      if let output { try Data(bytes).write(to: output.appendingPathComponent(file.name)) }
      let written = try XMLDocument(bytes)
      let isSame = try ServiceRequest(written.root()) == request
      table.record("DUIS requests", file.name, failed: isSame ? nil : "written and read again, it is another")
      guard let schema else { return }
      let isValid = schema.accepts(written)
      table.record("DUIS requests written, by the schema", file.name, failed: isValid ? nil : "invalid")
      let verdict = try original.signatureVerdict(certificates: certificates)
      table.record("DUIS placeholder signatures", file.name, failed: verdict.isValid ? "taken as valid" : nil)
    } catch {
      table.record("DUIS requests", file.name, failed: String(describing: error))
    }
  }

  private func check(signed name: String, _ expected: JSONValue, _ table: inout VectorTable) {
    let kind = "DUIS signatures"
    do {
      let bytes = Array(try Data(contentsOf: root.appendingPathComponent("duis/signed/\(name)")))
      let document = try XMLDocument(bytes)
      let verdict = try document.signatureVerdict(certificates: certificates)
      table.record(kind, name, failed: try difference(verdict, expected))
      guard let schema, let words = expected["schema"]?.text else { return }
      // Libxml2 takes no number of more than 24 digits for a whole one; the serial numbers have 38 and are valid.
      let short = try XMLDocument(Self.withShortSerial(document.root()).document)
      let isAsExpected = schema.accepts(short) == (words == "valid")
      table.record("DUIS signed messages, by the schema", name, failed: isAsExpected ? nil : "judged otherwise")
    } catch {
      table.record(kind, name, failed: String(describing: error))
    }
  }

  /// `nil` where the verdict is the expected one.
  private func difference(_ verdict: SignatureVerdict, _ expected: JSONValue) throws -> String? {
    let words = expected["signature"]?.text ?? ""
    switch verdict {
    case .absent: return words == "absent" || expected["signature"] == nil ? nil : "no signature was found"
    case .refused(let refusal): return words.hasPrefix("placeholder") ? nil : refusal.description
    case .signerUnknown(let digest):
      return words.hasPrefix("placeholder") && digest == (expected["digest"]?.text == "ok") ? nil : "signer unknown"
    case .judged(let judgement):
      let signer = try expected["signer"]?.text.map { try certificate($0) }
      let isAsExpected =
        judgement.signature == words.hasPrefix("ok") && judgement.digest == (expected["digest"]?.text == "ok")
        && (signer == nil || signer == judgement.signer)
      return isAsExpected ? nil : "judged otherwise"
    }
  }

  private func certificate(_ name: String) throws -> Certificate {
    try Certificate(pem: String(contentsOf: root.appendingPathComponent("certs/\(name)"), encoding: .utf8))
  }

  private static func withShortSerial(_ element: MarkupElement) -> MarkupElement {
    var copy = element
    if copy.name == "X509SerialNumber" { copy.content = [.text("1")] }
    copy.content = copy.content.map {
      if case .element(let inner) = $0 { .element(withShortSerial(inner)) } else { $0 }
    }
    return copy
  }

  private func files(_ path: String) throws -> [VectorFolder.File] {
    let folder = root.appendingPathComponent(path)
    guard FileManager.default.fileExists(atPath: folder.path) else { return [] }
    return try FileManager.default.contentsOfDirectory(atPath: folder.path).sorted()
      .filter { $0.lowercased().hasSuffix(".xml") }
      .map { VectorFolder.File(name: $0, bytes: Array(try Data(contentsOf: folder.appendingPathComponent($0)))) }
  }
}
