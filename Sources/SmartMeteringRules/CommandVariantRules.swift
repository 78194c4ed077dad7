/// The three services of the DCC's interface, each at its own address.
public enum ServicePort: String, Hashable, Sendable, CaseIterable {
  case transform
  case sendCommand
  case nonDevice
}

/// What the command variant of a request asks for (DUIS 1.4).
public enum CommandVariantRules {
  /// The address at which a request of that command variant belongs. - Returns: `nil` for none of 1 to 8.
  public static func port(_ commandVariant: Int) -> ServicePort? {
    switch commandVariant {
    case 1, 3, 5, 7: .sendCommand
    case 2, 6, 8: .nonDevice
    case 4: .transform
    default: nil
    }
  }

  /// Whether the command goes to the device over the WAN, so that an answer comes later.
  public static func isSentOverWAN(_ commandVariant: Int) -> Bool { [1, 3, 5, 7].contains(commandVariant) }
  /// Whether the command is handed back to the user, to be delivered by hand.
  public static func isHandedBack(_ commandVariant: Int) -> Bool { [2, 3, 6, 7].contains(commandVariant) }
  /// Whether the body is a signed pre-command.
  public static func isSignedPreCommand(_ commandVariant: Int) -> Bool { (5...7).contains(commandVariant) }

  /// Judges a request that passed access control.
  /// - Parameter generation: of the device. A SMETS1 device takes no GBCS command: nothing is transformed for it, signed
  ///   for it or handed back, and all services, critical ones too, come as command variant 1. [?]
  /// - Returns: `nil` when it may go on; `.commandVariant` or `.wrongAddress` otherwise.
  public static func refusal(
    _ commandVariant: Int, of definition: ServiceDefinition, at port: ServicePort,
    generation: MeterGeneration = .smets2
  ) -> RefusalCode? {
    if generation == .smets1, definition.kind != .dccOnly {
      guard commandVariant == 1 else { return .commandVariant }
      return port == .sendCommand ? nil : .wrongAddress
    }
    guard definition.commandVariants.contains(commandVariant) else { return .commandVariant }
    return Self.port(commandVariant) == port ? nil : .wrongAddress
  }
}

/// The response codes by which the DCC refuses, as far as a public source gives their sense.
public enum RefusalCode: String, Error, Hashable, Sendable, CaseIterable {
  case unknownUser = "E1"
  case roleNotEligible = "E2"
  case userStatus = "E3"
  case notRegistered = "E4"
  case deviceStatus = "E5"
  case deviceType = "E11"
  case commandVariant = "E12"
  case wrongAddress = "E13"
  case notLocal = "E17"
  case unknownDevice = "E19"
  case cannotReachDevice = "E20"
  case noAnswer = "E21"
  case futureDatedTimeOut = "E30"

  /// A sentence for a person.
  public var meaning: String {
    switch self {
    case .unknownUser: "The user is no party with that role."
    case .roleNotEligible: "The role may not use the service."
    case .userStatus: "The user's status does not allow it."
    case .notRegistered: "The role is not registered for that device at the moment that matters."
    case .deviceStatus: "The device's status does not fit the service."
    case .deviceType: "The device does not have the service."
    case .commandVariant: "The service does not have that command variant."
    case .wrongAddress: "The request belongs at another address."
    case .notLocal: "The service is no local command for that role and status."
    case .unknownDevice: "The device is not known."
    case .cannotReachDevice: "The device cannot be reached."
    case .noAnswer: "The device did not answer."
    case .futureDatedTimeOut: "The command for later was not answered."
    }
  }
}
