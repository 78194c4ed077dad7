import MarketIdentifiers
import Quantities
import SettlementCalendar

/// The runs that are waiting for their payment date, and what has been advised before.
///
/// In whatever order runs are added, the notes of a payment date are the same: a run's change is worked out when its
/// cash is due, from the runs whose cash was due before.
public struct AdviceNoteBook: Sendable {
  private struct Advised: Sendable {
    let run: RunType
    let charges: [Charge]
    let firstPayment: SettlementDate
  }

  private let rules: FundsRules
  private var waiting: [SettlementDate: [RunCharges]] = [:]
  private var taken: [SettlementDate: [RunType: RunCharges]] = [:]
  private var advised: [SettlementDate: Advised] = [:]
  private var carried: [ParticipantID: Money] = [:]
  private var adjustments: [(party: ParticipantID, line: AdviceNoteLine)] = []
  /// The last payment date whose notes were made.
  public private(set) var lastIssued: SettlementDate?

  public init(_ rules: FundsRules) { self.rules = rules }

  /// What became of a run that was added.
  public enum Outcome: Hashable, Sendable {
    /// Its cash is due then.
    case due(SettlementDate)
    /// The same run was there already.
    case alreadyKnown
    /// The run moves no money.
    case informationOnly
    case refused(String)
  }

  /// Takes the charges of a run. A run that comes after its payment date is due on the next day that is still open.
  public mutating func add(_ charges: RunCharges) -> Outcome {
    guard
      let dates = rules.rulebook.timetable.runs(of: charges.date, rules.rulebook.calendar)?
        .first(where: { $0.run == charges.run })
    else { return .refused("the rulebook has no run \(charges.run.rawValue) of \(charges.date)") }
    guard dates.rule.movesMoney else { return .informationOnly }
    if let known = taken[charges.date]?[charges.run] {
      return known == charges
        ? .alreadyKnown
        : .refused("run \(charges.run.rawValue) of \(charges.date) came a second time with other charges")
    }
    if let last = advised[charges.date]?.run, last >= charges.run {
      return .refused("run \(charges.run.rawValue) of \(charges.date) came after run \(last.rawValue) was advised")
    }
    guard var due = rules.paymentDate(of: dates) else {
      return .refused("the bank holidays of its payment are unknown")
    }
    if let last = lastIssued, due <= last {
      guard let next = last.advanced(by: 1).flatMap({ rules.rulebook.calendar.workingDay(onOrAfter: $0) }) else {
        return .refused("the bank holidays of its payment are unknown")
      }
      due = next
    }
    taken[charges.date, default: [:]][charges.run] = charges
    waiting[due, default: []].append(charges)
    return .due(due)
  }

  /// A line that the next notes get besides those of the runs.
  mutating func adjust(_ party: ParticipantID, _ line: AdviceNoteLine) { adjustments.append((party, line)) }

  /// The days on which cash is due and not yet advised, rising.
  public var openPaymentDates: [SettlementDate] { waiting.keys.sorted() }

  /// The notes of a payment date by party, with those of earlier days that were left out. Rule FUND-03: each party has one.
  ///
  /// - Returns: `nil` when notes of this or a later date were made before, or an amount is beyond what money can hold.
  public mutating func issue(on paymentDate: SettlementDate) -> [AdviceNote]? {
    if let lastIssued, lastIssued >= paymentDate { return nil }
    let days = waiting.keys.filter { $0 <= paymentDate }
    let runs = days.flatMap { waiting[$0] ?? [] }.sorted { ($0.date, $0.run) < ($1.date, $1.run) }
    var lines: [ParticipantID: [AdviceNoteLine]] = [:]
    for run in runs { advise(run, on: paymentDate, into: &lines) }
    for (party, line) in adjustments { lines[party, default: []].append(line) }
    adjustments = []
    for day in days { waiting[day] = nil }
    lastIssued = paymentDate
    return notes(lines, on: paymentDate)
  }

