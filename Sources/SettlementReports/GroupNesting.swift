import SettlementCalendar

/// Follows which records are open, and which periods each open group has had.
struct GroupNesting: Sendable {
  /// A group whose periods are not those of its day.
  struct Gap: Sendable {
    let parentLine: Int
    let found: Int
    let expected: Int
  }

  private struct Group: Sendable {
    let child: RecordTag
    let day: SettlementDay?
    let line: Int
    /// A bit for each period that has come.
    var periods: UInt64 = 0
    /// A period came twice, or the date has none of that number.
    var isFaulty = false
  }

  private let layouts: [RecordTag: RecordLayout]
  /// For each record that heads a group: the period records under it.
  private let children: [RecordTag: [RecordTag]]
  private var path: [RecordTag] = []
  private var groups: [Group] = []
  private var day: SettlementDay?

  init(_ layouts: [RecordLayout]) {
    self.layouts = Dictionary(layouts.map { ($0.tag, $0) }, uniquingKeysWith: { first, _ in first })
    children = layouts.filter(\.isPeriodRow).reduce(into: [:]) { children, layout in
      for parent in layout.under ?? [] { children[parent, default: []].append(layout.tag) }
    }
  }

  func layout(_ tag: RecordTag) -> RecordLayout? { layouts[tag] }

  /// Whether the record may stand here; if so it is now the innermost that is open.
  mutating func enter(_ layout: RecordLayout) -> Bool {
    guard let under = layout.under else { return true }
    if under.isEmpty {
      path.removeAll(keepingCapacity: true)
    } else {
      guard let parent = path.lastIndex(where: { under.contains($0) }) else { return false }
      path.removeSubrange((parent + 1)...)
    }
    path.append(layout.tag)
    return true
  }

  /// Begins the groups that a record heads, and closes those of the same kind.
  mutating func begin(_ layout: RecordLayout, date: SettlementDate?, line: Int, _ gap: (Gap) -> Void) {
    if let date, layout.dateField != nil { day = SettlementDay(date) }
    guard let tags = children[layout.tag] else { return }
    close(gap) { tags.contains($0) }
    for tag in tags { groups.append(Group(child: tag, day: day, line: line)) }
  }

  /// Takes note of a period. - Returns: `false` when it came before or does not exist on its date.
  mutating func add(period: Int, of tag: RecordTag) -> Bool {
    guard let index = groups.lastIndex(where: { $0.child == tag }) else { return true }
    let last = groups[index].day?.periodCount ?? 50
    guard period >= 1, period <= last, groups[index].periods & (1 << UInt64(period)) == 0 else {
      groups[index].isFaulty = true
      return false
    }
    groups[index].periods |= 1 << UInt64(period)
    return true
  }

  /// Everything that is open ends.
  mutating func end(_ gap: (Gap) -> Void) { close(gap) { _ in true } }

  private mutating func close(_ gap: (Gap) -> Void, _ isEnding: (RecordTag) -> Bool) {
    for group in groups where isEnding(group.child) {
      let (found, expected) = (group.periods.nonzeroBitCount, group.day?.periodCount ?? 48)
      if found != expected, !group.isFaulty { gap(Gap(parentLine: group.line, found: found, expected: expected)) }
    }
    groups.removeAll { isEnding($0.child) }
  }
}
