import GBCS
import SettlementCalendar

/// Commands that wait for a region that takes only so many a second.
struct DeliveryQueue: Sendable {
  enum Lane: Hashable, Sendable {
    case region(NetworkRegion)
  }

  private var waiting: [Delivery] = []
  private var head = 0
  private var urgent: [Delivery] = []
  private var urgentHead = 0
  /// Taken in the second of ``second``.
  private(set) var taken = 0
  private(set) var second = UTCInstant(secondsSince1970: 0)

  var count: Int { waiting.count - head + urgent.count - urgentHead }

  /// - Parameter goesFirst: before all that are not urgent, behind those that are.
  mutating func append(_ delivery: Delivery, goesFirst: Bool) {
    if goesFirst { urgent.append(delivery) } else { waiting.append(delivery) }
  }

  /// The next, by FIFO, if the second has room.
  mutating func next(at now: UTCInstant, perSecond limit: Int) -> Delivery? {
    if now != second { (second, taken) = (now, 0) }
    guard taken < limit, count > 0 else { return nil }
    taken += 1
    if urgentHead < urgent.count {
      urgentHead += 1
      return urgent[urgentHead - 1]
    }
    head += 1
    let delivery = waiting[head - 1]
    if head > 4_096, head * 2 > waiting.count {
      waiting.removeFirst(head)
      head = 0
    }
    return delivery
  }
}

extension ServiceProvider {
  /// Sends a command to its region: at once, or when it is its turn.
  mutating func dispatch(_ delivery: Delivery, _ turn: inout Turn) {
    guard settings.commandsPerSecond != nil else {
      turn.effects.append(.deliver(delivery))
      return
    }
    let lane = DeliveryQueue.Lane.region(delivery.route.region)
    queues[lane, default: DeliveryQueue()].append(
      delivery, goesFirst: settings.switches.prioritisesOnDemand && delivery.mode == .onDemand)
    pump(lane, &turn)
  }

  mutating func pump(_ lane: DeliveryQueue.Lane, _ turn: inout Turn) {
    guard var queue = queues[lane] else { return }
    let limit = max(1, settings.commandsPerSecond ?? .max)
    while let delivery = queue.next(at: turn.now, perSecond: limit) { turn.effects.append(.deliver(delivery)) }
    if queue.count > 0 { timers.insert(.pump(lane), at: turn.now.advanced(bySeconds: 1)) }
    queues[lane] = queue
  }
}
