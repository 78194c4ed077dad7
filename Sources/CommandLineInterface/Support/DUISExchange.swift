import ArgumentParser
import DCCServer
import DUIS
import DataServiceProvider
import Foundation
import GBCS
import JSONText
import SettlementCalendar
import SmartMeteringEstate
import SmartMeteringRules
import SmartMeters

/// One request of a user and all that comes of it, printed.
struct DUISExchange {
  let connection: DCCConnection
  let parties: EstateParties
  let user: EstateUser
  let gate: DocumentGate
  let time: UTCInstant
  let showsXML: Bool

  /// As a user of a running emulator, at its time. - Throws: where it is not reached, or there is no such user.
  init(_ connection: DCCConnection, user name: String, showsXML: Bool) throws {
    parties = try EstateParties(seed: connection.seed)
    guard let user = parties.user(name) else { throw ValidationError("--as: there is no user \(name)") }
    let time = try connection.ask("GET", "/admin/clock").members?.first?.value.text.flatMap { UTCInstant($0) }
    guard let time else { throw DCCConnection.Unreachable(reason: "it tells no time") }
    self.connection = connection
    self.user = user
    self.time = time
    self.showsXML = showsXML
    gate = try DocumentGate(parties)
  }

  /// All that the user was posted from a number on.
  func showMail(from first: Int) throws {
    let client = try connection.client(parties)
    defer { try? waiting { await client.close() } }
    var next = max(1, first)
    while true {
      let page = try mail(client, from: next)
      guard !page.documents.isEmpty else { return }
      for document in page.documents { _ = try show(document) }
      next += page.documents.count
    }
  }

  /// Sends, signs a pre-command if one comes back, and waits for what comes later.
  func run(_ request: ServiceRequest, wait: Int) throws {
    guard let port = CommandVariantRules.port(request.commandVariant) else { throw ExitStatus.inputRefused }
    let client = try connection.client(parties)
    defer { try? waiting { await client.close() } }
    let before = try mail(client, from: .max).next
    let answer = try send(request, port, client)
    if case .message(_, .preCommand(let bytes, _)) = try ResponseBody(answer) {
      _ = try send(try signed(bytes, for: request), .sendCommand, client)
    } else if !CommandVariantRules.isSentOverWAN(request.commandVariant) {
      // An acknowledgement without data: done, or kept back.
      if answer.code == "I99" {
        for document in try mail(client, from: before).documents { try showIfQuarantined(document, request) }
      }
      return
    }
    try awaitResponse(request, client, from: before, wait: wait)
  }

  /// The request with the pre-command that came for it, held against the request ("parse and correlate") and signed.
  private func signed(_ bytes: [UInt8], for request: ServiceRequest) throws -> ServiceRequest {
    guard let command = try? DeviceMessage(bytes) else { throw ExitStatus.checkFailed }
    let translator = Translator(DeviceProfile(.electricityMeter), now: DeviceTime(time))
    if let reason = translator.contradiction(command, to: request) {
      printError("halfhour: not signed. \(reason)")
      throw ExitStatus.checkFailed
    }
    guard let signed = EstateSecurity(parties).signed(command, by: user.identifier) else {
      throw ExitStatus.checkFailed
    }
    printOut("the pre-command is what was asked for; signed it and send it\n")
    var second = ServiceRequest(
      id: request.id, commandVariant: 5, variant: request.serviceReferenceVariant,
      body: .signedPreCommand(signed.bytes))
    second.schemaVersion = request.schemaVersion
    second.isFirstInSequence = request.isFirstInSequence
    second.preceding = request.preceding
    return second
  }

  private func send(_ request: ServiceRequest, _ port: ServicePort, _ client: EmulatorClient) throws -> ServiceResponse
  {
    let document = try gate.document(request)
    if showsXML { printOut(String(decoding: document, as: UTF8.self)) }
    let path = [ServicePort.nonDevice: "serviceD", .sendCommand: "serviceS", .transform: "serviceT"][port] ?? ""
    let reply = try waiting { try await client.send("POST", "/api/v1/\(path)", document) }
    guard reply.status == 200 else {
      throw DCCConnection.Refused(status: reply.status, reason: String(decoding: reply.body, as: UTF8.self))
    }
    let response = try show(reply.body)
    guard response.code.hasPrefix("I") || response.code.hasPrefix("W") else { throw ExitStatus.checkFailed }
    return response
  }

  private func mail(_ client: EmulatorClient, from number: Int) throws -> (next: Int, documents: [[UInt8]]) {
    let path = "/admin/responses/\(user.name)?from=\(number)"
    let reply = try waiting { try await client.send("GET", path) }
    let members = try JSONText.parse(reply.body).members ?? []
    func value(_ key: String) -> JSONValue? { members.first { $0.key == key }?.value }
    let next = value("next")?.wholeNumber ?? 1
    let documents = (value("responses")?.elements ?? []).compactMap { item in
      item.members?.first { $0.key == "document" }?.value.text.map { Array($0.utf8) }
    }
    return (next, documents)
  }

