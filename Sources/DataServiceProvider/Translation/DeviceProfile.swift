public import DUIS

/// What of a device decides which use case a service becomes: its kind, and what it has or is.
public struct DeviceProfile: Hashable, Sendable {
  /// The letter stands for it in the table of recipes.
  public enum Kind: Character, Hashable, Sendable, CaseIterable {
    case electricityMeter = "E"
    /// Meter and proxy.
    case gas = "G"
    case hub = "H"
    /// Displays, load controllers and customers' devices.
    case other = "O"
  }

  public enum Feature: String, Hashable, Sendable, CaseIterable {
    /// Three phases.
    case polyphase
    /// Two measuring elements.
    case twinElement
    /// A hub with both bands.
    case dualBand
    /// Knows the use cases that later versions of GBCS put in the place of earlier ones.
    case later
  }

  public var kind: Kind
  public var features: Set<Feature>

  public init(_ kind: Kind, _ features: Set<Feature> = []) {
    self.kind = kind
    self.features = features
  }

  /// As the inventory has it. Variant B has two elements, C three phases; that GBCS 2 brought the later use cases is not
  /// confirmed.
  public init(_ device: InventoryDevice) {
    kind =
      switch device.type {
      case .electricityMeter: .electricityMeter
      case .gasMeter, .gasProxy: .gas
      case .communicationsHub: .hub
      case .loadController, .prepaymentDisplay, .display, .consumerDevice: .other
      }
    features = []
    if device.electricityVariant?.hasPrefix("C") == true { features.insert(.polyphase) }
    if device.electricityVariant?.hasPrefix("B") == true { features.insert(.twinElement) }
    if device.homeNetworkVariant?.contains("Dual") == true { features.insert(.dualBand) }
    let major = device.messageVersion?.split(separator: ".").first.flatMap { Int($0) } ?? 4
    if major >= 2 { features.insert(.later) }
  }
}
