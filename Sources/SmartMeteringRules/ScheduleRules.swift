public import SettlementCalendar

/// What a schedule must satisfy when it is created, and again at each run.
public struct ScheduleRules: Sendable {
  public enum Refusal: Error, Hashable, Sendable {
    /// 5.1 does not take that service on that date.
    case notSchedulable(ServiceVariant)
    /// The service can be scheduled only from a later version of DUIS on; the request is not valid in its own.
    case schemaVersion(needs: SchemaVersion)
    case endBeforeStart
    /// The time of day is not one.
    case executionTime
    /// The first run would be refused.
    case firstRun(AccessRefusal)
  }

  public var access: AccessControl

  public init(access: AccessControl) { self.access = access }

  /// Judges a new schedule. Registration is judged at the first run, so that one may be created before an appointment
  /// begins.
  /// - Returns: `nil` when it may be created.
  public func refusal(
    _ schedule: ReadSchedule, now: UTCInstant, schema: SchemaVersion, users: UserRegister, device: MeteredDevice?,
    registration: RegistrationData
  ) -> Refusal? {
    let variant = schedule.variant
    guard let today = now.utcDate else { return .executionTime }
    if let needed = SchemaRules.needed(toSchedule: variant), schema < needed { return .schemaVersion(needs: needed) }
    let first = max(schedule.start, today)
    guard let definition = access.catalogue.definition(variant, on: first), definition.isSchedulable else {
      return .notSchedulable(variant)
    }
    guard schedule.end.map({ $0 >= schedule.start }) != false else { return .endBeforeStart }
    guard schedule.executionSecond.map({ (0..<86_400).contains($0) }) != false else { return .executionTime }
    let run = UTCInstant(secondsSince1970: Int64(first.dayNumber) * 86_400)
    return runRefusal(schedule, at: run, users: users, device: device, registration: registration).map { .firstRun($0) }
  }

  /// Judges one run, at its own time: nothing reaches the meter where it is refused.
  public func runRefusal(
    _ schedule: ReadSchedule, at time: UTCInstant, users: UserRegister, device: MeteredDevice?,
    registration: RegistrationData
  ) -> AccessRefusal? {
    access.refusal(
      AccessRequest(
        user: schedule.owner, role: schedule.role, variant: schedule.variant, mode: .scheduled, time: time),
      users: users, device: device, registration: registration)
  }
}

/// What needs which version of DUIS.
public enum SchemaRules {
  /// The version that a schedule of a service needs; `nil` where any has it.
  public static func needed(toSchedule variant: ServiceVariant) -> SchemaVersion? {
    variant == .readExportRegisters ? .withRetriever : nil
  }

  /// Whether a request of that role can be written in that version.
  public static func has(_ role: UserRole, _ version: SchemaVersion) -> Bool {
    role != .meterDataRetriever || version >= .withRetriever
  }
}

/// Advice on a schedule that is allowed and not wise.
public enum ScheduleAdvice: Hashable, Sendable {
  /// Leave the time out, so that the DCC can spread its load (MP162 rule 24).
  case timeGiven
  /// A read that a day's settlement needs should come every day.
  case notDaily

  /// What a linter says of a schedule.
  public static func on(_ schedule: ReadSchedule) -> [ScheduleAdvice] {
    let profiles: Set<ServiceVariant> = [.readActiveImportProfile, .readExportProfile]
    return (schedule.executionSecond == nil ? [] : [.timeGiven])
      + (profiles.contains(schedule.variant) && schedule.frequency != .daily ? [.notDaily] : [])
  }
}
