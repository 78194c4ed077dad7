import SettlementCalendar

/// That a key signed a message which stated a metering point's date: kept for ever, and can be checked without the message.
public struct SignatureFact: Hashable, Sendable {
  static let length = 112

  /// The dense index.
  public var row: UInt32
  public var date: SettlementDate
  /// The first 8 bytes of SHA-256 over the key's 64 bytes, x and y.
  public var key: UInt64
  /// r and s, 32 bytes each.
  public var signature: [UInt8]
  /// SHA-256 of the message's bytes.
  public var digest: [UInt8]

  /// - Precondition: 64 and 32 bytes.
  public init(row: UInt32, date: SettlementDate, key: UInt64, signature: [UInt8], digest: [UInt8]) {
    precondition(signature.count == 64 && digest.count == 32, "a P-256 signature over SHA-256")
    self.row = row
    self.date = date
    self.key = key
    self.signature = signature
    self.digest = digest
  }

  func append(to out: inout [UInt8]) {
    out.append(number: row)
    out.append(number: date.dayNumber)
    out.append(number: key)
    out += signature
    out += digest
  }

  /// Of the fact at a place.
  static func date(_ bytes: UnsafeRawBufferPointer, at place: Int) -> SettlementDate? {
    SettlementDate(dayNumber: Int(bytes.number(place + 4, as: Int32.self)))
  }

  init?(_ bytes: UnsafeRawBufferPointer) {
    guard bytes.count == Self.length, let date = Self.date(bytes, at: 0) else { return nil }
    self.init(
      row: bytes.number(0), date: date, key: bytes.number(8), signature: Array(bytes[16..<80]),
      digest: Array(bytes[80..<112]))
  }
}
