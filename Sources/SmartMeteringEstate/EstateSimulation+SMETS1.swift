import DUIS
import DataServiceProvider
import GBCS
import SettlementCalendar
import SmartMeters

/// A step of a request between the DSP and a SMETS1 meter.
enum SMETS1Step: Hashable, Sendable {
  case atMeter(CountersignedRequest)
  case answered(SMETS1SignedResponse)
  case alerted(S1SPAlert)
  /// The service provider has waited long enough for a meter in dumb mode.
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

  private var seconds: Int64 { setup.delays.seconds(NetworkRegion.smets1.carrier) }

  /// Dual control looks at a request, then it goes out to the meter.
  func send(_ order: CountersignedRequest) {
    guard security.isCountersigned(order) else {
      return log(.networkToDevice, .refused, order, "dual control: countersignature")
    }
    guard let row = MeterEstate.place(of: order.key.device)?.row, meters.cohort(row) == order.cohort,
      let meter = firstGeneration[order.key.device] ?? meters.smets1Meter(row: row)
    else { return log(.networkToDevice, .lost, order, "no such device") }
    if setup.faults.has(.noWAN, row: row) {
      unreachable += 1
      log(.networkToDevice, .lost, order, "no WAN")
      return take(.gaveUp(order, .unreachable))
    }
    if meter.mode == .dumb {
      unreachable += 1
      log(.networkToDevice, .lost, order, "dumb mode")
      return arrivals.insert(
        .smets1(.gaveUp(order, .noAnswer)), at: now.advanced(bySeconds: Self.serviceProviderPatience))
    }
    let copies = channel.command(order.countersignature, to: order.key.device)
    if copies.isEmpty { log(.networkToDevice, .lost, order, "lost command") }
    for _ in copies { arrivals.insert(.smets1(.atMeter(order)), at: now.advanced(bySeconds: seconds)) }
  }

  func take(_ step: SMETS1Step) {
    switch step {
    case .atMeter(let order): atMeter(order)
    case .answered(let response): tell(.smets1Response(response))
    case .alerted(let alert): tell(.smets1Alert(alert))
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

  private func atMeter(_ order: CountersignedRequest) {
    let device = order.key.device
    guard let row = MeterEstate.place(of: device)?.row,
      var meter = firstGeneration[device] ?? meters.smets1Meter(row: row),
      let body = try? ServiceBody(order.request)
    else { return log(.networkToDevice, .lost, order, "no such device") }
    if case .read(let read) = body, read.kind.hasPeriod { meter.traits.cutsNextLog = channel.cutsLog(of: device) }
    let answer = meter.answer(body, variant: order.request.serviceReferenceVariant, at: now, loads)
    meter.traits.cutsNextLog = false
    firstGeneration[device] = meter
    guard let answer else { return log(.networkToDevice, .refused, order, "not a service of the meter") }
    log(.networkToDevice, .proved, order)
    bring(answer, meter.time(at: now), order)
  }

  /// The service provider signs what the meter said and brings it to the DSP.
  private func bring(_ answer: SMETS1Answer, _ time: DeviceTime, _ order: CountersignedRequest) {
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
    if brought.isEmpty { log(.deviceToNetwork, .lost, order, "lost response") }
    for arrival in brought {
      log(.deviceToNetwork, .passed, order)
      // A fault on the way damages the signature and nothing else.
      guard let response = try? SMETS1SignedResponse(signed.withSignature(arrival.bytes)) else { continue }
      arrivals.insert(.smets1(.answered(response)), at: now.advanced(bySeconds: seconds + Int64(arrival.delay)))
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
