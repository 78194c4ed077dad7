public import SettlementCalendar

/// The register of assured device models: meters and hubs need an entry under the Commercial Product Assurance scheme that
/// has not expired.
public struct DeviceAssurance: Sendable {
  public struct Model: Hashable, Sendable {
    public var manufacturer: String
    public var model: String
    public var firmware: String

    public init(manufacturer: String, model: String, firmware: String) {
      self.manufacturer = manufacturer
      self.model = model
      self.firmware = firmware
    }
  }

  public enum Verdict: Hashable, Sendable {
    case assured(until: SettlementDate)
    case expired(on: SettlementDate)
    case notListed
    /// The kind of device needs no entry.
    case notNeeded
  }

  /// The kinds that the scheme has covered since 2012.
  public static let covered: Set<DeviceKind> = [.electricityMeter, .gasMeter, .communicationsHub]

  private var expiries: [Model: SettlementDate] = [:]

  public init() {}

  /// Lists a model, or renews it. - Parameter expiry: the last day.
  public mutating func list(_ model: Model, until expiry: SettlementDate) { expiries[model] = expiry }
  public mutating func remove(_ model: Model) { expiries[model] = nil }

  public func verdict(_ kind: DeviceKind, _ model: Model, on day: SettlementDate) -> Verdict {
    guard Self.covered.contains(kind) else { return .notNeeded }
    guard let expiry = expiries[model] else { return .notListed }
    return day <= expiry ? .assured(until: expiry) : .expired(on: expiry)
  }
}
