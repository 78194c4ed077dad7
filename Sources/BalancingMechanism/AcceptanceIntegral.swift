import Quantities
import SettlementCalendar

/// A straight line's values in kilowatts at the two ends of a stretch of time.
struct Ramp {
  var start: ExactFraction
  var end: ExactFraction

  init(_ start: ExactFraction, _ end: ExactFraction) {
    self.start = start
    self.end = end
  }

  init(_ segment: LevelSegment, _ from: Int64, _ to: Int64) throws(FractionOverflow) {
    start = try segment.level(at: from)
    end = try segment.level(at: to)
  }

  func adding(_ other: Ramp) throws(FractionOverflow) -> Ramp {
    Ramp(try start.adding(other.start), try end.adding(other.end))
  }

  func subtracting(_ other: Ramp) throws(FractionOverflow) -> Ramp {
    Ramp(try start.subtracting(other.start), try end.subtracting(other.end))
  }

  /// The value at a share (0...1) of the way.
  func value(at share: ExactFraction) throws(FractionOverflow) -> ExactFraction {
    try start.adding(end.subtracting(start).multiplied(by: share))
  }

  var isZero: Bool { start.isZero && end.isZero }

  /// The area where the line is above zero, for a stretch of length 1.
  func areaAboveZero() throws(FractionOverflow) -> ExactFraction {
    if start.numerator >= 0 && end.numerator >= 0 { return try start.adding(end).multiplied(by: Self.half()) }
    if start.numerator <= 0 && end.numerator <= 0 { return .zero }
    let high = start.numerator > 0 ? start : end
    let low = start.numerator > 0 ? end : start
    // A triangle: height `high`, base high / (high - low).
    return try high.multiplied(by: high).divided(by: high.subtracting(low)).multiplied(by: Self.half())
  }

  private static func half() throws(FractionOverflow) -> ExactFraction { try ExactFraction(1, over: 2) }
}

/// The work on one acceptance: its volume by pair in kilowatt-seconds.
struct AcceptanceIntegral {
  let acceptance: Acceptance
  /// Those that it may replace, oldest first.
  let earlier: [Acceptance]
  let notification: LevelProfile
  let ladder: BandLadder

  private var offers: [Int: ExactFraction] = [:]
  private var bids: [Int: ExactFraction] = [:]
  private var total = ExactFraction.zero
  private var secondsWithoutNotification: Int64 = 0

  init(acceptance: Acceptance, earlier: [Acceptance], notification: LevelProfile, ladder: BandLadder) {
    self.acceptance = acceptance
    self.earlier = earlier
    self.notification = notification
    self.ladder = ladder
  }

  mutating func integrate(from start: Int64, to end: Int64) throws(FractionOverflow) {
    var corners = acceptance.profile.corners + notification.corners + ladder.corners + [start, end]
    for other in earlier { corners += other.profile.corners }
    let cuts = Set(corners.filter { (start...end).contains($0) }).sorted()
    for (from, to) in zip(cuts, cuts.dropFirst()) { try stretch(from, to) }
  }

  /// One stretch of time in which every level is a straight line.
  private mutating func stretch(_ from: Int64, _ to: Int64) throws(FractionOverflow) {
    guard let accepted = acceptance.profile.segment(from, to) else { return }
    guard let notified = notification.segment(from, to) else {
      secondsWithoutNotification += to - from
      return
    }
    let base = try Ramp(notified, from, to)
    let new = try Ramp(accepted, from, to)
    var old = base
    if let before = earlier.lazy.reversed().compactMap({ $0.profile.segment(from, to) }).first {
      old = try Ramp(before, from, to)
    }
    let move = try new.subtracting(old)
    guard !move.isZero else { return }
    let bands = try bands(base, from, to)
    let seconds = ExactFraction(to - from)
    guard (move.start.numerator < 0) != (move.end.numerator < 0), !move.start.isZero, !move.end.isZero else {
      return try take(new, old, bands, seconds)
    }
    // Upwards in one part and downwards in the other: cut where the levels cross.
    let share = try move.start.divided(by: move.start.subtracting(move.end))
    let crossing = try new.value(at: share)
    let cut: [Cut] = try bands.map { band throws(FractionOverflow) in
      Cut(band: band, low: try band.low.value(at: share), high: try band.high.value(at: share))
    }
    let left = cut.map {
      Band(number: $0.band.number, low: Ramp($0.band.low.start, $0.low), high: Ramp($0.band.high.start, $0.high))
    }
    let right = cut.map {
      Band(number: $0.band.number, low: Ramp($0.low, $0.band.low.end), high: Ramp($0.high, $0.band.high.end))
    }
    let first = try seconds.multiplied(by: share)
    try take(Ramp(new.start, crossing), Ramp(old.start, crossing), left, first)
    try take(Ramp(crossing, new.end), Ramp(crossing, old.end), right, seconds.subtracting(first))
  }

