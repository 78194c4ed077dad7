import GBCS
import Hummingbird
import KeyInfrastructure
import SettlementCalendar

// The SMKI repository's interface: searches and certificates as XML, revocation lists as DER.
extension EmulatorServer {
  /// Codes of the interface, which uses HTTP's numbers for its own meanings.
  private static let invalidQuery = HTTPResponse.Status(code: 401, reasonPhrase: "Invalid query")
  private static let noneFound = HTTPResponse.Status(code: 402, reasonPhrase: "None found")

  static func serveRepository(_ router: Router<BasicRequestContext>, _ desk: EstateDesk) {
    router.post("/services/certificatesearch") { request, _ -> Response in
      guard let search = RepositoryDocument.search(try await body(request)) else { return refused(invalidQuery) }
      guard let document = await desk.certificates(search) else { return refused(noneFound) }
      return reply(document, "application/xml; charset=utf-8")
    }
    router.post("/services/retrievecertificate") { request, _ -> Response in
      guard let serial = RepositoryDocument.serial(try await body(request)) else { return refused(invalidQuery) }
      guard let document = await desk.certificate(serial: serial) else { return refused(noneFound) }
      return reply(document, "application/xml; charset=utf-8")
    }
    router.get("/services/crl/:authority") { _, context -> Response in
      guard let list = await desk.revocationList(try context.parameters.require("authority")) else {
        throw HTTPError(.notFound, message: "organisations-root, organisations, devices-root or devices")
      }
      return reply(list, "application/pkix-crl")
    }
  }

  private static func body(_ request: Request) async throws -> [UInt8] {
    var request = request
    return Array(try await request.collectBody(upTo: RepositoryDocument.maximumSize).readableBytesView)
  }

  private static func refused(_ status: HTTPResponse.Status) -> Response {
    reply(Array((status.reasonPhrase + "\n").utf8), "text/plain", status)
  }
}

extension EstateDesk {
  /// `nil` where none is found.
  func certificates(_ search: RepositorySearch) async -> [UInt8]? {
    await perform { desk in
      guard let time = CertificateTime(desk.estate.now) else { return nil }
      let inventory = desk.estate.provider.inventory
      let found = desk.repository.search(search, at: time) { inventory[$0]?.generation == .smets2 }
      return found.isEmpty ? nil : RepositoryDocument.found(found, number: desk.nextAudit())
    }
  }

  func certificate(serial: [UInt8]) async -> [UInt8]? {
    await perform { desk in
      guard let time = CertificateTime(desk.estate.now) else { return nil }
      let inventory = desk.estate.provider.inventory
      let found = desk.repository.certificate(
        serial: serial, at: time, devices: { inventory.devices.filter { inventory[$0]?.generation == .smets2 } },
        count: inventory.count)
      return found.map { RepositoryDocument.certificate($0, number: desk.nextAudit()) }
    }
  }

  /// The current list of an authority (DER), good for two days; `nil` for no authority of that name.
  func revocationList(_ name: String) async -> [UInt8]? {
    await perform { desk in
      guard let date = desk.estate.now.utcDate,
        let from = CertificateTime(UTCInstant(secondsSince1970: Int64(date.dayNumber) * 86_400)),
        let to = CertificateTime(UTCInstant(secondsSince1970: Int64(date.dayNumber + 2) * 86_400))
      else { return nil }
      return desk.repository.revocationList(name, number: UInt64(date.dayNumber), from: from, to: to)
    }
  }
}
