/// What an electricity meter can be asked to tell of its energy (GBCS use cases of the reads that settlement needs).
public enum MeterRead: UInt16, Hashable, Sendable, CaseIterable {
  /// 4.1.1, ECS17b: sensitive; for suppliers and network operators only.
  case importRegisters = 0x0027
  /// 4.2, ECS17a.
  case exportRegisters = 0x0026
  /// 4.6.1, ECS21a: sensitive.
  case importDailyLog = 0x0033
  /// 4.6.2, ECS21c: by the broker only.
  case exportDailyLog = 0x0035
  /// 4.8.1, ECS22b: sensitive.
  case activeImportProfile = 0x0037
  /// 4.8.2, ECS22c.
  case reactiveImportProfile = 0x0038
  /// 4.8.3, ECS22a: active and reactive.
  case exportProfile = 0x0036
  /// 4.17, ECS66: sensitive.
  case dailyConsumptionLog = 0x0060

  public var code: MessageCode { MessageCode(rawValue: rawValue) }

  /// The read of a message code; `nil` for other use cases.
  public init?(_ code: MessageCode) { self.init(rawValue: code.rawValue) }

  /// Whether the answer is encrypted to whoever asked.
  public var isSensitive: Bool { protection != nil }

  /// Whether a range of time is asked for.
  public var hasPeriod: Bool { ![.importRegisters, .exportRegisters].contains(self) }

  /// The object that holds the values: a profile, or the list of registers.
  public var object: OBISCode {
    switch self {
    case .importRegisters: OBISCode(0, 0, 94, 44, 34, 10)
    case .exportRegisters: OBISCode(1, 0, 2, 8, 0, 255)
    case .importDailyLog: OBISCode(0, 0, 98, 1, 9, 255)
    case .exportDailyLog: OBISCode(0, 0, 98, 1, 10, 255)
    case .activeImportProfile: OBISCode(0, 0, 99, 1, 0, 255)
    case .reactiveImportProfile: OBISCode(0, 0, 99, 1, 2, 255)
    case .exportProfile: OBISCode(0, 0, 99, 1, 1, 255)
    case .dailyConsumptionLog: OBISCode(0, 0, 99, 1, 3, 255)
    }
  }

  /// The data protection object over a sensitive one.
  var protection: OBISCode? {
    switch self {
    case .importRegisters: OBISCode(0, 0, 43, 2, 8, 255)
    case .importDailyLog: OBISCode(0, 0, 43, 2, 5, 255)
    case .activeImportProfile: OBISCode(0, 0, 43, 2, 7, 255)
    case .dailyConsumptionLog: OBISCode(0, 0, 43, 2, 4, 255)
    default: nil
    }
  }

  static let reactiveExportRegister = OBISCode(1, 0, 4, 8, 0, 255)
  /// What profiles are selected by: the time of capture.
  static let selector = OBISCode(0, 0, 94, 44, 100, 255)

  static let profileClass: UInt16 = 7
  static let registerClass: UInt16 = 3
  static let dataClass: UInt16 = 1
  static let dataProtectionClass: UInt16 = 30
}

/// A range of capture times, both ends within it. A whole UTC day from midnight to midnight has 49 of them: meters stamp
/// the end of the half-hour, so the first belongs to the day before.
public struct LogPeriod: Hashable, Sendable {
  public var from: DeviceTime
  public var to: DeviceTime

  public init(from: DeviceTime, to: DeviceTime) {
    self.from = from
    self.to = to
  }

  public func contains(_ time: DeviceTime) -> Bool { from <= time && time <= to }
}

extension CommandAddress {
  /// The command that asks an electricity meter for a read, without MAC.
  ///
  /// - Parameter period: for logs and profiles; passed over for registers. Absent, the whole log is asked for.
  public func command(_ read: MeterRead, _ period: LogPeriod? = nil) -> DeviceMessage {
    let period = period ?? LogPeriod(from: DeviceTime(seconds: 0), to: DeviceTime(seconds: .max))
    if let protection = read.protection {
      return command(
        read.code,
        [
          (
            AccessSpecification(.action, objectClass: MeterRead.dataProtectionClass, object: protection, member: 1),
            sealedRequest(
              [SealedObject(read.hasPeriod ? MeterRead.profileClass : MeterRead.dataClass, read.object)], period)
          )
        ])
    }
    guard read.hasPeriod else { return exportRegisters() }
    return command(read.code, [(Self.selection(read.object, period), .null)])
  }

  private func exportRegisters() -> DeviceMessage {
    let items = [MeterRead.exportRegisters.object, MeterRead.reactiveExportRegister].flatMap { object in
      [2, 3].map { member in
        (
          AccessSpecification(.get, objectClass: MeterRead.registerClass, object: object, member: member),
          DLMSValue.null
        )
      }
    }
    return command(MeterRead.exportRegisters.code, items)
  }

  static func captureObject(_ objectClass: UInt16, _ object: OBISCode) -> DLMSValue {
    .structure([.longUnsigned(objectClass), .octetString(object.bytes), .integer(2), .longUnsigned(0)])
  }
}

/// Who protects for whom, as it stands beside encrypted content and in the request for it.
public struct ProtectionParameters: Hashable, Sendable {
  public var counter: UInt64
  public var originator: EUI64
  public var recipient: EUI64

  public init(counter: UInt64, originator: EUI64, recipient: EUI64) {
    self.counter = counter
    self.originator = originator
    self.recipient = recipient
  }

  /// Authenticated and encrypted, with a key that both agree on by their static keys.
  public var value: DLMSValue {
    .structure([
      .enumerated(2),
      .structure([
        .octetString([4] + bigEndian(counter)), .octetString(originator.bytes), .octetString(recipient.bytes),
        .octetString([]),
        .structure([.enumerated(2), .structure([.octetString([2]), .octetString([])])]),
      ]),
    ])
  }
}
