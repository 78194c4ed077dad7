public import SettlementCalendar

/// What a request asks for, by its service reference variant.
public enum ServiceBody: Hashable, Sendable {
  /// 4.1.1, 4.2, 4.6.x, 4.8.x, 4.17
  case read(ReadService)
  /// 5.1
  case createSchedule(ScheduleDetails)
  /// 5.2
  case readSchedule(ScheduleSelection)
  /// 5.3
  case deleteSchedule(ScheduleSelection)
  /// 8.2
  case readInventory(InventoryQuery)
  /// 12.2
  case preNotify(DevicePreNotification)
  /// 8.11
  case changeDeviceLog(DeviceLogChange)
  /// 8.1.1
  case commission(ClockSetting)
  /// 6.11
  case synchroniseClock(ClockSetting)
  /// 2.2: the 20 digits of a top-up token.
  case topUp(String)
  /// 6.23
  case replaceSupplier(SupplierReplacement)
  /// Command variants 5 to 7: the bytes of a GBCS command that the user signed.
  case signedPreCommand([UInt8], execution: UTCInstant? = nil)
  /// Any other service, 1.1.1 among them: held by the schema alone, its element kept as it is.
  case other(MarkupElement)

  /// The element that each variant has whose body is read here or whose name is proved by the reference requests.
  public static let elementNames: [String: String] = {
    var names = [
      "1.1.1": "UpdateImportTariffPrimaryElement", "2.2": "TopUpDevice", "5.1": "CreateSchedule",
      "5.2": "ReadSchedule", "5.3": "DeleteSchedule", "6.11": "SynchroniseClock",
      "6.23": "UpdateSecurityCredentialsCoS", "8.1.1": "CommissionDeviceSynchroniseClock", "8.2": "ReadInventory",
      "8.11": "UpdateHANDeviceLog", "12.2": "DevicePrenotification",
    ]
    for kind in ReadService.Kind.allCases { names[kind.rawValue] = kind.elementName }
    return names
  }()

  /// Reads the body of a request.
  /// - Throws: ``DUISFault/variantMismatch`` where the element is not that of the variant, or a signed pre-command stands
  ///   where the command variant has none or the reverse; other faults where the element is not as the schema has it.
  public init(_ request: ServiceRequest) throws(DUISFault) {
    let (variant, body) = (request.serviceReferenceVariant, request.body)
    guard body.namespace == DUISNamespace.gateway else { throw .unexpected }
    guard (body.name == "SignedPreCommand") == (5...7).contains(request.commandVariant) else { throw .variantMismatch }
    if body.name == "SignedPreCommand" {
      var fields = BodyFields(body)
      let execution = try fields.optional("ExecutionDateTime", DUISTime.instant)
      self = .signedPreCommand(try fields.required("GBCSPayload", Base64.decode), execution: execution)
      try fields.requireEnd()
      return
    }
    if let name = Self.elementNames[variant] {
      guard body.name == name else { throw .variantMismatch }
    } else if Self.elementNames.values.contains(body.name) {
      throw .variantMismatch
    }
    if let kind = ReadService.Kind(rawValue: variant) {
      self = .read(try ReadService(kind, body))
      return
    }
    switch variant {
    case "5.1": self = .createSchedule(try ScheduleDetails(body))
    case "5.2": self = .readSchedule(try ScheduleSelection(body))
    case "5.3": self = .deleteSchedule(try ScheduleSelection(body))
    case "8.2": self = .readInventory(try InventoryQuery(body))
    case "12.2": self = .preNotify(try DevicePreNotification(body))
    case "8.11": self = .changeDeviceLog(try DeviceLogChange(body))
    case "8.1.1": self = .commission(try ClockSetting(body))
    case "6.11": self = .synchroniseClock(try ClockSetting(body))
    case "2.2":
      var fields = BodyFields(body)
      self = .topUp(
        try fields.required("UTRN") { text in
          text.utf8.count == 20 && text.utf8.allSatisfy { (0x30...0x39).contains($0) } ? text : nil
        })
      try fields.requireEnd()
    case "6.23": self = .replaceSupplier(try SupplierReplacement(body))
    default: self = .other(body)
    }
  }

  /// The element of the request's body.
  public var element: MarkupElement {
    func name(_ variant: String) -> String { Self.elementNames[variant] ?? "" }
    return switch self {
    case .read(let read): read.element
    case .createSchedule(let details): details.element(name("5.1"))
    case .readSchedule(let selection): selection.element(name("5.2"))
    case .deleteSchedule(let selection): selection.element(name("5.3"))
    case .readInventory(let query): query.element(name("8.2"))
    case .preNotify(let device): device.element(name("12.2"))
    case .changeDeviceLog(let change): change.element(name("8.11"))
    case .commission(let clock): clock.element(name("8.1.1"))
    case .synchroniseClock(let clock): clock.element(name("6.11"))
    case .topUp(let token): .of(name("2.2"), [.of("UTRN", text: token)])
    case .replaceSupplier(let replacement): replacement.element(name("6.23"))
    case .signedPreCommand(let bytes, let execution):
      .of(
        "SignedPreCommand",
        [
          .of("ExecutionDateTime", text: execution.map(DUISTime.text)),
          .of("GBCSPayload", text: Base64.encode(bytes)),
        ])
    case .other(let element): element
    }
  }

  /// When it shall run; `nil` for at once.
  public var execution: UTCInstant? {
    switch self {
    case .read(let read): read.execution
    case .changeDeviceLog(let change): change.execution
    case .replaceSupplier(let replacement): replacement.execution
    case .signedPreCommand(_, let execution): execution
    case .other(let element): element.first("ExecutionDateTime").flatMap { DUISTime.instant($0.text.trimmed) }
    default: nil
    }
  }

  /// The execution time that takes a future-dated request back: 3000-12-31T00:00:00Z.
  public static let cancellation = UTCInstant(secondsSince1970: 32_535_129_600)
}

extension ServiceRequest {
  /// A request for a body of a known service.
  /// - Parameter variant: its service reference variant, e.g. `4.8.1`.
  public init(id: RequestID, commandVariant: Int, variant: String, body: ServiceBody, schemaVersion: String = "5.4") {
    self.init(
      schemaVersion: schemaVersion, id: id, commandVariant: commandVariant,
      serviceReference: Self.reference(of: variant), serviceReferenceVariant: variant, body: body.element)
  }

  /// The service reference to which a variant belongs: its first two numbers.
  public static func reference(of variant: String) -> String {
    variant.split(separator: ".").prefix(2).joined(separator: ".")
  }
}
