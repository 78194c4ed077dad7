/// Requests that wait, first in, first out (rule 26); with on-demand prioritisation those on demand come before all
/// scheduled ones, each kind in its own order (rule 51).
public struct RequestQueue<Request: Sendable>: Sendable {
  public let prioritisesOnDemand: Bool
  private var lanes: [[Request]] = [[], []]
  private var heads = [0, 0]

  public init(prioritisesOnDemand: Bool = false) { self.prioritisesOnDemand = prioritisesOnDemand }

  public var count: Int { lanes[0].count - heads[0] + lanes[1].count - heads[1] }

  public mutating func append(_ request: Request, _ mode: RequestMode) {
    lanes[prioritisesOnDemand && mode == .scheduled ? 1 : 0].append(request)
  }

  /// The next one; `nil` when none waits.
  public mutating func next() -> Request? {
    for lane in 0...1 where heads[lane] < lanes[lane].count {
      let request = lanes[lane][heads[lane]]
      heads[lane] += 1
      // Taken ones are dropped in bulk, so that taking costs the same however long the queue is.
      if heads[lane] > 4096, heads[lane] * 2 > lanes[lane].count {
        lanes[lane].removeFirst(heads[lane])
        heads[lane] = 0
      }
      return request
    }
    return nil
  }
}

/// The dual control organisation's work: the cohorts of SMETS1 meters side by side, one request at a time within each
/// (rule 54).
public struct CohortWork<Request: Sendable>: Sendable {
  /// Three cohorts were enrolled.
  public static var cohorts: Int { 3 }

  private var queues: [RequestQueue<Request>]
  private var isBusy: [Bool]

  /// - Parameter cohorts: at least one.
  public init(cohorts: Int = Self.cohorts) {
    queues = Array(repeating: RequestQueue(prioritisesOnDemand: true), count: max(1, cohorts))
    isBusy = Array(repeating: false, count: max(1, cohorts))
  }

  /// - Parameter mode: scheduled ones come behind all on demand (rule 51); leave it out for first in, first out.
  /// - Returns: whether there is such a cohort.
  @discardableResult
  public mutating func append(_ request: Request, cohort: Int, mode: RequestMode = .onDemand) -> Bool {
    guard queues.indices.contains(cohort) else { return false }
    queues[cohort].append(request, mode)
    return true
  }

  /// Begins what can begin now: at most one request in each cohort that has none under way.
  public mutating func begin() -> [(cohort: Int, request: Request)] {
    queues.indices.compactMap { cohort in
      guard !isBusy[cohort], let request = queues[cohort].next() else { return nil }
      isBusy[cohort] = true
      return (cohort, request)
    }
  }

  public mutating func finish(cohort: Int) {
    if isBusy.indices.contains(cohort) { isBusy[cohort] = false }
  }

  public var waiting: Int { queues.reduce(0) { $0 + $1.count } }
}

private struct Reading: Hashable {
  let device: PartyIdentifier
  let variant: ServiceVariant
}

/// One read for all schedules that would read a device the same on a day (rule 53); an idea that was not adopted.
public enum SchedulePool {
  /// The schedules that one read can serve, in the order of their first numbers.
  public static func groups(
    _ schedules: some Sequence<(id: ScheduleIdentifier, schedule: ReadSchedule)>
  ) -> [[ScheduleIdentifier]] {
    let groups = Dictionary(grouping: schedules) { Reading(device: $0.schedule.device, variant: $0.schedule.variant) }
    return groups.values.map { $0.map(\.id).sorted() }.sorted { $0[0] < $1[0] }
  }
}
