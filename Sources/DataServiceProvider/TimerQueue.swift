public import SettlementCalendar

/// Things to do at moments, earliest first; those of one moment in the order in which they were put in.
public struct TimerQueue<Item: Sendable>: Sendable {
  private struct Entry: Sendable {
    let time: UTCInstant
    let order: UInt64
    let item: Item
  }

  private var heap: [Entry] = []
  private var order: UInt64 = 0

  public init() {}

  public var count: Int { heap.count }
  /// When the first is due.
  public var next: UTCInstant? { heap.first?.time }

  public mutating func insert(_ item: Item, at time: UTCInstant) {
    heap.append(Entry(time: time, order: order, item: item))
    order &+= 1
    var place = heap.count - 1
    while place > 0, Self.isEarlier(heap[place], heap[(place - 1) / 2]) {
      heap.swapAt(place, (place - 1) / 2)
      place = (place - 1) / 2
    }
  }

  /// Takes the first out, if it is due.
  public mutating func pop(until now: UTCInstant) -> Item? {
    guard let first = heap.first, first.time <= now else { return nil }
    let last = heap.removeLast()
    if !heap.isEmpty {
      heap[0] = last
      sink()
    }
    return first.item
  }

  private mutating func sink() {
    var place = 0
    while true {
      var least = place
      for child in [2 * place + 1, 2 * place + 2] where child < heap.count && Self.isEarlier(heap[child], heap[least]) {
        least = child
      }
      guard least != place else { return }
      heap.swapAt(place, least)
      place = least
    }
  }

  private static func isEarlier(_ a: Entry, _ b: Entry) -> Bool { (a.time, a.order) < (b.time, b.order) }
}
