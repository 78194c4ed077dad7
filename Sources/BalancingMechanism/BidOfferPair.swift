import Quantities
import SettlementCalendar

/// One row of bid-offer data: a band of power beside the physical notification, with the prices to move through it.
///
/// Pair 1 lies above the notification, pair 2 above pair 1, and so on; pair -1 below it. Levels are the widths of the
/// bands: positive above, negative below (BSC Section Q4).
public struct BidOfferPair: Hashable, Sendable {
  public var unit: String
  /// -5...5 without 0; answers of the Insights API go to ±6.
  public var number: Int
  public var width: LevelSegment
  /// £/MWh that the unit pays to go down through the band.
  public var bidPrice: UnitRate
  /// £/MWh that the unit is paid to go up through the band.
  public var offerPrice: UnitRate

  public init(unit: String, number: Int, width: LevelSegment, bidPrice: UnitRate, offerPrice: UnitRate) {
    self.unit = unit
    self.number = number
    self.width = width
    self.bidPrice = bidPrice
    self.offerPrice = offerPrice
  }
}
