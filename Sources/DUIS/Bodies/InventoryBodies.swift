public import GBCS
public import SettlementCalendar

/// What kind of device it is, in the inventory.
public enum DeviceType: String, Hashable, Sendable, CaseIterable {
  case electricityMeter = "ESME"
  case gasMeter = "GSME"
  case gasProxy = "GPF"
  case communicationsHub = "CHF"
  case loadController = "HCALCS"
  case prepaymentDisplay = "PPMID"
  case display = "IHD"
  case consumerDevice = "CAD"
}

/// Where a device stands in its life, in the inventory.
public enum InventoryStatus: String, Hashable, Sendable, CaseIterable {
  case pending = "Pending"
  case whitelisted = "Whitelisted"
  case installedNotCommissioned = "InstalledNotCommissioned"
  case commissioned = "Commissioned"
  case decommissioned = "Decommissioned"
  case withdrawn = "Withdrawn"
  case suspended = "Suspended"
  case recovery = "Recovery"
  case recovered = "Recovered"
}

/// The metering points of a meter. - Note: an import point of gas has an MPRN.
public struct MeteringPoints: Hashable, Sendable {
  public var importPoint: String?
  public var secondaryImport: String?
  public var export: String?

  public init(importPoint: String? = nil, secondaryImport: String? = nil, export: String? = nil) {
    self.importPoint = importPoint
    self.secondaryImport = secondaryImport
    self.export = export
  }

  init(_ fields: inout BodyFields) throws(DUISFault) {
    importPoint = try fields.optional("ImportMPxN", Self.point)
    secondaryImport = try fields.optional("SecondaryImportMPAN", Self.point)
    export = try fields.optional("ExportMPAN", Self.point)
  }

  /// 1 to 13 digits.
  static func point(_ text: String) -> String? {
    (1...13).contains(text.utf8.count) && text.utf8.allSatisfy { (0x30...0x39).contains($0) } ? text : nil
  }

  var elements: [MarkupElement?] {
    [
      .of("ImportMPxN", text: importPoint), .of("SecondaryImportMPAN", text: secondaryImport),
      .of("ExportMPAN", text: export),
    ]
  }
}

/// By what the inventory is searched (DUIS 8.2).
public enum InventoryQuery: Hashable, Sendable {
  /// Unique property reference number.
  case property(String)
  case device(EUI64)
  case meteringPoint(String)
  case address(postcode: String, identifier: String)

  init(_ element: MarkupElement) throws(DUISFault) {
    var fields = BodyFields(element)
    if let device = try fields.optional("DeviceID", EUI64.init) {
      self = .device(device)
    } else if let point = try fields.optional("MPxN", MeteringPoints.point) {
      self = .meteringPoint(point)
    } else if let number = try fields.optional("UPRN", { $0.isEmpty ? nil : $0 }) {
      self = .property(number)
    } else {
      var filter = BodyFields(try fields.requiredElement("PropertyFilter"))
      self = .address(
        postcode: try filter.required("PostCode") { $0 }, identifier: try filter.required("AddressIdentifier") { $0 })
      try filter.requireEnd()
    }
    try fields.requireEnd()
  }

  func element(_ name: String) -> MarkupElement {
    switch self {
    case .property(let number): .of(name, [.of("UPRN", text: number)])
    case .device(let device): .of(name, [.of("DeviceID", text: device.description)])
    case .meteringPoint(let point): .of(name, [.of("MPxN", text: point)])
    case .address(let postcode, let identifier):
      .of(
        name,
        [.of("PropertyFilter", [.of("PostCode", text: postcode), .of("AddressIdentifier", text: identifier)])])
    }
  }
}

/// A device announced before it is installed (DUIS 12.2).
public struct DevicePreNotification: Hashable, Sendable {
  public var device: EUI64
  public var manufacturer: String
  public var model: String
  public var type: DeviceType
  public var smetsVersion: String?
  public var firmware: String?
  /// `A`, `AD` ...: which options an electricity meter has.
  public var electricityVariant: String?
  public var gasProxy: EUI64?

