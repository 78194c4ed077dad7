import MarketIdentifiers
import SettlementCalendar

/// All that the registration service has said, and what it amounts to on a date as known at a moment.
public struct RegistrationBook: Sendable {
  /// Statements per metering point, in the order in which they take precedence: the last that applies counts.
  private let statements: [MPAN: [Registration]]

  /// - Parameter registrations: in the order in which they were taken in; of two about one point and date that were
  ///   recorded at one moment (rows of one file) the later one counts.
  public init(_ registrations: some Sequence<Registration>) {
    var byPoint: [MPAN: [(offset: Int, element: Registration)]] = [:]
    for numbered in registrations.enumerated() { byPoint[numbered.element.mpan, default: []].append(numbered) }
    statements = byPoint.mapValues { $0.sorted(by: Self.precedes).map(\.element) }
  }

  /// Effective date first, then when it was recorded, then the order in which they were given.
  private static func precedes(
    _ a: (offset: Int, element: Registration), _ b: (offset: Int, element: Registration)
  ) -> Bool {
    (a.element.effectiveFrom, a.element.recordedAt, a.offset) < (
      b.element.effectiveFrom, b.element.recordedAt, b.offset
    )
  }

  /// Every metering point that is supplied on `date`, rising by MPAN, as known before `moment`.
  public func points(on date: SettlementDate, knownBefore moment: UTCInstant = .distantFuture) -> [Registration] {
    statements.values.compactMap { inForce($0, on: date, moment) }.sorted { $0.mpan < $1.mpan }
  }

  /// The statement about one metering point in force on `date`.
  public func point(_ mpan: MPAN, on date: SettlementDate, knownBefore moment: UTCInstant = .distantFuture)
    -> Registration?
  {
    inForce(statements[mpan] ?? [], on: date, moment)
  }

  /// All statements, rising by MPAN and precedence.
  public var all: [Registration] { statements.keys.sorted().flatMap { statements[$0] ?? [] } }

  private func inForce(_ list: [Registration], on date: SettlementDate, _ moment: UTCInstant) -> Registration? {
    let last = list.last { $0.effectiveFrom <= date && $0.recordedAt < moment }
    guard let last, last.effectiveTo.map({ date <= $0 }) ?? true else { return nil }
    return last
  }
}
