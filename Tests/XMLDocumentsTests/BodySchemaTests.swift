import DUIS
import Foundation
import GBCS
import SettlementCalendar
import Testing
import XMLDocuments

/// The reference messages beside the package; HALFHOUR_SHARED names another place. `nil` where there are none.
let referenceMessages: URL? = {
  var folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
  var shared = ProcessInfo.processInfo.environment["HALFHOUR_SHARED"].map { URL(fileURLWithPath: $0) }
  while shared == nil, folder.path != "/" {
    if FileManager.default.fileExists(atPath: folder.appendingPathComponent("Package.swift").path) {
      shared = folder.deletingLastPathComponent().appendingPathComponent("shared")
    }
    folder.deleteLastPathComponent()
  }
  let messages = shared?.appendingPathComponent("data/dcc")
  return messages.flatMap { FileManager.default.fileExists(atPath: $0.path) ? $0 : nil }
}()

/// Typed bodies against the DUIS schema and against the reference requests.
@Suite struct BodySchemaTests {
  static func schema() throws -> XMLSchema {
    let folder = try #require(referenceMessages)
    return try XMLSchema(path: folder.appendingPathComponent("schema/DUIS-5.4.xsd").path)
  }

  @Test(.enabled(if: referenceMessages != nil, "needs ../shared/data/dcc/schema beside the project"))
  func everyRequestThatWeWriteIsValid() throws {
    let schema = try Self.schema()
    for sample in sampleRequests() {
      #expect(schema.accepts(try XMLDocument(sample.request.element.document)), "\(sample)")
    }
  }

  @Test(.enabled(if: referenceMessages != nil, "needs ../shared/data/dcc/schema beside the project"))
  func everyResponseThatWeWriteIsValid() throws {
    let schema = try Self.schema()
    for body in sampleResponses() {
      let response = ServiceResponse(
        requestID: sampleID, responseID: sampleID.swapped, code: "I0", dateTime: DUISTime.text(midnight),
        body: body.element)
      #expect(schema.accepts(try XMLDocument(response.element.document)), "\(body)")
    }
  }

  /// Each reference request has a body that reads; those of our services mean the same when written from values.
  @Test(.enabled(if: referenceMessages != nil, "needs ../shared/data/dcc/duis beside the project"))
  func theReferenceRequestsReadIntoValues() throws {
    let folder = try #require(referenceMessages).appendingPathComponent("duis/requests")
    let schema = try Self.schema()
    var typed = 0
    for name in try FileManager.default.contentsOfDirectory(atPath: folder.path).sorted() {
      let bytes = Array(try Data(contentsOf: folder.appendingPathComponent(name)))
      var request = try ServiceRequest(try XMLDocument(bytes).root())
      let body = try ServiceBody(request)
      if case .other = body { continue }
      typed += 1
      request.body = body.element
      #expect(try ServiceBody(request) == body, "\(name)")
      request.signature = nil
      #expect(schema.accepts(try XMLDocument(request.element.document)), "\(name)")
    }
    #expect(typed > 20)
  }

  @Test(.enabled(if: referenceMessages != nil, "needs ../shared/data/dcc/duis beside the project"))
  func theReferenceResponsesReadIntoValues() throws {
    let folder = try #require(referenceMessages).appendingPathComponent("duis/signed")
    func body(_ name: String) throws -> ResponseBody {
      let bytes = Array(try Data(contentsOf: folder.appendingPathComponent(name)))
      return try ResponseBody(try ServiceResponse(try XMLDocument(bytes).root()))
    }
    #expect(try body("acknowledgement-error.xml") == .message(variant: "11.2", .none))
    guard case .message("8.2", .inventory(let devices)) = try body("read-inventory-response-5.4.xml") else {
      Issue.record("no inventory")
      return
    }
    #expect(!devices.isEmpty)
    guard case .message("11.2", .device(let message)) = try body("readfw-response.xml") else {
      Issue.record("no device message")
      return
    }
    #expect(try DeviceMessage(message).code.rawValue == 0x0059)
  }
}
