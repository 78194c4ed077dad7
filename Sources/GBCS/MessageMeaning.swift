extension MessagePicture {
  /// What a command asks for, where its use case is one that is understood here; `nil` for all others.
  static func meaning(_ message: DeviceMessage) -> MessagePicture? {
    guard message.kind == .command, let payload = try? message.openedPayload().payload else { return nil }
    switch payload {
    case .dlms(.accessRequest(let request)):
      return read(message, request) ?? hub(message, request) ?? tariff(message, request)
    case .gas(let payload): return GasRead(message.code, payload).map(gas)
    case .asn1(let value):
      if let update = CredentialsUpdate(value), update.mode.code == message.code { return credentials(update) }
      guard message.code == FirmwareActivation.code, let activation = FirmwareActivation(value) else { return nil }
      return MessagePicture(
        "meaning", "activate firmware " + when(activation.executionTime, activation.isCancellation),
        parts: [
          MessagePicture("hash of the image", bytes: activation.hash),
          MessagePicture("counter", String(activation.counter)),
        ])
    default: return nil
    }
  }

  private static func read(_ message: DeviceMessage, _ request: AccessRequest) -> MessagePicture? {
    guard let read = MeterRead(message.code), let understood = try? MeterReadRequest(read, request) else { return nil }
    return MessagePicture("meaning", message.code.useCase ?? "", parts: period(understood.period))
  }

  private static func period(_ period: LogPeriod?) -> [MessagePicture] {
    guard let period else { return [] }
    return [MessagePicture("from", text(period.from)), MessagePicture("to", text(period.to))]
  }

  private static func gas(_ read: GasRead) -> MessagePicture {
    let name = read.code.useCase ?? ""
    switch read {
    case .registers: return MessagePicture("meaning", name)
    case .dailyLog(let range): return MessagePicture("meaning", name, parts: period(range))
    case .profile(let range), .dailyConsumption(let range):
      return MessagePicture(
        "meaning", name,
        parts: [MessagePicture("from", text(range.from)), MessagePicture("samples", String(range.count))])
    }
  }

  private static func hub(_ message: DeviceMessage, _ request: AccessRequest) -> MessagePicture? {
    switch HubCommand(message.code, request) {
    case .add(let device, _, let seconds):
      MessagePicture("meaning", "let device \(device) join within \(seconds) seconds")
    case .remove(let device): MessagePicture("meaning", "remove device \(device)")
    case .readDeviceLog: MessagePicture("meaning", "tell the devices in the log")
    case nil: nil
    }
  }

  private static func tariff(_ message: DeviceMessage, _ request: AccessRequest) -> MessagePicture? {
    if message.code == ElectricityTariff.code, let read = ElectricityTariff.read(request) {
      let table = read.tariff.switching
      let sizes = "\(table.seasons.count) seasons, \(table.weeks.count) weeks, \(table.days.count) days"
      return MessagePicture(
        "meaning", "set tariff and price " + when(read.activation.time, read.activation == .never),
        parts: [
          MessagePicture("switching table", sizes + ", \(table.specialDays.count) special days"),
          prices(read.tariff.prices),
        ])
    }
    guard message.code == ElectricityTariff.pricesCode, let read = TariffPrices.read(request) else { return nil }
    return MessagePicture(
      "meaning", "set price " + when(read.activation.time, read.activation == .never), parts: [prices(read.prices)])
  }

  private static func prices(_ prices: TariffPrices) -> MessagePicture {
    let rates = prices.timeOfUse.enumerated().filter { $0.element != 0 }
    return MessagePicture(
      "prices", "times ten to the \(prices.priceScale)",
      parts: rates.map { MessagePicture("rate \($0.offset + 1)", String($0.element)) })
  }

  private static func credentials(_ update: CredentialsUpdate) -> MessagePicture {
    let parts = update.replacements.map { replacement in
      MessagePicture(
        "replaces \(replacement.cell.role), \(replacement.cell.use), \(replacement.cell.cell)",
        "certificate of \(replacement.certificate.count) bytes")
    }
    let authority = update.mode.authorisingRole.map { "\($0)" } ?? "contingency key"
    return MessagePicture(
      "meaning", "replace credentials " + when(update.executionTime, update.isCancellation),
      parts: [
        MessagePicture("authorised by", "\(authority), counter \(update.authorisingCounter)"),
        MessagePicture("new floor", String(update.newFloor)),
        MessagePicture("lifetimes judged", update.judgesLifetimes ? "yes" : "no"),
      ] + parts + [MessagePicture("certification path", "\(update.path.count) certificates")])
  }

  private static func when(_ time: DeviceTime?, _ isCancellation: Bool) -> String {
    isCancellation ? "no more: taken back" : time.map { "at " + text($0) } ?? "at once"
  }

  private static func text(_ time: DeviceTime) -> String { DLMSDateTime(time.dateTime())?.description ?? "" }
}
