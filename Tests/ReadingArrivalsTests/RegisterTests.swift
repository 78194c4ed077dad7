import MarketIdentifiers
import ReadingArrivals
import Testing

@Suite struct RegisterTests {
  @Test func everyPointIsFoundAndNoOther() throws {
    let mpans = (0..<5_000).compactMap { MPAN(distributor: 10 + $0 % 14, serial: $0 * 7_919) }
    let file = try MeterRegister.file(
      mpans: mpans.map(\.number), limits: mpans.indices.map { $0 % 3 == 0 ? 65_535 : UInt16($0 % 400) })
    try file.withUnsafeBytes { bytes in
      let register = try MeterRegister(bytes)
      #expect(register.count == 5_000)
      for (index, mpan) in mpans.enumerated() { #expect(register.index(of: mpan) == UInt32(index)) }
      let other = try #require(MPAN(distributor: 30, serial: 1))
      #expect(register.index(of: other) == nil)
      #expect(register.limit(at: 0) == 1_000_000_000 && register.limit(at: 1) == 100)
    }
  }

  @Test func theSamePointTwiceIsRefused() {
    #expect(throws: ArrivalDamage.self) { try MeterRegister.file(mpans: [5, 6, 5], limits: [0, 0, 0]) }
    #expect(throws: ArrivalDamage.self) { try MeterRegister.file(mpans: [], limits: []) }
  }

  @Test func everyFlippedBitIsFoundAndNamed() throws {
    var file = try MeterRegister.file(mpans: [1_012_345, 2, 3], limits: [1, 2, 3])
    for bit in 0..<file.count * 8 {
      file[bit / 8] ^= 1 << UInt8(bit % 8)
      let damage = #expect(throws: ArrivalDamage.self, "bit \(bit)") {
        try file.withUnsafeBytes { try MeterRegister($0) }
      }
      #expect(damage?.part.isEmpty == false)
      file[bit / 8] ^= 1 << UInt8(bit % 8)
    }
    for count in 0..<file.count {
      #expect(throws: ArrivalDamage.self) { try Array(file[..<count]).withUnsafeBytes { try MeterRegister($0) } }
    }
  }
}
