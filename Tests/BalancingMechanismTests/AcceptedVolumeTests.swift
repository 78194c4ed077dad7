import BalancingMechanism
import Quantities
import SettlementCalendar
import Testing

private let period = HalfHour(index: 900_000)

/// Corners as `minute@MW`, joined by straight lines: `0@10 15@10 30@40`.
private func profile(_ text: String) -> LevelProfile {
  let corners = text.split(separator: " ").map { corner -> (Int64, Int64) in
    let parts = corner.split(separator: "@")
    return (Int64(parts[0])!, Int64(parts[1])! * 1_000)
  }
  return LevelProfile(
    zip(corners, corners.dropFirst()).map { from, to in
      LevelSegment(
        from: period.start.advanced(bySeconds: from.0 * 60), PowerLevel(kilowatts: from.1)!,
        to: period.start.advanced(bySeconds: to.0 * 60), PowerLevel(kilowatts: to.1)!)!
    })
}

private func rate(_ pounds: Int64) -> UnitRate { UnitRate(micropencePerMWh: pounds * 100_000_000) }

private func pairs(_ widths: [(Int, Int64)]) -> [BidOfferPair] {
  widths.map { number, megawatts in
    BidOfferPair(
      unit: "U", number: number, width: profile("0@\(megawatts) 30@\(megawatts)").segments[0],
      bidPrice: rate(Int64(40 + number)), offerPrice: rate(Int64(60 + number)))
  }
}

private func acceptance(_ number: Int, _ levels: String) -> Acceptance {
  Acceptance(
    unit: "U", number: number, acceptedAt: period.start.advanced(bySeconds: Int64(number - 100)), flags: [],
    profile: profile(levels))
}

struct VolumeCase: Sendable, CustomTestStringConvertible {
  var about: String
  var notification = "0@100 30@100"
  var widths: [(Int, Int64)] = [(1, 20), (2, 1_000), (-1, -30), (-2, -1_000)]
  var acceptances: [String]
  /// `acceptance/pair offer bid` in exact MWh, in the order of acceptances and pairs.
  var expected: [String]

  init(
    _ about: String, notification: String = "0@100 30@100",
    widths: [(Int, Int64)] = [(1, 20), (2, 1_000), (-1, -30), (-2, -1_000)], _ acceptances: [String],
    _ expected: [String]
  ) {
    self.about = about
    self.notification = notification
    self.widths = widths
    self.acceptances = acceptances
    self.expected = expected
  }

  var testDescription: String { about }

  static let all: [VolumeCase] = [
    .init("level offer within one pair", ["0@110 30@110"], ["1/1 5 0"]),
    .init("an offer through two pairs", ["0@150 30@150"], ["1/1 10 0", "1/2 15 0"]),
    .init("a bid through two pairs", ["0@50 30@50"], ["1/-1 0 -15", "1/-2 0 -10"]),
    .init("E7: 10 MW for one minute", ["0@110 1@110"], ["1/1 1/6 0"]),
    .init("a ramp up within a pair", ["0@100 30@120"], ["1/1 5 0"]),
    .init("a ramp through a band edge", ["0@100 30@140"], ["1/1 15/2 0", "1/2 5/2 0"]),
    .init("a ramp through the notification: bid, then offer", ["0@90 30@110"], ["1/1 5/4 0", "1/-1 0 -5/4"]),
    .init("a steep crossing at a third", ["0@90 30@120"], ["1/1 10/3 0", "1/-1 0 -5/6"]),
    .init(
      "down to zero and below: a battery", notification: "0@10 30@10", widths: [(1, 50), (-1, -10), (-2, -50)],
      ["0@10 15@-30 30@-30"], ["1/-1 0 -75/16", "1/-2 0 -165/16"]),
    .init("the second replaces the first", ["0@110 30@110", "0@120 30@120"], ["1/1 5 0", "2/1 5 0"]),
    .init("undo: the second takes the offer back", ["0@120 30@120", "10@100 30@100"], ["1/1 10 0", "2/1 0 -20/3"]),
    .init("undo: the second takes the bid back", ["0@80 30@80", "15@100 30@100"], ["1/-1 0 -10", "2/-1 5 0"]),
    .init(
      "undo and beyond: from an offer to a bid", ["0@110 30@110", "0@90 30@90"],
      ["1/1 5 0", "2/1 0 -5", "2/-1 0 -5"]),
    .init(
      "the first ends: the second counts against the notification", ["0@110 15@110", "15@110 30@110"],
      ["1/1 5/2 0", "2/1 5/2 0"]),
    .init("an acceptance like the level before it has no volume", ["0@110 30@110", "0@110 30@110"], ["1/1 5 0"]),
    .init("only the part within the period counts", ["-30@100 0@120 15@120 60@120"], ["1/1 10 0"]),
    .init("notification with a jump", notification: "0@100 15@100", ["0@110 15@110"], ["1/1 5/2 0"]),
    .init("outside all pairs", widths: [(1, 5)], ["0@110 30@110"], ["1/1 5/2 0", "outside 5/2"]),
    .init("no pairs at all", widths: [], ["0@110 30@110"], ["outside 5"]),
    .init("no notification", notification: "", ["0@110 30@110"], ["no notification 1800"]),
  ]
}

@Suite("Acceptance volumes, exactly")
struct AcceptedVolumeTests {
  private func shown(_ test: VolumeCase) -> [String] {
    let result = AcceptedVolumes(
      during: period, notification: profile(test.notification),
      acceptances: test.acceptances.enumerated().map { acceptance($0 + 1, $1) }, pairs: pairs(test.widths))
    let faults = result.faults.map { fault in
      switch fault.reason {
      case .outsidePairs(let energy): "outside \(energy)"
      case .noNotification(let seconds): "no notification \(seconds)"
      case .tooFine: "too fine"
      case .tooManyCorners: "too many corners"
      }
    }
    return result.volumes.map { "\($0.acceptance)/\($0.pair) \($0.offer) \($0.bid)" } + faults
  }

