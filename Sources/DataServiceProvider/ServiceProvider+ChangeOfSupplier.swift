import DUIS
import GBCS
import SettlementCalendar
import SmartMeteringRules

// The handover to a new supplier (DUIS 6.23): registration was judged as for every request; the change of supplier party
// signs a command that puts the new supplier's certificates into the device.
extension ServiceProvider {
  mutating func replaceSupplier(
    _ replacement: SupplierReplacement, _ request: ServiceRequest, _ role: UserRole, _ turn: inout Turn,
    _ security: some BrokerSecurity
  ) {
    func fail(_ turn: inout Turn) {
      answer(request, "I99", .none, &turn)
      alert(
        .supplierChangeFailed(request: request.id), to: request.id.originator, counter: request.id.counter, &turn)
    }
    guard inventory[request.id.target]?.device.points.importPoint == replacement.importPoint else { return fail(&turn) }
    guard let route = inventory.route(request.id.target) else {
      return answer(request, RefusalCode.cannotReachDevice.rawValue, .none, &turn)
    }
    changeOfSupplierCounter += 1
    let address = CommandAddress(
      originator: settings.changeOfSupplierParty, counter: changeOfSupplierCounter, device: request.id.target)
    var update = replacement.credentialsUpdate
    update.authorisingCounter = changeOfSupplierCounter
    guard let command = try? address.command(update), let signed = security.signedForChangeOfSupplier(command),
      let message = security.protected(signed)
    else { return fail(&turn) }
    answer(request, "I99", .none, &turn)
    let variant = ServiceVariant(request.serviceReferenceVariant)
    let exchange = PendingCommand(
      key: CommandKey(originator: message.originator, device: message.recipient, counter: message.counter),
      user: request.id.originator, role: role, requestID: request.id, variant: variant, mode: .onDemand,
      schedule: nil, clockStart: turn.now, target: target(variant, role, request.id.target, .onDemand, turn.now),
      region: route.region, isKeptByDevice: replacement.execution.map { $0 > turn.now } ?? false,
      certificates: [replacement.signing, replacement.keyAgreement, replacement.topUpKeyAgreement].compactMap { $0 })
    send(exchange, message, route, &turn)
  }

  /// The device has new supplier certificates, now or at the time that it was told: users are told, and the old
  /// supplier's schedules end.
  ///
  /// - Parameter message: the device's answer, or its alert where it kept the command.
  mutating func supplierReplaced(
    _ exchange: PendingCommand, _ message: DeviceMessage, _ turn: inout Turn, _ security: some BrokerSecurity
  ) {
    guard let loser = Self.losingSupplier(message) else {
      // A device that keeps the command for later answers no more than that it took it.
      if exchange.isKeptByDevice, message.kind == .response { return }
      return alert(
        .supplierChangeFailed(request: exchange.requestID), to: exchange.user, counter: exchange.key.counter, &turn)
    }
    let types = ["DigitalSigning", "KeyAgreement", "KeyAgreementTopUp"]
    let hashes = zip(types, exchange.certificates).map {
      DCCAlert.CredentialHash(type: $0, hash: security.fingerprint($1))
    }
    let device = exchange.key.device
    alert(
      .credentialsUpdated(device: device, role: "Supplier", certificates: hashes), to: exchange.user,
      counter: exchange.key.counter, &turn)
    guard loser != exchange.user else { return }
    if let record = inventory[device] {
      alert(
        .supplierChanged(device: device, type: record.device.type, points: record.device.points), to: loser,
        counter: exchange.key.counter, &turn)
    }
    // Only the import supplier's: nothing tells of a change of export supplier (MP162 rule 28).
    for schedule in schedules.on(device)
    where schedule.user == loser && [.importSupplier, .gasSupplier].contains(schedule.role) {
      schedules.remove(schedule.id)
      alert(
        .scheduleRemoval(device: device, schedule: schedule.id), to: loser, counter: schedule.id, &turn)
    }
  }

  /// Whose certificates a device replaced, if it replaced them all. An answer is nothing and the result; an alert the
  /// code, the time and the result.
  static func losingSupplier(_ message: DeviceMessage) -> EUI64? {
    guard case .asn1(let value)? = (try? message.openedPayload())?.payload, let parts = value.elements,
      parts.count == (message.kind == .alert ? 3 : 2), let result = parts.last?.elements, result.count == 4,
      let outcomes = result[3].elements, let first = outcomes.first?.elements, first.count == 6,
      outcomes.allSatisfy({ $0.elements?.dropFirst().first?.wholeNumber == 0 }),
      let holder = first[2].octets, holder.count == 8
    else { return nil }
    return EUI64(rawValue: holder.reduce(0) { $0 << 8 | UInt64($1) })
  }
}
