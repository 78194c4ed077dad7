public import DUIS
public import GBCS
public import SettlementCalendar
public import SmartMeteringRules

/// A schedule that a user created.
public struct Schedule: Hashable, Sendable {
  public let id: UInt64
  public let user: EUI64
  public let role: UserRole
  public let details: ScheduleDetails
  public let createdAt: UTCInstant
}

/// All schedules, by number and by user and device.
public struct ScheduleTable: Sendable {
  private var schedules: [UInt64: Schedule] = [:]
  private var byDevice: [EUI64: [UInt64]] = [:]
  private var nextID: UInt64
  private let step: UInt64

  /// - Parameters:
  ///   - firstID: the number of the first schedule.
  ///   - step: between numbers, for providers that share one range of numbers.
  public init(firstID: UInt64 = 1, step: UInt64 = 1) {
    nextID = firstID
    self.step = step
  }

  public subscript(_ id: UInt64) -> Schedule? { schedules[id] }
  public var count: Int { schedules.count }

  mutating func insert(_ details: ScheduleDetails, user: EUI64, role: UserRole, at now: UTCInstant) -> Schedule {
    let schedule = Schedule(id: nextID, user: user, role: role, details: details, createdAt: now)
    nextID += step
    schedules[schedule.id] = schedule
    byDevice[details.device, default: []].append(schedule.id)
    return schedule
  }

  mutating func remove(_ id: UInt64) {
    guard let schedule = schedules.removeValue(forKey: id) else { return }
    byDevice[schedule.details.device]?.removeAll { $0 == id }
  }

  /// Those of a user that a selection means, rising by number.
  public func find(_ selection: ScheduleSelection, of user: EUI64) -> [Schedule] {
    switch selection {
    case .schedule(let id): [schedules[id]].compactMap { $0 }.filter { $0.user == user }
    case .device(let device): on(device).filter { $0.user == user }
    }
  }

  /// All on a device, rising by number.
  public func on(_ device: EUI64) -> [Schedule] { (byDevice[device] ?? []).sorted().compactMap { schedules[$0] } }
}

extension ScheduleDetails {
  /// The date of the first run on or after a date; `nil` when there is none any more.
  public func runDate(onOrAfter date: SettlementDate) -> SettlementDate? {
    var run: SettlementDate? = startDate
    if frequency == .daily || frequency == .weekly {
      let step = frequency == .daily ? 1 : 7
      let behind = max(0, date.dayNumber - startDate.dayNumber)
      run = startDate.advanced(by: Int((behind + Int32(step) - 1) / Int32(step)) * step)
    } else {
      let months = [DUIS.ScheduleFrequency.monthly: 1, .quarterly: 3, .halfYearly: 6, .yearly: 12][frequency] ?? 1
      var count = 0
      while let current = run, current < date {
        count += months
        run = startDate.advanced(byMonths: count)
      }
    }
    guard let run, endDate.map({ run <= $0 }) != false else { return nil }
    return run
  }
}
