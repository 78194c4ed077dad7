import GBCS

/// A schedule with the number that the DSP gave it.
public struct NumberedSchedule: Hashable, Sendable {
  public var id: UInt64
  public var details: ScheduleDetails

  public init(id: UInt64, details: ScheduleDetails) {
    self.id = id
    self.details = details
  }
}

/// What a `ResponseMessage` carries besides the service that it answers.
public enum ResponseContent: Hashable, Sendable {
  /// An acknowledgement, or a refusal.
  case none
  /// A device's message.
  case device([UInt8])
  /// A device's message to a scheduled read.
  case scheduled([UInt8], schedule: UInt64)
  /// 5.1: the number of the new schedule.
  case scheduleID(UInt64)
  /// 5.2: at most 99.
  case schedules([NumberedSchedule])
  /// 8.2: at most 17.
  case inventory([InventoryDevice])
  /// Command variants 4: what the user is to sign.
  case preCommand([UInt8], version: String)
  /// Command variants 2, 3, 6 and 7: for delivery within the home.
  case localCommand([UInt8])
  /// The outcome of an instruction that a device kept for later: alert 8F66 (done) or 8F67 (failed).
  case futureDated(alert: UInt16, message: [UInt8], instruction: UInt16, of: UInt16)
  /// Kinds that are not read here.
  case other(MarkupElement)

  /// The most devices that one answer can list.
  public static let mostDevices = 17
  /// The most schedules that one answer can list.
  public static let mostSchedules = 99

  init(_ element: MarkupElement?) throws(DUISFault) {
    guard let element else {
      self = .none
      return
    }
    var fields = BodyFields(element)
    switch element.name {
    case "GBCSPayload": self = .device(try Self.payload(element))
    case "DSPScheduledMessage":
      let bytes = try fields.required("GBCSPayload", Base64.decode)
      self = .scheduled(bytes, schedule: try fields.required("DSPScheduleID", ScheduleSelection.id))
    case "DSPScheduleID":
      guard let id = ScheduleSelection.id(element.text.trimmed) else { throw .unreadable(element.name) }
      self = .scheduleID(id)
    case "DSPSchedulesRead":
      var schedules: [NumberedSchedule] = []
      while let holder = fields.element("DSPSchedules") {
        var inner = BodyFields(holder)
        let id = try inner.required("DSPScheduleID", ScheduleSelection.id)
        let details = try ScheduleDetails(try inner.requiredElement("DSPScheduleDetails"))
        schedules.append(NumberedSchedule(id: id, details: details))
      }
      self = .schedules(schedules)
    case "DSPInventory":
      var devices: [InventoryDevice] = []
      while let device = fields.element("Device") { devices.append(try InventoryDevice(device)) }
      self = .inventory(devices)
    case "PreCommand":
      let version = try fields.required("GBCSVersion") { $0 }
      self = .preCommand(try fields.required("GBCSPayload", Base64.decode), version: version)
    case "LocalCommand": self = .localCommand(try fields.required("GBCSPayload", Base64.decode))
    case "FutureDatedDeviceAlertMessage":
      let alert = try fields.required("FutureDatedAlertCode") { UInt16($0, radix: 16) }
      self = .futureDated(
        alert: alert, message: try fields.required("GBCSPayload", Base64.decode),
        instruction: try fields.required("InstructionNumber") { UInt16($0) },
        of: try fields.required("TotalCommandInstructions") { UInt16($0) })
    default:
      self = .other(element)
      return
    }
    if element.name != "GBCSPayload", element.name != "DSPScheduleID" { try fields.requireEnd() }
  }

  private static func payload(_ element: MarkupElement) throws(DUISFault) -> [UInt8] {
    guard let bytes = Base64.decode(element.text) else { throw .unreadable(element.name) }
    return bytes
  }

  var element: MarkupElement? {
    func payload(_ bytes: [UInt8]) -> MarkupElement? { .of("GBCSPayload", text: Base64.encode(bytes)) }
    return switch self {
    case .none: nil
    case .device(let bytes): payload(bytes)
    case .scheduled(let bytes, let id):
      .of("DSPScheduledMessage", [payload(bytes), .of("DSPScheduleID", text: String(id))])
    case .scheduleID(let id): .of("DSPScheduleID", text: String(id))
    case .schedules(let list):
      .of(
        "DSPSchedulesRead",
        list.map {
          .of(
            "DSPSchedules", [.of("DSPScheduleID", text: String($0.id)), $0.details.element("DSPScheduleDetails")])
        })
    case .inventory(let devices): .of("DSPInventory", devices.map(\.element))
    case .preCommand(let bytes, let version):
      .of("PreCommand", [.of("GBCSVersion", text: version), payload(bytes)])
    case .localCommand(let bytes): .of("LocalCommand", [payload(bytes)])
    case .futureDated(let alert, let message, let instruction, let total):
      .of(
        "FutureDatedDeviceAlertMessage",
        [
          .of("FutureDatedAlertCode", text: hexText(bigEndian(alert)).uppercased()), payload(message),
          .of("InstructionNumber", text: String(instruction)),
          .of("TotalCommandInstructions", text: String(total)),
        ])
    case .other(let element): element
    }
  }

  /// The bytes of the device's message, if there is one.
  public var deviceMessage: [UInt8]? {
    switch self {
    case .device(let bytes), .scheduled(let bytes, _), .futureDated(_, let bytes, _, _): bytes
    default: nil
    }
  }
}
