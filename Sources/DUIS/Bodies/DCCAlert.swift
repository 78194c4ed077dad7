public import GBCS
public import SettlementCalendar

/// What the DCC itself tells a user unasked. The schema does not say which alert code goes with which body; the code is
/// given beside it.
public enum DCCAlert: Hashable, Sendable {
  /// Which threshold a request went over.
  public enum Breach: String, Hashable, Sendable, CaseIterable {
    case userThreshold = "ADUserThresholdBreach"
    case dccThreshold = "ADDCCThresholdBreach"
    case attributeLimits = "ADAttributeLimitsBreach"
  }

  /// No supply at a hub since a moment.
  case powerOutage(hub: EUI64, start: UTCInstant, point: String)
  /// A meter was given its metering points.
  case meterIdentity(device: EUI64, points: MeteringPoints, electricityVariant: String?)
  case deviceRemoved(device: EUI64)
  case deviceSuspended(device: EUI64)
  case deviceRestored(device: EUI64)
  /// The DSP took a schedule away.
  case scheduleRemoval(device: EUI64, schedule: UInt64)
  /// A command found no answer.
  case commandFailure(command: RequestID, schedule: UInt64?, device: EUI64)
  case deviceLogUpdated(request: RequestID)
  /// To the losing supplier.
  case supplierChanged(device: EUI64, type: DeviceType, points: MeteringPoints)
  /// A request to change supplier could not be carried out.
  case supplierChangeFailed(request: RequestID)
  case credentialsUpdated(device: EUI64, role: String, certificates: [CredentialHash])
  case quarantined(Breach, request: RequestID, reference: UInt64)
  /// What the service provider of a SMETS1 device has to say, as it signed it.
  case serviceProvider(S1SPAlert, schedule: UInt64?)
  /// Bodies that are not read here.
  case other(MarkupElement)

  /// A certificate by what it is for and its SHA-1.
  public struct CredentialHash: Hashable, Sendable {
    /// `DigitalSigning`, `KeyAgreement` or `KeyAgreementTopUp`.
    public var type: String
    /// 20 bytes.
    public var hash: [UInt8]

    public init(type: String, hash: [UInt8]) {
      self.type = type
      self.hash = hash
    }
  }

  /// The element within `DCCAlert`, which is what a table of alert codes goes by.
  public var bodyName: String { element.name }

  var element: MarkupElement {
    func device(_ id: EUI64) -> MarkupElement? { .of("DeviceID", text: id.description) }
    func status(_ id: EUI64, _ change: MarkupElement) -> MarkupElement {
      .of("DeviceStatusChangeEvent", [device(id), .of("DeviceStatusChange", [change])])
    }
    return switch self {
    case .powerOutage(let hub, let start, let point):
      .of(
        "PowerOutageEvent",
        [
          .of("CommsHubDeviceID", text: hub.description), .of("StartDateTime", text: DUISTime.text(start)),
          .of("MPxN", text: point),
        ])
    case .meterIdentity(let id, let points, let variant):
      status(id, .of("MeterIdentity", [.of("MeterMPxNs", points.elements), .of("ESMEVariant", text: variant)]))
    case .deviceRemoved(let id): status(id, .of("DeviceRemovedFromInventory"))
    case .deviceSuspended(let id): status(id, .of("DeviceSuspended"))
    case .deviceRestored(let id): status(id, .of("DeviceRestored"))
    case .scheduleRemoval(let id, let schedule):
      .of("DSPScheduleRemoval", [device(id), .of("DSPScheduleID", text: String(schedule))])
    case .commandFailure(let command, let schedule, let id):
      .of(
        "CommandFailure",
        [
          .of("CommandRequestID", text: command.description),
          .of("DSPScheduleID", text: schedule.map { String($0) }), device(id),
        ])
    case .deviceLogUpdated(let request):
      .of("UpdateHANDeviceLogResult", [.of("UpdateHANDeviceLogServiceRequestID", text: request.description)])
    case .supplierChanged(let id, let type, let points):
      .of(
        "ChangeOfSupplier",
        [
          .of(
            "DeviceChangeOfSupplier",
            [device(id), .of("DeviceType", text: type.rawValue), .of("MPxNs", points.elements)])
        ])
    case .supplierChangeFailed(let request):
      .of("ChangeOfSupplier", [.of("ChangeOfSupplierServiceRequestID", text: request.description)])
    case .credentialsUpdated(let id, let role, let certificates):
      .of(
        "SecurityCredentialsUpdated",
        [device(id), .of("RemotePartyRole", text: role)]
          + certificates.map {
            .of(
              "Certificates",
              [.of("CertificateType", text: $0.type), .of("CertificateHash", text: Base64.encode($0.hash))])
          })
    case .quarantined(let breach, let request, let reference):
      .of(
        "QuarantinedRequest",
        [
          .of(
            breach.rawValue,
            [.of("RequestID", text: request.description), .of("QuarantineEventRef", text: String(reference))])
        ])
    case .serviceProvider(let alert, let schedule):
      .of("S1SPAlertDSP", [alert.document, .of("DSPScheduleID", text: schedule.map { String($0) })])
    case .other(let element): element
    }
  }
}

