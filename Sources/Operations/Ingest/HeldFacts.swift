import SettlementCalendar

/// What is known under one key of facts of which the last received counts (then the higher source hash).
struct HeldFacts<Value: Hashable> {
  private var values: Set<Value> = []
  private var last: (moment: UTCInstant, source: String, value: Value)?

  /// Whether a fact says nothing new: it repeats the one that counts, or one that counts no more and is older anyway.
  func repeats(_ value: Value, _ moment: UTCInstant, _ source: String) -> Bool {
    guard let last else { return false }
    return (last.moment, last.source) <= (moment, source) ? last.value == value : values.contains(value)
  }

  mutating func add(_ value: Value, _ moment: UTCInstant, _ source: String) {
    values.insert(value)
    if last.map({ ($0.moment, $0.source) <= (moment, source) }) ?? true { last = (moment, source, value) }
  }
}
