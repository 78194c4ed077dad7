public import SettlementCalendar

/// The way of a party into a user role, step by step (SEC section H1; MP162 rules 39 to 44). Some steps need another
/// first; a role works once all are done.
public struct EntryProcess: Hashable, Sendable {
  /// The capacity in which a party acceded to the Smart Energy Code.
  public enum PartyCategory: String, Hashable, Sendable, CaseIterable {
    case largeSupplier
    case smallSupplier
    case network
    case otherParty
  }

  public enum Step: String, Hashable, Sendable, CaseIterable {
    case acceded
    case roleRegistered
    case repositoryTestPassed
    case securityAssessed
    case privacyAssessed
    case entryTestPassed
    case thresholdsDeclared
  }

  public enum Fault: Error, Hashable, Sendable {
    /// That must be done before.
    case needs(Step)
    /// The role does not have the step (a retriever is not assessed for privacy).
    case notAsked(Step)
    /// The retriever's DUIS version does not have MP162.
    case schemaVersion
  }

  /// What a user may do.
  public enum Standing: Hashable, Sendable {
    case inEntry(next: Step)
    case live
    case suspended
    /// The yearly security assessment is overdue.
    case assessmentOverdue

    public var mayAsk: Bool { self == .live }
  }

  public let role: UserRole
  public let category: PartyCategory
  public private(set) var done: [Step: SettlementDate] = [:]
  public private(set) var schemaVersion: SchemaVersion?
  public var isSuspended = false
  /// Assessed already in the role of an Other User: the assessment counts (rule 42).
  public private(set) var wasAssessedAsOtherUser = false

  public init(role: UserRole, category: PartyCategory = .otherParty) {
    self.role = role
    self.category = category
  }

  /// The steps of this role, in order.
  public var steps: [Step] { Step.allCases.filter { asks($0) } }

  /// Only Other Users are assessed for privacy; other roles than these two are assessed for security in ways of their own.
  private func asks(_ step: Step) -> Bool { step == .privacyAssessed ? role == .otherUser : true }

  /// Takes a step on a date.
  public mutating func complete(_ step: Step, on date: SettlementDate) throws(Fault) {
    guard asks(step) else { throw .notAsked(step) }
    if step == .entryTestPassed, role == .meterDataRetriever {
      guard let schemaVersion, schemaVersion >= .withRetriever else { throw .schemaVersion }
    }
    if let earlier = Self.earlier(step), done[earlier] == nil { throw .needs(earlier) }
    done[step] = date
  }

  /// What must be done before: the repository test before the entry test, accession before everything.
  private static func earlier(_ step: Step) -> Step? {
    switch step {
    case .acceded: nil
    case .roleRegistered, .securityAssessed, .privacyAssessed: .acceded
    case .repositoryTestPassed, .thresholdsDeclared: .roleRegistered
    case .entryTestPassed: .repositoryTestPassed
    }
  }

  /// Says which DUIS version the party's adaptor speaks.
  public mutating func adopt(_ version: SchemaVersion) throws(Fault) {
    if role == .meterDataRetriever, version < .withRetriever { throw .schemaVersion }
    schemaVersion = version
  }

  /// Takes over the security assessment that the party has as an Other User.
  public mutating func takeAssessment(of other: EntryProcess) throws(Fault) {
    guard other.role == .otherUser, let date = other.done[.securityAssessed] else { throw .needs(.securityAssessed) }
    try complete(.securityAssessed, on: date)
    wasAssessedAsOtherUser = true
  }

  /// A yearly assessment after the first.
  public mutating func assessAgain(on date: SettlementDate) throws(Fault) {
    guard done[.securityAssessed] != nil else { throw .needs(.securityAssessed) }
    done[.securityAssessed] = date
  }

  /// What the party may do on a date. Security is assessed every year.
  public func standing(on date: SettlementDate) -> Standing {
    if let next = steps.first(where: { done[$0].map { $0 <= date } != true }) { return .inEntry(next: next) }
    if isSuspended { return .suspended }
    guard role == .meterDataRetriever || role == .otherUser else { return .live }
    let due = done[.securityAssessed]?.advanced(byMonths: 12)
    return due.map { date <= $0 } == true ? .live : .assessmentOverdue
  }
}

/// A version of the DCC User Interface Specification.
public struct SchemaVersion: Hashable, Comparable, Sendable, CustomStringConvertible {
  public let major: Int
  public let minor: Int

  public init(_ major: Int, _ minor: Int) {
    self.major = major
    self.minor = minor
  }

  /// From `5.4`. - Returns: `nil` for anything else.
  public init?(_ text: some StringProtocol) {
    let parts = text.split(separator: ".", omittingEmptySubsequences: false)
    guard parts.count == 2, let major = Int(parts[0]), let minor = Int(parts[1]), (0...99).contains(major),
      (0...99).contains(minor)
    else { return nil }
    self.init(major, minor)
  }

  /// The first with the Meter Data Retriever and a schedule for 4.2.
  public static let withRetriever = SchemaVersion(5, 3)
  public var description: String { "\(major).\(minor)" }
  public static func < (a: Self, b: Self) -> Bool { (a.major, a.minor) < (b.major, b.minor) }
}

/// Every user's roles with their standing.
public struct UserRegister: Sendable {
  private struct Key: Hashable {
    let user: PartyIdentifier
    let role: UserRole
  }

  private var standings: [Key: EntryProcess.Standing] = [:]

  public init() {}

  public mutating func set(_ standing: EntryProcess.Standing, of user: PartyIdentifier, in role: UserRole) {
    standings[Key(user: user, role: role)] = standing
  }

  /// - Returns: `nil` where the user does not have the role.
  public func standing(of user: PartyIdentifier, in role: UserRole) -> EntryProcess.Standing? {
    standings[Key(user: user, role: role)]
  }

  public func roles(of user: PartyIdentifier) -> [UserRole] {
    UserRole.allCases.filter { standing(of: user, in: $0) != nil }
  }
}
