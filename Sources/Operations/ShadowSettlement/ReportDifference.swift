import MarketIdentifiers
import Quantities
import SettlementCalendar

/// One figure in which a received report and our own differ.
public struct ReportDifference: Hashable, Sendable {
  /// What differs.
  public enum Kind: String, Hashable, Sendable, CaseIterable {
    /// The metered volume of a BM unit in a period.
    case volume
    /// What the transmission loss multiplier adds to it.
    case lossMultiplier = "loss-multiplier"
    /// A BM unit that only one side has; the day together.
    case unit
    /// A party that only one side has; the day together.
    case party
    /// Contract volume of a party in a period.
    case contract
    /// The imbalance price, on the imbalance that was received.
    case price
    /// What is left of a party's cash in a period when all these are taken off.
    case rest
    /// The take of a GSP Group in a period.
    case take
  }

  /// A figure, in its measure.
  public enum Amount: Hashable, Sendable {
    case megawattHours(LossAdjustedEnergy)
    case poundsPerMWh(UnitRate)
    /// Micropounds.
    case pounds(Int128)
    /// That side has none.
    case none
  }

  public let kind: Kind
  public let party: String?
  public let unit: String?
  public let group: String?
  /// `nil` for a row that holds the whole day.
  public let period: Int?
  public let ours: Amount
  public let received: Amount
  /// Received less ours, in micropounds: above zero the received report pays the party more. For a take, whose energy is
  /// nobody's alone, above zero means more was taken.
  public let value: Int128
  public internal(set) var cause: LikelyCause = .volume
  /// What rounding can leave at most of a rest, in micropounds.
  var roundingBound = Int128(0)
  /// The cause with its figures, as a sentence.
  public internal(set) var sentence: String = ""

  init(
    _ kind: Kind, party: String? = nil, unit: String? = nil, group: String? = nil, period: Int?, ours: Amount,
    received: Amount, value: Int128
  ) {
    self.kind = kind
    self.party = party
    self.unit = unit
    self.group = group
    self.period = period
    self.ours = ours
    self.received = received
    self.value = value
  }
}

/// Why two figures are likely to differ: what our own store can tell, never more.
public enum LikelyCause: String, Hashable, Sendable, CaseIterable {
  /// With the registrations that are known today ours is what was received, or nearer to it.
  case registrationChange = "registration-change"
  /// The same of published line loss factors.
  case lossFactorChange = "loss-factor-change"
  /// The same of readings that came after the run's cut-off.
  case lateReadings = "late-readings"
  /// Part of our volume is estimated.
  case estimate
  /// All of ours is measured, and still differs.
  case volume
  /// The received report applies transmission losses, our run does not.
  case lossMultiplier = "loss-multiplier"
  case missingUnitReceived = "missing-unit-in-received"
  case missingUnitStore = "missing-unit-in-store"
  case missingPartyReceived = "missing-party-in-received"
  case missingPartyStore = "missing-party-in-store"
  /// The contract volumes that are known today give what was received, or come nearer to it.
  case contractChange = "contract-change"
  case contract
  /// A price file that came after the run states what was received, or comes nearer to it.
  case priceChange = "price-change"
  case price
  /// A take that came after the run is what was received, or is nearer to it.
  case takeChange = "take-change"
  case take
  /// No more than rounding can leave: volumes are rounded to a kilowatt-hour, cash to a penny, one by one.
  case rounding
  /// Charges that the received report has and our run does not compute.
  case otherCharges = "other-charges"
}
