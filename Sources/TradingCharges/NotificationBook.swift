import Findings
import MarketIdentifiers
import Quantities
import SettlementCalendar

/// The notifications that were taken, and the contract positions and reallocations that they make.
///
/// Under one authorisation the last received notification that covers a date and was in time for the period counts;
/// outside its dates an earlier one holds again (layering K). Findings say what was rejected, late or overlaid.
public struct NotificationBook: Sendable {
  private struct Contract: Sendable {
    var notification: ContractNotification
    var seller: AccountIndex
    var buyer: AccountIndex
  }
  private struct Transfer: Sendable {
    var notification: ReallocationNotification
    var unit: Int
    var subsidiary: AccountIndex
  }

  private let roster: TradingRoster
  private let book: TradingRuleBook
  /// By authorisation, each rising by order of receipt.
  private var contracts: [[Contract]] = []
  private var transfers: [[Transfer]] = []
  public private(set) var findings = FindingLog()

  public init(
    _ roster: TradingRoster, contracts: [ContractNotification], reallocations: [ReallocationNotification] = [],
    refusals: [CreditRefusal] = [], rules book: TradingRuleBook = .shipped
  ) {
    self.roster = roster
    self.book = book
    let refusals = Dictionary(grouping: refusals, by: \.party)
    takeContracts(contracts, refusals)
    takeTransfers(reallocations, refusals)
  }

  // MARK: Intake

  private mutating func takeContracts(_ rows: [ContractNotification], _ refusals: [ParticipantID: [CreditRefusal]]) {
    var groups: [String: [Contract]] = [:]
    for row in rows.sorted(by: Self.precedes) {
      let name = row.header.authorisation
      guard row.seller != row.buyer, isWellFormed(row.header, row.volumes) else {
        malformed("A contract notification has one account twice, no dates or a volume out of range.", name)
        continue
      }
      guard let seller = roster.index(of: row.seller), let buyer = roster.index(of: row.buyer) else {
        unknown("A contract notification names a party that is not listed.", name)
        continue
      }
      // A sale raises the seller's indebtedness; a negative volume sells the other way.
      let raised =
        (row.volumes.contains { $0 > .zero } ? [row.seller.party] : [])
        + (row.volumes.contains { $0 < .zero } ? [row.buyer.party] : [])
      if isRefused(raised, row.header, refusals) { continue }
      guard isInTime(row.header) else { continue }
      if groups[name]?.last?.notification == row {
        repeated("A contract notification was received twice.", name)
        continue
      }
      noteOverlay(groups[name]?.map(\.notification.header) ?? [], row.header)
      groups[name, default: []].append(Contract(notification: row, seller: seller, buyer: buyer))
    }
    contracts = groups.keys.sorted().compactMap { groups[$0] }
  }

  private mutating func takeTransfers(
    _ rows: [ReallocationNotification], _ refusals: [ParticipantID: [CreditRefusal]]
  ) {
    var groups: [String: [Transfer]] = [:]
    for row in rows.sorted(by: Self.precedes) {
      let name = row.header.authorisation
      guard isWellFormed(row.header, row.fixed),
        row.shares.allSatisfy({ (0...1_000_000_000).contains($0.billionths) })
      else {
        malformed("A reallocation notification has no dates, a volume or a percentage out of range.", name)
        continue
      }
      guard let unit = roster.place(ofUnit: row.unit), let subsidiary = roster.index(of: row.subsidiary) else {
        unknown("A reallocation notification names a unit or party that is not listed.", name)
        continue
      }
      guard roster.leads[unit] != subsidiary else {
        malformed("A reallocation notification gives a unit's volume to the account that leads it.", name)
        continue
      }
      let parties = [roster.units[unit].lead.party, row.subsidiary.party]
      if isRefused(parties, row.header, refusals) { continue }
      guard isInTime(row.header) else { continue }
      if groups[name]?.last?.notification == row {
        repeated("A reallocation notification was received twice.", name)
        continue
      }
      noteOverlay(groups[name]?.map(\.notification.header) ?? [], row.header)
      groups[name, default: []].append(Transfer(notification: row, unit: unit, subsidiary: subsidiary))
    }
    transfers = groups.keys.sorted().compactMap { groups[$0] }
  }

  private static func precedes(_ a: ContractNotification, _ b: ContractNotification) -> Bool {
    if a.header.order != b.header.order { return a.header.order < b.header.order }
    return (a.seller, a.buyer, a.volumes.map(\.kilowattHours).description)
      < (b.seller, b.buyer, b.volumes.map(\.kilowattHours).description)
  }

  private static func precedes(_ a: ReallocationNotification, _ b: ReallocationNotification) -> Bool {
    if a.header.order != b.header.order { return a.header.order < b.header.order }
    return (a.unit, a.subsidiary, a.shares.map(\.billionths).description, a.fixed.map(\.kilowattHours).description)
      < (b.unit, b.subsidiary, b.shares.map(\.billionths).description, b.fixed.map(\.kilowattHours).description)
  }

  private func isWellFormed(_ header: NotificationHeader, _ volumes: [SettlementVolume]) -> Bool {
    let limit = SettlementVolume.limit.kilowattHours.magnitude
    return header.effectiveTo.map { header.effectiveFrom <= $0 } ?? true
      && volumes.allSatisfy { $0.kilowattHours.magnitude <= limit }
  }

  private mutating func isRefused(
    _ parties: [ParticipantID], _ header: NotificationHeader, _ refusals: [ParticipantID: [CreditRefusal]]
  ) -> Bool {
    guard !refusals.isEmpty,
      parties.contains(where: { party in
        refusals[party]?.contains { $0.holds(party, at: header.receivedAt) } ?? false
      })
    else { return false }
    findings.append(
      Finding(
        TradingChargeRules.creditRefusal, .error,
        "A notification that raises the indebtedness of a party in level 2 credit default is refused.",
        remedy: "Lodge credit cover or notify after the default is cleared.", detail: header.authorisation))
    return true
  }

