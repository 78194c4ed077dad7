/// The six bytes that name an object of a meter (OBIS, IEC 62056-6-1), written as `1-0:2.8.0.255`.
public struct OBISCode: Hashable, Sendable, CustomStringConvertible {
  /// The six value groups A to F, A highest; the two bytes above are zero.
  public let rawValue: UInt64

  public init(_ a: UInt8, _ b: UInt8, _ c: UInt8, _ d: UInt8, _ e: UInt8, _ f: UInt8) {
    rawValue = [a, b, c, d, e, f].reduce(0) { $0 << 8 | UInt64($1) }
  }

  init(reading reader: inout ByteReader) throws(MessageFault) {
    var value: UInt64 = 0
    for byte in try reader.take(6) { value = value << 8 | UInt64(byte) }
    rawValue = value
  }

  public var bytes: [UInt8] { Array(bigEndian(rawValue).dropFirst(2)) }

  public var description: String {
    let groups = bytes
    return "\(groups[0])-\(groups[1]):" + groups[2...].map(String.init).joined(separator: ".")
  }
}

/// What is asked of one attribute or method of an object.
public struct AccessSpecification: Hashable, Sendable {
  public enum Choice: UInt8, Hashable, Sendable, CaseIterable {
    case get = 1
    case set = 2
    case action = 3
    case getWithSelection = 4
    case setWithSelection = 5

    /// `get`, `set`, `action`, `get-with-selection`, `set-with-selection`.
    public var name: String {
      switch self {
      case .get: "get"
      case .set: "set"
      case .action: "action"
      case .getWithSelection: "get-with-selection"
      case .setWithSelection: "set-with-selection"
      }
    }
  }

  /// Which part of an attribute is meant.
  public struct Selection: Hashable, Sendable {
    public var selector: UInt8
    public var parameters: DLMSValue

    public init(selector: UInt8, parameters: DLMSValue) {
      self.selector = selector
      self.parameters = parameters
    }
  }

  public var choice: Choice
  /// Class of the object, e.g. 7 for a profile.
  public var objectClass: UInt16
  public var object: OBISCode
  /// Attribute for get and set, method for action.
  public var member: Int8
  /// Only with the choices that select.
  public var selection: Selection?

  public init(
    _ choice: Choice, objectClass: UInt16, object: OBISCode, member: Int8, selection: Selection? = nil
  ) {
    self.choice = choice
    self.objectClass = objectClass
    self.object = object
    self.member = member
    self.selection = selection
  }

  init(reading dlms: inout DLMSReader) throws(MessageFault) {
    let start = dlms.reader.position
    guard let choice = Choice(rawValue: try dlms.reader.byte()) else { throw MessageFault(.unknownChoice, at: start) }
    self.choice = choice
    objectClass = try dlms.reader.number()
    object = try OBISCode(reading: &dlms.reader)
    member = Int8(bitPattern: try dlms.reader.byte())
    switch choice {
    case .get, .set, .action: selection = nil
    case .getWithSelection, .setWithSelection:
      selection = Selection(selector: try dlms.reader.byte(), parameters: try dlms.value())
    }
  }

  public var bytes: [UInt8] {
    [choice.rawValue] + bigEndian(objectClass) + object.bytes + [UInt8(bitPattern: member)]
      + (selection.map { [$0.selector] + $0.parameters.bytes } ?? [])
  }
}

/// The outcome of one access.
public struct AccessResult: Hashable, Sendable {
  public var choice: AccessSpecification.Choice
  /// 0 is success; others are of the DLMS type Data-Access-Result or Action-Result.
  public var code: UInt8

  public init(_ choice: AccessSpecification.Choice, code: UInt8) {
    self.choice = choice
    self.code = code
  }
}
