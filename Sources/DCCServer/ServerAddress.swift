/// Where the server listens.
public struct ServerAddress: Hashable, Sendable {
  /// Loopback unless told otherwise: the emulator holds test keys only and authenticates nobody without TLS.
  public var host: String
  /// 0 lets the system choose.
  public var port: Int

  public init(host: String = "127.0.0.1", port: Int = 8079) {
    self.host = host
    self.port = port
  }
}
