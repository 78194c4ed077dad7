/// What a meter understands of a request for a read.
public struct MeterReadRequest: Hashable, Sendable {
  public let read: MeterRead
  /// `nil` for registers.
  public let period: LogPeriod?

  /// Why a request is no read: what a meter answers with.
  public enum Fault: UInt8, Error, Hashable, Sendable {
    /// Data-Access-Result object-undefined.
    case otherObject = 4
    /// Data-Access-Result type-unmatched.
    case otherForm = 12
  }

  /// What was asked for where it is known.
  public init(_ read: MeterRead, _ period: LogPeriod?) {
    self.read = read
    self.period = read.hasPeriod ? period : nil
  }

  /// Understands the accesses of a command.
  public init(_ read: MeterRead, _ request: AccessRequest) throws(Fault) {
    self.read = read
    if let protection = read.protection {
      period = try Self.protected(read, protection, request)
    } else if read.hasPeriod {
      period = try Self.selected(read, request)
    } else {
      let objects = request.specifications.map(\.object)
      let expected = [read.object, read.object, MeterRead.reactiveExportRegister, MeterRead.reactiveExportRegister]
      guard objects == expected, request.specifications.map(\.member) == [2, 3, 2, 3] else { throw .otherObject }
      period = nil
    }
  }

  private static func protected(
    _ read: MeterRead, _ protection: OBISCode, _ request: AccessRequest
  ) throws(Fault) -> LogPeriod? {
    guard request.specifications.count == 1, request.specifications[0].object == protection,
      request.specifications[0].choice == .action
    else { throw .otherObject }
    guard let objects = request.data.first?.elements?.first?.elements, objects.count == 1,
      let parts = objects[0].elements, parts.count == 5, parts[1] == .octetString(read.object.bytes)
    else { throw .otherForm }
    guard read.hasPeriod else { return nil }
    guard let restriction = parts[4].elements, restriction.count == 2, restriction[0] == .enumerated(1),
      let range = restriction[1].elements, range.count == 2, case .octetString(let from) = range[0],
      case .octetString(let to) = range[1]
    else { throw .otherForm }
    return LogPeriod(
      from: try time(from, open: DeviceTime(seconds: 0)), to: try time(to, open: DeviceTime(seconds: .max)))
  }

  /// An open year, or none, means from the oldest and to the newest.
  private static func time(_ bytes: [UInt8], open: DeviceTime) throws(Fault) -> DeviceTime {
    if let time = DeviceTime(dateTime: bytes) { return time }
    guard bytes.count == 12, bytes[0...1].allSatisfy({ $0 == 0xFF }) || bytes[0...1].allSatisfy({ $0 == 0 }) else {
      throw .otherForm
    }
    return open
  }

  private static func selected(_ read: MeterRead, _ request: AccessRequest) throws(Fault) -> LogPeriod {
    guard request.specifications.count == 1, request.specifications[0].object == read.object,
      let selection = request.specifications[0].selection
    else { throw .otherObject }
    guard selection.selector == 1, let parts = selection.parameters.elements, parts.count == 4,
      case .doubleLongUnsigned(let from) = parts[1], case .doubleLongUnsigned(let to) = parts[2]
    else { throw .otherForm }
    return LogPeriod(from: DeviceTime(seconds: from), to: DeviceTime(seconds: to))
  }
}
