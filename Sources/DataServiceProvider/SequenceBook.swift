import DUIS

/// Requests that follow one another: what came of those that others may wait for, and who waits (DUIS, FirstInSequence
/// and PrecedingServiceRequestID). Bounded: the oldest outcomes are forgotten, and only so many may wait.
struct SequenceBook: Sendable {
  enum Outcome: Hashable, Sendable {
    case underWay
    case succeeded
    case failed
  }

  /// Outcomes that are remembered.
  static let capacity = 10_000
  /// Requests that may wait at a time, and for one request.
  static let waitingCapacity = 1_000
  static let waitingForOne = 16

  private var outcomes: [RequestID: Outcome] = [:]
  /// In the order in which they came, for forgetting.
  private var order: [RequestID] = []
  private var waiting: [UInt64: WaitingRequest] = [:]
  private var followers: [RequestID: [UInt64]] = [:]
  private var next: UInt64 = 1

  var waitingCount: Int { waiting.count }

  subscript(_ id: RequestID) -> Outcome? { outcomes[id] }

  mutating func set(_ id: RequestID, _ outcome: Outcome) {
    if outcomes.updateValue(outcome, forKey: id) == nil { order.append(id) }
    guard order.count > Self.capacity else { return }
    let forgotten = order.prefix(Self.capacity / 10)
    for id in forgotten { outcomes[id] = nil }
    order.removeFirst(forgotten.count)
  }

  /// - Returns: the number under which it waits; `nil` where too many do.
  mutating func wait(_ request: WaitingRequest, for preceding: RequestID) -> UInt64? {
    guard waiting.count < Self.waitingCapacity, followers[preceding, default: []].count < Self.waitingForOne else {
      return nil
    }
    defer { next += 1 }
    waiting[next] = request
    followers[preceding, default: []].append(next)
    return next
  }

  /// Takes one out that still waits.
  mutating func take(_ number: UInt64) -> WaitingRequest? { waiting.removeValue(forKey: number) }

  /// Takes out those that wait for a request, in their order.
  mutating func follow(_ id: RequestID) -> [WaitingRequest] {
    (followers.removeValue(forKey: id) ?? []).compactMap { waiting.removeValue(forKey: $0) }
  }
}
