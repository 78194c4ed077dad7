import AsyncHTTPClient
public import JSONText

/// A user's end of the HTTP interface. Waits for answers; not for threads that must not wait.
public final class EmulatorClient: Sendable {
  private let client: HTTPClient
  private let base: String

  /// What came back.
  public struct Reply: Sendable {
    public let status: Int
    public let body: [UInt8]
  }

  /// - Parameter base: `http://127.0.0.1:8079`, or `https://localhost:8079` with keys.
  public init(_ base: String, _ transport: TransportKeys? = nil) throws {
    self.base = base.hasSuffix("/") ? String(base.dropLast()) : base
    client = HTTPClient(configuration: .init(tlsConfiguration: try transport?.client()))
  }

  /// - Parameter path: from the first slash on.
  public func send(_ method: String, _ path: String, _ body: [UInt8]? = nil) async throws -> Reply {
    var request = HTTPClientRequest(url: base + path)
    request.method = .init(rawValue: method)
    if let body {
      request.headers.add(name: "Content-Type", value: "application/xml")
      request.body = .bytes(body)
    }
    let response = try await client.execute(request, timeout: .seconds(60))
    let buffer = try await response.body.collect(upTo: 64 << 20)
    return Reply(status: Int(response.status.code), body: Array(buffer.readableBytesView))
  }

  public func close() async { try? await client.shutdown() }
}
