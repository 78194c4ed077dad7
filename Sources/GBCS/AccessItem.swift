/// One access of a command: what of a meter, and the value that goes with it.
public struct AccessItem: Hashable, Sendable {
  public var specification: AccessSpecification
  /// Null where none is given.
  public var value: DLMSValue

  public init(_ specification: AccessSpecification, _ value: DLMSValue = .null) {
    self.specification = specification
    self.value = value
  }

  public static func get(_ objectClass: UInt16, _ object: OBISCode, _ attribute: Int8) -> Self {
    Self(AccessSpecification(.get, objectClass: objectClass, object: object, member: attribute))
  }

  public static func set(_ objectClass: UInt16, _ object: OBISCode, _ attribute: Int8, _ value: DLMSValue) -> Self {
    Self(AccessSpecification(.set, objectClass: objectClass, object: object, member: attribute), value)
  }

  public static func action(_ objectClass: UInt16, _ object: OBISCode, _ method: Int8, _ value: DLMSValue) -> Self {
    Self(AccessSpecification(.action, objectClass: objectClass, object: object, member: method), value)
  }

  /// A log, selected by capture time; both ends are in it.
  public static func log(_ object: OBISCode, _ period: LogPeriod) -> Self {
    Self(CommandAddress.selection(object, period))
  }
}

/// An object whose value a meter encrypts to whoever asked.
public struct SealedObject: Hashable, Sendable {
  /// 7 for a log, of which a range of time can be asked for; 1 for a list of registers.
  public var objectClass: UInt16
  public var object: OBISCode

  public init(_ objectClass: UInt16, _ object: OBISCode) {
    self.objectClass = objectClass
    self.object = object
  }

  public var isLog: Bool { objectClass == MeterRead.profileClass }
}

extension CommandAddress {
  /// A command of accesses, neither signed nor with MAC.
  public func command(_ code: MessageCode, items: [AccessItem]) -> DeviceMessage {
    command(
      code,
      AccessRequest(
        invokeID: DLMSMessage.invokeID(counter), specifications: items.map(\.specification), data: items.map(\.value)
      ).bytes)
  }

  /// A command that asks for encrypted content, without MAC.
  ///
  /// - Parameters:
  ///   - protection: the data protection object over them.
  ///   - period: for logs; absent, the whole log is asked for.
  public func command(
    _ code: MessageCode, sealedBy protection: OBISCode, _ objects: [SealedObject], _ period: LogPeriod?
  ) -> DeviceMessage {
    command(
      code,
      items: [.action(MeterRead.dataProtectionClass, protection, 1, sealedRequest(objects, period))])
  }

  func sealedRequest(_ objects: [SealedObject], _ period: LogPeriod?) -> DLMSValue {
    let period = period ?? LogPeriod(from: DeviceTime(seconds: 0), to: DeviceTime(seconds: .max))
    let range: DLMSValue = .structure([
      .enumerated(1), .structure([.octetString(period.from.dateTime()), .octetString(period.to.dateTime())]),
    ])
    let list = objects.map { object -> DLMSValue in
      .structure([
        .longUnsigned(object.objectClass), .octetString(object.object.bytes), .integer(2), .longUnsigned(0),
        object.isLog ? range : .structure([.enumerated(0), .null]),
      ])
    }
    // The party that shall be able to read: where the broker acts for one, that one.
    let parameters = ProtectionParameters(
      counter: counter, originator: supplementary.remoteParty ?? originator, recipient: device)
    return .structure([.array(list), .array([parameters.value])])
  }
}

extension OBISCode {
  /// `1-0:2.8.0.255`. - Returns: `nil` unless there are six groups of 0 to 255.
  public init?(_ text: some StringProtocol) {
    let groups = text.split(omittingEmptySubsequences: false) { "-:.".contains($0) }.map { UInt8($0) }
    guard groups.count == 6, !groups.contains(nil) else { return nil }
    let bytes = groups.compactMap { $0 }
    self.init(bytes[0], bytes[1], bytes[2], bytes[3], bytes[4], bytes[5])
    guard description == text else { return nil }
  }
}
