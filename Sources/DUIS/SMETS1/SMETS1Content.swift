public import SettlementCalendar

/// What a SMETS1 device's answer says (MMC, within `SMETSData`), by the service that it answers. Energy is in watt-hours
/// and varh.
public enum SMETS1Content: Hashable, Sendable {
  /// 4.1.1
  case importRegisters(active: Int64, reactive: Int64?, secondary: Int64?)
  /// 4.2
  case exportRegisters(active: Int64, reactive: Int64?)
  /// 4.6.1
  case importDailyLog([SMETS1DailyRead])
  /// 4.8.1 to 4.8.3
  case profile(SMETS1Profile, [SMETS1LogEntry])
  /// 6.11
  case clock(time: UTCInstant?, status: ClockStatus?)
  /// 7.1 to 7.3: nothing but that it was done, or was not.
  case carriedOut(Command)
  /// 7.4
  case supply(Supply?)
  /// 11.2
  case firmware(String?)
  /// Answers of other services, and of gas meters: kept as they are.
  case other(MarkupElement)

  public enum Supply: String, Hashable, Sendable, CaseIterable {
    case enabled = "Enabled"
    case disabled = "Disabled"
    case armed = "Armed"
  }

  public enum Command: String, Hashable, Sendable, CaseIterable {
    case enableSupply = "7.1"
    case disableSupply = "7.2"
    case armSupply = "7.3"

    var elementName: String {
      switch self {
      case .enableSupply: "EnableSupplyRsp"
      case .disableSupply: "DisableSupplyRsp"
      case .armSupply: "ArmSupplyRsp"
      }
    }
  }

  public enum ClockStatus: String, Hashable, Sendable, CaseIterable {
    case reliable
    case invalid
    case unreliable

    /// The number beside the word, as devices of the second generation give it.
    var code: Int { self == .reliable ? 0 : self == .unreliable ? 2 : 1 }
  }

  /// The element that says it.
  public var elementName: String {
    switch self {
    case .importRegisters: "ReadInstantaneousImportRegistersRsp"
    case .exportRegisters: "ReadInstantaneousExportRegistersRsp"
    case .importDailyLog: "RetrieveImportDailyReadLogRsp"
    case .profile(.activeImport, _): "ReadActiveImportProfileDataRsp"
    case .profile(.reactiveImport, _): "ReadReactiveImportProfileDataRsp"
    case .profile(.export, _): "ReadExportProfileDataRsp"
    case .clock: "SynchroniseClockRsp"
    case .carriedOut(let command): command.elementName
    case .supply: "ReadSupplyStatusRsp"
    case .firmware: "ReadFirmwareVersionRsp"
    case .other(let element): element.name
    }
  }
}

extension SMETS1Content {
  /// Reads the element within `SMETSData`.
  init(_ element: MarkupElement) throws(DUISFault) {
    guard element.namespace == DUISNamespace.response else { throw .unexpected }
    var fields = BodyFields(element, namespace: DUISNamespace.response)
    switch element.name {
    case "ReadInstantaneousImportRegistersRsp": self = try Self.importRegisters(&fields, element)
    case "ReadInstantaneousExportRegistersRsp":
      let active = try Self.register(&fields, "ActiveExportRegister")
      let reactive = try Self.register(&fields, "ReactiveExportRegister")
      guard let active else { throw .missing("ActiveExportRegister") }
      self = .exportRegisters(active: active, reactive: reactive)
    case "RetrieveImportDailyReadLogRsp": self = try Self.dailyLog(&fields, element)
    case "ReadActiveImportProfileDataRsp": self = try Self.profile(.activeImport, &fields, element)
    case "ReadReactiveImportProfileDataRsp": self = try Self.profile(.reactiveImport, &fields, element)
    case "ReadExportProfileDataRsp": self = try Self.profile(.export, &fields, element)
    case "SynchroniseClockRsp": self = try Self.clock(&fields, element)
    case "EnableSupplyRsp": self = .carriedOut(.enableSupply)
    case "DisableSupplyRsp": self = .carriedOut(.disableSupply)
    case "ArmSupplyRsp": self = .carriedOut(.armSupply)
    case "ReadSupplyStatusRsp":
      self = .supply(try fields.optional("SupplyState", Supply.init))
      if fields.element("Gas") != nil { self = .other(element) }
    case "ReadFirmwareVersionRsp": self = .firmware(try fields.optional("FirmwareVersion") { $0 })
    default: self = .other(element)
    }
    if case .other = self { return }
    try fields.requireEnd()
  }

  /// Gas meters' answers have the same elements with another inside.
  private static func isGas(_ element: MarkupElement) -> Bool {
    element.elements.contains { $0.name == "Gas" || $0.elements.contains { $0.name == "Gas" } }
  }