  /// Shows what is posted until the request's own response is there.
  private func awaitResponse(_ request: ServiceRequest, _ client: EmulatorClient, from first: Int, wait: Int) throws {
    let deadline = Date().addingTimeInterval(TimeInterval(wait))
    var next = first
    while Date() < deadline {
      let mail = try mail(client, from: next)
      next = mail.documents.isEmpty ? next : mail.next
      for document in mail.documents {
        let response = try gate.response(document, now: time)
        try showIfQuarantined(document, request)
        guard response.requestID == request.id else { continue }
        let shown = try show(document)
        guard shown.code.hasPrefix("I") || shown.code.hasPrefix("W") else { throw ExitStatus.checkFailed }
        return
      }
      Thread.sleep(forTimeInterval: 0.1)
    }
    printError("halfhour: no response within \(wait) seconds; turn the clock on with: halfhour dcc clock --forward 60")
    throw ExitStatus.checkFailed
  }

  /// Says so where a document tells that the request waits in quarantine.
  private func showIfQuarantined(_ document: [UInt8], _ request: ServiceRequest) throws {
    guard
      case .dccAlert(_, _, .quarantined(_, request.id, let reference))? = try? ResponseBody(
        gate.response(document, now: time))
    else { return }
    _ = try show(document)
    printError("halfhour: the request waits; to let it go on: halfhour dcc quarantine release \(reference)")
    throw ExitStatus.checkFailed
  }

  /// Verifies the DSP's signature and prints what the response says.
  private func show(_ document: [UInt8]) throws -> ServiceResponse {
    let response = try gate.response(document, now: time)
    if showsXML { printOut(String(decoding: document, as: UTF8.self)) }
    printOut("\(response.code) at \(response.dateTime)\(try meaning(response.code))\n")
    switch try ResponseBody(response) {
    case .message(_, let content): try show(content)
    case .dccAlert(let code, _, let alert): printOut("  DCC alert \(code): \(Self.text(alert))\n")
    case .deviceAlert(let code, let throttle, let message):
      let device = (try? DeviceMessage(message))?.originator.description ?? ""
      let folded = throttle.count.map { ", throttled: \($0) of them" } ?? ""
      printOut("  device alert \(hexText(bigEndian(code)).uppercased()) of \(device)\(folded)\n")
    case .smets1(let message): try show(message, requestID: response.requestID)
    case .other(let element): printOut("  \(element.name)\n")
    }
    return response
  }

  private static func text(_ alert: DCCAlert) -> String {
    switch alert {
    case .quarantined(let breach, _, let reference): "\(breach.rawValue), reference \(reference)"
    case .scheduleRemoval(let device, let schedule): "schedule \(schedule) on \(device) was removed"
    case .supplierChanged(let device, _, let points): "change of supplier at \(points.importPoint ?? "") (\(device))"
    case .supplierChangeFailed: "the change of supplier could not be carried out"
    case .credentialsUpdated(let device, let role, let certificates):
      "new credentials of the \(role) on \(device): \(certificates.map(\.type).joined(separator: ", "))"
    default: alert.bodyName
    }
  }

  private func meaning(_ code: String) throws -> String {
    switch code {
    case "I0": ": success"
    case "I99": ": accepted"
    default: RefusalCode(rawValue: code).map { ": \($0.meaning)" } ?? ""
    }
  }

  private func show(_ content: ResponseContent) throws {
    switch content {
    case .none: break
    case .scheduleID(let id): printOut("  schedule \(id)\n")
    case .schedules(let list):
      for item in list {
        let details = item.details
        printOut(
          "  schedule \(item.id): \(details.read.variant) of \(details.device), \(details.frequency.rawValue), from \(details.startDate)\n"
        )
      }
    case .inventory(let devices):
      for device in devices {
        printOut("  \(device.device) \(device.type.rawValue) \(device.status?.rawValue ?? "")")
        printOut(" \(device.points.importPoint ?? "") \(device.points.export ?? "")")
        if let provider = device.smets1Provider { printOut(" \(device.smetsVersion ?? "") behind \(provider)") }
        printOut("\n")
      }
    case .preCommand(let bytes, let version): printOut("  pre-command of \(bytes.count) bytes, GBCS \(version)\n")
    case .localCommand(let bytes): printOut("  local command of \(bytes.count) bytes\n")
    case .other(let element): printOut("  \(element.name)\n")
    case .device(let bytes), .scheduled(let bytes, _), .futureDated(_, let bytes, _, _): showMessage(bytes)
    }
  }

  private func showMessage(_ bytes: [UInt8]) {
    guard let message = try? DeviceMessage(bytes) else { return }
    printOut("  \(message.code.useCase ?? message.code.description) from \(message.originator), \(bytes.count) bytes\n")
    let security = EstateSecurity(parties)
    guard let observation = try? security.observation(bytes, reader: user.identifier) else {
      let proof = message.isSigned ? "signature" : "MAC"
      let isAuthentic = security.isAuthentic(message, for: user.identifier)
      printOut(isAuthentic ? "  \(proof) right\n" : "  \(proof) not the device's, or not for this user\n")
      for line in DeviceAnswerLines.lines(message) { printOut("  \(line)\n") }
      return
    }
    printOut("  MAC right\(observation.read.isSensitive ? ", decrypted" : "")\n")
    switch observation.content {
    case .registers(let values): printOut("  registers: \(values.map { String($0) }.joined(separator: " "))\n")
    case .log(let rows):
      for row in rows {
        printOut("  \(row.time.instant)  \(row.values.map { String($0) }.joined(separator: " "))\n")
      }
    }
  }
}
