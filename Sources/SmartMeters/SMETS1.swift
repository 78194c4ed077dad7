public import GBCS
public import SettlementCalendar

/// A SMETS1 electricity meter: it speaks its maker's protocol to its service provider (S1SP), which gives the answer in
/// clear. It has no export daily log and no daily consumption log (MP162, rule 4).
public struct SMETS1Meter: Hashable, Sendable {
  /// Whether the DCC runs it.
  public enum Mode: String, Hashable, Sendable, CaseIterable {
    case smart
    /// It counts, and nobody can reach it.
    case dumb
  }

  /// Groups of meters, each behind a service provider of its own.
  public static let cohorts = 3

  public let identifier: EUI64
  /// 0, 1 or 2: the group of meters that one service provider serves.
  public let cohort: Int
  public let importRow: UInt32?
  public let exportRow: UInt32?
  public let installed: HalfHour
  public var mode: Mode
  public var traits: MeterTraits
  public private(set) var clock: DeviceClock
  public private(set) var supply = ElectricityMeter.SupplyState.enabled
  public let firmware: FirmwareSlot

  /// - Returns: `nil` for a cohort that there is not.
  public init?(
    identifier: EUI64, cohort: Int, importRow: UInt32?, exportRow: UInt32?, installed: HalfHour, mode: Mode = .smart,
    traits: MeterTraits = MeterTraits(), partsPerMillion: Int16 = 0, firmware: FirmwareSlot = FirmwareSlot()
  ) {
    guard (0..<Self.cohorts).contains(cohort) else { return nil }
    self.identifier = identifier
    self.cohort = cohort
    self.importRow = importRow
    self.exportRow = exportRow
    self.installed = installed
    self.mode = mode
    self.traits = traits
    clock = DeviceClock(setAt: DeviceTime(installed.start), partsPerMillion: partsPerMillion)
    self.firmware = firmware
  }

  /// What the meter answers; `nil` in dumb mode and for reads that it does not have.
  public func answer(
    _ read: MeterRead, _ period: LogPeriod?, at now: UTCInstant, _ loads: any LoadSource
  ) -> MeterReadContent? {
    guard mode == .smart, ![.exportDailyLog, .dailyConsumptionLog].contains(read) else { return nil }
    // Its logs are those of an electricity meter of the second generation.
    let core = DeviceCore(identifier: identifier, credentials: CredentialStore([:]), clock: clock)
    let meter = ElectricityMeter(
      core: core, importRow: importRow, exportRow: exportRow, installed: installed, traits: traits)
    let logs = MeterLogs(
      meter: meter, loads: loads, now: time(at: now), error: clock.error(at: DeviceTime(now)))
    return try? MeterReadContent(read, logs.values(MeterReadRequest(read, period)))
  }

  /// What its clock shows.
  public func time(at now: UTCInstant) -> DeviceTime { clock.reading(at: DeviceTime(now)) }
}

// What it does beside telling its energy.
extension SMETS1Meter {
  public enum Operation: Hashable, Sendable {
    case enableSupply
    case disableSupply
    /// Asks the customer to switch on, which is for a supply that is off.
    case armSupply
    case readSupply
    case readFirmware
    /// Sets the clock, if true time lies in the window.
    case synchroniseClock(ClosedRange<DeviceTime>)
  }

  public enum Outcome: Hashable, Sendable {
    case done
    /// It cannot do that as it stands.
    case refused
    case supply(ElectricityMeter.SupplyState)
    /// Four bytes as a number.
    case firmware(UInt32)
    /// What the clock shows now, and whether it was set.
    case clock(DeviceTime, isSet: Bool)
  }

  /// - Returns: `nil` in dumb mode.
  public mutating func operate(_ operation: Operation, at now: UTCInstant) -> Outcome? {
    guard mode == .smart else { return nil }
    switch operation {
    case .enableSupply: supply = .enabled
    case .disableSupply: supply = .disabled
    case .armSupply:
      guard supply != .enabled else { return .refused }
      supply = .armed
    case .readSupply: return .supply(supply)
    case .readFirmware: return .firmware(firmware.version)
    case .synchroniseClock(let window):
      let isSet = clock.synchronise(at: DeviceTime(now), within: window)
      return .clock(time(at: now), isSet: isSet)
    }
    return .done
  }
}