  private static func importRegisters(
    _ fields: inout BodyFields, _ element: MarkupElement
  ) throws(DUISFault) -> SMETS1Content {
    if isGas(element) { return .other(element) }
    var inner = BodyFields(try fields.requiredElement("Electricity"), namespace: DUISNamespace.response)
    let active = try register(&inner, "ActiveImportRegister")
    let reactive = try register(&inner, "ReactiveImportRegister")
    let secondary = try register(&inner, "SecondaryActiveImportRegister")
    try inner.requireEnd()
    guard let active else { throw .missing("ActiveImportRegister") }
    return .importRegisters(active: active, reactive: reactive, secondary: secondary)
  }

  private static func register(_ fields: inout BodyFields, _ name: String) throws(DUISFault) -> Int64? {
    guard let element = fields.element(name) else { return nil }
    var inner = BodyFields(element, namespace: DUISNamespace.response)
    let value = try inner.required("Value") { Int64($0) }
    _ = try inner.optional("ActiveEnergyUnit") { $0 == "Wh" ? $0 : nil }
    _ = try inner.optional("ReactiveEnergyUnit") { $0 == "varh" ? $0 : nil }
    try inner.requireEnd()
    return value
  }

  private static func dailyLog(
    _ fields: inout BodyFields, _ element: MarkupElement
  ) throws(DUISFault) -> SMETS1Content {
    if isGas(element) { return .other(element) }
    var entries: [SMETS1DailyRead] = []
    while let next = fields.element("LogEntry") {
      guard entries.count < SMETS1DailyRead.mostEntries else { throw .unexpected }
      guard let entry = try SMETS1DailyRead.entry(next) else { return .other(element) }
      entries.append(entry)
    }
    return .importDailyLog(entries)
  }

  private static func profile(
    _ profile: SMETS1Profile, _ fields: inout BodyFields, _ element: MarkupElement
  ) throws(DUISFault) -> SMETS1Content {
    if profile == .activeImport, isGas(element) { return .other(element) }
    var entries: [SMETS1LogEntry] = []
    while let next = fields.element("LogEntry") {
      guard entries.count < profile.mostEntries else { throw .unexpected }
      entries.append(try SMETS1LogEntry(profile, next))
    }
    return .profile(profile, entries)
  }

  private static func clock(_ fields: inout BodyFields, _ element: MarkupElement) throws(DUISFault) -> SMETS1Content {
    if isGas(element) { return .other(element) }
    let time = try fields.optional("DeviceTime", DUISTime.instant)
    var status: ClockStatus?
    if let electricity = fields.element("Electricity") {
      var inner = BodyFields(electricity, namespace: DUISNamespace.response)
      if let holder = inner.element("ElecClockTimeStatus") {
        var words = BodyFields(holder, namespace: DUISNamespace.response)
        status = try words.required("TimeStatus", ClockStatus.init)
        try words.requireEnd()
      }
      try inner.requireEnd()
    }
    return .clock(time: time, status: status)
  }

  // MARK: Writing

  var element: MarkupElement {
    if case .other(let element) = self { return element }
    return .ra(elementName, parts)
  }

  private var parts: [MarkupElement?] {
    switch self {
    case .importRegisters(let active, let reactive, let secondary):
      [
        .ra(
          "Electricity",
          [
            Self.register("ActiveImportRegister", active), Self.register("ReactiveImportRegister", reactive),
            Self.register("SecondaryActiveImportRegister", secondary),
          ])
      ]
    case .exportRegisters(let active, let reactive):
      [Self.register("ActiveExportRegister", active), Self.register("ReactiveExportRegister", reactive)]
    case .importDailyLog(let entries): entries.map(\.element)
    case .profile(let profile, let entries): entries.map { $0.element(profile) }
    case .clock(let time, let status):
      [
        time.map { .ra("DeviceTime", text: DUISTime.text($0)) },
        status.map { status in
          var holder = MarkupElement.ra("ElecClockTimeStatus", [.ra("TimeStatus", text: status.rawValue)])
          holder.attributes = [.init("TimeStatusCode", String(status.code))]
          return .ra("Electricity", [holder])
        },
      ]
    case .supply(let supply): [supply.map { .ra("SupplyState", text: $0.rawValue) }]
    case .firmware(let version): [version.map { .ra("FirmwareVersion", text: $0) }]
    case .carriedOut, .other: []
    }
  }

  private static func register(_ name: String, _ value: Int64?) -> MarkupElement? {
    value.map {
      let isReactive = name.hasPrefix("Reactive")
      return .ra(
        name,
        [
          .ra("Value", text: String($0)),
          .ra(isReactive ? "ReactiveEnergyUnit" : "ActiveEnergyUnit", text: isReactive ? "varh" : "Wh"),
        ])
    }
  }
}
