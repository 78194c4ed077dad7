public import SettlementCalendar

/// The log period that a read asks for, both ends in it.
public struct ReadPeriod: Hashable, Sendable {
  public var start: UTCInstant
  public var end: UTCInstant

  public init(start: UTCInstant, end: UTCInstant) {
    self.start = start
    self.end = end
  }
}

/// A read of registers or of a log: the services that half-hourly settlement lives on (DUIS 4.x).
public struct ReadService: Hashable, Sendable {
  /// Which read, by its service reference variant.
  public enum Kind: String, Hashable, Sendable, CaseIterable {
    case importRegisters = "4.1.1"
    case exportRegisters = "4.2"
    case importDailyLog = "4.6.1"
    case exportDailyLog = "4.6.2"
    case activeImportProfile = "4.8.1"
    case reactiveImportProfile = "4.8.2"
    case exportProfile = "4.8.3"
    case dailyConsumption = "4.17"

    /// The element that the body has.
    public var elementName: String {
      switch self {
      case .importRegisters: "ReadInstantaneousImportRegisters"
      case .exportRegisters: "ReadInstantaneousExportRegisters"
      case .importDailyLog: "RetrieveImportDailyReadLog"
      case .exportDailyLog: "RetrieveExportDailyReadLog"
      case .activeImportProfile: "ReadActiveImportProfileData"
      case .reactiveImportProfile: "ReadReactiveImportProfileData"
      case .exportProfile: "ReadExportProfileData"
      case .dailyConsumption: "RetrieveDailyConsumptionLog"
      }
    }

    /// Whether it asks for a period.
    public var hasPeriod: Bool { self != .importRegisters && self != .exportRegisters }

    /// Whether the schema lets it carry the asker's key agreement certificate, so that the device can encrypt to one
    /// that it does not know.
    public var takesCredentials: Bool { [.importDailyLog, .activeImportProfile, .dailyConsumption].contains(self) }
  }

  public var kind: Kind
  /// Run then; at once where absent.
  public var execution: UTCInstant?
  /// Present exactly where the kind has one.
  public var period: ReadPeriod?
  /// DER of the asker's key agreement certificate.
  public var credentials: [UInt8]?

  public init(_ kind: Kind, execution: UTCInstant? = nil, period: ReadPeriod? = nil, credentials: [UInt8]? = nil) {
    self.kind = kind
    self.execution = execution
    self.period = period
    self.credentials = credentials
  }

  init(_ kind: Kind, _ element: MarkupElement) throws(DUISFault) {
    var fields = BodyFields(element)
    self.kind = kind
    execution = try fields.optional("ExecutionDateTime", DUISTime.instant)
    if kind.hasPeriod {
      var bounds = BodyFields(try fields.requiredElement("ReadLogPeriod"))
      period = ReadPeriod(
        start: try bounds.required("StartDateTime", DUISTime.instant),
        end: try bounds.required("EndDateTime", DUISTime.instant))
      try bounds.requireEnd()
    } else {
      period = nil
    }
    credentials = kind.takesCredentials ? try fields.optional("KAPublicSecurityCredentials", Base64.decode) : nil
    try fields.requireEnd()
  }

  var element: MarkupElement {
    MarkupElement.of(
      kind.elementName,
      [
        .of("ExecutionDateTime", text: execution.map(DUISTime.text)),
        period.map {
          .of(
            "ReadLogPeriod",
            [
              .of("StartDateTime", text: DUISTime.text($0.start)), .of("EndDateTime", text: DUISTime.text($0.end)),
            ])
        },
        .of("KAPublicSecurityCredentials", text: credentials.map(Base64.encode)),
      ])
  }
}
