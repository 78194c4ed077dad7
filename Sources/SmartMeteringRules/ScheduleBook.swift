/// All schedules of the DCC. Schedules can be created, read and deleted, by their owner.
public struct ScheduleBook: Sendable {
  public enum Fault: Error, Hashable, Sendable {
    /// It is not there, or another's.
    case unknown
    /// The numbers are used up.
    case full
  }

  /// A schedule that the DCC itself took away, for the alert to its owner.
  public struct Removal: Hashable, Sendable {
    public let id: ScheduleIdentifier
    public let schedule: ReadSchedule
  }

  public private(set) var schedules: [ScheduleIdentifier: ReadSchedule] = [:]
  private var byDevice: [PartyIdentifier: Set<ScheduleIdentifier>] = [:]
  private var next: Int64 = 1

  public init() {}

  /// - Returns: the number of the new schedule; numbers are not used again.
  public mutating func create(_ schedule: ReadSchedule) throws(Fault) -> ScheduleIdentifier {
    guard let id = ScheduleIdentifier(next) else { throw .full }
    next += 1
    schedules[id] = schedule
    byDevice[schedule.device, default: []].insert(id)
    return id
  }

  /// A user's schedules on a device, in the order of their numbers.
  public func schedules(of user: PartyIdentifier, on device: PartyIdentifier) -> [ScheduleIdentifier] {
    (byDevice[device] ?? []).filter { schedules[$0]?.owner == user }.sorted()
  }

  public mutating func delete(_ id: ScheduleIdentifier, by user: PartyIdentifier) throws(Fault) {
    guard schedules[id]?.owner == user else { throw .unknown }
    remove(id)
  }

  /// The device has the gaining import supplier's credentials (6.23 was carried out): only now the losing supplier's
  /// schedules go. Those of export suppliers, networks, other users and retrievers stay.
  public mutating func importSupplierReplaced(on device: PartyIdentifier, by gaining: PartyIdentifier) -> [Removal] {
    removeAll(on: device) { $0.role == .importSupplier && $0.owner != gaining }
  }

  /// The same for the gas supplier.
  public mutating func gasSupplierReplaced(on device: PartyIdentifier, by gaining: PartyIdentifier) -> [Removal] {
    removeAll(on: device) { $0.role == .gasSupplier && $0.owner != gaining }
  }

  /// A device that is decommissioned is read no more.
  public mutating func deviceDecommissioned(_ device: PartyIdentifier) -> [Removal] {
    removeAll(on: device) { _ in true }
  }

  private mutating func removeAll(on device: PartyIdentifier, where isGone: (ReadSchedule) -> Bool) -> [Removal] {
    let removals = (byDevice[device] ?? []).sorted().compactMap { id in
      schedules[id].flatMap { isGone($0) ? Removal(id: id, schedule: $0) : nil }
    }
    for removal in removals { remove(removal.id) }
    return removals
  }

  private mutating func remove(_ id: ScheduleIdentifier) {
    guard let schedule = schedules.removeValue(forKey: id) else { return }
    byDevice[schedule.device]?.remove(id)
    if byDevice[schedule.device]?.isEmpty == true { byDevice[schedule.device] = nil }
  }
}
