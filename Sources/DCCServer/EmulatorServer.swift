import AsyncHTTPClient
import Hummingbird
import HummingbirdCore
import HummingbirdTLS
import JSONText
import KeyInfrastructure
import NIOSSL
public import SettlementCalendar
import SmartMeteringRules
import XMLDocuments

/// The DCC's interface over HTTP: three addresses for requests, posts to users, and an address for administration.
public struct EmulatorServer: Sendable {
  public var host: String
  /// 0 lets the system choose.
  public var port: Int
  /// With certificates of the estate's transport infrastructure on both sides; plain HTTP otherwise.
  public var usesTLS: Bool

  /// Loopback unless told otherwise: without TLS, nobody is authenticated by anything but signatures of test keys.
  public init(host: String = "127.0.0.1", port: Int = 8079, usesTLS: Bool = false) {
    self.host = host
    self.port = port
    self.usesTLS = usesTLS
  }

  /// Serves until the process is told to stop (SIGTERM, SIGINT); requests under way are finished first.
  /// - Parameter onRunning: is told the port.
  public func run(_ desk: EstateDesk, _ transport: TransportKeys?, onRunning: @escaping @Sendable (Int) -> Void)
    async throws
  {
    let http = HTTPServerBuilder.http1(configuration: .init(idleTimeout: .seconds(30)))
    let server = try transport.map { try HTTPServerBuilder.tls(http, tlsConfiguration: $0.server()) } ?? http
    let application = Application(
      router: Self.router(desk), server: server,
      configuration: .init(address: .hostname(host, port: port)),
      onServerRunning: { channel in onRunning(channel.localAddress?.port ?? 0) })
    try await withThrowingTaskGroup(of: Void.self) { group in
      group.addTask { try await application.runService() }
      group.addTask {
        while !Task.isCancelled {
          await desk.tick()
          try await Task.sleep(for: .milliseconds(50))
        }
      }
      group.addTask { try await Self.post(desk, transport) }
      // The first to end is the server, or a fault: the others follow.
      defer { group.cancelAll() }
      try await group.next()
    }
  }

  /// Posts responses to users, one after another; 204 is what a user answers.
  private static func post(_ desk: EstateDesk, _ transport: TransportKeys?) async throws {
    let client = HTTPClient(configuration: .init(tlsConfiguration: try transport?.client()))
    for await response in desk.outgoing {
      var request = HTTPClientRequest(url: response.url)
      request.method = .POST
      request.headers.add(name: "Content-Type", value: "application/xml")
      request.body = .bytes(response.document)
      let answered = try? await client.execute(request, timeout: .seconds(10))
      if answered.map({ (200..<300).contains($0.status.code) }) != true { await desk.callbackFailed() }
    }
    try await client.shutdown()
  }

  static func router(_ desk: EstateDesk) -> Router<BasicRequestContext> {
    let router = Router()
    for (name, port) in [
      ("serviceD", ServicePort.nonDevice), ("serviceS", .sendCommand), ("serviceT", .transform),
    ] {
      router.post(RouterPath("/api/v1/\(name)")) { request, _ -> Response in
        var request = request
        let body = try await request.collectBody(upTo: XMLDocument.maximumSize)
        switch await desk.answer(Array(body.readableBytesView), at: port) {
        case .success(let document): return reply(document, "application/xml")
        case .failure(let fault): return reply(Array(fault.description.utf8), "text/plain", .badRequest)
        }
      }
    }
    administer(router, desk)
    administerQuarantine(router, desk)
    administerRegistration(router, desk)
    serveRepository(router, desk)
    return router
  }

  private static func administer(_ router: Router<BasicRequestContext>, _ desk: EstateDesk) {
    router.get("/admin/clock") { _, _ -> Response in json(.object(["time": .string(await desk.time.description)])) }
    router.post("/admin/clock") { request, _ -> Response in
      let parameters = request.uri.queryParameters
      let now = await desk.time
      let moment =
        parameters.get("to").flatMap { UTCInstant($0) }
        ?? parameters.get("seconds", as: Int64.self).flatMap { (0...3_200_000_000).contains($0) ? $0 : nil }
        .map { now.advanced(bySeconds: $0) }
      guard let moment else { throw HTTPError(.badRequest, message: "to=2026-05-02T00:00:00Z or seconds=3600") }
      guard let time = await desk.turn(to: moment) else {
        throw HTTPError(.conflict, message: "the clock is not turned back")
      }
      return json(.object(["time": .string(time.description)]))
    }
    router.get("/admin/responses/:user") { request, context -> Response in
      let user = try context.parameters.require("user")
      let from = request.uri.queryParameters.get("from", as: Int.self) ?? 1
      guard let mail = await desk.mail(of: user, from: from) else { throw HTTPError(.notFound) }
      let documents = mail.documents.map {
        JSONValue.object([
          "number": .integer($0.number), "document": .string(String(decoding: $0.document, as: UTF8.self)),
        ])
      }
      return json(.object(["next": .integer(mail.next), "responses": .array(documents)]))
    }
    router.put("/admin/users/:user/callback") { request, context -> Response in
      let user = try context.parameters.require("user")
      var request = request
      let body = try await request.collectBody(upTo: 2_048)
      let url = String(decoding: body.readableBytesView, as: UTF8.self)
      guard url.hasPrefix("http://") || url.hasPrefix("https://") else {
        throw HTTPError(.badRequest, message: "the body is a URL")
      }
      guard await desk.receive(of: user, at: url) else { throw HTTPError(.notFound) }
      return Response(status: .noContent)
    }
    router.post("/admin/appoint") { request, _ -> Response in
      let parameters = request.uri.queryParameters
      guard let from = parameters.get("from").flatMap({ SettlementDate($0) }) else {
        throw HTTPError(.badRequest, message: "from=2026-05-01, perhaps to= and mpan=")
      }
      let to = parameters.get("to").flatMap { SettlementDate($0) }
      let count = await desk.appoint(point: parameters.get("mpan"), from: from, to: to)
      return json(.object(["appointed": .integer(count)]))
    }
    router.get("/admin/devices") { request, _ -> Response in
      let parameters = request.uri.queryParameters
      return json(
        await desk.devices(
          point: parameters.get("mpan"), from: parameters.get("from", as: Int.self) ?? 0,
          count: parameters.get("count", as: Int.self) ?? 100))
    }
    router.get("/admin/report") { _, _ -> Response in json(await desk.report()) }
  }

  static func json(_ value: JSONValue) -> Response { reply(JSONText.write(value), "application/json") }

  static func reply(
    _ bytes: [UInt8], _ type: String, _ status: HTTPResponse.Status = .ok
  ) -> Response {
    Response(status: status, headers: [.contentType: type], body: .init(byteBuffer: ByteBuffer(bytes: bytes)))
  }
}
