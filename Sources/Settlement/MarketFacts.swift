import MarketIdentifiers
import Quantities
import SettlementCalendar

/// The published imbalance prices of one settlement period: a fact.
public struct SystemPrice: Hashable, Sendable {
  public var date: SettlementDate
  /// 1...46, 48 or 50.
  public var period: Int
  /// System sell price; equal to the buy price since 5 November 2015.
  public var sell: UnitRate
  public var buy: UnitRate
  /// Net imbalance volume where published; positive when the system was short. Kilowatt-hours and below exact.
  public var netImbalanceVolume: LossAdjustedEnergy?
  /// Content hash of the file.
  public var source: String
  public var receivedAt: UTCInstant

  public init(
    date: SettlementDate, period: Int, sell: UnitRate, buy: UnitRate, netImbalanceVolume: LossAdjustedEnergy?,
    source: String, receivedAt: UTCInstant
  ) {
    self.date = date
    self.period = period
    self.sell = sell
    self.buy = buy
    self.netImbalanceVolume = netImbalanceVolume
    self.source = source
    self.receivedAt = receivedAt
  }
}

/// What a party has bought for one settlement period, net of what it sold, as notified: a fact.
public struct ContractVolume: Hashable, Sendable {
  public var party: ParticipantID
  public var date: SettlementDate
  public var period: Int
  /// Positive: bought. At the Grid Supply Point, so it compares with loss-adjusted energy.
  public var bought: Energy
  public var source: String
  public var receivedAt: UTCInstant

  public init(
    party: ParticipantID, date: SettlementDate, period: Int, bought: Energy, source: String, receivedAt: UTCInstant
  ) {
    self.party = party
    self.date = date
    self.period = period
    self.bought = bought
    self.source = source
    self.receivedAt = receivedAt
  }
}
