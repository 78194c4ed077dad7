/// Which time-of-use register counts at which half-hour of the UTC day.
public struct TariffSwitching: Hashable, Sendable {
  /// For each of the 48 half-hours the register, 0 to 47; empty while one register counts always.
  public internal(set) var registerOfHalfHour: [UInt8]

  public init(registerOfHalfHour: [UInt8] = []) {
    self.registerOfHalfHour =
      registerOfHalfHour.count == 48 && registerOfHalfHour.allSatisfy { $0 < 48 } ? registerOfHalfHour : []
  }

  /// What the 48 registers held at midnights. Their sum is the total register.
  func registers(_ ledger: MeterLedger, atMidnights midnights: [Int32], totals: [UInt32]) -> [[UInt32]] {
    guard !registerOfHalfHour.isEmpty else {
      return totals.map { [$0] + Array(repeating: 0, count: MeterLogs.timeOfUseRegisters - 1) }
    }
    var held = Array(repeating: UInt32(0), count: MeterLogs.timeOfUseRegisters)
    var counted = ledger.installed.index
    return midnights.map { midnight in
      for (place, energy) in ledger.energies(counted, midnight).enumerated() {
        held[Int(registerOfHalfHour[(Int(counted) + place) % 48])] &+= energy
      }
      counted = max(counted, midnight)
      return held
    }
  }
}
