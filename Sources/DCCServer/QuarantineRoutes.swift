import DataServiceProvider
import GBCS
import Hummingbird
import JSONText
import SmartMeteringRules

// Quarantine over HTTP: to see what waits, and to decide it.
extension EmulatorServer {
  static func administerQuarantine(_ router: Router<BasicRequestContext>, _ desk: EstateDesk) {
    router.get("/admin/quarantine") { _, _ -> Response in json(await desk.quarantine()) }
    router.post("/admin/quarantine/:reference") { request, context -> Response in
      guard let reference = context.parameters.get("reference").flatMap({ UInt64($0) }),
        let release = ["release": true, "delete": false][request.uri.queryParameters.get("decision") ?? ""]
      else { throw HTTPError(.badRequest, message: "/admin/quarantine/NUMBER?decision=release or delete") }
      guard await desk.decide(quarantined: reference, release: release) else {
        throw HTTPError(.notFound, message: "nothing is in quarantine under that reference")
      }
      return Response(status: .noContent)
    }
  }
}

extension EstateDesk {
  /// A page of at most 1,000, oldest first.
  func quarantine() async -> JSONValue {
    await perform { desk in
      .array(
        desk.estate.provider.inQuarantine.prefix(1_000).map { item in
          .object([
            "reference": .string(String(item.reference)), "breach": .string(item.breach.rawValue),
            "since": .string(item.since.description),
            "user": .string(desk.estate.parties.user(item.user)?.name ?? item.user.description),
            "role": .string(item.role.rawValue), "service": .string(item.variant), "request": .string(item.request),
          ])
        })
    }
  }

  /// - Returns: whether there is one of that reference.
  func decide(quarantined reference: UInt64, release: Bool) async -> Bool {
    await perform { desk in
      let isThere = desk.estate.decide(quarantined: reference, release: release)
      desk.deliver(desk.estate.collectPosts())
      return isThere
    }
  }
}
