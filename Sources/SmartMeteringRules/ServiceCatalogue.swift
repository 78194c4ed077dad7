import Rulebooks
public import SettlementCalendar

/// What a service is and who may ask for it, from one date on.
public struct ServiceDefinition: Hashable, Sendable {
  public enum Kind: String, Hashable, Sendable, CaseIterable {
    /// Signed by the user, through a pre-command.
    case critical
    case nonCritical = "non-critical"
    /// Answered by the DCC without a device.
    case dccOnly = "dcc-only"
  }

  /// Who keeps a request until its execution time.
  public enum FutureDating: String, Hashable, Sendable, CaseIterable {
    case none
    case dsp
    case device
    case both
  }

  public let variant: ServiceVariant
  public let kind: Kind
  public let isOnDemand: Bool
  public let futureDating: FutureDating
  /// Whether 5.1 takes it.
  public let isSchedulable: Bool
  public let roles: Set<UserRole>
  public let source: String

  /// The command variants that it allows. 8.1.1 and 8.5 have less than their kind.
  public var commandVariants: ClosedRange<Int> {
    switch (variant, kind) {
    case ("8.1.1", _): 4...5
    case ("8.5", _): 1...1
    case (_, .critical): 4...7
    case (_, .nonCritical): 1...3
    case (_, .dccOnly): 8...8
    }
  }
}

/// The services of the DCC as in force on any date.
public struct ServiceCatalogue: Sendable {
  private let definitions: [ServiceVariant: [(from: SettlementDate, definition: ServiceDefinition)]]

  public static let columns = [
    "variants", "kind", "on_demand", "future_dating", "schedulable", "roles", "effective_from", "source",
  ]

  /// Those that ship with the program. - Throws: `PackFault` for a pack that is damaged.
  public init() throws(PackFault) {
    try self.init("smart-metering-services.csv", PackageResources.smart_metering_services_csv)
  }

  /// From a table of one's own: a row holds for its variants from its date on, until a later row of the variant.
  public init(_ name: String, _ bytes: [UInt8]) throws(PackFault) {
    var found: [ServiceVariant: [(from: SettlementDate, definition: ServiceDefinition)]] = [:]
    for row in try PackTable(name, bytes, columns: Self.columns).rows {
      var roles: Set<UserRole> = []
      for code in try row.optionalText("roles").split(separator: " ") {
        guard let role = UserRole(rawValue: String(code)) else { throw row.fault("roles", "not a user role") }
        roles.insert(role)
      }
      let from = try row.effectiveFrom()
      for variant in try row.text("variants").split(separator: " ") {
        let definition = ServiceDefinition(
          variant: ServiceVariant(String(variant)), kind: try row.choice("kind", ServiceDefinition.Kind.self),
          isOnDemand: try row.flag("on_demand"),
          futureDating: try row.choice("future_dating", ServiceDefinition.FutureDating.self),
          isSchedulable: try row.flag("schedulable"), roles: roles, source: try row.text("source"))
        found[definition.variant, default: []].append((from, definition))
      }
    }
    definitions = found.mapValues { $0.sorted { $0.from < $1.from } }
  }

  /// - Returns: `nil` for a service that is not there on that date.
  public func definition(_ variant: ServiceVariant, on date: SettlementDate) -> ServiceDefinition? {
    definitions[variant]?.last { $0.from <= date }?.definition
  }

  /// All services of a date, in the order of their numbers.
  public func all(on date: SettlementDate) -> [ServiceDefinition] {
    definitions.keys.sorted().compactMap { definition($0, on: date) }
  }
}
