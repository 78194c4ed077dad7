import ArgumentParser
import Foundation
import GBCS
import KeyInfrastructure
import MessageSecurity
import SettlementCalendar

/// `halfhour dcc keys issue`: writes the certificates of a test infrastructure.
public struct DCCKeysIssueCommand: ParsableCommand {
  public static let configuration = CommandConfiguration(
    commandName: "issue",
    abstract: "Write the certificates of a test infrastructure that follows from a seed.",
    discussion: """
      Writes, as PEM, the two roots and issuing authorities of smart metering (organisations and devices), those of the
      DCC's transport, their revocation lists, and the certificates of parties and devices. Without --party and --device
      these are the parties of the published test estate and one meter.

      The keys follow from the seed: they are test keys, and whoever knows the seed has them. The same seed gives the
      same keys, names, serial numbers and dates every time; only the signatures' bytes differ.

      Roles: supplier, network-operator, access-control-broker, transitional-change-of-supplier, recovery, wan-provider,
      load-controller, other (Other Users and Meter Data Retrievers).

      Exit status: 0 written, 3 a file cannot be written.
      Example: halfhour dcc keys --seed 7 --out keys --party 90-B3-D5-1F-30-01-00-09:other
      """)

  @Option(help: "The seed, a whole number.")
  var seed: UInt64 = 1

  @Option(help: "The folder to write to; it is made where there is none.")
  var out: String

  @Option(help: "A party, as EUI-64:role. May be given many times.")
  var party: [String] = []

  @Option(help: "A device's EUI-64. May be given many times.")
  var device: [String] = []

  @Option(help: "The first day of all certificates.")
  var validFrom = "2020-01-01"

  @Option(help: "Put all certificates of that EUI-64 on the revocation list. May be given many times.")
  var revoke: [String] = []

  @Option(help: "From which day they are revoked.")
  var revokedFrom = "2026-01-01"

  @Flag(help: "Write each certificate as DER too.")
  var der = false

  @Flag(help: "Write the private keys too (PKCS#8, PEM). They are test keys.")
  var privateKeys = false

  public init() {}

  /// The parties of the published test estate.
  static let estate: [(EUI64, OrganisationRole)] = [
    (EUI64(rawValue: 0x90B3_D51F_3000_0001), .recovery), (EUI64(rawValue: 0x90B3_D51F_3000_0002), .accessControlBroker),
    (EUI64(rawValue: 0x90B3_D51F_3000_0004), .transitionalChangeOfSupplier),
    (EUI64(rawValue: 0x90B3_D51F_3000_0007), .wanProvider), (EUI64(rawValue: 0x90B3_D51F_3001_0000), .supplier),
    (EUI64(rawValue: 0x90B3_D51F_3001_0008), .loadController), (EUI64(rawValue: 0x90B3_D51F_3001_0009), .other),
    (EUI64(rawValue: 0x90B3_D51F_3002_0000), .networkOperator), (EUI64(rawValue: 0x90B3_D51F_3003_0000), .supplier),
    (EUI64(rawValue: 0x00DB_1234_5678_0004), .other),
  ]

  public func run() throws {
    try reportingErrors {
      let pki = try TestPKI(seed: seed, validFrom: try Self.day(validFrom))
      let parties = party.isEmpty && device.isEmpty ? Self.estate : try party.map(Self.party)
      let devices =
        party.isEmpty && device.isEmpty ? [EUI64(rawValue: 0x00DB_1234_5678_90A0)] : try device.map(Self.identifier)
      var files = KeyFileWriter(URL(fileURLWithPath: out, isDirectory: true), der: der, privateKeys: privateKeys)
      try files.write(pki)
      var revoked: [Certificate] = []
      let gone = Set(try revoke.map(Self.identifier))
      for (identifier, role) in parties {
        let identity = try pki.organisation(identifier, role)
        try files.write(identity)
        if gone.contains(identifier) { revoked += identity.certificates }
      }
      for identifier in devices { try files.write(try pki.device(identifier)) }
      let server = try pki.transportIdentity(hostName: "localhost", isServer: true)
      try files.write(server, "dccki/server-localhost")
      for (identifier, _) in parties {
        let client = try pki.transportIdentity(hostName: identifier.description, isServer: false)
        try files.write(client, "dccki/client-\(identifier)")
      }
      try files.writeLists(pki, revoked: revoked, from: try Self.day(revokedFrom))
      printOut("\(files.certificates) certificates, \(files.written) files, in \(out)\n")
      printError("These are test keys that follow from the seed. They protect nothing.")
    }
  }

  static func day(_ text: String) throws -> CertificateTime {
    guard let date = SettlementDate(text), let instant = UTCInstant(date: date, hour: 0, minute: 0),
      let time = CertificateTime(instant)
    else { throw ValidationError("\(text) is no date such as 2026-05-01") }
    return time
  }

  static func identifier(_ text: String) throws -> EUI64 {
    guard let identifier = EUI64(text) else { throw ValidationError("\(text) is no EUI-64") }
    return identifier
  }

  /// By its name with hyphens, or by the two hexadecimal digits of certificates.
  static func role(_ text: String) throws -> OrganisationRole {
    let named = OrganisationRole.allCases.first {
      $0.description.lowercased().replacingOccurrences(of: " ", with: "-") == text.lowercased()
    }
    guard let role = named ?? OrganisationRole(unit: text.uppercased()) else {
      throw ValidationError("\(text) is no role; see halfhour help dcc keys issue")
    }
    return role
  }

  static func party(_ text: String) throws -> (EUI64, OrganisationRole) {
    let parts = text.split(separator: ":", maxSplits: 1).map(String.init)
    guard parts.count == 2 else { throw ValidationError("\(text) is not EUI-64:role") }
    return (try identifier(parts[0]), try role(parts[1]))
  }
}
