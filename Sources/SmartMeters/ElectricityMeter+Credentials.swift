import GBCS
public import SettlementCalendar

extension ElectricityMeter {
  /// What is not DLMS: credentials and firmware activation.
  mutating func administer(
    _ value: ASN1Value, _ accepted: DeviceCore.Accepted, at now: DeviceTime, _ security: any DeviceSecurity
  ) -> [DeviceEffect] {
    switch accepted.message.code.rawValue {
    case 0x0008: provideCredentials(value, accepted, security)
    case 0x0012: activateFirmware(value, accepted, at: now, security)
    default: replaceCredentials(value, accepted, at: now, security)
    }
  }

  private func provideCredentials(
    _ value: ASN1Value, _ accepted: DeviceCore.Accepted, _ security: any DeviceSecurity
  ) -> [DeviceEffect] {
    guard let roles = CredentialsReport.roles(value) else { return [.discarded(.unreadablePayload)] }
    let report = CredentialsReport.answer(
      roles.map { role in
        CredentialsReport.Entry(
          role: role, floor: core.credentials.floor(of: role),
          cells: core.credentials.cells.filter { $0.key.role == role }.sorted { $0.key < $1.key }.map {
            ($0.key, CredentialsUpdate.Outcome.Party($0.value))
          })
      })
    return core.respond(accepted, core.header(accepted), payload: report.bytes, security)
  }

  private mutating func replaceCredentials(
    _ value: ASN1Value, _ accepted: DeviceCore.Accepted, at now: DeviceTime, _ security: any DeviceSecurity
  ) -> [DeviceEffect] {
    guard let update = CredentialsUpdate(value), update.mode.code == accepted.message.code,
      update.replacements.allSatisfy({ update.mode.replaces($0.cell.role) })
    else { return [.discarded(.unreadablePayload)] }
    if update.isCancellation {
      core.cancelWaiting { if case .credentials = $0 { true } else { false } }
      return core.respond(accepted, core.header(accepted), payload: CredentialsUpdate.accepted.bytes, security)
    }
    if let time = update.executionTime, time > accepted.time {
      core.wait(FutureDated(time: time, originator: accepted.message.originator, action: .credentials(update)))
      return core.respond(
        accepted, core.header(accepted), payload: CredentialsUpdate.accepted.bytes, security)
    }
    let outcomes = core.carryOut(update, at: accepted.time, security)
    if outcomes.allSatisfy({ $0.status == 0 }) { core.record(.credentialsReplaced, at: accepted.time, security: true) }
    return core.respond(accepted, core.header(accepted), payload: update.answer(outcomes).bytes, security)
  }

  private mutating func activateFirmware(
    _ value: ASN1Value, _ accepted: DeviceCore.Accepted, at now: DeviceTime, _ security: any DeviceSecurity
  ) -> [DeviceEffect] {
    guard let activation = FirmwareActivation(value) else { return [.discarded(.unreadablePayload)] }
    if activation.isCancellation {
      core.cancelWaiting { if case .firmware = $0 { true } else { false } }
      return core.respond(accepted, core.header(accepted), payload: ASN1Value.null.bytes, security)
    }
    if let time = activation.executionTime, time > accepted.time {
      core.wait(FutureDated(time: time, originator: accepted.message.originator, action: .firmware(activation)))
      return core.respond(accepted, core.header(accepted), payload: ASN1Value.null.bytes, security)
    }
    let isDone = firmware.activate(hash: activation.hash)
    if isDone { core.record(.firmwareChanged, at: accepted.time, security: true) }
    let result = activation.result(isDone: isDone, version: firmware.version)
    return core.respond(accepted, core.header(accepted), payload: result.bytes, security)
  }

