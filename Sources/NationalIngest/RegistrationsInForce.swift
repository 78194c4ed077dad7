import ReadingArrivals
import SettlementCalendar

/// Registrations laid on the dense indexes of a register: who has which metering point on a date.
public struct RegistrationsInForce {
  let columns: RegistrationColumns
  /// For each statement its metering point's dense index; `UInt32.max` where the register does not have it.
  private let rows: [UInt32]
  /// Statements about metering points that the register does not have.
  public let unknown: Int

  /// Cost: a look-up for each statement.
  public init(_ columns: RegistrationColumns, register: MeterRegister) {
    self.columns = columns
    var unknown = 0
    rows = columns.mpans.map { number in
      guard let row = register.index(ofNumber: number) else {
        unknown += 1
        return .max
      }
      return row
    }
    self.unknown = unknown
  }

  /// The class numbers of a date's rows.
  struct Day {
    /// For each row the number of its class, or one of the two below.
    var classes: [UInt32]
    /// Rows with two statements of one batch and effective date that differ.
    var twice = 0
    /// Registered metering points from the first row beyond.
    var beyond = 0

    /// No statement says anything of the row on the date.
    static let silent = UInt32.max
    /// The row's registration has ended.
    static let ended = UInt32.max - 1
  }

  /// - Parameter mpans: rows of the date; metering points from there on are counted and left out.
  func day(_ date: SettlementDate, mpans: Int) -> Day {
    let day = date.dayNumber
    // For each row the statement that counts, from 1, and whether it was contradicted.
    var best = [UInt32](repeating: 0, count: mpans)
    var isTwice = [UInt64](repeating: 0, count: (mpans + 63) / 64)
    var out = Day(classes: [])
    for (place, row) in rows.enumerated() where row != .max && columns.from[place] <= day {
      guard row < mpans else {
        if day <= columns.to[place] { out.beyond += 1 }
        continue
      }
      let row = Int(row)
      let known = Int(best[row]) - 1
      if known >= 0 {
        guard columns.from[known] <= columns.from[place] else { continue }
        if columns.from[known] < columns.from[place] {
          isTwice[row / 64] &= ~(1 << UInt64(row % 64))
        } else if columns.contradict(known, place) {
          isTwice[row / 64] |= 1 << UInt64(row % 64)
        }
      }
      best[row] = UInt32(place + 1)
    }
    out.twice = isTwice.reduce(0) { $0 + $1.nonzeroBitCount }
    out.classes = best.map { number in
      guard number > 0 else { return Day.silent }
      let place = Int(number) - 1
      return day <= columns.to[place] ? columns.classNumbers[place] : Day.ended
    }
    return out
  }
}
