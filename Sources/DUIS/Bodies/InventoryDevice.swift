public import GBCS
public import SettlementCalendar

/// A device as the inventory has it (DUIS 8.2, `Device`). Parts stand in the order of the schema.
public struct InventoryDevice: Hashable, Sendable {
  public var device: EUI64
  public var type: DeviceType
  public var status: InventoryStatus?
  public var manufacturer: String
  public var model: String
  public var smetsVersion: String?
  public var firmware: String?
  /// `Active`, `Cancelled`, `Expired` or `Withdrawn`.
  public var firmwareStatus: String?
  /// Whether it is on the list of certified products: `Active`, `Cancelled`, `Expired` or `Withdrawn`.
  public var certificationStatus: String?
  public var commissioned: SettlementDate?
  public var points: MeteringPoints
  public var electricityVariant: String?
  /// Unique property reference number.
  public var property: String?
  /// `North`, `Central`, `South`, `4G North`, `4G Central`, `4G South`, `Unknown` or `SMETS1`.
  public var region: String?
  public var messageVersion: String?
  public var homeNetworkVariant: String?
  /// The service provider of a SMETS1 device.
  public var smets1Provider: String?
  /// `Cellular` or `Virtual`.
  public var connectivity: String?

  public init(
    device: EUI64, type: DeviceType, status: InventoryStatus?, manufacturer: String, model: String,
    points: MeteringPoints = MeteringPoints()
  ) {
    self.device = device
    self.type = type
    self.status = status
    self.manufacturer = manufacturer
    self.model = model
    self.points = points
  }

  init(_ element: MarkupElement) throws(DUISFault) {
    var fields = BodyFields(element)
    device = try fields.required("DeviceID", EUI64.init)
    type = try fields.required("DeviceType", DeviceType.init)
    status = try fields.optional("DeviceStatus", InventoryStatus.init)
    manufacturer = try fields.required("DeviceManufacturer") { $0 }
    model = try fields.required("DeviceModel") { $0 }
    smetsVersion = try fields.optional("SMETSCHTSVersion") { $0 }
    firmware = try fields.optional("DeviceFirmwareVersion") { $0 }
    firmwareStatus = try fields.optional("DeviceFirmwareVersionStatus") { $0 }
    certificationStatus = try fields.optional("CPLStatus") { $0 }
    commissioned = try fields.optional("DateCommissioned") { SettlementDate($0.prefix(10)) }
    points = try MeteringPoints(&fields)
    electricityVariant = try fields.optional("ESMEVariant") { $0 }
    property = try fields.optional("UPRN") { $0 }
    _ = fields.element("PropertyFilter")
    region = try fields.optional("CSPRegion") { $0 }
    messageVersion = try fields.optional("DeviceGBCSVersion") { $0 }
    homeNetworkVariant = try fields.optional("HANVariant") { $0 }
    smets1Provider = try fields.optional("S1SP") { $0 }
    connectivity = try fields.optional("Connectivity") { $0 }
    try fields.requireEnd()
  }

  var element: MarkupElement {
    MarkupElement.of(
      "Device",
      [
        .of("DeviceID", text: device.description), .of("DeviceType", text: type.rawValue),
        .of("DeviceStatus", text: status?.rawValue), .of("DeviceManufacturer", text: manufacturer),
        .of("DeviceModel", text: model), .of("SMETSCHTSVersion", text: smetsVersion),
        .of("DeviceFirmwareVersion", text: firmware), .of("DeviceFirmwareVersionStatus", text: firmwareStatus),
        .of("CPLStatus", text: certificationStatus), .of("DateCommissioned", text: commissioned?.description),
      ] + points.elements + [
        .of("ESMEVariant", text: electricityVariant), .of("UPRN", text: property), .of("CSPRegion", text: region),
        .of("DeviceGBCSVersion", text: messageVersion), .of("HANVariant", text: homeNetworkVariant),
        .of("S1SP", text: smets1Provider), .of("Connectivity", text: connectivity),
      ])
  }
}