  /// What the meter does by itself: commands whose time has come. - Returns: alerts of what came of them.
  public mutating func tick(at now: UTCInstant, _ security: any DeviceSecurity) -> [DeviceEffect] {
    let now = DeviceTime(now)
    let time = core.clock.reading(at: now)
    return core.due(at: time).flatMap { item -> [DeviceEffect] in
      switch item.action {
      case .credentials(let update):
        let outcomes = core.carryOut(update, at: time, security)
        let isDone = outcomes.allSatisfy { $0.status == 0 }
        return futureDated(isDone, item, messageCode: 0x00CB, [update.result(outcomes)], security)
      case .firmware(let activation):
        let isDone = firmware.activate(hash: activation.hash)
        if isDone { core.record(.firmwareChanged, at: time, security: true) }
        return futureDated(
          isDone, item, messageCode: 0x00CA,
          [.integer(activation.counter), activation.result(isDone: isDone, version: firmware.version)], security)
      case .tariff(let change): return activate(change, due: item.time, security)
      }
    }
  }

  /// Told to whoever sent the command.
  private mutating func futureDated(
    _ isDone: Bool, _ item: FutureDated, messageCode: UInt16, _ result: [ASN1Value], _ security: any DeviceSecurity
  ) -> [DeviceEffect] {
    let code: AlertCode = isDone ? .futureDatedDone : .futureDatedFailed
    let payload = ASN1Value.sequence([.integer(UInt64(code.rawValue)), .time(item.time)] + result).bytes
    return core.alert(
      code, counter: core.nextCounter(), payload: payload, messageCode: messageCode, to: item.originator, security)
  }

  /// A firmware image came over the WAN and was found good.
  public mutating func receiveFirmware(_ image: FirmwareSlot.Image) { firmware.pending = image }
}

/// A command that waits for its time.
struct FutureDated: Hashable, Sendable {
  enum Action: Hashable, Sendable {
    case credentials(CredentialsUpdate)
    case firmware(FirmwareActivation)
    case tariff(ElectricityMeter.TariffChange)
  }

  let time: DeviceTime
  let originator: EUI64
  let action: Action
}

extension CredentialsUpdate.Outcome.Party {
  init(_ credential: PublicCredential) {
    self.init(holder: credential.holder, keyIdentifier: credential.keyIdentifier)
  }
}

extension DeviceCore {
  /// Replaces each cell for itself, as the reference answers show: every certificate must be for its cell, come from the
  /// root that the device trusts, and hold now, where the command asks for that.
  mutating func carryOut(
    _ update: CredentialsUpdate, at time: DeviceTime, _ security: any DeviceSecurity
  ) -> [CredentialsUpdate.Outcome] {
    let root = credentials[.root, .certificateSigning]
    var replaced: Set<RemotePartyRole> = []
    let outcomes = update.replacements.map { replacement in
      let before = credentials[replacement.cell].map(CredentialsUpdate.Outcome.Party.init)
      let (status, credential) = judge(replacement, update, root, time, security)
      if let credential {
        credentials.replace(replacement.cell, with: credential)
        replaced.insert(replacement.cell.role)
      }
      let nobody = CredentialsUpdate.Outcome.Party(holder: EUI64(rawValue: 0), keyIdentifier: 0)
      return CredentialsUpdate.Outcome(
        status: status, cell: replacement.cell, before: before ?? nobody,
        after: credential.map(CredentialsUpdate.Outcome.Party.init) ?? before ?? nobody)
    }
    for floor in update.floors where replaced.contains(floor.role) { credentials.raise(floor.role, to: floor.counter) }
    return outcomes
  }

  private func judge(
    _ replacement: CredentialsUpdate.Replacement, _ update: CredentialsUpdate, _ root: PublicCredential?,
    _ time: DeviceTime, _ security: any DeviceSecurity
  ) -> (status: UInt8, PublicCredential?) {
    guard credentials[replacement.cell] != nil else { return (CredentialsUpdate.Outcome.notFound, nil) }
    guard let facts = security.facts(ofCertificate: replacement.certificate), facts.use == replacement.cell.use,
      facts.role == replacement.cell.role, !update.judgesLifetimes || facts.validity.contains(time)
    else { return (CredentialsUpdate.Outcome.badCertificate, nil) }
    guard
      security.isIssued(
        replacement.certificate, through: update.path, anchor: root, at: update.judgesLifetimes ? time : nil)
    else { return (CredentialsUpdate.Outcome.noTrustAnchor, nil) }
    return (0, facts.credential)
  }
}

extension CredentialsUpdate.Outcome {
  static let badCertificate: UInt8 = 5
  static let noTrustAnchor: UInt8 = 10
  static let notFound: UInt8 = 25
}
