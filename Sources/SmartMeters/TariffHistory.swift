public import GBCS
import SettlementCalendar

/// The tariffs that a meter has had, so that its registers can be worked out for any moment.
public struct TariffHistory: Hashable, Sendable {
  /// From when a switching table counted.
  struct Epoch: Hashable, Sendable {
    /// The first half-hour on the meter's clock, as a number since 1970.
    let first: Int32
    let switching: SwitchingTable
    let thresholds: [[UInt32]]
  }

  private(set) var epochs: [Epoch] = []
  private var isInPounds = true
  private var prices = TariffPrices()

  /// Changes of tariff that a meter remembers.
  public static let capacity = 100

  public init() {}

  /// What counts now, with its prices; ``ElectricityTariff/none`` before there was any.
  public var current: ElectricityTariff {
    guard let last = epochs.last else {
      var none = ElectricityTariff.none
      none.prices = prices
      return none
    }
    return ElectricityTariff(
      switching: last.switching, thresholds: last.thresholds, isInPounds: isInPounds, prices: prices)
  }

  /// Makes a tariff count from the half-hour on that begins at or after a time.
  /// - Returns: whether the meter could remember one more.
  mutating func set(_ tariff: ElectricityTariff, from time: DeviceTime) -> Bool {
    guard epochs.count < Self.capacity else { return false }
    let first = Int32(clamping: (time.instant.secondsSince1970 + 1_799) / 1_800)
    epochs.append(Epoch(first: first, switching: tariff.switching, thresholds: tariff.thresholds))
    isInPounds = tariff.isInPounds
    prices = tariff.prices
    return true
  }

  mutating func set(_ prices: TariffPrices) { self.prices = prices }

  /// The rate that counts at a time on the meter's clock.
  func rate(at time: DeviceTime) -> SwitchingTable.Rate {
    let halfHour = Int32(clamping: time.instant.secondsSince1970 / 1_800)
    guard let epoch = epochs.last(where: { $0.first <= halfHour }) else { return .timeOfUse(1) }
    return RateClock(table: epoch.switching).rates(ofDay: halfHour / 48)[Int(halfHour % 48)]
  }

  /// Its price in the current tariff; of a block rate, the first block's.
  func activePrice(at time: DeviceTime) -> UInt32 {
    switch rate(at: time) {
    case .timeOfUse(let rate): UInt32(clamping: prices.timeOfUse[min(Int(rate), TariffPrices.rates) - 1])
    case .block(let rate): UInt32(clamping: prices.blocks[0][min(Int(rate), TariffPrices.blockRates) - 1])
    }
  }
}

/// What a meter's rate registers hold. All of them together are the total register.
struct RateRegisters: Hashable, Sendable {
  /// 48 time-of-use registers.
  var rates = Array(repeating: UInt32(0), count: MeterLogs.timeOfUseRegisters)
  /// For each of 4 blocks, the registers of the 8 block rates.
  var blocks = Array(
    repeating: Array(repeating: UInt32(0), count: TariffPrices.blockRates), count: TariffPrices.blockCount)

  /// Counts a half-hour's energy. - Parameter consumed: of each block rate since the tariff began.
  mutating func count(
    _ energy: UInt32, _ rate: SwitchingTable.Rate, _ thresholds: [[UInt32]], _ consumed: inout [UInt64]
  ) {
    switch rate {
    case .timeOfUse(let number): rates[Int(number) - 1] &+= energy
    case .block(let number):
      let place = Int(number) - 1
      var rest = UInt64(energy)
      for (block, limit) in thresholds[place].enumerated() where rest > 0 && UInt64(limit) > consumed[place] {
        let part = min(rest, UInt64(limit) - consumed[place])
        blocks[block][place] &+= UInt32(truncatingIfNeeded: part)
        consumed[place] += part
        rest -= part
      }
      blocks[thresholds[place].count][place] &+= UInt32(truncatingIfNeeded: rest)
      consumed[place] += rest
    }
  }
}

extension TariffHistory {
  /// What the rate registers held at midnights: half-hours since 1970, rising, in true time.
  ///
  /// - Parameter shift: half-hours that the meter's clock is ahead.
  func registers(_ ledger: MeterLedger, atMidnights midnights: [Int32], shift: Int32) -> [RateRegisters] {
    var held = RateRegisters()
    guard !epochs.isEmpty else {
      return ledger.registers(atMidnights: midnights).map { total in
        held.rates[0] = total
        return held
      }
    }
    var counting = Counting(epochs: epochs, shift: shift)
    var counted = ledger.installed.index
    return midnights.map { midnight in
      for (place, energy) in ledger.energies(counted, midnight).enumerated() {
        counting.count(energy, at: counted + Int32(place), &held)
      }
      counted = max(counted, midnight)
      return held
    }
  }

  /// Goes through half-hours in order and knows which tariff and which day's rates count.
  private struct Counting {
    let epochs: [Epoch]
    let shift: Int32
    private var epoch = -1
    private var day = Int32.min
    private var rates: [SwitchingTable.Rate] = []
    private var consumed = Array(repeating: UInt64(0), count: TariffPrices.blockRates)

    init(epochs: [Epoch], shift: Int32) {
      self.epochs = epochs
      self.shift = shift
    }

    mutating func count(_ energy: UInt32, at halfHour: Int32, _ held: inout RateRegisters) {
      let clock = halfHour + shift
      while epoch + 1 < epochs.count, epochs[epoch + 1].first <= clock {
        epoch += 1
        day = .min
        consumed = Array(repeating: 0, count: TariffPrices.blockRates)
      }
      guard epoch >= 0 else {
        held.rates[0] &+= energy
        return
      }
      if clock / 48 != day {
        day = clock / 48
        rates = RateClock(table: epochs[epoch].switching).rates(ofDay: day)
      }
      held.count(energy, rates[Int(clock % 48)], epochs[epoch].thresholds, &consumed)
    }
  }
}
