public import GBCS

/// The communications region that reaches a hub.
public enum NetworkRegion: String, Hashable, Sendable, CaseIterable {
  case north = "North"
  case central = "Central"
  case south = "South"
  /// SMETS1 devices, which their own service providers reach.
  case smets1 = "SMETS1"

  /// The regions of the communications service providers.
  public static let ofHubs: [NetworkRegion] = [.north, .central, .south]

  /// By what its hubs are reached.
  public var carrier: Carrier { self == .north ? .radio412 : .cellular }

  public enum Carrier: String, Hashable, Sendable, CaseIterable {
    /// Long-range radio at 412 MHz.
    case radio412 = "412 MHz radio"
    case cellular
    /// The home's own broadband, where the consumer consents to it.
    case virtual = "virtual WAN"
  }
}

/// How the network reaches the hub of a device.
public struct NetworkRoute: Hashable, Sendable {
  public var region: NetworkRegion
  public var hub: EUI64
  public var carrier: NetworkRegion.Carrier

  public init(region: NetworkRegion, hub: EUI64, carrier: NetworkRegion.Carrier) {
    self.region = region
    self.hub = hub
    self.carrier = carrier
  }
}
