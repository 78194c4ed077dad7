import BalancingMechanism
import Foundation
import ImbalancePricing
import Quantities
import SettlementCalendar
import Testing

/// One table of `Scenarios/pricing`: what goes in and what each step must leave. `README.md` there says how to read it.
struct PricingScenario {
  struct Left: Hashable {
    var id: String
    var acceptance: Int
    var volumes: [BalancingEnergy]
    var isFlagged: Bool
  }

  var inputs: PricingInputs
  var left: [Left] = []
  var expected: [String: String] = [:]

  static let folder: URL = {
    var folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
    while folder.path != "/",
      !FileManager.default.fileExists(atPath: folder.appendingPathComponent("Package.swift").path)
    {
      folder.deleteLastPathComponent()
    }
    return folder.appendingPathComponent("Scenarios/pricing")
  }()

  static let names: [String] = ((try? FileManager.default.contentsOfDirectory(atPath: folder.path)) ?? [])
    .filter { $0.hasSuffix(".csv") }.map { String($0.dropLast(4)) }.sorted()

  static func energy(_ text: String) -> BalancingEnergy? {
    DecimalNumber(text).flatMap { BalancingEnergy(megawattHours: $0) }
  }

  static func price(_ text: String) -> UnitRate? { DecimalNumber(text).flatMap { UnitRate(poundsPerMWh: $0) } }

