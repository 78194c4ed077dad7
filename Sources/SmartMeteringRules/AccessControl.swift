public import SettlementCalendar

/// What is asked, as far as access control is concerned.
public struct AccessRequest: Hashable, Sendable {
  public var user: PartyIdentifier
  public var role: UserRole
  public var variant: ServiceVariant
  public var mode: RequestMode
  /// When it is carried out: now on demand, the execution time where it is for later, each run of a schedule.
  public var time: UTCInstant

  public init(user: PartyIdentifier, role: UserRole, variant: ServiceVariant, mode: RequestMode, time: UTCInstant) {
    self.user = user
    self.role = role
    self.variant = variant
    self.mode = mode
    self.time = time
  }
}

/// A refusal with the rule that made it.
public struct AccessRefusal: Error, Hashable, Sendable {
  public let code: RefusalCode
  /// The number of the MP162 rule, where one of them decided.
  public let rule: Int?
  public let reason: String

  public init(_ code: RefusalCode, rule: Int? = nil, _ reason: String? = nil) {
    self.code = code
    self.rule = rule
    self.reason = reason ?? code.meaning
  }
}

/// Who may ask what of which device, judged in the DCC's order: user, status, role, device, its status and kind,
/// registration.
///
/// Neither purpose, consent nor the customer's choice of granularity is judged: the DCC cannot know them
/// (MP162 rules 16, 17 and 21).
public struct AccessControl: Sendable {
  public var catalogue: ServiceCatalogue
  public var times: ResponseTimes
  /// With which code a device refuses that does not have the service. Not confirmed; E11 is Halfhour's choice.
  public var missingServiceCode = RefusalCode.deviceType

  public init(catalogue: ServiceCatalogue, times: ResponseTimes) {
    self.catalogue = catalogue
    self.times = times
  }

  /// Judges a request.
  /// - Parameters:
  ///   - users: every user's roles with their standing.
  ///   - device: `nil` where the inventory has none. Not looked at for services that the DCC answers itself.
  /// - Returns: `nil` when it may go on.
  public func refusal(
    _ request: AccessRequest, users: UserRegister, device: MeteredDevice?, registration: RegistrationData
  ) -> AccessRefusal? {
    guard let date = request.time.utcDate else { return AccessRefusal(.notRegistered) }
    guard let standing = users.standing(of: request.user, in: request.role) else {
      return AccessRefusal(.unknownUser, rule: 1)
    }
    guard standing.mayAsk else { return AccessRefusal(.userStatus, rule: 41) }
    guard let definition = catalogue.definition(request.variant, on: date), definition.roles.contains(request.role)
    else {
      return AccessRefusal(.roleNotEligible, rule: request.role == .meterDataRetriever ? 2 : nil)
    }
    if definition.kind == .dccOnly { return nil }
    guard let device else { return AccessRefusal(.unknownDevice) }
    guard device.status.fits(request.variant) else { return AccessRefusal(.deviceStatus) }
    if let missing = missingService(request, definition, device, date) { return missing }
    return registrationRefusal(request, device, registration, date)
  }

  private func missingService(
    _ request: AccessRequest, _ definition: ServiceDefinition, _ device: MeteredDevice, _ date: SettlementDate
  ) -> AccessRefusal? {
    if request.role == .meterDataRetriever, device.kind != .electricityMeter {
      return AccessRefusal(missingServiceCode, rule: 5, "A Meter Data Retriever reaches electricity meters only.")
    }
    if device.kind.isGas, ServiceDirection(request.variant) == .exported {
      return AccessRefusal(missingServiceCode, rule: nil, "A gas meter exports nothing.")
    }
    let target = times.target(
      request.variant, role: request.role, generation: device.generation, mode: request.mode, on: date)
    guard target == .notAvailable else { return nil }
    let rule = request.variant == .readImportRegisters ? 3 : device.generation == .smets1 ? 4 : nil
    return AccessRefusal(missingServiceCode, rule: rule, "The service does not exist for that role, device and mode.")
  }

  /// Suppliers are registered on the supply point that they supply; networks on either; a retriever on the one whose
  /// direction the service reads. Other Users are registered on none, so that nothing is looked up.
  private func registrationRefusal(
    _ request: AccessRequest, _ device: MeteredDevice, _ registration: RegistrationData, _ date: SettlementDate
  ) -> AccessRefusal? {
    guard request.role != .otherUser else { return nil }
    let points = device.supplyPoints.filter { point in
      Self.kinds(request.role, request.variant, device).contains(point.kind)
    }
    let isRegistered = points.contains { registration.isRegistered(request.user, request.role, $0, on: date) }
    return isRegistered ? nil : AccessRefusal(.notRegistered, rule: request.role == .meterDataRetriever ? 5 : nil)
  }

  private static func kinds(
    _ role: UserRole, _ variant: ServiceVariant, _ device: MeteredDevice
  ) -> [SupplyPoint.Kind] {
    switch role {
    // The import supplier is the one on the export supply point where there is no import.
    case .importSupplier:
      device.supplyPoints.contains { $0.kind == .importElectricity } ? [.importElectricity] : [.exportElectricity]
    case .exportSupplier: [.exportElectricity]
    case .gasSupplier, .gasTransporter: [.gas]
    case .electricityDistributor: [.importElectricity, .exportElectricity]
    case .registeredSupplierAgent, .otherUser: SupplyPoint.Kind.allCases
    case .meterDataRetriever: ServiceDirection(variant) == .exported ? [.exportElectricity] : [.importElectricity]
    }
  }
}

/// Whether a service reads what was imported or exported; everything else counts as imported.
public enum ServiceDirection: Hashable, Sendable {
  case imported
  case exported

  public init(_ variant: ServiceVariant) {
    let exported: Set<ServiceVariant> = [
      .readExportRegisters, .retrieveExportDailyReadLog, .readExportProfile, "4.12.2",
    ]
    self = exported.contains(variant) ? .exported : .imported
  }
}
