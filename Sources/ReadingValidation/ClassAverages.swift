import MarketIdentifiers
import MarketRegistration
import Quantities

/// Sums of the measured readings of one day by period, for estimates of meters without a history (EST-3, EST-4).
struct ClassAverages: Sendable {
  private struct Key: Hashable {
    let consumptionClass: ConsumptionClass
    let quantity: MeasurementQuantity
    /// `nil` for all groups together.
    let group: GSPGroupID?
  }

  private var sums: [Key: [Validator.Estimate.Peers]] = [:]

  init(points: [ValidationPoint], periods: Int, energies: [Int64], methods: [EstimationMethod]) {
    for (row, point) in points.enumerated() {
      let keys = Self.keys(point.registration)
      for key in keys where sums[key] == nil {
        sums[key] = Array(repeating: .init(count: 0, sum: .zero), count: periods)
      }
      for period in 0..<periods where methods[row * periods + period].isMeasured {
        let energy = Energy(wattHours: energies[row * periods + period])
        for key in keys {
          guard let peers = sums[key]?[period] else { continue }
          sums[key]?[period] = .init(count: peers.count + 1, sum: peers.sum + energy)
        }
      }
    }
  }

  func group(of point: Registration, period: Int) -> Validator.Estimate.Peers? {
    peers(Self.keys(point)[0], period)
  }

  func everywhere(like point: Registration, period: Int) -> Validator.Estimate.Peers? {
    peers(Self.keys(point)[1], period)
  }

  private func peers(_ key: Key, _ period: Int) -> Validator.Estimate.Peers? {
    guard let peers = sums[key]?[period - 1], peers.count > 0 else { return nil }
    return peers
  }

  private static func keys(_ point: Registration) -> [Key] {
    [
      Key(consumptionClass: point.consumptionClass, quantity: point.quantity, group: point.gspGroup),
      Key(consumptionClass: point.consumptionClass, quantity: point.quantity, group: nil),
    ]
  }
}
