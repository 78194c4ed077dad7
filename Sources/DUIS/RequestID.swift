public import GBCS

/// `originator:target:counter`, which names a request and, with the two identifiers swapped, its response.
public struct RequestID: Hashable, Sendable, CustomStringConvertible {
  public var originator: EUI64
  public var target: EUI64
  public var counter: UInt64

  public init(originator: EUI64, target: EUI64, counter: UInt64) {
    self.originator = originator
    self.target = target
    self.counter = counter
  }

  /// - Returns: `nil` unless there are two hyphenated EUI-64s and a decimal counter without leading zeros.
  public init?(_ text: String) {
    let parts = text.split(separator: ":", omittingEmptySubsequences: false)
    guard parts.count == 3, parts[0].utf8.count == 23, parts[1].utf8.count == 23, let originator = EUI64(parts[0]),
      let target = EUI64(parts[1]), let counter = UInt64(parts[2]), String(counter) == parts[2]
    else { return nil }
    self.init(originator: originator, target: target, counter: counter)
  }

  /// The name of the response.
  public var swapped: RequestID { RequestID(originator: target, target: originator, counter: counter) }

  public var description: String { "\(originator):\(target):\(counter)" }
}

/// The namespaces of DUIS.
public enum DUISNamespace {
  public static let gateway = "http://www.dccinterface.co.uk/ServiceUserGateway"
  public static let response = "http://www.dccinterface.co.uk/ResponseAndAlert"
  public static let signature = "http://www.w3.org/2000/09/xmldsig#"
}

/// Why a document is not a request or response that is read here.
public enum DUISFault: Error, Hashable, Sendable, CustomStringConvertible {
  case root(expected: String)
  case missing(String)
  case unreadable(String)
  case unexpected
  case variantMismatch

  /// A sentence without anything of the document in it.
  public var description: String {
    switch self {
    case .root(let expected): "The document's root is not the element \(expected) of the DUIS namespace."
    case .missing(let name): "The element or attribute \(name) is missing."
    case .unreadable(let name): "The value of \(name) is not one that DUIS allows."
    case .unexpected: "There is an element more than DUIS allows, or elements stand in the wrong order."
    case .variantMismatch: "The service reference variant does not belong to the service reference."
    }
  }
}
