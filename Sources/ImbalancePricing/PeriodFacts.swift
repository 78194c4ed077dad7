import BalancingMechanism
import Quantities
import SettlementCalendar

/// What is known about one settlement period, as far as its price depends on it.
public struct PeriodFacts: Sendable {
  public let period: SettlementPeriod
  public private(set) var notifications: [String: [LevelSegment]] = [:]
  public private(set) var pairs: [String: [BidOfferPair]] = [:]
  private var drafts: [String: [Int: AcceptanceDraft]] = [:]
  public private(set) var adjustments: [AdjustmentAction] = []
  /// Actions of a list that leaves the flagged ones out.
  public private(set) var unflagged: [StackAction] = []
  public private(set) var stackRows: [PublishedStackRow] = []
  public private(set) var marketIndex: [MarketIndexPrice] = []
  public private(set) var record: PublishedPriceRecord?

  public init(_ period: SettlementPeriod) { self.period = period }

  public var halfHour: HalfHour { period.halfHour }

  private func touches(_ segment: LevelSegment) -> Bool {
    segment.from < halfHour.end && segment.to > halfHour.start
  }

  /// Whether any acceptance touches the period itself.
  public var hasAcceptances: Bool {
    drafts.values.contains { $0.values.contains { $0.segments.contains(where: touches) } }
  }

  /// The units that have acceptances, in order of their names.
  public var acceptedUnits: [String] { drafts.keys.sorted() }

  /// The acceptances of a unit, in the order in which they replace each other.
  public func acceptances(of unit: String) -> [Acceptance] {
    (drafts[unit] ?? [:]).map { number, draft in
      Acceptance(
        unit: unit, number: number, acceptedAt: draft.acceptedAt, flags: draft.flags,
        profile: LevelProfile(draft.segments))
    }.sorted(by: Acceptance.precedes)
  }

  private struct AcceptanceDraft: Sendable {
    var acceptedAt: UTCInstant
    var flags: AcceptanceFlags = []
    var segments: [LevelSegment] = []
  }

  /// Each of these keeps what it is given when it bears on the period. - Returns: whether it does.
  public mutating func addNotification(_ unit: String, _ segment: LevelSegment) -> Bool {
    guard touches(segment) else { return false }
    notifications[unit, default: []].append(segment)
    return true
  }

  public mutating func add(_ pair: BidOfferPair) -> Bool {
    guard touches(pair.width) else { return false }
    pairs[pair.unit, default: []].append(pair)
    return true
  }

  /// Rows of one acceptance are joined by unit and number; those outside the period are kept too, since they say how
  /// long an unbroken run lasts.
  public mutating func addAcceptance(
    unit: String, number: Int, acceptedAt: UTCInstant, flags: AcceptanceFlags, _ segment: LevelSegment
  ) -> Bool {
    let day: Int64 = 86_400
    guard segment.from < halfHour.end.advanced(bySeconds: day), segment.to > halfHour.start.advanced(bySeconds: -day)
    else { return false }
    var draft = drafts[unit, default: [:]].removeValue(forKey: number) ?? AcceptanceDraft(acceptedAt: acceptedAt)
    draft.flags.formUnion(flags)
    draft.segments.append(segment)
    drafts[unit, default: [:]][number] = draft
    return touches(segment)
  }

  public mutating func add(_ action: AdjustmentAction) -> Bool {
    guard action.period == halfHour else { return false }
    adjustments.append(action)
    return true
  }

  public mutating func addUnflagged(_ action: StackAction, of period: HalfHour) -> Bool {
    guard period == halfHour else { return false }
    unflagged.append(action)
    return true
  }

  public mutating func add(_ row: PublishedStackRow) -> Bool {
    guard row.period == halfHour else { return false }
    stackRows.append(row)
    return true
  }

  public mutating func add(_ price: MarketIndexPrice) -> Bool {
    guard price.period == halfHour else { return false }
    marketIndex.append(price)
    return true
  }

  /// A record with totals goes before one without.
  public mutating func add(_ published: PublishedPriceRecord) -> Bool {
    guard published.period == halfHour else { return false }
    if record == nil || published.totalAcceptedOfferVolume != nil { record = published }
    return true
  }
}
