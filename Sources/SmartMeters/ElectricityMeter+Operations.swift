import GBCS

extension ElectricityMeter {
  /// What the meter does beside telling its energy: supply, top-up, clock, firmware version, logs of events.
  mutating func operate(
    _ request: AccessRequest, _ accepted: DeviceCore.Accepted, at now: DeviceTime, _ security: any DeviceSecurity
  ) -> [DeviceEffect] {
    let counter = accepted.message.counter
    var said: [DeviceEffect] = []
    let payload: [UInt8]
    switch accepted.message.code.rawValue {
    case 0x004F: payload = switchSupply(.enabled, request)
    case 0x0050: payload = switchSupply(.disabled, request)
    case 0x0051: payload = switchSupply(.armed, request)
    case 0x0052: payload = MeterReadAnswer.payload(counter, [.enumerated(supply.rawValue)], .get)
    case 0x0059: payload = MeterReadAnswer.payload(counter, [.octetString(bigEndian(firmware.version))], .get)
    case 0x0048: payload = events(core.eventLog, request, counter)
    case 0x0049: payload = events(core.securityLog, request, counter)
    case 0x0007: payload = topUp(request, accepted, at: now, security, &said)
    case 0x0019, 0x00A2: payload = setTariff(request, accepted)
    case 0x003A: payload = tellTariff(request, accepted)
    case 0x0062: payload = synchronise(request, counter, at: now, security, &said)
    default: payload = MeterReadAnswer.refusal(request, code: MeterReadRequest.Fault.otherObject.rawValue)
    }
    return core.respond(accepted, core.header(accepted), payload: payload, security) + said
  }

  private mutating func switchSupply(_ state: SupplyState, _ request: AccessRequest) -> [UInt8] {
    guard request.specifications.count == 1, request.specifications[0].object == MeterCommand.supplyScript else {
      return MeterReadAnswer.refusal(request, code: MeterReadRequest.Fault.otherObject.rawValue)
    }
    // Arming asks the customer to switch on, which is for a supply that is off.
    guard state != .armed || supply != .enabled else { return MeterReadAnswer.refusal(request, code: 250) }
    supply = state
    return MeterReadAnswer.refusal(request, code: 0)
  }

  /// The customer presses the button on an armed meter.
  ///
  /// - Returns: whether the supply is on now.
  public mutating func pressToRestore() -> Bool {
    if supply == .armed { supply = .enabled }
    return supply == .enabled
  }

  private func events(_ log: [DeviceCore.LogEntry], _ request: AccessRequest, _ counter: UInt64) -> [UInt8] {
    guard let selection = request.specifications.first?.selection, let parts = selection.parameters.elements,
      parts.count == 4, case .doubleLongUnsigned(let from) = parts[1], case .doubleLongUnsigned(let to) = parts[2]
    else { return MeterReadAnswer.refusal(request, code: MeterReadRequest.Fault.otherForm.rawValue) }
    let rows = log.filter { from <= $0.time.seconds && $0.time.seconds <= to }.map {
      DLMSValue.structure([.doubleLongUnsigned($0.time.seconds), .longUnsigned($0.event), .octetString([])])
    }
    let type = DLMSType.structure([.simple(.doubleLongUnsigned), .simple(.longUnsigned), .simple(.octetString)])
    return MeterReadAnswer.payload(counter, [.compactArray(type, rows: rows)], .get)
  }

  private mutating func topUp(
    _ request: AccessRequest, _ accepted: DeviceCore.Accepted, at now: DeviceTime, _ security: any DeviceSecurity,
    _ said: inout [DeviceEffect]
  ) -> [UInt8] {
    guard case .octetString(let digits)? = request.data.first, request.specifications.count == 1 else {
      return MeterReadAnswer.refusal(request, code: MeterReadRequest.Fault.otherForm.rawValue)
    }
    let alert = credit(digits, counter: accepted.message.counter, security)
    if let alert {
      core.record(alert, at: accepted.time, security: false)
      said += core.alert(alert, at: now, security)
    }
    return MeterReadAnswer.refusal(request, code: alert == nil ? 0 : 1)
  }

  /// - Returns: what is wrong with the token, if anything is.
  private mutating func credit(
    _ digits: [UInt8], counter: UInt64, _ security: any DeviceSecurity
  ) -> AlertCode? {
    guard let supplier = core.credentials[.supplier, .keyAgreement, .prepaymentTopUp] else {
      return .topUpNotAuthentic
    }
    switch security.judge(topUp: digits, counter: counter, device: identifier, party: supplier) {
    case .malformed, .notAuthentic: return .topUpNotAuthentic
    case .authentic(let pence):
      switch prepayment.topUp(pence: pence, counter: counter) {
      case .credited: return nil
      case .duplicate: return .duplicateTopUp
      case .aboveLimit: return .topUpAboveLimit
      }
    }
  }

  private mutating func synchronise(
    _ request: AccessRequest, _ counter: UInt64, at now: DeviceTime, _ security: any DeviceSecurity,
    _ said: inout [DeviceEffect]
  ) -> [UInt8] {
    guard request.specifications.map(\.object) == Array(repeating: MeterCommand.clock, count: 5),
      let window = MeterCommand.clockWindow(request)
    else { return MeterReadAnswer.refusal(request, code: MeterReadRequest.Fault.otherForm.rawValue) }
    let isSet = core.clock.synchronise(at: now, within: window)
    let event: AlertCode = isSet ? .clockAdjusted : .clockNotAdjusted
    let time = core.clock.reading(at: now)
    core.record(event, at: time, security: false)
    if !isSet { said += core.alert(event, at: now, security) }
    let choices: [AccessSpecification.Choice] = [.set, .action, .action, .get, .get]
    return AccessResponse(
      invokeID: DLMSMessage.invokeID(counter),
      data: isSet
        ? [.null, .null, .null, .octetString(time.dateTime()), .unsigned(core.clock.status.rawValue)]
        : [.null, .null, .null, .null, .null],
      results: zip(choices, isSet ? [0, 0, 0, 0, 0] : [0, 0, 0, 1, 250]).map { AccessResult($0, code: $1) }
    ).bytes
  }
}
