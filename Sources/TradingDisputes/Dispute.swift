import MarketIdentifiers
import Quantities
import SettlementCalendar

/// A claim that a run of a settlement date is wrong.
public struct Dispute: Hashable, Sendable {
  /// What the claim rests on.
  public struct Evidence: Hashable, Sendable {
    /// What it is, such as `meter readings of the site's check meter`.
    public let title: String
    /// Content hash of the document.
    public let hash: String

    public init(title: String, hash: String) {
      self.title = title
      self.hash = hash
    }
  }

  public enum State: Hashable, Sendable {
    /// Being looked at.
    case open
    /// One of the three tests failed.
    case dismissed(Reason)
    /// Decided: there is no error, or it is not material.
    case rejected(Reason)
    /// Decided: there is an error; the run puts it right.
    case upheld(run: RunType, runDate: SettlementDate)
    /// Decided: there is an error, and no run is left to put it right.
    case upheldTooLate
    /// The run has put it right.
    case putRight(run: RunType)
    case withdrawn
  }

  /// Why a dispute went no further.
  public enum Reason: String, Hashable, Sendable {
    /// The run has not happened.
    case runNotMade = "the run has not been made"
    case late = "raised after the deadline"
    case noRule = "the rulebook has no deadline or materiality for it"
    case noEvidence = "no evidence was given"
    case notMaterial = "the error moves less than the materiality threshold"
    case noError = "there is no settlement error"
  }

  public let id: String
  public let raisedBy: ParticipantID
  public let raisedOn: SettlementDate
  public let subject: DisputeSubject
  public let date: SettlementDate
  public let run: RunType
  public let evidence: [Evidence]
  /// What the raiser says the error moves, either way.
  public let claimed: Money
  /// What was found to move; `nil` until it is decided.
  public internal(set) var found: Money?
  public internal(set) var state: State
}

extension Dispute: CustomStringConvertible {
  /// The dispute in a sentence.
  public var description: String {
    let claim = "\(id): \(raisedBy) disputes run \(run.rawValue) of \(date) (\(subject.rawValue), \(claimed))"
    let amount = found.map { " \($0)" } ?? ""
    switch state {
    case .open: return "\(claim): open since \(raisedOn)."
    case .dismissed(let reason): return "\(claim): dismissed, \(reason.rawValue)."
    case .rejected(let reason): return "\(claim): rejected, \(reason.rawValue)."
    case .upheld(let run, let day):
      return "\(claim): upheld,\(amount) to be put right by run \(run.rawValue) on \(day)."
    case .upheldTooLate: return "\(claim): upheld,\(amount), but no run is left to put it right: the books are frozen."
    case .putRight(let run): return "\(claim): put right by run \(run.rawValue)\(amount.isEmpty ? "" : ",\(amount)")."
    case .withdrawn: return "\(claim): withdrawn."
    }
  }
}