extension DCCAlert {
  /// Reads the element within `DCCAlert`.
  init(_ element: MarkupElement) throws(DUISFault) {
    var fields = BodyFields(element)
    switch element.name {
    case "PowerOutageEvent":
      self = .powerOutage(
        hub: try fields.required("CommsHubDeviceID", EUI64.init),
        start: try fields.required("StartDateTime", DUISTime.instant),
        point: try fields.required("MPxN", MeteringPoints.point))
    case "DeviceStatusChangeEvent": self = try Self.statusChange(&fields, element)
    case "DSPScheduleRemoval":
      self = .scheduleRemoval(
        device: try fields.required("DeviceID", EUI64.init),
        schedule: try fields.required("DSPScheduleID", ScheduleSelection.id))
    case "CommandFailure":
      self = .commandFailure(
        command: try fields.required("CommandRequestID", RequestID.init),
        schedule: try fields.optional("DSPScheduleID", ScheduleSelection.id),
        device: try fields.required("DeviceID", EUI64.init))
    case "UpdateHANDeviceLogResult":
      self = .deviceLogUpdated(request: try fields.required("UpdateHANDeviceLogServiceRequestID", RequestID.init))
    case "ChangeOfSupplier": self = try Self.supplierChange(&fields, element)
    case "SecurityCredentialsUpdated":
      let device = try fields.required("DeviceID", EUI64.init)
      let role = try fields.required("RemotePartyRole") { $0 }
      _ = fields.element("RemotePartySeqNumberChange")
      var certificates: [CredentialHash] = []
      while let holder = fields.element("Certificates") {
        var inner = BodyFields(holder)
        let type = try inner.required("CertificateType") { $0 }
        certificates.append(CredentialHash(type: type, hash: try inner.required("CertificateHash", Base64.decode)))
      }
      self = .credentialsUpdated(device: device, role: role, certificates: certificates)
    case "QuarantinedRequest":
      guard let inner = fields.next(), let breach = Breach(rawValue: inner.name) else { throw .missing("the breach") }
      var parts = BodyFields(inner)
      self = .quarantined(
        breach, request: try parts.required("RequestID", RequestID.init),
        reference: try parts.required("QuarantineEventRef") { UInt64($0) })
    case "S1SPAlertDSP":
      let alert = try S1SPAlert(try fields.requiredElement("S1SPAlert"))
      self = .serviceProvider(alert, schedule: try fields.optional("DSPScheduleID", ScheduleSelection.id))
    default:
      self = .other(element)
      return
    }
    try fields.requireEnd()
  }

  private static func statusChange(_ fields: inout BodyFields, _ element: MarkupElement) throws(DUISFault) -> DCCAlert {
    let device = try fields.required("DeviceID", EUI64.init)
    guard let change = try fields.requiredElement("DeviceStatusChange").elements.first else {
      throw .missing("the change")
    }
    switch change.name {
    case "MeterIdentity":
      var inner = BodyFields(change)
      var points = BodyFields(try inner.requiredElement("MeterMPxNs"))
      return .meterIdentity(
        device: device, points: try MeteringPoints(&points),
        electricityVariant: try inner.optional("ESMEVariant") { $0 })
    case "DeviceRemovedFromInventory": return .deviceRemoved(device: device)
    case "DeviceSuspended": return .deviceSuspended(device: device)
    case "DeviceRestored": return .deviceRestored(device: device)
    default: return .other(element)
    }
  }

  private static func supplierChange(
    _ fields: inout BodyFields, _ element: MarkupElement
  ) throws(DUISFault) -> DCCAlert {
    if let request = try fields.optional("ChangeOfSupplierServiceRequestID", RequestID.init) {
      _ = fields.element("ECoSErrorCode")
      return .supplierChangeFailed(request: request)
    }
    var inner = BodyFields(try fields.requiredElement("DeviceChangeOfSupplier"))
    let device = try inner.required("DeviceID", EUI64.init)
    let type = try inner.required("DeviceType", DeviceType.init)
    var points = BodyFields(try inner.requiredElement("MPxNs"))
    return .supplierChanged(device: device, type: type, points: try MeteringPoints(&points))
  }
}
