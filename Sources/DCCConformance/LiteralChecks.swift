import GBCS
import JSONText
import MessageSecurity

extension VectorCheck {
  mutating func checkDerivation(_ vector: JSONValue) {
    let name = vector["name"]?.text ?? "unnamed"
    guard let originator = vector["originator"]?.identifier, let recipient = vector["recipient"]?.identifier,
      let purpose = vector["type"]?.integer.flatMap(UInt8.init(exactly:)).flatMap(KeyPurpose.init),
      let counter = vector["counter"]?.hexNumber,
      let secret = vector["sharedSecret"]?.hexBytes.flatMap(SharedSecretValue.init)
    else { return table.record("key derivation", name, failed: "a field is absent or unreadable") }
    let context = KeyContext(originator: originator, recipient: recipient, purpose: purpose, counter: counter)
    let agrees =
      context.otherInfo == vector["otherInfo"]?.hexBytes && secret.key(for: context).bytes == vector["aesKey"]?.hexBytes
    table.record("key derivation", name, agrees, "another key or other information")
  }

  mutating func checkSealing(_ vector: JSONValue) {
    let name = vector["name"]?.text ?? "unnamed"
    guard let originator = vector["originator"]?.identifier, let data = vector["aad"]?.hexBytes,
      let ciphertext = vector["ciphertext"]?.hexBytes, let tag = vector["tag"]?.hexBytes,
      let isValid = vector["valid"]?.boolean,
      let key = vector["key"]?.hexBytes.flatMap({ MessageKey($0, originator: originator) })
    else { return table.record("AES-GCM", name, failed: "a field is absent or unreadable") }
    let opened = (try? key.open(ciphertext, tag: tag, authenticating: data)) ?? nil
    guard isValid else { return table.record("AES-GCM", name, opened == nil, "a wrong tag was taken") }
    let plaintext = vector["plaintext"]?.hexBytes ?? []
    let sealed = try? key.seal(plaintext, authenticating: data)
    table.record(
      "AES-GCM", name, opened == plaintext && sealed?.ciphertext == ciphertext && sealed?.tag.starts(with: tag) == true,
      "another plaintext, ciphertext or tag")
  }

  mutating func checkToken(_ vector: JSONValue, of file: JSONValue) {
    guard let supplier = file["originator"]?.identifier, let device = file["target"]?.identifier,
      let secret = file["sharedSecret"]?.hexBytes.flatMap(SharedSecretValue.init),
      let counter = vector["counter"]?.hexNumber, let value = vector["value"]?.integer
    else { return table.record("top-up tokens", "unnamed", failed: "a field is absent or unreadable") }
    let valueClass: TopUpToken.ValueClass = vector["valueClass"]?.text == "pence" ? .pence : .pounds
    let made = try? TopUpToken(
      value: value, of: valueClass, counter: counter, supplier: supplier, device: device, secret: secret)
    let holds =
      if vector["error"] != nil {
        made == nil
      } else {
        made.map { String($0.digits.dropLast()) } == vector["pptd"]?.text
          && (vector["utrn"] == nil || made?.digits == vector["utrn"]?.text)
      }
    table.record("top-up tokens", "\(valueClass) \(value)", holds, "another token or verdict")
  }

  mutating func readCertificates(_ files: [VectorFolder.File], index: [UInt8]?) {
    guard !files.isEmpty else { return table.missing("certificates") }
    var byName: [String: Certificate] = [:]
    for file in files {
      do {
        let certificate = try Certificate(pem: String(decoding: file.bytes, as: UTF8.self))
        byName[file.name] = certificate
        certificates.append(certificate)
        table.record("certificates", file.name, failed: nil)
      } catch {
        table.record("certificates", file.name, failed: error.description)
      }
    }
    guard let index else { return table.missing("certificate index") }
    let lines = String(decoding: index, as: UTF8.self).split(whereSeparator: \.isNewline).dropFirst()
    for line in lines {
      let fields = line.split(separator: ",", omittingEmptySubsequences: false).map(String.init)
      guard fields.count >= 8 else {
        table.record("certificate index", "line", failed: "a line has too few fields")
        continue
      }
      checkIndex(fields, byName[fields[0]])
    }
  }

  /// Columns: file, EUI-64 (with a leading byte of zero where it stands in a bit string), OU, CN, usage, serial, dates.
  private mutating func checkIndex(_ fields: [String], _ certificate: Certificate?) {
    guard let certificate else { return table.record("certificate index", fields[0], failed: "no such certificate") }
    func subject(_ type: String) -> String { certificate.subject.first { $0.type == type }?.value ?? "" }
    let usage: String =
      switch certificate.usage {
      case .digitalSignature: "digitalSignature"
      case .keyAgreement: "keyAgreement"
      case .other: ""
      }
    let found: [(String, Bool)] = [
      ("identifier", certificate.identifier.map { hexText($0.bytes) } == String(fields[1].suffix(16))),
      ("OU", subject("OU") == fields[2]), ("CN", subject("CN") == fields[3]), ("usage", usage == fields[4]),
      ("serial", certificate.serialDecimal == fields[5]), ("start", Self.day(certificate.notBefore) == fields[6]),
      ("end", Self.day(certificate.notAfter) == fields[7]),
    ]
    let wrong = found.filter { !$0.1 }.map(\.0)
    table.record("certificate index", fields[0], wrong.isEmpty, "other \(wrong.joined(separator: ", "))")
  }

  private static func day(_ time: String) -> String {
    let digits = Array(time.prefix(8))
    guard digits.count == 8 else { return time }
    return "\(String(digits[..<4]))-\(String(digits[4..<6]))-\(String(digits[6...]))"
  }
}
