import GBCS
import JSONText
import MessageSecurity

/// Checks a folder of DCC test vectors, kind by kind.
public struct VectorCheck {
  private let folder: VectorFolder
  var table = VectorTable()
  var secrets: [String: SharedSecretValue] = [:]
  var certificates: [Certificate] = []

  init(_ folder: VectorFolder) { self.folder = folder }

  /// Every check that the folder has vectors for.
  public static func table(_ folder: VectorFolder) -> VectorTable {
    var check = VectorCheck(folder)
    check.readCertificates(folder.certificates, index: folder.certificateIndex)
    check.readSecrets()
    check.checkMessages()
    check.checkDerivations()
    check.checkTokens()
    check.checkExpectations()
    return check.table
  }

  /// The parsed file, or `nil` after a note that it is absent or a failure that it cannot be read.
  mutating func document(_ bytes: [UInt8]?, _ kind: String) -> JSONValue? {
    guard let bytes else {
      table.missing(kind)
      return nil
    }
    do {
      return try JSONText.parse(bytes)
    } catch {
      table.record(kind, "file", failed: error.description)
      return nil
    }
  }

  mutating func readSecrets() {
    for member in document(folder.sharedSecrets, "shared secrets")?.members ?? [] {
      let secret = member.value.text.flatMap { bytes(hexadecimal: $0.utf8) }.flatMap(SharedSecretValue.init)
      table.record("shared secrets", member.key, secret != nil, "not 32 bytes in hexadecimal")
      secrets[member.key] = secret
    }
  }

  /// The secret of two parties, in whichever order the file names them.
  func secret(_ a: EUI64, _ b: EUI64) -> SharedSecretValue? {
    let (a, b) = (hexText(a.bytes), hexText(b.bytes))
    return secrets["\(a)|\(b)"] ?? secrets["\(b)|\(a)"]
  }

  private mutating func checkMessages() {
    guard let messages = folder.messages else { return table.missing("GBCS messages") }
    if folder.derived == nil { table.missing("GBCS fields") }
    var derived: [String: JSONValue] = [:]
    for line in Self.lines(folder.derived ?? []) {
      guard let value = try? JSONText.parse(line), let id = value["id"]?.text else {
        table.record("GBCS fields", "line", failed: "a line of the derived fields is not readable")
        continue
      }
      derived[id] = value
    }
    for line in Self.lines(messages) {
      guard let value = try? JSONText.parse(line), let id = value["id"]?.text, let kind = value["kind"]?.text,
        let message = value["hex"]?.text.flatMap({ bytes(hexadecimal: $0.utf8) })
      else {
        table.record("GBCS messages", "line", failed: "a line of the messages is not readable")
        continue
      }
      check(message, id: id, kind: kind, derived: derived[id])
    }
  }

  static func lines(_ bytes: [UInt8]) -> [[UInt8]] {
    bytes.split(separator: UInt8(ascii: "\n")).map(Array.init)
  }

  private mutating func checkDerivations() {
    guard let file = document(folder.derivations, "key derivation") else { return }
    for vector in file["kdf"]?.elements ?? [] { checkDerivation(vector) }
    for vector in file["gcm"]?.elements ?? [] { checkSealing(vector) }
  }

  private mutating func checkTokens() {
    guard let file = document(folder.tokens, "top-up tokens") else { return }
    for vector in file["vectors"]?.elements ?? [] { checkToken(vector, of: file) }
    for token in file["checkDigitValid"]?.elements ?? [] {
      let text = token.text ?? ""
      table.record("check digits", text, (try? TopUpToken(text)) != nil, "the token was refused")
      let wrong = text.dropLast() + (text.last == "9" ? "0" : "9")
      table.record("check digits", "\(wrong) (made wrong)", (try? TopUpToken(String(wrong))) == nil, "taken")
    }
  }

  private mutating func checkExpectations() {
    for vector in document(folder.expectations, "messages with expectations")?.elements ?? [] {
      checkExpectation(vector)
    }
  }
}

extension JSONValue {
  /// The bytes that a text of hexadecimal digits writes.
  var hexBytes: [UInt8]? { text.flatMap { bytes(hexadecimal: $0.utf8) } }
  var identifier: EUI64? { text.flatMap { EUI64($0) } }
  var hexNumber: UInt64? { text.flatMap { UInt64($0, radix: 16) } }
}