  /// The changes since the run before, and the interest on them.
  private mutating func advise(
    _ run: RunCharges, on paymentDate: SettlementDate, into lines: inout [ParticipantID: [AdviceNoteLine]]
  ) {
    let before = advised[run.date]
    var sums: [(party: ParticipantID, change: Int64)] = []
    for change in Self.changes(from: before?.charges ?? [], to: run.charges) {
      lines[change.party, default: []].append(
        AdviceNoteLine(.charge(date: run.date, run: run.run, type: change.type), change.amount))
      if sums.last?.party == change.party {
        sums[sums.count - 1].change += change.amount.micropounds
      } else {
        sums.append((change.party, change.amount.micropounds))
      }
    }
    if let first = before?.firstPayment, let rateDays = rules.rateDays(from: first, to: paymentDate),
      let year = rules.daysPerYear(on: run.date)
    {
      let step = Money.zero + Money(micropounds: rules.interestRounding.step.size)
      let interest = LargestRemainder.round(
        sums.map { Int128($0.change) * rateDays }, by: year * 1_000_000_000 * Int128(step.micropounds),
        rules.interestRounding.rounding)
      for (sum, units) in zip(sums, interest ?? []) where units != 0 {
        lines[sum.party, default: []].append(
          AdviceNoteLine(
            .interest(date: run.date, run: run.run, from: first),
            Money(micropounds: Int64(units) * step.micropounds)))
      }
    }
    advised[run.date] = Advised(
      run: run.run, charges: run.charges, firstPayment: before?.firstPayment ?? paymentDate)
    taken[run.date]?[run.run] = run
  }

  /// By party and type, both lists rising; what one list lacks counts as nothing.
  static func changes(from before: [Charge], to after: [Charge]) -> [Charge] {
    var changes: [Charge] = []
    var (old, new) = (0, 0)
    while old < before.count || new < after.count {
      let isOldFirst =
        new == after.count
        || (old < before.count && (before[old].party, before[old].type) < (after[new].party, after[new].type))
      if isOldFirst {
        changes.append(Charge(before[old].party, before[old].type, -before[old].amount))
        old += 1
      } else {
        let isBoth =
          old < before.count && before[old].type == after[new].type && before[old].party == after[new].party
        let amount = isBoth ? after[new].amount - before[old].amount : after[new].amount
        if amount != .zero { changes.append(Charge(after[new].party, after[new].type, amount)) }
        if isBoth { old += 1 }
        new += 1
      }
    }
    return changes
  }

  /// Rule FUND-04: notes are in whole pence. The pennies are given out by largest remainder, so that the notes add up to
  /// what their lines add up to; what a party has over or short it finds on its next note.
  private mutating func notes(
    _ lines: [ParticipantID: [AdviceNoteLine]], on paymentDate: SettlementDate
  ) -> [AdviceNote]? {
    let parties = Set(lines.keys).union(carried.keys).sorted()
    let exact = parties.map { party in
      (lines[party] ?? []).reduce(Int128((carried[party] ?? .zero).micropounds)) { $0 + Int128($1.amount.micropounds) }
    }
    let step = Int128(rules.noteRounding.step.size)
    guard let units = LargestRemainder.round(exact, by: step, rules.noteRounding.rounding) else { return nil }
    var notes: [AdviceNote] = []
    notes.reserveCapacity(parties.count)
    for (place, party) in parties.enumerated() {
      guard let amount = Int64(exactly: units[place] * step),
        let rest = Int64(exactly: exact[place] - units[place] * step)
      else { return nil }
      let broughtForward = carried[party] ?? .zero
      carried[party] = rest == 0 ? nil : Money(micropounds: rest)
      guard amount != 0 || lines[party] != nil else { continue }
      notes.append(
        AdviceNote(
          party: party, paymentDate: paymentDate, lines: lines[party] ?? [], broughtForward: broughtForward,
          amount: Money(micropounds: amount), carriedForward: Money(micropounds: rest)))
    }
    return notes
  }
}

extension Money.Step {
  /// Micropounds of one step.
  var size: Int64 {
    switch self {
    case .micropound: 1
    case .penny: 10_000
    case .pound: 1_000_000
    }
  }
}
