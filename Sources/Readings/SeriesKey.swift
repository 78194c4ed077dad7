import MarketIdentifiers

/// The name under which readings are stored: a metering point as its source names it, and what the channel measures.
///
/// `name` is a valid MPAN's 13 digits where the source knows one, else the source's own name for an anonymous household
/// (`MAC003718`, `X17`). Registration says which MPAN an anonymous name stands for.
public struct SeriesKey: Hashable, Comparable, Sendable, CustomStringConvertible {
  public let name: String
  public let quantity: MeasurementQuantity

  /// The longest name, in UTF-8 bytes.
  public static let longestName = 64

  /// - Returns: `nil` for an empty name, one longer than ``longestName`` or one with control characters.
  public init?(name: String, quantity: MeasurementQuantity = .activeImport) {
    guard (1...Self.longestName).contains(name.utf8.count), name.utf8.allSatisfy({ $0 >= 0x20 && $0 != 0x7F }) else {
      return nil
    }
    self.name = name
    self.quantity = quantity
  }

  public init(_ mpan: MPAN, _ quantity: MeasurementQuantity = .activeImport) {
    name = mpan.description
    self.quantity = quantity
  }

  public static func < (a: Self, b: Self) -> Bool { (a.name, a.quantity) < (b.name, b.quantity) }
  public var description: String { "\(name)/\(quantity.rawValue)" }
}

/// A series' dense number inside one store; stable for the life of the store, never reused.
public struct SeriesIndex: Hashable, Comparable, Sendable {
  public let value: UInt32
  public init(_ value: UInt32) { self.value = value }
  public static func < (a: Self, b: Self) -> Bool { a.value < b.value }
}
