import ArgumentParser
import GBCS
import KeyInfrastructure
import MessageSecurity

/// `halfhour dcc keys list`: one line for each certificate.
public struct DCCKeysListCommand: ParsableCommand {
  public static let configuration = CommandConfiguration(
    commandName: "list", abstract: "List the certificates of a folder.",
    discussion: """
      Reads all .pem, .der, .crt, .cer and .crl files of the folder and below it.

      Exit status: 0 listed, 2 a file is none (the others are listed).
      Example: halfhour dcc keys list keys --format csv
      """)

  @Argument(help: "The folder, or one file.")
  var path: String

  @Option(help: "How to print: table, json or csv.")
  var format: OutputFormat = .table

  public init() {}

  public func run() throws {
    try reportingErrors {
      let files = try KeyFiles(path)
      printOut(Self.table(files.certificates).text(format))
      for file in files.refused { printError("\(file.name): \(file.reason)") }
      if !files.refused.isEmpty { throw ExitStatus.inputRefused }
    }
  }

  static func table(_ certificates: [(name: String, certificate: Certificate)]) -> OutputTable {
    var table = OutputTable(
      ["file", "holder", "role", "use", "serial", "not_before", "not_after"].map { OutputTable.Column($0) })
    table.rows = certificates.map { file in
      let certificate = file.certificate
      return [
        file.name, certificate.identifier?.description ?? certificate.extensions.hostNames.first ?? "",
        certificate.roleName, certificate.useName, hexText(certificate.serialNumber),
        CertificateTime(certificate.notBefore)?.description ?? certificate.notBefore,
        CertificateTime(certificate.notAfter)?.description ?? certificate.notAfter,
      ].map { OutputCell.text($0) }
    }
    return table
  }
}

/// `halfhour dcc keys show`: all that is read of one certificate.
public struct DCCKeysShowCommand: ParsableCommand {
  public static let configuration = CommandConfiguration(
    commandName: "show", abstract: "Show what a certificate says.",
    discussion: """
      Exit status: 0 shown, 2 the file is no certificate.
      Example: halfhour dcc keys show keys/devices/00-DB-12-34-56-78-90-A0-signing.pem
      """)

  @Argument(help: "The file, PEM or DER.")
  var file: String

  @Option(help: "How to print: table, json or csv.")
  var format: OutputFormat = .table

  public init() {}

  public func run() throws {
    try reportingErrors {
      let files = try KeyFiles(file)
      guard let certificate = files.certificates.first?.certificate else {
        printError("halfhour: \(file): \(files.refused.first?.reason ?? "It is no certificate.")")
        throw ExitStatus.inputRefused
      }
      printOut(Self.table(certificate).text(format))
    }
  }

  static func table(_ certificate: Certificate) -> OutputTable {
    let extensions = certificate.extensions
    func name(_ parts: [Certificate.NameAttribute]) -> String {
      parts.map { "\($0.type)=\($0.value)" }.joined(separator: ", ")
    }
    let rows: [(String, String)] = [
      ("holder", certificate.identifier?.description ?? ""), ("role", certificate.roleName),
      ("use", certificate.useName), ("subject", name(certificate.subject)), ("issuer", name(certificate.issuer)),
      ("serial", certificate.serialDecimal), ("serial, hexadecimal", hexText(certificate.serialNumber)),
      ("not before", CertificateTime(certificate.notBefore)?.description ?? certificate.notBefore),
      ("not after", CertificateTime(certificate.notAfter)?.description ?? certificate.notAfter),
      ("authority", extensions.isAuthority ? "yes" : "no"), ("policies", extensions.policies.joined(separator: ", ")),
      ("extended uses", extensions.extendedUsages.joined(separator: ", ")),
      ("host names", extensions.hostNames.joined(separator: ", ")),
      ("subject key identifier", hexText(extensions.subjectKeyIdentifier ?? [])),
      ("authority key identifier", hexText(extensions.authorityKeyIdentifier ?? [])),
      ("public key", hexText(certificate.publicKey)),
    ]
    return OutputTable(
      columns: ["field", "value"], rows: rows.filter { !$0.1.isEmpty }.map { [.text($0.0), .text($0.1)] })
  }
}

extension Certificate {
  var roleName: String {
    role.flatMap(OrganisationRole.init(unit:))?.description ?? (subject.isEmpty ? "device" : "")
  }

  var useName: String {
    switch usage {
    case .digitalSignature: "signing"
    case .keyAgreement: "key agreement"
    case .other: extensions.isAuthority ? "authority" : "other"
    }
  }
}
