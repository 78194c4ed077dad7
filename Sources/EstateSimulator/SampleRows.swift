import PortfolioFiles
import Quantities
import Readings
import SettlementCalendar

/// Which rows of a home's day stand in which file.
extension ReadingTableWriter {
  /// The file of the morning after: all but what is late or missing.
  mutating func appendOnTime(_ home: SampleHome, _ day: SampleDay, _ fault: SampleFault, _ cells: inout [Int32]) {
    if case .late = fault { return }
    home.fill(&cells, day)
    var skipped = 0..<0
    var quality = ReadingQuality.actual
    var repeated = -1
    switch fault {
    case .missing(let first, let count): skipped = first..<first + count
    case .estimated: quality = .estimated
    case .spike(let period, let wattHours): cells[period] = Int32(wattHours)
    case .duplicate(let period): repeated = period
    case .none, .late, .correction: break
    }
    for period in 0..<day.slots.count where !skipped.contains(period) {
      append(home, day, period, cells[period], quality)
      if period == repeated { append(home, day, period, cells[period], quality) }
    }
  }

  /// The late file of the day `received`.
  mutating func appendLate(
    _ home: SampleHome, _ day: SampleDay, _ fault: SampleFault, _ cells: inout [Int32], received: SettlementDate
  ) {
    guard case .late(let delay) = fault, day.day.date.advanced(by: delay) == received else { return }
    home.fill(&cells, day)
    for period in 0..<day.slots.count { append(home, day, period, cells[period], .actual) }
  }

  mutating func appendCorrected(_ home: SampleHome, _ day: SampleDay, _ fault: SampleFault, _ cells: inout [Int32]) {
    guard case .correction(let period, let added) = fault else { return }
    home.fill(&cells, day)
    append(home, day, period, cells[period] + Int32(added), .corrected)
  }

  private mutating func append(
    _ home: SampleHome, _ day: SampleDay, _ period: Int, _ wattHours: Int32, _ quality: ReadingQuality
  ) {
    append(
      prefix: home.prefix, day.day.firstHalfHour.advanced(by: period), Energy(wattHours: Int64(wattHours)), quality)
  }
}

extension SampleEstate {
  /// The estate's own account of what it hands out, taken from the plan and not from the files: what an ingest of all
  /// files must come to.
  public struct Account: Hashable, Sendable {
    /// Settlement periods of all points and dates.
    public var cells = 0
    /// Cells that never get a reading.
    public var missing = 0
    /// Rows of on-time files, repeated ones included.
    public var onTimeRows = 0
    /// Rows of late files by days of delay.
    public var lateRows: [Int: Int] = [:]
    /// Rows that give a cell another value than before.
    public var corrections = 0
    /// Rows that repeat one before them.
    public var duplicates = 0
    public var estimated = 0
    /// Readings beyond what the supply can carry.
    public var spikes = 0
    public var importPoints = 0
    public var exportPoints = 0
    public var voidHomes = 0

    /// Cells that get a reading sooner or later.
    public var readings: Int { cells - missing }
    public var late: Int { lateRows.values.reduce(0, +) }
    /// Rows of all readings files.
    public var rows: Int { onTimeRows + late + corrections }
  }

  public func account() -> Account {
    var account = Account()
    for home in homes {
      if home.isExport { account.exportPoints += 1 } else { account.importPoints += 1 }
      if home.isVoid { account.voidHomes += 1 }
      for day in days {
        let periods = day.slots.count
        account.cells += periods
        account.onTimeRows += periods
        switch SampleFault(home, day) {
        case .none: break
        case .missing(_, let count):
          account.missing += count
          account.onTimeRows -= count
        case .late(let delay):
          account.lateRows[delay, default: 0] += periods
          account.onTimeRows -= periods
        case .correction: account.corrections += 1
        case .estimated: account.estimated += periods
        case .spike: account.spikes += 1
        case .duplicate:
          account.duplicates += 1
          account.onTimeRows += 1
        }
      }
    }
    return account
  }
}
