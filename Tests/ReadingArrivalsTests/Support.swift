import MarketIdentifiers
import ReadingArrivals
import SettlementCalendar

/// A small country: 300 metering points, every fifth with a limit of 2.5 kWh a half-hour.
struct Country {
  let mpans = (0..<300).compactMap { MPAN(distributor: 10 + $0 % 14, serial: 1_000 + $0 * 7_919) }
  let dates = ArrivalDates(SettlementDate("2025-10-01")!, through: SettlementDate("2026-04-30")!)!
  private let words: [UInt64]
  private let length: Int

  init() throws {
    let file = try MeterRegister.file(
      mpans: mpans.map(\.number), limits: mpans.indices.map { $0 % 5 == 0 ? 25 : MeterRegister.noLimit })
    var words = [UInt64](repeating: 0, count: file.count / 8)
    words.withUnsafeMutableBytes { $0.copyBytes(from: file) }
    self.words = words
    length = file.count
  }

  func withRegister<Value>(_ body: (MeterRegister) throws -> Value) throws -> Value {
    try words.withUnsafeBytes { try body(MeterRegister(UnsafeRawBufferPointer(rebasing: $0[..<length]))) }
  }
}

/// The numbers that a seed gives (SplitMix64).
struct Draws {
  var state: UInt64
  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var z = state
    z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
    return z ^ (z >> 31)
  }
  mutating func below(_ bound: Int) -> Int { Int(next() % UInt64(bound)) }
}

extension ArrivalBatch {
  /// Reads bytes that have no room behind them.
  func read(_ bytes: [UInt8], as layout: ArrivalLayout, _ register: MeterRegister, _ dates: ArrivalDates) throws {
    let padded = bytes + [UInt8](repeating: 0, count: Self.padding)
    try padded.withUnsafeBytes {
      try read(UnsafeRawBufferPointer(rebasing: $0[..<bytes.count]), as: layout, register, dates)
    }
  }
}
