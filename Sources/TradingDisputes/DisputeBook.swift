import MarketIdentifiers
import Quantities
import SettlementCalendar

/// Something that the disputes process says or does.
public enum DisputeEffect: Hashable, Sendable {
  case opened(Dispute)
  case dismissed(Dispute)
  case decided(Dispute)
  /// The named run must take the corrected facts.
  case correctionOrdered(id: String, date: SettlementDate, run: RunType)
  case putRight(Dispute)
  /// An event that means nothing: there is no such dispute, or it is not in that state.
  case refused(String)
}

/// All trading disputes, from raising to correction. A value that receives an event with its day and returns what to do.
public struct DisputeBook: Sendable {
  public enum Event: Hashable, Sendable {
    case raised(
      id: String, by: ParticipantID, subject: DisputeSubject, date: SettlementDate, run: RunType,
      evidence: [Dispute.Evidence], claimed: Money)
    /// The committee finds an error that moves so much, or none.
    case decided(id: String, error: Money?)
    /// A run was made.
    case runMade(SettlementDate, RunType)
    case withdrawn(id: String)
  }

  public let rules: DisputeRules
  private var byID: [String: Dispute] = [:]

  public init(_ rules: DisputeRules) { self.rules = rules }

  /// By id.
  public var disputes: [Dispute] { byID.keys.sorted().compactMap { byID[$0] } }
  public subscript(id: String) -> Dispute? { byID[id] }

  /// What an event of a day leads to.
  public mutating func receive(_ event: Event, on day: SettlementDate) -> [DisputeEffect] {
    switch event {
    case .raised(let id, let party, let subject, let date, let run, let evidence, let claimed):
      guard byID[id] == nil else { return [.refused("there is a dispute \(id) already")] }
      var dispute = Dispute(
        id: id, raisedBy: party, raisedOn: day, subject: subject, date: date, run: run, evidence: evidence,
        claimed: claimed, found: nil, state: .open)
      let reason = fault(of: dispute)
      if let reason { dispute.state = .dismissed(reason) }
      byID[id] = dispute
      return [reason == nil ? .opened(dispute) : .dismissed(dispute)]
    case .decided(let id, let error): return decide(id, error, on: day)
    case .runMade(let date, let run): return close(date, run)
    case .withdrawn(let id):
      guard var dispute = byID[id], dispute.state == .open else { return [.refused("\(id) is not an open dispute")] }
      dispute.state = .withdrawn
      byID[id] = dispute
      return [.decided(dispute)]
    }
  }

  /// The tests when a dispute is raised: Rule DISP-01 in time, Rule DISP-02 with evidence of an error in a run that was made,
  /// Rule DISP-03 material.
  private func fault(of dispute: Dispute) -> Dispute.Reason? {
    guard let deadline = rules.deadline(dispute.subject, of: dispute.date, dispute.run),
      let least = rules.materiality(on: dispute.date)
    else { return .noRule }
    let runs = rules.rulebook.timetable.runs(of: dispute.date, rules.rulebook.calendar) ?? []
    guard let made = runs.first(where: { $0.run == dispute.run }), made.runDate <= dispute.raisedOn else {
      return .runNotMade
    }
    if dispute.raisedOn > deadline { return .late }
    if dispute.evidence.isEmpty { return .noEvidence }
    return dispute.claimed.micropounds.magnitude < least.micropounds.magnitude ? .notMaterial : nil
  }

  /// Rule DISP-04: upheld when there is an error and what it moves is material.
  private mutating func decide(_ id: String, _ error: Money?, on day: SettlementDate) -> [DisputeEffect] {
    guard var dispute = byID[id], dispute.state == .open else { return [.refused("\(id) is not an open dispute")] }
    dispute.found = error
    var effects: [DisputeEffect] = []
    if let error, error != .zero {
      if error.micropounds.magnitude < (rules.materiality(on: dispute.date) ?? .zero).micropounds.magnitude {
        dispute.state = .rejected(.notMaterial)
      } else if let run = rules.correctingRun(of: dispute.date, decidedOn: day) {
        dispute.state = .upheld(run: run.run, runDate: run.runDate)
        effects.append(.correctionOrdered(id: id, date: dispute.date, run: run.run))
      } else {
        dispute.state = .upheldTooLate
      }
    } else {
      dispute.state = .rejected(.noError)
    }
    byID[id] = dispute
    return [.decided(dispute)] + effects
  }

  private mutating func close(_ date: SettlementDate, _ run: RunType) -> [DisputeEffect] {
    var effects: [DisputeEffect] = []
    for id in byID.keys.sorted() {
      guard var dispute = byID[id], dispute.date == date, case .upheld(run, _) = dispute.state else { continue }
      dispute.state = .putRight(run: run)
      byID[id] = dispute
      effects.append(.putRight(dispute))
    }
    return effects
  }
}
