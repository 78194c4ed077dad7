import MarketIdentifiers
import Quantities
import SettlementCalendar

/// What every notification has: under which authorisation, for which dates, and when it was received.
public struct NotificationHeader: Hashable, Sendable {
  /// Notifications under one authorisation replace each other; those of different ones add up.
  public var authorisation: String
  public var effectiveFrom: SettlementDate
  /// The last date; `nil` for an evergreen notification.
  public var effectiveTo: SettlementDate?
  public var receivedAt: UTCInstant
  /// Of two received in the same second the higher one is the later.
  public var sequence: Int

  public init(
    authorisation: String, effectiveFrom: SettlementDate, effectiveTo: SettlementDate?, receivedAt: UTCInstant,
    sequence: Int = 0
  ) {
    self.authorisation = authorisation
    self.effectiveFrom = effectiveFrom
    self.effectiveTo = effectiveTo
    self.receivedAt = receivedAt
    self.sequence = sequence
  }

  func covers(_ date: SettlementDate) -> Bool {
    effectiveFrom <= date && effectiveTo.map { date <= $0 } ?? true
  }

  var order: (Int64, Int) { (receivedAt.secondsSince1970, sequence) }
}

/// An Energy Contract Volume Notification (ECVN): what one account sells to another, period by period.
public struct ContractNotification: Hashable, Sendable {
  public var header: NotificationHeader
  public var seller: EnergyAccount
  public var buyer: EnergyAccount
  /// By settlement period from the first; a period beyond the last one has no volume. Negative sells the other way.
  public var volumes: [SettlementVolume]

  public init(header: NotificationHeader, seller: EnergyAccount, buyer: EnergyAccount, volumes: [SettlementVolume]) {
    self.header = header
    self.seller = seller
    self.buyer = buyer
    self.volumes = volumes
  }
}

/// A Metered Volume Reallocation Notification (MVRN): what of a unit's volume goes to another account.
public struct ReallocationNotification: Hashable, Sendable {
  public var header: NotificationHeader
  public var unit: String
  public var subsidiary: EnergyAccount
  /// By settlement period; a period beyond the last one has none.
  public var shares: [Proportion]
  /// By settlement period, with the sign of metered volumes; a period beyond the last one has none.
  public var fixed: [SettlementVolume]

  public init(
    header: NotificationHeader, unit: String, subsidiary: EnergyAccount, shares: [Proportion],
    fixed: [SettlementVolume]
  ) {
    self.header = header
    self.unit = unit
    self.subsidiary = subsidiary
    self.shares = shares
    self.fixed = fixed
  }
}

/// A span of time in which a party may not notify what raises its indebtedness (level 2 credit default).
public struct CreditRefusal: Hashable, Sendable {
  public var party: ParticipantID
  public var from: UTCInstant
  /// `nil` while it lasts.
  public var to: UTCInstant?

  public init(party: ParticipantID, from: UTCInstant, to: UTCInstant?) {
    self.party = party
    self.from = from
    self.to = to
  }

  func holds(_ party: ParticipantID, at instant: UTCInstant) -> Bool {
    self.party == party && from <= instant && to.map { instant < $0 } ?? true
  }
}
