import SettlementCalendar

/// The oracle: reads a sound group one bit at a time, with nothing shared with the fast way but the format.
///
/// Slow on purpose. Tests and `verify` hold the fast way to it.
public enum PlainReader {
  /// - Parameter bytes: one group as ``GroupEncoder`` wrote it.
  public static func rows(of bytes: [UInt8]) -> RowGroup? {
    func word(_ at: Int) -> UInt32 {
      (0..<4).reduce(0) { $0 | UInt32(at + $1 < bytes.count ? bytes[at + $1] : 0) << (8 * UInt32($1)) }
    }
    guard bytes.count >= 64 else { return nil }
    let rows = Int(word(4) & 0xffff)
    let periods = Int(word(4) >> 16)
    let (outliers, runs, wide) = (Int(word(8)), Int(word(12)), Int(word(16)))
    let isExplicit = word(24) & 1 == 1
    let hasBuckets = word(24) & 4 == 4
    let widthsAt = 64 + (isExplicit ? 4 * rows : 0) + (hasBuckets ? (2 * rows + 3) / 4 * 4 : 0)
    let outliersAt = widthsAt + (rows + 3) / 4 * 4
    let runsAt = outliersAt + 4 * outliers
    let wideAt = runsAt + 4 * runs
    var plane = wideAt + 4 * wide * (1 + periods)
    guard plane <= bytes.count else { return nil }

    var group = RowGroup(
      periods: periods, rows: (0..<rows).map { isExplicit ? word(64 + 4 * $0) : word(0) + UInt32($0) },
      cells: Array(repeating: 0, count: rows * periods), runs: [])
    for row in 0..<rows {
      for bit in 0..<Int(bytes[widthsAt + row]) {
        for period in 0..<periods where bytes[plane + period / 8] >> UInt8(period % 8) & 1 == 1 {
          group.cells[row * periods + period] += 1 << Int32(bit)
        }
        plane += (periods + 7) / 8
      }
    }
    for place in 0..<outliers {
      let word = word(outliersAt + 4 * place)
      let row = Int(word % 1024)
      group.cells[row * periods + Int(word / 1024 % 64)] += Int32(word / 65536) << Int32(bytes[widthsAt + row])
    }
    for place in 0..<wide {
      let row = Int(word(wideAt + 4 * place))
      for period in 0..<periods {
        group.cells[row * periods + period] = Int32(
          bitPattern: word(wideAt + 4 * wide + 4 * (place * periods + period)))
      }
    }
    for place in 0..<runs {
      let word = word(runsAt + 4 * place)
      guard let quality = CellQuality(rawValue: word >> 22) else { return nil }
      group.runs.append(
        QualityRun(
          row: Int(word % 1024), firstPeriod: Int(word / 1024 % 64), count: Int(word / 65536 % 64) + 1,
          quality: quality))
    }
    return group
  }
}
