import DUIS
import DataServiceProvider
import GBCS
import SettlementCalendar
import SmartMeters

/// A step of a request between the DSP and a SMETS1 meter.
enum SMETS1Step: Hashable, Sendable {
  case atMeter(CountersignedRequest, MessageMarks)
  case answered(SMETS1SignedResponse, MessageMarks)
  case alerted(S1SPAlert)
  /// The service provider has waited long enough for a meter in dumb mode, or one that was taken out.
  case gaveUp(CountersignedRequest, S1SPAlert.Code)
}

// The service providers of SMETS1 meters (S1SP) with dual control before them, and the meters behind them.
extension EstateSimulation {
  /// Seconds after which a service provider says that a meter does not answer. Not confirmed; within the 16 seconds that
  /// suppliers' on-demand reads have.
  static let serviceProviderPatience: Int64 = 10

  private func log(
    _ hop: Hop, _ outcome: HopRecord.Outcome, _ order: CountersignedRequest, _ reason: String? = nil
  ) {
    log(
      HopRecord(
        hop, outcome, at: now, device: order.key.device, counter: order.key.counter, region: .smets1, reason: reason))
  }

  /// A fault met an exchange.
  private func add(_ kind: FaultPlan.Kind, _ order: CountersignedRequest) {
    faults.add(
      InjectedFault(
        kind: kind, device: order.key.device, counter: order.key.counter, partyCounter: order.request.id.counter,
        time: now))
  }

  /// A request ends on the way without a fault: in a sound account none does.
  private func drop(_ outcome: HopRecord.Outcome, _ order: CountersignedRequest, _ reason: String) {
    faults.addUnexplained("\(Hop.networkToDevice): \(reason)")
    log(.networkToDevice, outcome, order, reason)
  }

  /// A request does not reach its meter; the service provider finds out after some seconds.
  private func miss(
    _ kind: FaultPlan.Kind, _ order: CountersignedRequest, _ reason: String, _ code: S1SPAlert.Code, after wait: Int64
  ) {
    add(kind, order)
    log(.networkToDevice, .lost, order, reason)
    arrivals.insert(.smets1(.gaveUp(order, code)), at: now.advanced(bySeconds: wait))
  }

  private var seconds: Int64 { setup.delays.seconds(NetworkRegion.smets1.carrier) }

  /// Dual control looks at a request, then it goes out to the meter.
  func send(_ order: CountersignedRequest) {
    guard security.isCountersigned(order) else {
      return drop(.refused, order, "dual control: countersignature")
    }
    let device = order.key.device
    guard let row = MeterEstate.place(of: device)?.row, meters.cohort(row) == order.cohort,
      let meter = firstGeneration[device] ?? meters.smets1Meter(row: row)
    else { return drop(.lost, order, "no such device") }
    if setup.faults.has(.noWAN, row: row) {
      channel.record(.noWAN, device)
      return miss(.noWAN, order, "no WAN", .unreachable, after: 0)
    }
    if houses.gone.contains(device) { return taken(order) }
    if meter.mode == .dumb {
      channel.record(.dumbMode, device)
      return miss(.dumbMode, order, "dumb mode", .noAnswer, after: Self.serviceProviderPatience)
    }
    let copies = channel.command(order.countersignature, to: device)
    for kind in channel.lastFaults { add(kind, order) }
    if copies.isEmpty { log(.networkToDevice, .lost, order, "lost command") }
    for number in copies.indices {
      arrivals.insert(.smets1(.atMeter(order, number == 0 ? [] : .copy)), at: now.advanced(bySeconds: seconds))
    }
  }

  private func taken(_ order: CountersignedRequest) {
    miss(.meterExchange, order, "the meter was taken out", .noAnswer, after: Self.serviceProviderPatience)
  }

  func take(_ step: SMETS1Step) {
    switch step {
    case .atMeter(let order, let marks): atMeter(order, marks)
    case .answered(let response, let marks): tell(.smets1Response(response), marks)
    case .alerted(let alert): tell(.smets1Alert(alert), [])
    case .gaveUp(let order, let code): alert(order, code)
    }
  }

