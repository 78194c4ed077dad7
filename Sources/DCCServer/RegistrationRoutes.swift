import GBCS
import Hummingbird
import JSONText
import SettlementCalendar
import SmartMeteringEstate
import SmartMeteringRules

// Registration data over HTTP, as the switching service changes it.
extension EmulatorServer {
  static func administerRegistration(_ router: Router<BasicRequestContext>, _ desk: EstateDesk) {
    router.post("/admin/switch") { request, _ -> Response in
      let parameters = request.uri.queryParameters
      guard let point = parameters.get("mpan"), let name = parameters.get("to"),
        let date = parameters.get("from").flatMap({ SettlementDate($0) })
      else { throw HTTPError(.badRequest, message: "mpan=1000000000003, to=supplier2, from=2026-05-02") }
      guard await desk.register(supplier: name, of: point, from: date) else {
        throw HTTPError(.notFound, message: "no supplier of that name, or no metering point")
      }
      return Response(status: .noContent)
    }
  }
}

extension EstateDesk {
  func register(supplier name: String, of point: String, from date: SettlementDate) async -> Bool {
    await perform { $0.estate.register(supplier: name, of: point, from: date) }
  }
}
