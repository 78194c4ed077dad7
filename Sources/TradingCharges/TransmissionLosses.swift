import BalancingMechanism
import Quantities

/// Transmission loss multipliers of one period: `TLM = 1 + TLF + TLMO` by the direction of the trading unit (BSC
/// Section T2; form K in the notes, α verified).
public struct TransmissionLosses: Sendable {
  /// By place of the unit.
  public var multipliers: [TransmissionLossMultiplier]
  /// TLMO⁺ in units of 10⁻⁷; `nil` where multipliers were supplied.
  public var deliveringAdjustment: Int64?
  /// TLMO⁻ in units of 10⁻⁷; `nil` where multipliers were supplied.
  public var offtakingAdjustment: Int64?

  init(
    _ roster: TradingRoster, metered: [SettlementVolume], rules: TradingRules
  ) throws(TradingPeriodFault) {
    var unitTotals = [Int64](repeating: 0, count: roster.tradingUnitCount)
    for place in metered.indices { unitTotals[roster.tradingUnits[place]] += metered[place].kilowattHours }
    var delivered: Int64 = 0
    var taken: Int64 = 0
    var across: Int64 = 0
    var deliveredFactor: Int128 = 0
    var takenFactor: Int128 = 0
    for place in metered.indices {
      let volume = metered[place].kilowattHours
      guard volume != 0 else { continue }
      if roster.units[place].isInterconnector {
        across += volume
      } else if unitTotals[roster.tradingUnits[place]] > 0 {
        delivered += volume
        deliveredFactor += Int128(volume) * Int128(roster.units[place].transmissionLossFactor)
      } else {
        taken += volume
        takenFactor += Int128(volume) * Int128(roster.units[place].transmissionLossFactor)
      }
    }
    let losses = Int128(delivered + taken + (rules.lossesIncludeInterconnectors ? across : 0))
    let share = Int128(rules.deliveringLossShare.billionths)
    let whole: Int128 = 1_000_000_000
    // Both in units of 10⁻⁷: a share of 10⁻⁹ times kWh, over kWh, is 10⁻⁹, and factors are 10⁻⁷ = 100 × 10⁻⁹.
    let plus = try Self.adjustment(-(share * losses + 100 * deliveredFactor), Int128(delivered), rules.volumeRounding)
    let minus = try Self.adjustment((share - whole) * losses - 100 * takenFactor, Int128(taken), rules.volumeRounding)
    multipliers = []
    multipliers.reserveCapacity(metered.count)
    for place in metered.indices {
      if roster.units[place].isInterconnector {
        multipliers.append(.one)
        continue
      }
      let adjustment = unitTotals[roster.tradingUnits[place]] > 0 ? plus : minus
      let value = 10_000_000 + roster.units[place].transmissionLossFactor + adjustment
      guard let multiplier = TransmissionLossMultiplier(tenMillionths: value) else {
        throw .lossesOutOfRange
      }
      multipliers.append(multiplier)
    }
    deliveringAdjustment = plus
    offtakingAdjustment = minus
  }

  init(supplied: [TransmissionLossMultiplier]) {
    multipliers = supplied
    deliveringAdjustment = nil
    offtakingAdjustment = nil
  }

  /// `numerator` (10⁻⁹ kWh) over `volume` (kWh) in units of 10⁻⁷; zero where there is no volume to bear losses.
  private static func adjustment(
    _ numerator: Int128, _ volume: Int128, _ rounding: Rounding
  ) throws(TradingPeriodFault) -> Int64 {
    guard volume != 0 else { return 0 }
    let sign: Int128 = volume < 0 ? -1 : 1
    let value = rounding.quotient(sign * numerator, by: 100 * sign * volume)
    guard let adjustment = Int64(exactly: value), adjustment.magnitude < 1_000_000_000 else {
      throw .lossesOutOfRange
    }
    return adjustment
  }
}