  private func alert(_ order: CountersignedRequest, _ code: S1SPAlert.Code) {
    let content = S1SPAlert.Content(
      requestID: order.request.id, device: order.key.device, code: code.rawValue, time: now)
    guard let signed = security.signed(S1SPAlert.unsigned(content), cohort: order.cohort),
      let alert = try? S1SPAlert(signed)
    else { return }
    arrivals.insert(.smets1(.alerted(alert)), at: now)
  }

  private func atMeter(_ order: CountersignedRequest, _ marks: MessageMarks) {
    let device = order.key.device
    if houses.gone.contains(device) {
      // The service provider says once what becomes of a request.
      if !marks.contains(.copy) { return taken(order) }
      add(.meterExchange, order)
      return log(.networkToDevice, .lost, order, "the meter was taken out")
    }
    guard let row = MeterEstate.place(of: device)?.row,
      var meter = firstGeneration[device] ?? meters.smets1Meter(row: row),
      let body = try? ServiceBody(order.request)
    else { return drop(.lost, order, "no such device") }
    if case .read(let read) = body, read.kind.hasPeriod, channel.cutsLog(of: device) {
      meter.traits.cutsNextLog = true
      add(.partialLog, order)
    }
    let answer = meter.answer(body, variant: order.request.serviceReferenceVariant, at: now, loads)
    meter.traits.cutsNextLog = false
    firstGeneration[device] = meter
    guard let answer else { return drop(.refused, order, "not a service of the meter") }
    log(.networkToDevice, .proved, order)
    bring(answer, meter.time(at: now), order, marks)
  }

  /// The service provider signs what the meter said and brings it to the DSP.
  private func bring(
    _ answer: SMETS1Answer, _ time: DeviceTime, _ order: CountersignedRequest, _ marks: MessageMarks
  ) {
    let isForUser = order.key.originator != order.request.id.originator
    let header = SMETS1Header(
      originator: order.key.device, target: order.key.originator, counter: order.key.counter,
      supplementaryParty: isForUser ? order.request.id.originator : nil,
      supplementaryCounter: isForUser ? order.request.id.counter : nil,
      variant: order.request.serviceReferenceVariant, time: time.instant)
    let response = SMETS1Response(header: header, body: .answer(answer))
    guard let signed = security.signed(SMETS1SignedResponse.unsigned(response), cohort: order.cohort),
      let value = signed.signatureBytes
    else { return log(.deviceToNetwork, .refused, order, "cannot be signed") }
    let brought = channel.response(value, from: order.key.device)
    var marks = marks
    for kind in channel.lastFaults {
      add(kind, order)
      if kind == .wrongMAC { marks.insert(.damaged) }
      if kind == .lateResponse { marks.insert(.late) }
    }
    if brought.isEmpty { log(.deviceToNetwork, .lost, order, "lost response") }
    for (number, arrival) in brought.enumerated() {
      log(.deviceToNetwork, .passed, order)
      // A fault on the way damages the signature and nothing else.
      guard let response = try? SMETS1SignedResponse(signed.withSignature(arrival.bytes)) else { continue }
      arrivals.insert(
        .smets1(.answered(response, number == 0 ? marks : marks.union(.copy))),
        at: now.advanced(bySeconds: seconds + Int64(arrival.delay)))
    }
  }
}

extension MarkupElement {
  /// The bytes of the signature that is its last element.
  fileprivate var signatureBytes: [UInt8]? {
    elements.last?.first("SignatureValue").flatMap { Base64.decode($0.text) }
  }

  /// The same document with other bytes as its signature's value.
  fileprivate func withSignature(_ bytes: [UInt8]) -> MarkupElement {
    var copy = self
    guard case .element(var signature)? = copy.content.last else { return self }
    for (place, node) in signature.content.enumerated() {
      guard case .element(var value) = node, value.name == "SignatureValue" else { continue }
      value.content = [.text(Base64.encode(bytes))]
      signature.content[place] = .element(value)
    }
    copy.content[copy.content.count - 1] = .element(signature)
    return copy
  }
}
