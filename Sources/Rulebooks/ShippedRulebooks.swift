import SettlementCalendar

extension Rulebook {
  /// Reads a rulebook from packs: `runs-<id>.csv`, `parameters-<id>.csv`, `loss-factors-<id>.csv`,
  /// `price-cap-<id>.csv`, `rounding-<id>.csv`, where there is one `price-cap-components-<id>.csv`, and the holidays
  /// of England and Wales.
  ///
  /// - Throws: a ``PackFault`` that names file, row and column; nothing of a faulty pack is used.
  public static func load(_ id: String, from packs: RulebookPacks = .shipped) throws(PackFault) -> Rulebook {
    let title = RulebookPacks.titles.first { $0.id == id }?.title ?? id
    return try RulebookLoader(packs: packs).load(id, title: title)
  }

  /// The rulebooks that ship, the default first. A test holds that each loads; one that did not would be missing here.
  public static let all: [Rulebook] = RulebookPacks.titles.compactMap { try? load($0.id) }

  /// A shipped rulebook: `may-2026`, `bsc`, `mhhs`. - Returns: `nil` for any other name.
  public static func named(_ id: String) -> Rulebook? { all.first { $0.id == id } }

  /// `may-2026`, the source documents'.
  ///
  /// Were its pack unreadable, which a test rules out, this is a rulebook without rules: no run has a date under it.
  public static let `default`: Rulebook = named("may-2026") ?? withoutRules

  static let withoutRules = Rulebook(
    id: "may-2026", title: "no rules: the pack is unreadable", edition: "none",
    timetable: RunTimetable(.empty), calendar: WorkingDayCalendar(division: "none", years: 1996...1996, holidays: []),
    parameters: [:], flatLossFactors: [:], defaultLossFactor: .empty, priceCap: [])

  /// The shipped bank holidays of a division, `england-and-wales` (2000 to 2028) or `scotland` (2012 to 2028).
  ///
  /// - Throws: a ``PackFault`` when there is no such division or its pack is faulty.
  public static func holidays(
    of division: String, from packs: RulebookPacks = .shipped
  ) throws(PackFault) -> WorkingDayCalendar {
    try RulebookLoader(packs: packs).calendar(division)
  }

  /// The same rules by another calendar: a newer GOV.UK list, or another division's.
  ///
  /// The edition says so: it gets the division, the years and a checksum of the days appended.
  public func withHolidays(_ calendar: WorkingDayCalendar) -> Rulebook {
    let days = calendar.sortedHolidays.map(\.description).joined(separator: "\n")
    let stamp = RulebookPacks(files: ["": Array(days.utf8)]).edition(of: [""])
    let years = "\(calendar.years.lowerBound)-\(calendar.years.upperBound)"
    return Rulebook(
      id: id, title: title, edition: "\(edition)+\(calendar.division)-\(years)-\(stamp)", timetable: timetable,
      calendar: calendar, parameters: parameters, flatLossFactors: flatLossFactors,
      defaultLossFactor: defaultLossFactor, priceCap: priceCap, priceCapComponents: priceCapComponents,
      roundings: roundings)
  }
}