  init(_ name: String) throws {
    let text = try String(contentsOf: Self.folder.appendingPathComponent(name + ".csv"), encoding: .utf8)
    var rows = text.split(separator: "\n").map {
      $0.split(separator: ",", omittingEmptySubsequences: false).map(String.init)
    }
    try #require(rows.removeFirst() == ["row", "a", "b", "c", "d", "e", "f", "g"])
    inputs = PricingInputs(
      actions: [], parameters: try #require(PricingParameterBook.shipped.parameters(on: SettlementDate("2026-01-01")!)))
    for row in rows where row[0] != "about" { try take(row) }
  }

  private mutating func take(_ row: [String]) throws {
    try #require(row.count == 8, "\(row)")
    switch row[0] {
    case "set": try set(row[1], row[2])
    case "index":
      inputs.marketIndex.append(
        MarketIndexPrice(
          period: HalfHour(index: 0), provider: "APXMIDP", price: try #require(Self.price(row[1])),
          volume: try #require(Self.energy(row[2]))))
    case "action": inputs.actions.append(try action(row))
    case "left":
      left.append(
        Left(
          id: row[1], acceptance: try #require(Int(row[2])),
          volumes: try row[3...6].map { try #require(Self.energy($0)) },
          isFlagged: row[7] == "flagged"))
    case "expect": expected[row[1]] = row[2]
    default: Issue.record("no such row: \(row[0])")
    }
  }

  private mutating func set(_ name: String, _ value: String) throws {
    switch name {
    case "date":
      inputs.parameters = try #require(
        SettlementDate(value).flatMap { PricingParameterBook.shipped.parameters(on: $0) })
    case "loss-of-load":
      inputs.reserveScarcityPrice = try #require(
        DecimalNumber(value).flatMap { inputs.parameters.reserveScarcityPrice(lossOfLoadProbability: $0) })
    case "repriced":
      let place = try #require(inputs.actions.indices.last)
      inputs.actions[place].repricedTo = try #require(Self.price(value))
    case "dmat": inputs.parameters.deMinimis = try #require(Self.energy(value))
    case "dmat-rule": inputs.deMinimisRule = try #require(DeMinimisRule(rawValue: value))
    case "par": inputs.parameters.priceAverageReference = try #require(Self.energy(value))
    case "rpar": inputs.parameters.replacementReference = try #require(Self.energy(value))
    case "niv": inputs.netImbalance = .published(try #require(Self.energy(value)))
    case "scarcity": inputs.reserveScarcityPrice = Self.price(value)
    case "buy-adjuster": inputs.buyPriceAdjuster = try #require(Self.price(value))
    case "sell-adjuster": inputs.sellPriceAdjuster = try #require(Self.price(value))
    default: Issue.record("no such setting: \(name)")
    }
  }

  private func action(_ row: [String]) throws -> StackAction {
    var flags: ActionFlags = []
    if row[7].contains("s") { flags.insert(.system) }
    if row[7].contains("c") { flags.insert(.shortDuration) }
    if row[7].contains("e") { flags.insert(.emergency) }
    let multiplier = try #require(DecimalNumber(row[6]).flatMap { TransmissionLossMultiplier($0) })
    return StackAction(
      kind: Int(row[1]) == nil ? .acceptance : .adjustment, id: row[1], acceptance: try #require(Int(row[2])),
      pair: try #require(Int(row[3])), price: row[4].isEmpty ? nil : Self.price(row[4]),
      volume: try #require(Self.energy(row[5])), lossMultiplier: multiplier, flags: flags,
      isReserve: row[7].contains("r"))
  }
}

@Suite("Pricing scenarios: tables in, tables out")
struct PricingScenarioTests {
  @Test func thereAreAtLeastForty() { #expect(PricingScenario.names.count >= 40) }

  @Test(arguments: PricingScenario.names) func scenario(_ name: String) throws {
    let scenario = try PricingScenario(name)
    let walk = PriceWalk(scenario.inputs)
    #expect(walk.entries.count == scenario.left.count)
    for left in scenario.left {
      let entry = try #require(
        walk.entries.first { $0.action.id == left.id && $0.action.acceptance == left.acceptance })
      let steps: [PricingStep] = [.deMinimis, .arbitrage, .netImbalance, .priceAverage]
      #expect(steps.map { entry.volume(after: $0) } == left.volumes, "\(left.id)")
      #expect(entry.isSecondStageFlagged == left.isFlagged, "\(left.id)")
    }
    func price(_ name: String) throws -> UnitRate? {
      let text = try #require(scenario.expected[name])
      return text.isEmpty ? nil : PricingScenario.price(text)
    }
    let (wanted, replacement) = (try price("price"), try price("replacement"))
    #expect(walk.systemPrice == wanted)
    if scenario.expected["buy"] != nil {
      let (buy, sell) = (try price("buy"), try price("sell"))
      #expect(walk.systemBuyPrice == buy)
      #expect(walk.systemSellPrice == sell)
      #expect(walk.reverseBasis?.rawValue ?? "" == scenario.expected["reverse"])
    } else {
      #expect(walk.systemBuyPrice == wanted && walk.systemSellPrice == wanted)
    }
    #expect(walk.replacementPrice == replacement)
    #expect(walk.netImbalanceVolume == scenario.expected["niv"].flatMap { PricingScenario.energy($0) })
    #expect(walk.basis.rawValue == scenario.expected["basis"])
  }

  /// The laws that hold for every case, and the order of arrival, which must not matter.
  @Test(arguments: PricingScenario.names) func laws(_ name: String) throws {
    var inputs = try PricingScenario(name).inputs
    let walk = PriceWalk(inputs)
    for entry in walk.entries {
      let left = PricingStep.allCases.dropLast().map { entry.volume(after: $0) }
      for (before, after) in zip(left, left.dropFirst()) {
        #expect(after.magnitude <= before.magnitude)
        #expect(after.units == 0 || (after.units < 0) == (before.units < 0))
      }
    }
    let totals = walk.totals
    let tagged =
      totals.totalSystemTaggedAcceptedOfferVolume + totals.totalSystemTaggedAcceptedBidVolume
      + totals.totalSystemTaggedAdjustmentBuyVolume + totals.totalSystemTaggedAdjustmentSellVolume
    #expect(totals.net - tagged == walk.entries.reduce(.zero) { $0 + $1.parAdjusted })
    #expect(walk.entries.reduce(.zero) { $0 + $1.action.volume } == totals.net)
    let rows = walk.entries.enumerated().map { place, entry in
      PublishedStackRow(entry, period: HalfHour(index: 0), sequenceNumber: place + 1, reserveScarcityPrice: nil)
    }
    if case .stack = inputs.netImbalance {
      #expect(StepCheck.all(rows, inputs).allSatisfy { $0.differences.isEmpty })
    }
    let picture = StackPicture(walk, title: "a < b & \"c\"").svg
    for turn in 1...3 {
      inputs.actions = Array(inputs.actions.dropFirst(turn)) + inputs.actions.prefix(turn).reversed()
      let other = PriceWalk(inputs)
      #expect(other.entries == walk.entries)
      #expect(other.systemPrice == walk.systemPrice)
      #expect(other.explanation == walk.explanation)
      #expect(StackPicture(other, title: "a < b & \"c\"").svg == picture)
    }
    let parser = XMLReader()
    #expect(parser.isWellFormed(picture))
  }
}

/// Holds a text to being one XML document by counting its tags; enough for what is written here.
struct XMLReader {
  func isWellFormed(_ text: String) -> Bool {
    var open: [Substring] = []
    for piece in text.split(separator: "<").dropFirst(0) {
      guard let end = piece.firstIndex(of: ">") else { return false }
      let tag = piece[..<end]
      if tag.hasSuffix("/") { continue }
      if tag.hasPrefix("/") {
        guard open.popLast() == tag.dropFirst() else { return false }
      } else {
        open.append(tag.prefix { $0 != " " })
      }
    }
    return open.isEmpty && text.hasPrefix("<svg ")
  }
}