  @Test(arguments: VolumeCase.all)
  func table(_ test: VolumeCase) { #expect(shown(test) == test.expected) }

  /// 30 MW against 0 rising to 60: up by 30 falling to 0 in the first half, down by 0 to 30 in the second.
  @Test func slopingNotification() throws {
    let result = AcceptedVolumes(
      during: period, notification: profile("0@0 30@60"), acceptances: [acceptance(1, "0@30 30@30")],
      pairs: pairs([(1, 20), (2, 1_000), (-1, -30)]))
    let sums = Dictionary(uniqueKeysWithValues: result.volumes.map { ($0.pair, ($0.offer, $0.bid)) })
    // Pair 1 holds the lowest 20 MW: 5 minutes full (20 x 5) and a triangle 20 x 10 / 2 over 60 minutes.
    #expect(sums[1]?.0.description == "10/3")
    #expect(sums[2]?.0.description == "5/12")
    #expect(sums[-1]?.1.description == "-15/4")
  }

  /// All volumes of a chain of acceptances add up to the last level against the notification.
  @Test func chainAddsUp() throws {
    let chain = ["0@110 30@137", "0@93 30@151", "0@160 13@20 30@77", "0@100 30@100"]
    let all = chain.enumerated().map { acceptance($0 + 1, $1) }
    let widths: [(Int, Int64)] = [(1, 20), (2, 1_000), (-1, -30), (-2, -1_000)]
    let result = AcceptedVolumes(
      during: period, notification: profile("0@100 30@100"), acceptances: all, pairs: pairs(widths))
    var sum = ExactFraction.zero
    for volume in result.volumes { sum = try sum.adding(volume.offer).adding(volume.bid) }
    #expect(sum.isZero)
    #expect(result.faults.isEmpty)
    #expect(!result.volumes.filter(\.isUndo).isEmpty)
    let turned = AcceptedVolumes(
      during: period, notification: profile("0@100 30@100"), acceptances: all.reversed(),
      pairs: pairs(widths.reversed()))
    #expect(turned.volumes == result.volumes)
  }

  @Test func tooManyCornersAreRefused() {
    let many = LevelProfile(
      (0..<1_500).map { second in
        let level = PowerLevel(kilowatts: Int64(second))!
        return LevelSegment(
          from: period.start.advanced(bySeconds: Int64(second)), level,
          to: period.start.advanced(bySeconds: Int64(second) + 1), level)!
      })
    var long = acceptance(1, "0@1 30@1")
    long.profile = many
    let result = AcceptedVolumes(
      during: period, notification: profile("0@0 30@0"), acceptances: [long], pairs: pairs([(1, 20)]))
    #expect(result.volumes.isEmpty)
    #expect(result.faults.map(\.reason) == [.tooManyCorners])
  }

  @Test func runs() {
    let durations = ContinuousAcceptance.durations([
      acceptance(1, "0@10 5@10"), acceptance(2, "5@10 8@10"), acceptance(3, "9@10 12@10"), acceptance(4, "10@0 11@0"),
    ])
    #expect(durations == [1: 480, 2: 480, 3: 180, 4: 180])
  }
}

@Suite("Exact fractions")
struct ExactFractionTests {
  @Test func arithmetic() throws {
    let third = try ExactFraction(1, over: 3)
    let sixth = try ExactFraction(-2, over: -12)
    let results = [
      try third.adding(sixth), try third.subtracting(third), try third.multiplied(by: sixth),
      try third.divided(by: sixth), try ExactFraction(4, over: -6),
    ]
    #expect(results.map(\.description) == ["1/2", "0", "1/18", "2", "-2/3"])
    #expect(throws: FractionOverflow.self) { try third.divided(by: .zero) }
    #expect(throws: FractionOverflow.self) { try ExactFraction(1, over: 0) }
  }

  @Test func order() throws {
    var numbers: [ExactFraction] = []
    for top in -6...6 { for bottom in 1...5 { numbers.append(try ExactFraction(Int128(top), over: Int128(bottom))) } }
    for a in numbers {
      for b in numbers {
        #expect((a < b) == (a.numerator * b.denominator < b.numerator * a.denominator), "\(a) \(b)")
      }
    }
    let near = try ExactFraction(Int128.max - 1, over: Int128.max)
    #expect(near < ExactFraction(1))
    #expect(!(ExactFraction(1) < near))
  }

  @Test func overflowIsAFaultAndNotATrap() throws {
    let large = ExactFraction(Int128.max)
    #expect(throws: FractionOverflow.self) { try large.adding(large) }
    #expect(throws: FractionOverflow.self) { try large.multiplied(by: large) }
    let fine = try ExactFraction(1, over: Int128.max)
    let other = try ExactFraction(1, over: Int128.max - 1)
    #expect(throws: FractionOverflow.self) { try fine.adding(other) }
    #expect(BalancingEnergy(megawattHours: large) == nil)
  }

  @Test(arguments: [(1, 3, "0.33333333333"), (-2, 3, "-0.66666666667"), (1_275, 10, "127.500")])
  func roundedOnce(_ top: Int, _ bottom: Int, _ text: String) throws {
    let energy = BalancingEnergy(megawattHours: try ExactFraction(Int128(top), over: Int128(bottom)))
    #expect(energy?.megawattHoursText == text)
  }
}