  /// Whether any period of the notification is still open when it is received; notes those that are not.
  private mutating func isInTime(_ header: NotificationHeader) -> Bool {
    let first = SettlementDay(header.effectiveFrom)
    guard !isOpen(first.start, on: first.date, header.receivedAt) else { return true }
    let last = header.effectiveTo.map { SettlementDay($0) }
    let isWhollyLate =
      last.map { day in
        !isOpen(day.end.advanced(bySeconds: -1_800), on: day.date, header.receivedAt)
      } ?? false
    findings.append(
      Finding(
        TradingChargeRules.lateNotification, isWhollyLate ? .error : .warning,
        isWhollyLate
          ? "A notification was received after the deadline of its last period and is left out."
          : "A notification was received after the deadline of its first period; it counts from the first open period on.",
        remedy: "Send notifications before the deadline of the first period that they are for.",
        detail: header.authorisation))
    return !isWhollyLate
  }

  private func isOpen(_ start: UTCInstant, on date: SettlementDate, _ receivedAt: UTCInstant) -> Bool {
    guard let deadline = book.rules(on: date)?.notificationDeadline else { return false }
    return receivedAt <= start.advanced(bySeconds: -deadline)
  }

  private mutating func noteOverlay(_ earlier: [NotificationHeader], _ header: NotificationHeader) {
    guard earlier.contains(where: { Self.overlap($0, header) }) else { return }
    findings.append(
      Finding(
        TradingChargeRules.overlap, .note,
        "A notification covers dates of an earlier one under the same authorisation: the later one counts there.",
        remedy: "Nothing, if it was meant as a replacement; else use an authorisation of its own.",
        detail: header.authorisation))
  }

  private static func overlap(_ a: NotificationHeader, _ b: NotificationHeader) -> Bool {
    (a.effectiveTo.map { b.effectiveFrom <= $0 } ?? true) && (b.effectiveTo.map { a.effectiveFrom <= $0 } ?? true)
  }

  private mutating func malformed(_ message: String, _ detail: String) {
    findings.append(
      Finding(
        TradingChargeRules.wellFormedNotification, .error, message,
        remedy: "Correct the notification and send it again.",
        detail: detail))
  }

  private mutating func unknown(_ message: String, _ detail: String) {
    findings.append(TradingChargeRules.unknownParty(message, detail))
  }

  private mutating func repeated(_ message: String, _ detail: String) {
    findings.append(
      Finding(
        TradingChargeRules.once, .note, message, remedy: "Nothing: it counts once.", detail: detail))
  }

  // MARK: Positions

  /// QABC of every account (sold less bought) for each period of a day: outer array by period, inner by account.
  public func sold(on day: SettlementDay) -> [[SettlementVolume]] {
    var result = Array(
      repeating: Array(repeating: SettlementVolume.zero, count: roster.accountCount), count: day.periodCount)
    let deadline = book.rules(on: day.date)?.notificationDeadline ?? 0
    for group in contracts {
      let covering = group.filter { $0.notification.header.covers(day.date) }
      guard !covering.isEmpty else { continue }
      for period in 0..<day.periodCount {
        guard
          let row = Self.inForce(covering, day, period, deadline, { $0.notification.header.receivedAt }),
          period < row.notification.volumes.count
        else { continue }
        result[period][row.seller.place] += row.notification.volumes[period]
        result[period][row.buyer.place] -= row.notification.volumes[period]
      }
    }
    return result
  }

  /// The reallocations in force for each period of a day. Of those that give away more than a whole unit by percentage
  /// the one under the later authorisation name is left out for that period, with a finding.
  public func reallocations(on day: SettlementDay) -> Checked<[[Reallocation]]> {
    var result = Array(repeating: [Reallocation](), count: day.periodCount)
    var findings: [Finding] = []
    let deadline = book.rules(on: day.date)?.notificationDeadline ?? 0
    var shares: [Int: Int64] = [:]  // by period and unit
    for group in transfers {
      let covering = group.filter { $0.notification.header.covers(day.date) }
      guard !covering.isEmpty else { continue }
      var isOver = false
      for period in 0..<day.periodCount {
        guard let row = Self.inForce(covering, day, period, deadline, { $0.notification.header.receivedAt }) else {
          continue
        }
        let (given, amounts) = (row.notification.shares, row.notification.fixed)
        let share = period < given.count ? given[period] : Proportion(billionths: 0)
        let fixed = period < amounts.count ? amounts[period] : .zero
        guard share.billionths != 0 || fixed != .zero else { continue }
        let key = row.unit * 64 + period
        guard shares[key, default: 0] + share.billionths <= 1_000_000_000 else {
          isOver = true
          continue
        }
        shares[key, default: 0] += share.billionths
        result[period].append(Reallocation(unit: row.unit, subsidiary: row.subsidiary, share: share, fixed: fixed))
      }
      if isOver {
        findings.append(
          Finding(
            TradingChargeRules.wholeUnit, .error,
            "Reallocations give away more than the whole of a BM unit; one is left out where they do.",
            remedy: "Correct the percentages so that they are together not above 100.",
            detail: covering.last?.notification.header.authorisation))
      }
    }
    return Checked(result, findings: findings)
  }

  private static func inForce<Row>(
    _ rows: [Row], _ day: SettlementDay, _ period: Int, _ deadline: Int64, _ receivedAt: (Row) -> UTCInstant
  ) -> Row? {
    let start = day.firstHalfHour.advanced(by: period).start.advanced(bySeconds: -deadline)
    return rows.last { receivedAt($0) <= start }
  }
}
