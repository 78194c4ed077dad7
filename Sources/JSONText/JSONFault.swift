/// Why bytes are not a JSON document that is read here.
public struct JSONFault: Error, Hashable, Sendable, CustomStringConvertible {
  public enum Reason: String, Hashable, Sendable, CaseIterable {
    case empty = "there is no value in it"
    case tooLarge = "it is larger than is read here"
    case tooDeep = "its lists and objects are nested too deep"
    case outOfMemory = "there is not enough memory to read it"
    case notUTF8 = "it is not UTF-8 text"
    case openString = "a text in quotes is not closed"
    case badString = "a text in quotes holds a control character or a wrong escape"
    case badNumber = "a number is written wrongly"
    case badLiteral = "a word is none of true, false and null"
    case incomplete = "it ends before its lists and objects are closed"
    case trailing = "more text follows its end"
    case badStructure = "a comma, colon, bracket or value is missing or stands in the wrong place"
  }

  public let reason: Reason
  /// The byte from 0 at or shortly after which reading stopped, where that is known.
  public let offset: Int?

  public init(_ reason: Reason, offset: Int? = nil) {
    self.reason = reason
    self.offset = offset
  }

  /// A sentence without anything of the document in it.
  public var description: String {
    "The JSON document cannot be read: \(reason.rawValue)\(offset.map { " (near byte \($0))" } ?? "")."
  }
}
