public import GBCS
public import SettlementCalendar

/// How often a schedule runs.
public enum ScheduleFrequency: String, Hashable, Sendable, CaseIterable {
  case daily = "Daily"
  case weekly = "Weekly"
  case monthly = "Monthly"
  case quarterly = "Quarterly"
  case halfYearly = "Half-Yearly"
  case yearly = "Yearly"
}

/// The period that each run of a schedule reads, told from the day of the run: days back and seconds after midnight UTC.
public struct ReadPeriodOffset: Hashable, Sendable {
  /// -400 ... 0
  public var startDay: Int
  /// 0 ..< 86400
  public var startSecond: Int
  /// -400 ... 0
  public var endDay: Int
  /// 0 ..< 86400
  public var endSecond: Int

  public init(startDay: Int, startSecond: Int = 0, endDay: Int, endSecond: Int = 0) {
    self.startDay = startDay
    self.startSecond = startSecond
    self.endDay = endDay
    self.endSecond = endSecond
  }

  /// From midnight UTC before the day of the run to midnight UTC at which it begins: one day of half-hours.
  public static let dayBefore = ReadPeriodOffset(startDay: -1, endDay: 0)

  /// The period of the run on a date.
  public func period(runDate: SettlementDate) -> ReadPeriod {
    let midnight = UTCInstant(secondsSince1970: Int64(runDate.dayNumber) * 86_400)
    return ReadPeriod(
      start: midnight.advanced(bySeconds: Int64(startDay * 86_400 + startSecond)),
      end: midnight.advanced(bySeconds: Int64(endDay * 86_400 + endSecond)))
  }

  init(_ element: MarkupElement) throws(DUISFault) {
    var fields = BodyFields(element)
    startDay = try fields.required("StartDateOffset", Self.day)
    startSecond = try fields.required("StartTime", DUISTime.secondOfDay)
    endDay = try fields.required("EndDateOffset", Self.day)
    endSecond = try fields.required("EndTime", DUISTime.secondOfDay)
    try fields.requireEnd()
  }

  private static func day(_ text: String) -> Int? { Int(text).flatMap { (-400...0).contains($0) ? $0 : nil } }

  func element(_ name: String) -> MarkupElement {
    MarkupElement.of(
      name,
      [
        .of("StartDateOffset", text: String(startDay)),
        .of("StartTime", text: DUISTime.timeText(secondOfDay: startSecond)),
        .of("EndDateOffset", text: String(endDay)), .of("EndTime", text: DUISTime.timeText(secondOfDay: endSecond)),
      ])
  }
}

/// What a schedule reads: a variant of DUIS 5.1 and, for logs, the period of each run.
public struct ScheduledRead: Hashable, Sendable {
  /// The element that names the read within the schedule, by service reference variant.
  public static let elementNames: [String: String] = [
    "4.2": "DSPReadInstantaneousExportRegisters", "4.6.1": "DSPRetrieveImportDailyReadLog",
    "4.6.2": "DSPRetrieveExportDailyReadLog", "4.8.1": "DSPReadActiveImportProfileData",
    "4.8.2": "DSPReadReactiveImportProfileData", "4.8.3": "DSPReadExportProfileData",
    "4.10": "DSPReadNetworkData", "4.12.1": "DSPReadMaximumDemandImportRegisters",
    "4.12.2": "DSPReadMaximumDemandExportRegisters", "4.14": "DSPReadPrepaymentDailyReadLog",
    "4.15": "DSPReadLoadLimitData", "4.16": "DSPReadActivePowerImport", "4.17": "DSPRetrieveDailyConsumptionLog",
    "14.1": "DSPRecordNetworkDataGAS",
  ]
  /// Variants that read no log and have an empty element.
  static let withoutPeriod: Set = ["4.2", "4.12.1", "4.12.2", "4.15", "4.16", "14.1"]

  /// `4.8.1`; one of ``elementNames``.
  public var variant: String
  /// Present exactly where the variant reads a log.
  public var period: ReadPeriodOffset?

  /// - Returns: `nil` for a variant that no schedule can have, or a period where there is none or the reverse.
  public init?(variant: String, period: ReadPeriodOffset?) {
    guard Self.elementNames[variant] != nil, Self.withoutPeriod.contains(variant) == (period == nil) else { return nil }
    self.variant = variant
    self.period = period
  }

