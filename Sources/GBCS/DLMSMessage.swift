/// An application message of DLMS that GBCS uses (IEC 62056-5-3).
public enum DLMSMessage: Hashable, Sendable {
  case accessRequest(AccessRequest)
  case accessResponse(AccessResponse)
  case dataNotification(DataNotification)

  static let accessRequestTag: UInt8 = 0xD9
  static let accessResponseTag: UInt8 = 0xDA
  static let dataNotificationTag: UInt8 = 0x0F

  public var bytes: [UInt8] {
    switch self {
    case .accessRequest(let request): request.bytes
    case .accessResponse(let response): response.bytes
    case .dataNotification(let notification): notification.bytes
    }
  }
}

/// A list of accesses, each with a value (null where none is given).
public struct AccessRequest: Hashable, Sendable {
  /// Long-invoke-id-and-priority: `20` and the low three bytes of the counter.
  public var invokeID: UInt32
  /// Empty or 12 bytes.
  public var dateTime: [UInt8]
  public var specifications: [AccessSpecification]
  /// As many as specifications.
  public var data: [DLMSValue]

  public init(
    invokeID: UInt32, dateTime: [UInt8] = [], specifications: [AccessSpecification], data: [DLMSValue]
  ) {
    self.invokeID = invokeID
    self.dateTime = dateTime
    self.specifications = specifications
    self.data = data
  }

  public var bytes: [UInt8] {
    [DLMSMessage.accessRequestTag] + bigEndian(invokeID) + counted(dateTime)
      + lengthBytes(specifications.count) + specifications.flatMap(\.bytes)
      + lengthBytes(data.count) + data.flatMap(\.bytes)
  }
}

/// The values and outcomes of a list of accesses. The specifications are never repeated in GBCS.
public struct AccessResponse: Hashable, Sendable {
  public var invokeID: UInt32
  /// Empty or 12 bytes.
  public var dateTime: [UInt8]
  public var data: [DLMSValue]
  /// As many as values.
  public var results: [AccessResult]

  public init(invokeID: UInt32, dateTime: [UInt8] = [], data: [DLMSValue], results: [AccessResult]) {
    self.invokeID = invokeID
    self.dateTime = dateTime
    self.data = data
    self.results = results
  }

  public var bytes: [UInt8] {
    [DLMSMessage.accessResponseTag] + bigEndian(invokeID) + counted(dateTime) + [0]
      + lengthBytes(data.count) + data.flatMap(\.bytes)
      + lengthBytes(results.count) + results.flatMap { [$0.choice.rawValue, $0.code] }
  }
}

/// What a device says unasked: in GBCS a structure of alert code, time and, for some alerts, more.
public struct DataNotification: Hashable, Sendable {
  public var invokeID: UInt32
  /// Empty or 12 bytes.
  public var dateTime: [UInt8]
  public var value: DLMSValue

  public init(invokeID: UInt32, dateTime: [UInt8] = [], value: DLMSValue) {
    self.invokeID = invokeID
    self.dateTime = dateTime
    self.value = value
  }

  /// The first part of the structure; `nil` where the notification has another form.
  public var alertCode: UInt16? {
    guard case .structure(let parts) = value, case .longUnsigned(let code)? = parts.first else { return nil }
    return code
  }

  /// The second part of the structure, 12 bytes.
  public var alertTime: [UInt8]? {
    guard case .structure(let parts) = value, parts.count > 1, case .octetString(let time) = parts[1] else {
      return nil
    }
    return time
  }

  public var bytes: [UInt8] {
    [DLMSMessage.dataNotificationTag] + bigEndian(invokeID) + counted(dateTime) + value.bytes
  }
}

extension DLMSMessage {
  /// Reads one whole application message.
  init(reading dlms: inout DLMSReader) throws(MessageFault) {
    let start = dlms.reader.position
    let tag = try dlms.reader.byte()
    let invokeID = try dlms.reader.number(UInt32.self)
    let dateStart = dlms.reader.position
    let dateTime = Array(dlms.reader.bytes[try dlms.reader.lengthAndRange()])
    guard [0, 12].contains(dateTime.count) else { throw MessageFault(.badDateTime, at: dateStart) }
    switch tag {
    case Self.accessRequestTag:
      self = .accessRequest(try Self.request(&dlms, invokeID, dateTime))
    case Self.accessResponseTag:
      self = .accessResponse(try Self.response(&dlms, invokeID, dateTime))
    case Self.dataNotificationTag:
      self = .dataNotification(DataNotification(invokeID: invokeID, dateTime: dateTime, value: try dlms.value()))
    default: throw MessageFault(.unknownPayload, at: start)
    }
    try dlms.reader.requireEnd()
  }

  private static func request(
    _ dlms: inout DLMSReader, _ invokeID: UInt32, _ dateTime: [UInt8]
  ) throws(MessageFault) -> AccessRequest {
    let count = try count(&dlms)
    var specifications: [AccessSpecification] = []
    for _ in 0..<count { specifications.append(try AccessSpecification(reading: &dlms)) }
    let data = try values(&dlms, expected: count)
    return AccessRequest(invokeID: invokeID, dateTime: dateTime, specifications: specifications, data: data)
  }

  private static func response(
    _ dlms: inout DLMSReader, _ invokeID: UInt32, _ dateTime: [UInt8]
  ) throws(MessageFault) -> AccessResponse {
    try dlms.reader.expect([0], .badCount)
    let data = try values(&dlms, expected: nil)
    let start = dlms.reader.position
    let count = try count(&dlms)
    guard count == data.count else { throw MessageFault(.badCount, at: start) }
    var results: [AccessResult] = []
    for _ in 0..<count {
      let place = dlms.reader.position
      guard let choice = AccessSpecification.Choice(rawValue: try dlms.reader.byte()) else {
        throw MessageFault(.unknownChoice, at: place)
      }
      results.append(AccessResult(choice, code: try dlms.reader.byte()))
    }
    return AccessResponse(invokeID: invokeID, dateTime: dateTime, data: data, results: results)
  }

  private static func values(_ dlms: inout DLMSReader, expected: Int?) throws(MessageFault) -> [DLMSValue] {
    let start = dlms.reader.position
    let count = try count(&dlms)
    guard expected == nil || expected == count else { throw MessageFault(.badCount, at: start) }
    var data: [DLMSValue] = []
    for _ in 0..<count { data.append(try dlms.value()) }
    return data
  }

  /// A count of things that have at least one byte each.
  private static func count(_ dlms: inout DLMSReader) throws(MessageFault) -> Int {
    let start = dlms.reader.position
    let count = try dlms.reader.length()
    guard count <= dlms.reader.remaining else { throw MessageFault(.runsOver, at: start) }
    return count
  }
}
