import GBCS

// Tariffs and prices: set at once or for later, taken back, told again (GBCS ECS01a, ECS01b, ECS24).
extension ElectricityMeter {
  /// What a tariff command that waits will change, and what its outcome is told about.
  struct TariffChange: Hashable, Sendable {
    enum Content: Hashable, Sendable {
      case tariff(ElectricityTariff)
      case prices(TariffPrices)
    }

    let content: Content
    let code: MessageCode
    let counter: UInt64
    /// The attributes whose activation the command set.
    let instructions: [AccessSpecification]
  }

  /// - Returns: the payload of the answer.
  mutating func setTariff(_ request: AccessRequest, _ accepted: DeviceCore.Accepted) -> [UInt8] {
    let content: TariffChange.Content
    let activation: ActivationTime
    if accepted.message.code == ElectricityTariff.code, let read = ElectricityTariff.read(request) {
      guard read.tariff.fault == nil else { return MeterReadAnswer.refusal(request, code: Self.otherReason) }
      (content, activation) = (.tariff(read.tariff), read.activation)
    } else if accepted.message.code == ElectricityTariff.pricesCode, let read = TariffPrices.read(request) {
      (content, activation) = (.prices(read.prices), read.activation)
    } else {
      return MeterReadAnswer.refusal(request, code: MeterReadRequest.Fault.otherForm.rawValue)
    }
    let change = TariffChange(
      content: content, code: accepted.message.code, counter: accepted.message.counter,
      instructions: request.activations)
    // A new one takes the place of what waits, as it does in the attributes of a meter.
    core.cancelWaiting { if case .tariff(let waiting) = $0 { waiting.code == change.code } else { false } }
    var isDone = true
    switch activation {
    case .never: break
    case .at(let time) where time > accepted.time:
      core.wait(FutureDated(time: time, originator: accepted.message.originator, action: .tariff(change)))
    case .at, .now: isDone = apply(change, at: accepted.time)
    }
    return MeterReadAnswer.refusal(request, code: isDone ? 0 : Self.otherReason)
  }

  /// Data-Access-Result other-reason.
  private static let otherReason: UInt8 = 250

  private mutating func apply(_ change: TariffChange, at time: DeviceTime) -> Bool {
    switch change.content {
    case .tariff(let new): return tariff.set(new, from: time)
    case .prices(let prices):
      tariff.set(prices)
      return true
    }
  }

  /// The time of a change has come. - Returns: an alert for each instruction, signed, to the supplier.
  mutating func activate(
    _ change: TariffChange, due time: DeviceTime, _ security: any DeviceSecurity
  ) -> [DeviceEffect] {
    let code: AlertCode = apply(change, at: time) ? .futureDatedDone : .futureDatedFailed
    return change.instructions.flatMap { instruction -> [DeviceEffect] in
      let counter = core.nextCounter()
      let about =
        bigEndian(change.code.rawValue) + bigEndian(change.counter) + bigEndian(instruction.objectClass)
        + instruction.object.bytes + [UInt8(bitPattern: instruction.member)]
      let payload = DataNotification(
        invokeID: DLMSMessage.invokeID(counter),
        value: .structure([.longUnsigned(code.rawValue), .octetString(time.dateTime()), .octetString(about)])
      ).bytes
      return core.alert(code, counter: counter, payload: payload, messageCode: 0x00CC, security)
    }
  }

  /// What the meter's tariff is now.
  func tellTariff(_ request: AccessRequest, _ accepted: DeviceCore.Accepted) -> [UInt8] {
    guard request.specifications == ElectricityTariff.readItems.map(\.specification) else {
      return MeterReadAnswer.refusal(request, code: MeterReadRequest.Fault.otherObject.rawValue)
    }
    let values = tariff.current.answer(activePrice: tariff.activePrice(at: accepted.time))
    return MeterReadAnswer.payload(accepted.message.counter, values, .get)
  }
}