  /// `4.8` of `4.8.1`.
  public var reference: String { ServiceRequest.reference(of: variant) }
}

/// A schedule as a user creates it and the DSP reads it back (DUIS 5.1, 5.2).
public struct ScheduleDetails: Hashable, Sendable {
  public var frequency: ScheduleFrequency
  public var startDate: SettlementDate
  /// The last date on which it runs; open where absent.
  public var endDate: SettlementDate?
  /// Seconds after midnight UTC. Absent where the DSP may choose the moment (the guidance of MP162).
  public var executionSecond: Int?
  /// DER of the asker's key agreement certificate.
  public var credentials: [UInt8]?
  public var read: ScheduledRead
  public var device: EUI64

  public init(
    frequency: ScheduleFrequency = .daily, startDate: SettlementDate, endDate: SettlementDate? = nil,
    executionSecond: Int? = nil, credentials: [UInt8]? = nil, read: ScheduledRead, device: EUI64
  ) {
    self.frequency = frequency
    self.startDate = startDate
    self.endDate = endDate
    self.executionSecond = executionSecond
    self.credentials = credentials
    self.read = read
    self.device = device
  }

  init(_ element: MarkupElement) throws(DUISFault) {
    var fields = BodyFields(element)
    frequency = try fields.required("ScheduleFrequency", ScheduleFrequency.init)
    startDate = try fields.required("ScheduleStartDate") { SettlementDate($0) }
    endDate = try fields.optional("ScheduleEndDate") { SettlementDate($0) }
    executionSecond = try fields.optional("ScheduleExecutionStartTime", DUISTime.secondOfDay)
    credentials = try fields.optional("KAPublicSecurityCredential", Base64.decode)
    let reference = try fields.required("DSPScheduledServiceReference") { $0 }
    let variant = try fields.required("DSPScheduledServiceReferenceVariant") { $0 }
    device = try fields.required("DeviceID", EUI64.init)
    guard let name = ScheduledRead.elementNames[variant], let element = fields.element(name) else {
      throw .variantMismatch
    }
    let period = ScheduledRead.withoutPeriod.contains(variant) ? nil : try ReadPeriodOffset(element)
    guard let read = ScheduledRead(variant: variant, period: period), read.reference == reference else {
      throw .variantMismatch
    }
    self.read = read
    try fields.requireEnd()
  }

  func element(_ name: String) -> MarkupElement {
    let readName = ScheduledRead.elementNames[read.variant] ?? ""
    return MarkupElement.of(
      name,
      [
        .of("ScheduleFrequency", text: frequency.rawValue), .of("ScheduleStartDate", text: startDate.description),
        .of("ScheduleEndDate", text: endDate?.description),
        .of("ScheduleExecutionStartTime", text: executionSecond.map(DUISTime.timeText)),
        .of("KAPublicSecurityCredential", text: credentials.map(Base64.encode)),
        .of("DSPScheduledServiceReference", text: read.reference),
        .of("DSPScheduledServiceReferenceVariant", text: read.variant), .of("DeviceID", text: device.description),
        read.period?.element(readName) ?? .of(readName),
      ])
  }
}

/// Which schedules of the asker's are meant (DUIS 5.2, 5.3).
public enum ScheduleSelection: Hashable, Sendable {
  case schedule(UInt64)
  /// All of them on one device.
  case device(EUI64)

  init(_ element: MarkupElement) throws(DUISFault) {
    var fields = BodyFields(element)
    if let id = try fields.optional("DSPScheduleID", ScheduleSelection.id) {
      self = .schedule(id)
    } else {
      self = .device(try fields.required("DeviceID", EUI64.init))
    }
    try fields.requireEnd()
  }

  /// 0 ... 10¹².
  static func id(_ text: String) -> UInt64? { UInt64(text).flatMap { $0 <= 1_000_000_000_000 ? $0 : nil } }

  func element(_ name: String) -> MarkupElement {
    switch self {
    case .schedule(let id): MarkupElement.of(name, [.of("DSPScheduleID", text: String(id))])
    case .device(let device): MarkupElement.of(name, [.of("DeviceID", text: device.description)])
    }
  }
}