  public init(
    device: EUI64, manufacturer: String, model: String, type: DeviceType, smetsVersion: String? = nil,
    firmware: String? = nil, electricityVariant: String? = nil, gasProxy: EUI64? = nil
  ) {
    self.device = device
    self.manufacturer = manufacturer
    self.model = model
    self.type = type
    self.smetsVersion = smetsVersion
    self.firmware = firmware
    self.electricityVariant = electricityVariant
    self.gasProxy = gasProxy
  }

  init(_ element: MarkupElement) throws(DUISFault) {
    var fields = BodyFields(element)
    device = try fields.required("DeviceID", EUI64.init)
    manufacturer = try fields.required("DeviceManufacturer") { $0 }
    model = try fields.required("DeviceModel") { $0 }
    type = try fields.required("DeviceType", DeviceType.init)
    smetsVersion = try fields.optional("SMETSCHTSVersion") { $0 }
    firmware = try fields.optional("FirmwareVersion") { $0 }
    electricityVariant = try fields.optional("ESMEVariant") { $0 }
    gasProxy = try fields.optional("AssociatedGPFDeviceID", EUI64.init)
    try fields.requireEnd()
  }

  func element(_ name: String) -> MarkupElement {
    MarkupElement.of(
      name,
      [
        .of("DeviceID", text: device.description), .of("DeviceManufacturer", text: manufacturer),
        .of("DeviceModel", text: model), .of("DeviceType", text: type.rawValue),
        .of("SMETSCHTSVersion", text: smetsVersion), .of("FirmwareVersion", text: firmware),
        .of("ESMEVariant", text: electricityVariant), .of("AssociatedGPFDeviceID", text: gasProxy?.description),
      ])
  }
}

/// A device put on or taken from a hub's list (DUIS 8.11). The request's target is the hub.
public struct DeviceLogChange: Hashable, Sendable {
  public struct Addition: Hashable, Sendable {
    /// Seconds, 1 ... 3600.
    public var joinTime: Int
    /// 6 to 16 bytes.
    public var installCode: [UInt8]
    public var points: MeteringPoints

    public init(joinTime: Int, installCode: [UInt8], points: MeteringPoints) {
      self.joinTime = joinTime
      self.installCode = installCode
      self.points = points
    }
  }

  public var execution: UTCInstant?
  public var device: EUI64
  /// Taken from the list where absent.
  public var addition: Addition?

  public init(execution: UTCInstant? = nil, device: EUI64, addition: Addition?) {
    self.execution = execution
    self.device = device
    self.addition = addition
  }

  init(_ element: MarkupElement) throws(DUISFault) {
    var fields = BodyFields(element)
    execution = try fields.optional("ExecutionDateTime", DUISTime.instant)
    device = try fields.required("DeviceID", EUI64.init)
    let adds = try fields.required("RequestType") { $0 == "Add" ? true : $0 == "Remove" ? false : nil }
    if adds {
      var inner = BodyFields(try fields.requiredElement("AddDeviceToCHFWhitelist"))
      addition = Addition(
        joinTime: try inner.required("JoinTimePeriod") { Int($0).flatMap { (1...3600).contains($0) ? $0 : nil } },
        installCode: try inner.required("InstallCode") { text in
          bytes(hexadecimal: text.utf8).flatMap { (6...16).contains($0.count) ? $0 : nil }
        }, points: try MeteringPoints(&inner))
      try inner.requireEnd()
    } else {
      addition = nil
    }
    try fields.requireEnd()
  }

  func element(_ name: String) -> MarkupElement {
    MarkupElement.of(
      name,
      [
        .of("ExecutionDateTime", text: execution.map(DUISTime.text)), .of("DeviceID", text: device.description),
        .of("RequestType", text: addition == nil ? "Remove" : "Add"),
        addition.map {
          .of(
            "AddDeviceToCHFWhitelist",
            [
              .of("JoinTimePeriod", text: String($0.joinTime)),
              .of("InstallCode", text: hexText($0.installCode).uppercased()),
            ] + $0.points.elements)
        },
      ])
  }
}
