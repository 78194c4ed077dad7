import MarketIdentifiers
import Quantities
import SettlementCalendar

/// One party's credit under the code: its cover, its indebtedness, and where it stands with both thresholds.
///
/// A value that receives an event with its moment and returns what to say or do. Moments never go back; an event of an
/// earlier moment is taken as of the latest. Nothing happens by itself: clocks run out at the next event.
public struct PartyCredit: Sendable {
  public enum Event: Hashable, Sendable {
    /// The party's cover is now so much.
    case coverSet(Money)
    /// A settlement period's assumed indebtedness, at its gate closure.
    case periodAssessed(SettlementDate, Energy)
    /// A settlement date's metered or actual indebtedness.
    case dayKnown(SettlementDate, IndebtednessBasis, Energy)
    /// BSCCo finds material doubt about the figures, or finds it gone.
    case materialDoubt(CreditLevel, Bool)
    /// A contract notification or reallocation that changes the indebtedness by so much.
    case notification(change: Energy)
    case withdrawalRequested(Money)
    /// Time went by.
    case tick
  }

  /// Where a party stands with one threshold.
  public enum Standing: Hashable, Sendable {
    case clear
    case querying(until: UTCInstant)
    case curing(until: UTCInstant)
    case inDefault(since: UTCInstant, isEscalated: Bool)
  }

  public private(set) var rules: CreditRules
  public private(set) var cover: Money = .zero
  public private(set) var window: IndebtednessWindow
  /// The percentage at the latest event.
  public private(set) var percentage: CreditCoverPercentage = .zero
  public private(set) var level1: Standing = .clear
  public private(set) var level2: Standing = .clear
  private var doubts: Set<CreditLevel> = []
  private var authorisedDefaults: [UTCInstant] = []
  private var now = UTCInstant(secondsSince1970: 0)

  public init(_ rules: CreditRules) {
    self.rules = rules
    window = IndebtednessWindow(length: rules.windowDays)
  }

  /// What the percentage is made of: `Owed 812.000 MWh (AEI 700.000, MEI 0.000, CEI 112.000) against £85000.00 at 85.00
  /// £/MWh.`
  public var reason: String {
    func megawattHours(_ energy: Energy) -> String {
      DecimalNumber.text(Int128(energy.wattHours), places: 6, keeping: 3)
    }
    let parts = IndebtednessBasis.allCases.reversed().map { "\($0.rawValue) \(megawattHours(window.sum($0)))" }
    return
      "Owed \(megawattHours(window.total)) MWh (\(parts.joined(separator: ", "))) against \(cover) at \(rules.price)."
  }

  /// Whether notifications that raise the indebtedness are refused and rejected.
  public var isRefusing: Bool {
    if case .inDefault = level2 { true } else { false }
  }

  /// The rules of another date, such as another credit assessment price.
  public mutating func adopt(_ rules: CreditRules) { self.rules = rules }

  /// What an event of a moment leads to, in order.
  public mutating func receive(_ event: Event, at moment: UTCInstant) -> [CreditEffect] {
    now = max(now, moment)
    switch event {
    case .coverSet(let amount): cover = amount
    case .periodAssessed(let date, let energy): window.add(energy, on: date)
    case .dayKnown(let date, let basis, let energy): window.set(date, basis, energy)
    case .materialDoubt(let level, let isThere):
      if isThere { doubts.insert(level) } else { doubts.remove(level) }
    case .notification(let change):
      return assess() + [isRefusing && change > .zero ? .notificationRefused : .notificationAccepted]
    case .withdrawalRequested(let amount): return assess() + [withdrawal(amount)]
    case .tick: break
    }
    return assess()
  }

  private mutating func assess() -> [CreditEffect] {
    percentage = CreditCoverPercentage(indebtedness: window.total, cover: cover, price: rules.price)
    if percentage <= rules.level1Cure, level1 == .clear, level2 == .clear { return [] }
    return assessLevel1() + assessLevel2()
  }

