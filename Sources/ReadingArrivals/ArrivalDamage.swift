/// Bytes that are not a sound file of arrivals or register of metering points: what is wrong, and where.
public struct ArrivalDamage: Error, Hashable, Sendable, CustomStringConvertible {
  /// The part of the file, named as in docs/ingest.md.
  public let part: String
  public let reason: String

  public init(_ part: String, _ reason: String) {
    self.part = part
    self.reason = reason
  }

  public var description: String { "the \(part) cannot be used: \(reason)" }
}