  private struct Band {
    var number: Int
    var low: Ramp
    var high: Ramp
  }

  private struct Cut {
    var band: Band
    var low: ExactFraction
    var high: ExactFraction
  }

  private func bands(_ base: Ramp, _ from: Int64, _ to: Int64) throws(FractionOverflow) -> [Band] {
    var bands: [Band] = []
    for steps in [ladder.above, ladder.below] {
      var edge = base
      for step in steps {
        guard let width = step.width.segment(from, to) else { continue }
        let next = try edge.adding(Ramp(width, from, to))
        bands.append(
          step.number > 0
            ? Band(number: step.number, low: edge, high: next)
            : Band(number: step.number, low: next, high: edge))
        edge = next
      }
    }
    return bands
  }

  /// Adds the area between two levels that do not cross, band by band.
  private mutating func take(
    _ new: Ramp, _ old: Ramp, _ bands: [Band], _ seconds: ExactFraction
  ) throws(FractionOverflow) {
    let half = try ExactFraction(1, over: 2)
    let move = try new.subtracting(old)
    let whole = try move.start.adding(move.end).multiplied(by: half)
    total = try total.adding(whole.multiplied(by: seconds))
    for band in bands {
      let upper = try Self.within(new, band)
      let lower = try Self.within(old, band)
      let area = try upper.subtracting(lower).multiplied(by: seconds)
      if area.numerator > 0 { offers[band.number] = try (offers[band.number] ?? .zero).adding(area) }
      if area.numerator < 0 { bids[band.number] = try (bids[band.number] ?? .zero).adding(area) }
    }
  }

  /// The mean height of a level above the lower edge of a band, cut off at both edges.
  private static func within(_ level: Ramp, _ band: Band) throws(FractionOverflow) -> ExactFraction {
    try level.subtracting(band.low).areaAboveZero().subtracting(level.subtracting(band.high).areaAboveZero())
  }

  /// Kilowatt-seconds in a megawatt-hour.
  private static let kilowattSecondsPerMWh: Int128 = 3_600_000

  private static func megawattHours(_ area: ExactFraction) throws(FractionOverflow) -> ExactFraction {
    try area.divided(by: ExactFraction(kilowattSecondsPerMWh))
  }

  func volumes() throws(FractionOverflow) -> [AcceptedVolume] {
    var result: [AcceptedVolume] = []
    for step in ladder.above + ladder.below {
      let offer = try Self.megawattHours(offers[step.number] ?? .zero)
      let bid = try Self.megawattHours(bids[step.number] ?? .zero)
      guard !offer.isZero || !bid.isZero else { continue }
      result.append(
        AcceptedVolume(
          unit: acceptance.unit, acceptance: acceptance.number, flags: acceptance.flags, pair: step.number,
          offer: offer, bid: bid, bidPrice: step.bidPrice, offerPrice: step.offerPrice))
    }
    return result
  }

  func faults() throws(FractionOverflow) -> [AcceptanceFault] {
    var result: [AcceptanceFault] = []
    if secondsWithoutNotification > 0 {
      result.append(fault(.noNotification(seconds: secondsWithoutNotification)))
    }
    var inPairs = ExactFraction.zero
    for area in Array(offers.values) + Array(bids.values) { inPairs = try inPairs.adding(area) }
    let outside = try Self.megawattHours(total.subtracting(inPairs))
    if !outside.isZero { result.append(fault(.outsidePairs(outside))) }
    return result
  }

  private func fault(_ reason: AcceptanceFault.Reason) -> AcceptanceFault {
    AcceptanceFault(unit: acceptance.unit, acceptance: acceptance.number, reason: reason)
  }
}
