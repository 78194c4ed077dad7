import Crypto
public import KeyInfrastructure
public import NIOSSL

/// The two ends of mutual TLS, with certificates of the DCC's own infrastructure (DCCKI), which shares no root with the
/// smart metering one.
public struct TransportKeys: Sendable {
  private let pki: TestPKI
  /// What the server is called in its certificate.
  public static let serverName = "localhost"
  static let clientName = "user.halfhour.invalid"

  public init(_ pki: TestPKI) { self.pki = pki }

  /// Takes only clients with a certificate of the infrastructure; their names are not looked up.
  public func server() throws -> TLSConfiguration {
    let identity = try pki.transportIdentity(hostName: Self.serverName, isServer: true)
    var configuration = TLSConfiguration.makeServerConfiguration(
      certificateChain: try chain(identity), privateKey: try key(identity))
    configuration.certificateVerification = .noHostnameVerification
    configuration.trustRoots = .certificates([try certificate(pki.transport.root.certificate.bytes)])
    configuration.minimumTLSVersion = .tlsv12
    return configuration
  }

  public func client() throws -> TLSConfiguration {
    let identity = try pki.transportIdentity(hostName: Self.clientName, isServer: false)
    var configuration = TLSConfiguration.makeClientConfiguration()
    configuration.certificateChain = try chain(identity)
    configuration.privateKey = try key(identity)
    configuration.trustRoots = .certificates([try certificate(pki.transport.root.certificate.bytes)])
    configuration.minimumTLSVersion = .tlsv12
    return configuration
  }

  private func certificate(_ bytes: [UInt8]) throws -> NIOSSLCertificate {
    try NIOSSLCertificate(bytes: bytes, format: .der)
  }

  private func chain(_ identity: SigningCredential) throws -> [NIOSSLCertificateSource] {
    [
      .certificate(try certificate(identity.certificate.bytes)),
      .certificate(try certificate(pki.transport.issuing.certificate.bytes)),
    ]
  }

  private func key(_ identity: SigningCredential) throws -> NIOSSLPrivateKeySource {
    .privateKey(try NIOSSLPrivateKey(bytes: Array(identity.key.pemRepresentation.utf8), format: .pem))
  }
}
