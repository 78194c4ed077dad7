import Quantities
import SettlementCalendar

/// The volume of one acceptance in one bid-offer pair in one settlement period, exact.
public struct AcceptedVolume: Hashable, Sendable {
  public var unit: String
  public var acceptance: Int
  public var flags: AcceptanceFlags
  public var pair: Int
  /// MWh upwards; zero or more. On a negative pair it undoes a bid.
  public var offer: ExactFraction
  /// MWh downwards; zero or less. On a positive pair it undoes an offer.
  public var bid: ExactFraction
  public var bidPrice: UnitRate
  public var offerPrice: UnitRate

  public init(
    unit: String, acceptance: Int, flags: AcceptanceFlags, pair: Int, offer: ExactFraction, bid: ExactFraction,
    bidPrice: UnitRate, offerPrice: UnitRate
  ) {
    self.unit = unit
    self.acceptance = acceptance
    self.flags = flags
    self.pair = pair
    self.offer = offer
    self.bid = bid
    self.bidPrice = bidPrice
    self.offerPrice = offerPrice
  }

  /// Whether the acceptance takes back what an earlier one gave.
  public var isUndo: Bool { pair > 0 ? !bid.isZero : !offer.isZero }
}

/// What could not be worked out of one acceptance.
public struct AcceptanceFault: Hashable, Sendable, CustomStringConvertible {
  public enum Reason: Hashable, Sendable {
    /// The unit has no physical notification for a part of the period: seconds.
    case noNotification(seconds: Int64)
    /// The acceptance leaves all bands of the unit's bid-offer data: exact MWh outside them.
    case outsidePairs(ExactFraction)
    /// The exact value does not fit.
    case tooFine
    /// The unit's levels have more corners than ``AcceptedVolumes/mostCorners``.
    case tooManyCorners
  }

  public var unit: String
  public var acceptance: Int
  public var reason: Reason

  public init(unit: String, acceptance: Int, reason: Reason) {
    self.unit = unit
    self.acceptance = acceptance
    self.reason = reason
  }

  /// Without the unit's name.
  public var description: String {
    switch reason {
    case .noNotification(let seconds): "No physical notification for \(seconds) seconds of an acceptance."
    case .outsidePairs(let energy):
      "An acceptance moves "
        + (BalancingEnergy(megawattHours: energy).map { $0.megawattHoursText(places: 6) } ?? "\(energy)")
        + " MWh outside all bid-offer pairs."
    case .tooFine: FractionOverflow().description
    case .tooManyCorners: "The unit's levels have more than \(AcceptedVolumes.mostCorners) corners in the period."
    }
  }
}

/// Acceptance volumes of one unit in one settlement period.
///
/// Each acceptance counts against the level before it: the latest earlier acceptance that covers the moment, else the
/// physical notification. The area between the two, within the band of each pair, is the accepted volume (BSC Section
/// T3; band restriction K in the notes). Lines are cut at every corner, where the two levels cross and where either
/// crosses an edge of a band, so every piece is a trapezium or triangle of exact area.
public struct AcceptedVolumes: Sendable {
  public var volumes: [AcceptedVolume] = []
  public var faults: [AcceptanceFault] = []

  /// More than any unit submits for a half-hour by far; bounds the work that a file can ask for.
  public static let mostCorners = 2_000

  /// - Parameters:
  ///   - acceptances: all of the unit that touch the period, in any order.
  ///   - pairs: the unit's bid-offer rows for the period.
  public init(
    during period: HalfHour, notification: LevelProfile, acceptances: [Acceptance], pairs: [BidOfferPair]
  ) {
    let ladder = BandLadder(pairs)
    let ordered = acceptances.sorted(by: Acceptance.precedes)
    let corners = ladder.corners.count + notification.corners.count
    guard ordered.reduce(corners, { $0 + $1.profile.segments.count * 2 }) <= Self.mostCorners else {
      faults = ordered.map { AcceptanceFault(unit: $0.unit, acceptance: $0.number, reason: .tooManyCorners) }
      return
    }
    for index in ordered.indices {
      var work = AcceptanceIntegral(
        acceptance: ordered[index], earlier: Array(ordered[..<index]), notification: notification, ladder: ladder)
      do {
        try work.integrate(from: period.start.secondsSince1970, to: period.end.secondsSince1970)
        volumes += try work.volumes()
        faults += try work.faults()
      } catch {
        let acceptance = ordered[index]
        faults.append(AcceptanceFault(unit: acceptance.unit, acceptance: acceptance.number, reason: .tooFine))
      }
    }
  }
}

/// The pairs of a unit, in the order in which their bands lie beside the notification.
struct BandLadder {
  struct Step {
    var number: Int
    var width: LevelProfile
    var bidPrice: UnitRate
    var offerPrice: UnitRate
  }

  /// Outwards from the notification: 1, 2, ...
  var above: [Step]
  /// Outwards from the notification: -1, -2, ...
  var below: [Step]

  init(_ pairs: [BidOfferPair]) {
    let steps = Dictionary(grouping: pairs, by: \.number).compactMap { number, rows -> Step? in
      guard let first = rows.min(by: { $0.width.from < $1.width.from }) else { return nil }
      let width = LevelProfile(rows.map(\.width))
      return Step(number: number, width: width, bidPrice: first.bidPrice, offerPrice: first.offerPrice)
    }
    above = steps.filter { $0.number > 0 }.sorted { $0.number < $1.number }
    below = steps.filter { $0.number < 0 }.sorted { $0.number > $1.number }
  }

  var corners: [Int64] { (above + below).flatMap(\.width.corners) }
}
