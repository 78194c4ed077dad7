import Accounting
import FundsAdministration
import MarketIdentifiers
import Quantities
import Rulebooks
import SettlementCalendar
import Testing

func day(_ text: String) -> SettlementDate { SettlementDate(text) ?? .earliest }
func party(_ code: String) -> ParticipantID { ParticipantID(code)! }  // test codes are well formed
func pounds(_ text: String) -> Money { Money(pounds: DecimalNumber(text)!)! }  // test amounts are well formed

/// An office that pays what is due and keeps the ledger, so that a test can look at every balance.
struct Office {
  var administrator: FundsAdministrator
  private(set) var balances: [Account: Money] = [:]
  private(set) var effects: [FundsEffect] = []
  /// Cash out less cash in, by day.
  private(set) var cash: [SettlementDate: Money] = [:]

  init(_ rulebook: Rulebook = Rulebook.named("bsc")!) throws {  // a shipped rulebook
    administrator = FundsAdministrator(try FundsRules(rulebook, from: day("2025-01-01")))
  }

  /// Takes an event and carries its effects out.
  @discardableResult
  mutating func send(_ event: FundsAdministrator.Event, _ date: SettlementDate) -> [FundsEffect] {
    let new = administrator.receive(event, on: date)
    effects += new
    for effect in new {
      guard case .posted(let entry) = effect else { continue }
      #expect(entry.date == date)
      for posting in entry.postings { balances[posting.account, default: .zero] += posting.amount }
    }
    for effect in new {
      switch effect {
      case .pay(_, let amount), .giveBack(_, let amount): cash[date, default: .zero] += amount
      default: break
      }
    }
    if case .received(_, let amount) = event { cash[date, default: .zero] -= amount }
    return new
  }

  func balance(_ account: Account) -> Money { balances[account] ?? .zero }

  /// One payment date: notes, payments, close. `failing` parties pay only what stands there.
  mutating func payDay(_ date: SettlementDate, failing: [ParticipantID: Money] = [:]) -> [AdviceNote] {
    var notes: [AdviceNote] = []
    for case .adviceNote(let note) in send(.notesDue, date) { notes.append(note) }
    for note in notes where note.amount < .zero {
      let amount = failing[note.party] ?? -note.amount
      if amount > .zero { send(.received(note.party, amount), date) }
    }
    send(.closeOfBusiness, date)
    #expect(balance(FundsAccounts.clearing) == .zero, "the clearing account is empty at the end of \(date)")
    #expect(balances.values.reduce(.zero, +) == .zero)
    return notes
  }

  var refusals: [String] {
    effects.compactMap { if case .refused(let reason) = $0 { reason } else { nil } }
  }
}

/// Charges of a run that add up to nothing: `[A: -10, B: 10]`.
func run(_ date: String, _ run: RunType, _ amounts: [(String, ChargeType, String)]) throws -> FundsAdministrator.Event {
  .runSettled(try RunCharges(day(date), run, amounts.map { Charge(party($0.0), $0.1, pounds($0.2)) }))
}