  /// Rule CRD-07: above the threshold a query period; still above at its end a cure period; not down to the cure percentage
  /// in it, default; down to it, over.
  private mutating func assessLevel1() -> [CreditEffect] {
    switch level1 {
    case .clear:
      guard percentage > rules.level1, let until = rules.queryPeriodEnd(from: now) else { return [] }
      level1 = .querying(until: until)
      return [.queryPeriodOpened(.one, percentage: percentage, until: until)]
    case .querying(let until):
      guard now >= until else { return [] }
      guard percentage > rules.level1, let end = rules.curePeriodEnd(afterQueryUntil: until) else {
        return clear(.one)
      }
      level1 = .curing(until: end)
      return [.curePeriodOpened(until: end)] + (now >= end ? assessLevel1() : [])
    case .curing(let until):
      if percentage <= rules.level1Cure { return clear(.one) }
      return now >= until ? enter(.one) : []
    case .inDefault(let since, let isEscalated):
      if percentage <= rules.level1Cure { return clear(.one) }
      let days = Int((now.secondsSince1970 - since.secondsSince1970) / 86_400)
      guard !isEscalated, days >= rules.escalationDays else { return [] }
      level1 = .inDefault(since: since, isEscalated: true)
      return [.escalated(days: days)]
    }
  }

  /// Rule CRD-08: above the threshold a query period; still above at its end, default; not above it, over.
  private mutating func assessLevel2() -> [CreditEffect] {
    switch level2 {
    case .clear:
      guard percentage > rules.level2, let until = rules.queryPeriodEnd(from: now) else { return [] }
      level2 = .querying(until: until)
      return [.queryPeriodOpened(.two, percentage: percentage, until: until)]
    case .querying(let until):
      guard now >= until else { return [] }
      return percentage > rules.level2 ? enter(.two) : clear(.two)
    case .curing: return clear(.two)
    case .inDefault: return percentage > rules.level2 ? [] : clear(.two)
    }
  }

  private mutating func enter(_ level: CreditLevel) -> [CreditEffect] {
    guard !doubts.contains(level) else {
      set(level, .clear)
      return [.notAuthorised(level)]
    }
    set(level, .inDefault(since: now, isEscalated: false))
    var effects: [CreditEffect] = [.defaulted(level, percentage: percentage)]
    if level == .two { effects.append(.notificationsRejected) }
    authorisedDefaults.append(now)
    if let from = LondonClock.stamp(at: now)?.date.advanced(byMonths: -rules.defaultMonths) {
      let start = SettlementDay(from).start
      authorisedDefaults.removeAll { $0 < start }
    }
    // Rule CRD-09: so many in so long are a breach (Section H).
    if authorisedDefaults.count >= rules.defaultLimit {
      effects.append(.persistent(defaults: authorisedDefaults.count, months: rules.defaultMonths))
    }
    return effects
  }

  private mutating func clear(_ level: CreditLevel) -> [CreditEffect] {
    set(level, .clear)
    return [.cleared(level, percentage: percentage)]
  }

  private mutating func set(_ level: CreditLevel, _ standing: Standing) {
    if level == .one { level1 = standing } else { level2 = standing }
  }

  /// Rule CRD-10: cover may go after the notice if the percentage is then not above its bound.
  private func withdrawal(_ amount: Money) -> CreditEffect {
    guard amount > .zero, amount <= cover else { return .withdrawalRefused(amount, percentage: percentage) }
    let left = CreditCoverPercentage(indebtedness: window.total, cover: cover - amount, price: rules.price)
    guard left <= rules.withdrawal,
      let date = LondonClock.stamp(at: now)?.date.advanced(by: rules.withdrawalNoticeDays)
    else { return .withdrawalRefused(amount, percentage: left) }
    return .withdrawalAllowed(amount, on: date)
  }
}
