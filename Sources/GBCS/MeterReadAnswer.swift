/// What a meter answers to a read, as the message's payload and, where it is sensitive, the content to be encrypted.
public enum MeterReadAnswer {
  /// Rows of a log: capture time and values of one capture each, all double-long-unsigned.
  ///
  /// - Parameter columns: values a row beside the time; rows of other lengths are written as they are.
  public static func log(_ rows: [[UInt32]], columns: Int) -> DLMSValue {
    .compactArray(
      .structure(Array(repeating: .simple(.doubleLongUnsigned), count: columns + 1)),
      rows: rows.map { .structure($0.map(DLMSValue.doubleLongUnsigned)) })
  }

  /// Scaler 10^0 and the unit (30 Wh, 32 varh).
  public static func scalerAndUnit(_ unit: UInt8) -> DLMSValue { .structure([.integer(0), .enumerated(unit)]) }

  public static let wattHours: UInt8 = 30
  public static let varHours: UInt8 = 32

  /// The payload of an answer in clear.
  public static func payload(_ counter: UInt64, _ values: [DLMSValue], _ choice: AccessSpecification.Choice) -> [UInt8]
  {
    AccessResponse(
      invokeID: DLMSMessage.invokeID(counter), data: values,
      results: values.map { _ in AccessResult(choice, code: 0) }
    ).bytes
  }

  /// The payload of an answer with encrypted content: who protects for whom, and the content.
  public static func payload(_ counter: UInt64, _ parameters: ProtectionParameters, sealed: [UInt8]) -> [UInt8] {
    payload(counter, [.structure([.array([parameters.value]), .octetString(sealed)])], .action)
  }

  /// The payload of an answer that fails each access with a code.
  public static func refusal(_ request: AccessRequest, code: UInt8) -> [UInt8] {
    AccessResponse(
      invokeID: request.invokeID, data: request.specifications.map { _ in .null },
      results: request.specifications.map { AccessResult($0.choice.answered, code: code) }
    ).bytes
  }
}

extension AccessSpecification.Choice {
  /// The choice that a result names: selection is not repeated.
  public var answered: Self {
    switch self {
    case .getWithSelection: .get
    case .setWithSelection: .set
    case .get, .set, .action: self
    }
  }
}

/// What stood in a meter's answer to a read.
public enum MeterReadContent: Hashable, Sendable {
  /// Capture time and values a row.
  case log([LogRow])
  /// Values of registers in the order in which they are sent, without scalers and units.
  case registers([UInt32])

  public struct LogRow: Hashable, Sendable {
    public let time: DeviceTime
    public let values: [UInt32]

    public init(time: DeviceTime, values: [UInt32]) {
      self.time = time
      self.values = values
    }
  }

  public enum Fault: Error, Hashable, Sendable {
    /// The meter refused; its first result that is no success.
    case refused(code: UInt8)
    /// Neither a log nor registers.
    case otherForm
  }

  /// - Parameter values: of the response in clear, or the parts of the decrypted structure.
  public init(_ read: MeterRead, _ values: [DLMSValue]) throws(Fault) {
    if read.hasPeriod {
      guard values.count == 1, case .compactArray(_, let rows) = values[0] else { throw .otherForm }
      var log: [LogRow] = []
      log.reserveCapacity(rows.count)
      for row in rows {
        guard case .structure(let parts) = row, case .doubleLongUnsigned(let time)? = parts.first else {
          throw .otherForm
        }
        var numbers: [UInt32] = []
        Self.flatten(parts[1...], to: &numbers)
        log.append(LogRow(time: DeviceTime(seconds: time), values: numbers))
      }
      self = .log(log)
    } else {
      self = .registers(
        values.compactMap { if case .doubleLongUnsigned(let value) = $0 { value } else { nil } })
    }
  }

  /// Numbers within lists (the time-of-use registers of a daily log) one after another.
  private static func flatten(_ parts: ArraySlice<DLMSValue>, to numbers: inout [UInt32]) {
    for part in parts {
      switch part {
      case .doubleLongUnsigned(let value): numbers.append(value)
      case .array(let elements), .structure(let elements): flatten(elements[...], to: &numbers)
      default: break
      }
    }
  }
}
