import GBCS
import SettlementCalendar

/// What a meter's registers and logs held at any moment, worked out from its load.
struct MeterLedger {
  let loads: any LoadSource
  /// `nil` where the meter counts nothing in that direction.
  let row: UInt32?
  /// The first half-hour that the meter counts.
  let installed: HalfHour

  /// Watt-hours of half-hours from `first` up to, not including, `end`, zero before the meter was there.
  func energies(_ first: Int32, _ end: Int32) -> [UInt32] {
    guard first < end else { return [] }
    var energies: [UInt32] = []
    energies.reserveCapacity(Int(end - first))
    var next = first
    while next < end {
      guard let row, let day = SettlementDay(containing: HalfHour(index: next)) else {
        energies.append(contentsOf: repeatElement(0, count: Int(end - next)))
        break
      }
      let cells = loads.wattHours(row: row, on: day.date)
      let start = day.firstHalfHour.index
      let stop = min(end, start + Int32(cells.count))
      for index in next..<stop {
        energies.append(index < installed.index ? 0 : UInt32(clamping: cells[Int(index - start)]))
      }
      guard stop > next else { break }
      next = stop
    }
    return energies
  }

  /// The register at the end of each UTC day (midnights) from `first` to `last`, in order: 30-minute indexes of midnights.
  func registers(atMidnights midnights: [Int32]) -> [UInt32] {
    var total: UInt32 = 0
    var counted = installed.index
    return midnights.map { midnight in
      if midnight > counted {
        for energy in energies(counted, midnight) { total &+= energy }
        counted = midnight
      }
      return total
    }
  }

  /// The register after the last half-hour that ended by then.
  func register(at time: DeviceTime) -> UInt32 {
    registers(atMidnights: [HalfHour(index: Int32(clamping: time.instant.secondsSince1970 / 1_800)).index])[0]
  }
}
