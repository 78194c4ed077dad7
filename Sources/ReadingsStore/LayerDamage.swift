/// A layer file whose bytes are not what was written: which file, which part of it, and what is wrong.
public struct LayerDamage: Error, Hashable, Sendable {
  /// The parts of a layer file, in the order in which they stand.
  public enum Section: String, Hashable, Sendable, CaseIterable {
    /// The file as a whole: its length.
    case file
    case header
    case series
    case cells
    case qualities
    /// The file is whole, but it is not the one that the database names.
    case manifest
  }

  /// The path of the file.
  public let file: String
  public let section: Section
  /// What is wrong, as part of a sentence.
  public let reason: String

  public init(file: String, section: Section, reason: String) {
    self.file = file
    self.section = section
    self.reason = reason
  }
}

extension LayerDamage: CustomStringConvertible {
  public var description: String {
    "\(file): the \(section.rawValue) section is damaged: \(reason). "
      + "Restore this file from a copy of the store, or read its source again into a new store."
  }
}
