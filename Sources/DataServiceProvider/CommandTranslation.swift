import DUIS
import GBCS
import SettlementCalendar
import SmartMeteringRules

/// Turns what a request asks for into the GBCS command for the device: what is typed by a value of its own, the rest by
/// the table of recipes.
enum CommandTranslation {
  /// What the command does, before it is known who sends it.
  enum Work: Hashable, Sendable {
    case read(MeterRead, GBCS.LogPeriod?)
    case operate(MeterCommand)
    case hub(HubCommand)
    case compiled(CompiledCommand)

    /// Commands that only the broker sends, whoever asks.
    var isBrokersOwn: Bool {
      switch self {
      case .hub: true
      case .compiled(let command): command.isBrokersOwn
      case .read, .operate: false
      }
    }

    /// Those of them that name no user.
    var isAlone: Bool { if case .compiled(let command) = self { command.sender == .alone } else { false } }

    var code: MessageCode {
      switch self {
      case .read(let read, _): read.code
      case .operate(let command): command.code
      case .hub(let command): command.code
      case .compiled(let command): command.code
      }
    }

    /// Whether the answer is encrypted to whoever asked.
    var isSensitive: Bool {
      switch self {
      case .read(let read, _): read.isSensitive
      case .compiled(let command): command.isSensitive
      case .operate, .hub: false
      }
    }

    /// - Throws: ``TranslationFault/unreadable(_:)`` where a certificate is no ASN.1.
    func message(_ address: CommandAddress) throws(TranslationFault) -> DeviceMessage {
      switch self {
      case .read(let read, let period): return address.command(read, period)
      case .operate(let command): return address.command(command)
      case .hub(let command): return address.command(command)
      case .compiled(let command):
        do throws(MessageFault) {
          return try command.message(address)
        } catch {
          throw .unreadable("a certificate")
        }
      }
    }
  }

  /// - Parameter code: the use case, where that is known; else the first that the device has.
  static func work(
    _ body: ServiceBody, variant: String, _ translator: Translator, code: MessageCode? = nil
  ) throws(TranslationFault) -> Work {
    if let work = typed(body, variant, translator.profile.kind), code == nil || work.code == code { return work }
    return .compiled(try translator.compile(body.element, variant: variant, code: code))
  }

  private static func typed(_ body: ServiceBody, _ variant: String, _ kind: DeviceProfile.Kind) -> Work? {
    switch body {
    case .changeDeviceLog(let change):
      guard let addition = change.addition else { return .hub(.remove(device: change.device)) }
      return .hub(
        .add(
          device: change.device, linkKey: addition.installCode, joinSeconds: UInt16(clamping: addition.joinTime)))
    case .topUp(let token) where kind == .electricityMeter: return .operate(.topUp(digits: token))
    case .read(let read) where kind == .electricityMeter: return self.read(read.kind.rawValue, read.period)
    case .commission(let clock) where kind == .electricityMeter,
      .synchroniseClock(let clock) where kind == .electricityMeter:
      let end = clock.current.advanced(bySeconds: Int64(clock.tolerance))
      guard clock.current.deviceTime <= end.deviceTime else { return nil }
      return .operate(.synchroniseClock(clock.current.deviceTime...end.deviceTime))
    case .replaceSupplier(let replacement):
      return .compiled(
        CompiledCommand(
          code: CredentialsUpdate.Mode.supplierByTransitionalCoS.code, sender: .alone,
          content: .credentials(replacement.credentialsUpdate)))
    case .other where kind == .electricityMeter: return other(variant, body.element)
    default: return nil
    }
  }

  /// A read of an electricity meter by its variant, on demand or scheduled.
  static func read(_ variant: String, _ period: ReadPeriod?) -> Work? {
    let reads: [String: MeterRead] = [
      "4.1.1": .importRegisters, "4.2": .exportRegisters, "4.6.1": .importDailyLog, "4.6.2": .exportDailyLog,
      "4.8.1": .activeImportProfile, "4.8.2": .reactiveImportProfile, "4.8.3": .exportProfile,
      "4.17": .dailyConsumptionLog,
    ]
    return reads[variant].map {
      .read($0, period.map { GBCS.LogPeriod(from: $0.start.deviceTime, to: $0.end.deviceTime) })
    }
  }

  private static func other(_ variant: String, _ element: MarkupElement) -> Work? {
    switch (variant, element.name) {
    case ("7.1", "EnableSupply"): .operate(.enableSupply)
    case ("7.2", "DisableSupply"): .operate(.disableSupply)
    case ("7.3", "ArmSupply"): .operate(.armSupply)
    case ("7.4", "ReadSupplyStatus"): .operate(.readSupplyState)
    case ("11.2", "ReadFirmwareVersion"): .operate(.readFirmwareVersion)
    default: nil
    }
  }
}

extension UTCInstant {
  /// The same moment on a device's clock, as near as that can tell it.
  var deviceTime: DeviceTime { DeviceTime(seconds: UInt32(clamping: secondsSince1970 - 946_684_800)) }
}
