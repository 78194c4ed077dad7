import BalancingMechanism
import Quantities
import SettlementCalendar

/// The accepted offers and bids of one period as price stack actions, made from levels.
public struct AcceptedStack: Sendable {
  public private(set) var actions: [StackAction] = []
  /// The exact volumes behind them, in the order of units and acceptances.
  public private(set) var volumes: [AcceptedVolume] = []
  public private(set) var faults: [AcceptanceFault] = []

  public init(_ facts: PeriodFacts, parameters: PricingParameters) {
    for unit in facts.acceptedUnits {
      let all = facts.acceptances(of: unit)
      let durations = ContinuousAcceptance.durations(all)
      let result = AcceptedVolumes(
        during: facts.halfHour, notification: LevelProfile(facts.notifications[unit] ?? []), acceptances: all,
        pairs: facts.pairs[unit] ?? [])
      volumes += result.volumes
      faults += result.faults
      for volume in result.volumes {
        var flags: ActionFlags = volume.flags.contains(.systemOperator) ? .system : []
        if let duration = durations[volume.acceptance], duration < parameters.continuousAcceptanceLimit {
          flags.insert(.shortDuration)
        }
        add(volume.offer, at: volume.offerPrice, volume, flags)
        add(volume.bid, at: volume.bidPrice, volume, flags)
      }
    }
  }

  private mutating func add(
    _ exact: ExactFraction, at price: UnitRate, _ volume: AcceptedVolume, _ flags: ActionFlags
  ) {
    guard !exact.isZero else { return }
    guard let energy = BalancingEnergy(megawattHours: exact) else {
      return faults.append(AcceptanceFault(unit: volume.unit, acceptance: volume.acceptance, reason: .tooFine))
    }
    actions.append(
      StackAction(
        id: volume.unit, acceptance: volume.acceptance, pair: volume.pair, price: price, volume: energy, flags: flags,
        isReserve: volume.flags.contains(.reserveProvider)))
  }
}
