import DUIS
import GBCS
import SettlementCalendar
import SmartMeteringRules

/// Turns what a request asks for into the GBCS command for the device.
enum CommandTranslation {
  /// What the command does, before it is known who sends it.
  enum Work: Hashable, Sendable {
    case read(MeterRead, GBCS.LogPeriod?)
    case operate(MeterCommand)
    case hub(HubCommand)

    /// Commands that only the broker sends, whoever asks.
    var isBrokersOwn: Bool { if case .hub = self { true } else { false } }

    var code: MessageCode {
      switch self {
      case .read(let read, _): read.code
      case .operate(let command): command.code
      case .hub(let command): command.code
      }
    }

    /// Whether the answer is encrypted to whoever asked.
    var isSensitive: Bool { if case .read(let read, _) = self { read.isSensitive } else { false } }

    func message(_ address: CommandAddress) -> DeviceMessage {
      switch self {
      case .read(let read, let period): address.command(read, period)
      case .operate(let command): address.command(command)
      case .hub(let command): address.command(command)
      }
    }
  }

  /// - Returns: `nil` for services that have no translation here.
  static func work(_ body: ServiceBody, variant: String) -> Work? {
    switch body {
    case .read(let read):
      return self.read(read.kind.rawValue, read.period)
    case .commission(let clock), .synchroniseClock(let clock):
      let end = clock.current.advanced(bySeconds: Int64(clock.tolerance))
      return .operate(.synchroniseClock(clock.current.deviceTime...end.deviceTime))
    case .changeDeviceLog(let change):
      guard let addition = change.addition else { return .hub(.remove(device: change.device)) }
      return .hub(
        .add(
          device: change.device, linkKey: addition.installCode, joinSeconds: UInt16(clamping: addition.joinTime)))
    case .topUp(let token): return .operate(.topUp(digits: token))
    case .other(let element): return other(variant, element)
    default: return nil
    }
  }

  /// A read by its variant, on demand or scheduled.
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
