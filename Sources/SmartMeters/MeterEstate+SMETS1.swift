// The share of an estate that is of the first generation. Which meters, and in which cohort, follows from the seed and
// the row alone.
extension MeterEstate {
  /// Whether a SMETS1 meter stands at a row.
  public func isFirstGeneration(_ row: UInt32) -> Bool {
    smets1Percent > 0 && Draw.below(100, estate.seed ^ 0x534D_4554_5331, UInt64(row)) < UInt64(smets1Percent)
  }

  /// 0, 1 or 2: the cohort of a SMETS1 meter.
  public func cohort(_ row: UInt32) -> Int {
    Int(Draw.below(UInt64(SMETS1Meter.cohorts), estate.seed ^ 0x434F_484F_5254, UInt64(row)))
  }

  /// The SMETS1 meter at a row as it was installed; `nil` where none stands.
  public func smets1Meter(row: UInt32) -> SMETS1Meter? {
    guard isFirstGeneration(row), let rows = rows(of: row) else { return nil }
    return SMETS1Meter(
      identifier: Self.identifier(.electricityMeter, row: row), cohort: cohort(row), importRow: rows.importRow,
      exportRow: rows.exportRow, installed: installed, mode: faults.has(.dumbMode, row: row) ? .dumb : .smart,
      traits: faults.traits(row), partsPerMillion: faults.drift(row))
  }
}
