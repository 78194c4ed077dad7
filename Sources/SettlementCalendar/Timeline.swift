/// Values that each hold from a date until the next one begins.
public struct Timeline<Value: Sendable>: Sendable {
  public struct Entry: Sendable {
    public let from: SettlementDate
    public let value: Value
  }

  /// Rising by `from`.
  public private(set) var entries: [Entry]

  /// Later entries for the same date replace earlier ones.
  public init(_ entries: some Sequence<(SettlementDate, Value)>) {
    var byDate: [SettlementDate: Value] = [:]
    for (from, value) in entries { byDate[from] = value }
    self.entries = byDate.map { Entry(from: $0.key, value: $0.value) }.sorted { $0.from < $1.from }
  }

  /// A timeline in which nothing ever holds.
  public static var empty: Timeline { Timeline([]) }

  /// The value in force on `date`. - Returns: `nil` before the first entry. Cost: O(log n).
  public func value(on date: SettlementDate) -> Value? {
    var low = 0
    var high = entries.count
    while low < high {
      let middle = (low + high) / 2
      if entries[middle].from <= date { low = middle + 1 } else { high = middle }
    }
    return low > 0 ? entries[low - 1].value : nil
  }
}
