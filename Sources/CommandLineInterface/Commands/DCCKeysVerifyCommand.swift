import ArgumentParser
import Foundation
import GBCS
import KeyInfrastructure
import MessageSecurity
import SettlementCalendar

/// `halfhour dcc keys verify`: judges a certificate at a date.
public struct DCCKeysVerifyCommand: ParsableCommand {
  public static let configuration = CommandConfiguration(
    commandName: "verify",
    abstract: "Judge a certificate: chain, dates, revocation, holder, role and use.",
    discussion: """
      Roots, authorities and revocation lists are taken from the folder that --authorities names: `dcc keys issue` writes
      keys/smki for smart metering and keys/dccki for transport, which are separate roots. Every reason for which the
      certificate is refused is printed.

      Exit status: 0 taken, 1 refused, 2 the file is no certificate.
      Example: halfhour dcc keys verify keys/devices/00-DB-12-34-56-78-90-A0-signing.pem --authorities keys/smki \
      --date 2026-05-01
      """)

  @Argument(help: "The certificate, PEM or DER.")
  var file: String

  @Option(help: "The folder with trusted roots, authorities and revocation lists.")
  var authorities: String

  @Option(help: "The day at whose start it is judged; today where it is left out.")
  var date: String?

  @Option(help: "The holder that it must have, an EUI-64.")
  var holder: String?

  @Option(help: "The role that it must have: see halfhour help dcc keys issue.")
  var role: String?

  @Option(help: "The use that it must have: signing or key-agreement.")
  var use: String?

  @Flag(help: "Refuse where no current revocation list of an issuer is there.")
  var requireLists = false

  public init() {}

  public func run() throws {
    try reportingErrors {
      let files = try KeyFiles(file)
      guard let certificate = files.certificates.first?.certificate else {
        printError("halfhour: \(file): \(files.refused.first?.reason ?? "It is no certificate.")")
        throw ExitStatus.inputRefused
      }
      let verdict = try Self.verdict(
        certificate, authorities: KeyFiles(authorities), at: try moment(), demand: try demand(),
        requireLists: requireLists)
      for fault in verdict.faults { printOut("refused: \(fault)\n") }
      guard verdict.isValid else { throw ExitStatus.checkFailed }
      printOut("taken: \(certificate.roleName), \(certificate.useName), chain of \(verdict.path.count)\n")
    }
  }

  static func verdict(
    _ certificate: Certificate, authorities: KeyFiles, at time: CertificateTime, demand: CertificateDemand,
    requireLists: Bool
  ) -> ChainVerdict {
    var judge = ChainJudge(
      roots: authorities.roots, authorities: authorities.authorities, revocationLists: authorities.lists)
    judge.revocation = requireLists ? .required : .ifListed
    return judge.verdict(certificate, at: time, demand: demand)
  }

  private func moment() throws -> CertificateTime {
    if let date { return try DCCKeysIssueCommand.day(date) }
    let now = UTCInstant(secondsSince1970: Int64(Date().timeIntervalSince1970))
    guard let time = CertificateTime(now) else { throw ValidationError("the system's clock is out of range") }
    return time
  }

  private func demand() throws -> CertificateDemand {
    let uses: [String: CertificateUse] = ["signing": .signing, "key-agreement": .keyAgreement]
    if let use, uses[use] == nil { throw ValidationError("--use is signing or key-agreement") }
    return CertificateDemand(
      holder: try holder.map(DCCKeysIssueCommand.identifier),
      roles: try role.map { [try DCCKeysIssueCommand.role($0)] },
      use: use.flatMap { uses[$0] })
  }
}
