/// Bytes that are not a sound block: what is wrong, and where.
public struct BlockDamage: Error, Hashable, Sendable, CustomStringConvertible {
  /// A part of a block, named as in docs/reading-blocks.md.
  public enum Section: String, Hashable, Sendable, CaseIterable {
    case fileHeader = "file header"
    case directory = "directory"
    case groupHeader = "group header"
    case rowNumbers = "row numbers"
    case widths
    case outliers
    case asides
    case segments = "bucket segments"
    case runs = "quality runs"
    case wideRows = "wide rows"
    case planes
    case buckets
    case lossFactors = "loss factors"
    case index = "bucket index"
    case sums
  }

  public let section: Section
  /// The number of the row group, from 0; `nil` for what belongs to the whole file.
  public let group: Int?
  public let reason: String

  public init(_ section: Section, group: Int? = nil, _ reason: String) {
    self.section = section
    self.group = group
    self.reason = reason
  }

  public var description: String {
    "the \(section.rawValue)\(group.map { " of row group \($0)" } ?? "") cannot be used: \(reason)"
  }
}
