import BalancingMechanism
import ImbalancePricing
import JSONText
import PublicData
import Quantities
import SettlementCalendar

/// A period's pricing as JSON, under the names of the Insights API where it has them, and as text.
public struct PriceReport {
  let pricing: PeriodPricing
  let files: [PriceFolder.FileReport]
  let findings: [String]
  let findingCount: Int

  // MARK: JSON

  var json: JSONValue {
    var members: [JSONMember] = [
      JSONMember("settlementDate", .string("\(pricing.facts.period.day.date)")),
      JSONMember("settlementPeriod", .integer(pricing.facts.period.number)),
      JSONMember("startTime", .string("\(pricing.facts.halfHour.start)")),
      JSONMember("basis", .string(pricing.basis.rawValue)),
      JSONMember("systemPrice", Self.price(pricing.systemPrice)),
      JSONMember("systemBuyPrice", Self.price(pricing.walk?.systemBuyPrice)),
      JSONMember("systemSellPrice", Self.price(pricing.walk?.systemSellPrice)),
      JSONMember("netImbalanceVolume", Self.energy(pricing.netImbalanceVolume)),
      JSONMember("netAcceptedVolume", Self.energy(netAccepted)),
    ]
    members += totals.map { JSONMember($0.name, Self.energy($0.volume)) }
    members += [
      JSONMember("replacementPrice", Self.price(pricing.walk?.replacementPrice)),
      JSONMember("replacementPriceReferenceVolume", Self.energy(pricing.walk?.replacementVolume)),
      JSONMember("marketIndexPrice", Self.price(pricing.walk?.inputs.marketIndexPrice)),
      JSONMember("priceBasis", pricing.walk.map { .string($0.basis.rawValue) } ?? .null),
      JSONMember("reverseBasis", pricing.walk?.reverseBasis.map { .string($0.rawValue) } ?? .null),
      JSONMember("published", published),
      JSONMember("difference", pricing.difference.map { .string($0.cause.rawValue) } ?? .null),
      JSONMember("stepChecks", .array(pricing.stepChecks.map(Self.check))),
      JSONMember("explanation", .array(sentences.map { .string($0) })),
      JSONMember(
        "missing",
        .array(
          pricing.missing.map {
            .object(["what": .string($0.rawValue), "why": .string($0.sentence)])
          })),
      JSONMember("steps", .array(PricingStep.allCases.compactMap(step))),
      JSONMember("record", pricing.priceRecord.map { InsightsRows.systemPrice($0) } ?? .null),
      JSONMember("summary", pricing.walk == nil ? .null : InsightsRows.summary(pricing)),
      JSONMember("bidStack", .array(pricing.stackRows(.sell).map { InsightsRows.stack($0) })),
      JSONMember("offerStack", .array(pricing.stackRows(.buy).map { InsightsRows.stack($0) })),
      JSONMember("files", .array(files.map(Self.file))),
      JSONMember("findings", .array(findings.map { .string($0) })),
      JSONMember("findingCount", .integer(findingCount)),
    ]
    return .object(members)
  }

  private var netAccepted: BalancingEnergy? {
    let values = totals
    guard let offers = values[0].volume, let bids = values[1].volume else { return nil }
    return offers + bids
  }

  /// Of the walk; where no action is known, the published ones, but adjustment sums always from the rows at hand.
  private var totals: [(name: String, volume: BalancingEnergy?)] {
    let walk = pricing.walk?.totals
    let record = pricing.walk == nil ? pricing.facts.record : nil
    let rows = pricing.facts.adjustments.isEmpty ? nil : Optional(pricing.adjustmentTotals)
    return [
      ("totalAcceptedOfferVolume", walk?.totalAcceptedOfferVolume ?? record?.totalAcceptedOfferVolume),
      ("totalAcceptedBidVolume", walk?.totalAcceptedBidVolume ?? record?.totalAcceptedBidVolume),
      ("totalAdjustmentSellVolume", walk?.totalAdjustmentSellVolume ?? rows?.sell ?? record?.totalAdjustmentSellVolume),
      ("totalAdjustmentBuyVolume", walk?.totalAdjustmentBuyVolume ?? rows?.buy ?? record?.totalAdjustmentBuyVolume),
      (
        "totalSystemTaggedAcceptedOfferVolume",
        walk?.totalSystemTaggedAcceptedOfferVolume ?? record?.totalSystemTaggedAcceptedOfferVolume
      ),
      (
        "totalSystemTaggedAcceptedBidVolume",
        walk?.totalSystemTaggedAcceptedBidVolume ?? record?.totalSystemTaggedAcceptedBidVolume
      ),
      (
        "totalSystemTaggedAdjustmentSellVolume",
        walk?.totalSystemTaggedAdjustmentSellVolume ?? record?.totalSystemTaggedAdjustmentSellVolume
      ),
      (
        "totalSystemTaggedAdjustmentBuyVolume",
        walk?.totalSystemTaggedAdjustmentBuyVolume ?? record?.totalSystemTaggedAdjustmentBuyVolume
      ),
    ]
  }

  private var published: JSONValue {
    guard let record = pricing.facts.record else { return .null }
    return .object([
      "systemPrice": Self.price(record.systemPrice), "netImbalanceVolume": Self.energy(record.netImbalanceVolume),
      "sumOfTotals": Self.energy(record.netOfTotals),
      "totalAdjustmentSellVolume": Self.energy(record.totalAdjustmentSellVolume),
      "totalAdjustmentBuyVolume": Self.energy(record.totalAdjustmentBuyVolume),
      "adjustmentSumsAgree": adjustmentSumsAgree.map { .bool($0) } ?? .null,
      "isReproduced": pricing.isReproduced.map { .bool($0) } ?? .null,
    ])
  }

  /// Whether the rows of adjustment actions add up to the published totals; `nil` where one of them is not there.
  private var adjustmentSumsAgree: Bool? {
    guard !pricing.facts.adjustments.isEmpty, let record = pricing.facts.record,
      let buy = record.totalAdjustmentBuyVolume, let sell = record.totalAdjustmentSellVolume
    else { return nil }
    return pricing.adjustmentTotals == (buy, sell)
  }

  private func step(_ step: PricingStep) -> JSONValue? {
    guard let walk = pricing.walk else { return nil }
    let left = walk.entries.filter { $0.volume(after: step).units != 0 }
    return .object([
      "step": .string(step.rawValue),
      "netVolume": Self.energy(left.reduce(.zero) { $0 + $1.volume(after: step) }),
      "actions": .array(left.map { action($0, step) }),
    ])
  }

  private func action(_ entry: StackEntry, _ step: PricingStep) -> JSONValue {
    let isPriced = [.replacement, .priceAverage, .lossWeighting].contains(step)
    let isClassified = step != .flags && step != .deMinimis && step != .arbitrage
    let flag = isClassified ? entry.isSecondStageFlagged : entry.isFirstStageFlagged
    return .object([
      "id": .string(entry.action.id), "kind": .string(entry.action.kind.rawValue),
      "side": .string(entry.side.rawValue),
      "acceptanceId": entry.action.kind == .adjustment ? .null : .integer(entry.action.acceptance),
      "bidOfferPairId": entry.action.pair == 0 ? .null : .integer(entry.action.pair),
      "soFlag": .bool(entry.action.flags.contains(.system)),
      "cadlFlag": .bool(entry.action.flags.contains(.shortDuration)), "isFlagged": .bool(flag),
      "originalPrice": Self.price(entry.action.price),
      "price": Self.price(isPriced ? entry.finalPrice : entry.price),
      "volume": Self.energy(entry.volume(after: step)),
    ])
  }

  private static func check(_ check: StepCheck) -> JSONValue {
    .object([
      "step": .string(check.step.rawValue), "compared": .integer(check.compared),
      "differing": .integer(check.differences.count),
      "differences": .array(
        check.differences.prefix(20).map {
          .object([
            "id": .string($0.id), "acceptanceId": .integer($0.acceptance), "computed": energy($0.computed),
            "published": energy($0.published),
          ])
        }),
    ])
  }

  private static func file(_ report: PriceFolder.FileReport) -> JSONValue {
    .object([
      "name": .string(report.name), "isRead": .bool(report.isRead), "rows": .integer(report.rows),
      "used": .integer(report.used), "refused": .integer(report.refused),
    ])
  }

  private static func price(_ rate: UnitRate?) -> JSONValue {
    rate.map { .number($0.poundsPerMWhText) } ?? .null
  }

  private static func energy(_ energy: BalancingEnergy?) -> JSONValue {
    energy.map { .number($0.megawattHoursText) } ?? .null
  }

  // MARK: Text

  /// What was done and why, in sentences.
  var sentences: [String] {
    var lines = pricing.walk?.explanation ?? []
    if let difference = pricing.differenceSentence ?? pricing.unpricedSentence { lines.append(difference) }
    return lines
  }

  /// For a person; `isExplained` adds the sentences.
  func text(isExplained: Bool) -> String {
    var lines = ["\(pricing.facts.period), from \(pricing.facts.halfHour.start): \(pricing.basis.rawValue)"]
    lines.append("system price           " + (pricing.systemPrice.map { "\($0)" } ?? "not to be had from these files"))
    if let walk = pricing.walk, walk.systemBuyPrice != walk.systemSellPrice {
      lines.append("system buy price       " + (walk.systemBuyPrice.map { "\($0)" } ?? "not known"))
      lines.append("system sell price      " + (walk.systemSellPrice.map { "\($0)" } ?? "not known"))
    }
    lines.append("net imbalance volume   " + (pricing.netImbalanceVolume.map(Self.shown) ?? "not known"))
    lines.append("net accepted volume    " + (netAccepted.map(Self.shown) ?? "not known"))
    for total in totals.prefix(4) {
      lines.append("\(total.name)".padded(26) + (total.volume.map(Self.shown) ?? "not known"))
    }
    if let record = pricing.facts.record {
      let volume = record.netImbalanceVolume.map(Self.shown) ?? "no volume"
      lines.append("published              \(record.systemPrice), \(volume)")
    }
    if pricing.walk != nil { lines += ["", steps.text(.table).trimmingLineEnd] }
    lines += pricing.stepChecks.map {
      "published \($0.step.rawValue): \($0.compared - $0.differences.count) of \($0.compared) rows agree"
    }
    if isExplained { lines += [""] + sentences }
    lines +=
      pricing.missing.isEmpty ? [] : ["", "missing:"] + pricing.missing.map { "  \($0.rawValue): \($0.sentence)" }
    if findingCount > 0 { lines += ["", "\(findingCount) findings:"] + findings.prefix(10).map { "  " + $0 } }
    return lines.joined(separator: "\n") + "\n"
  }

  private static func shown(_ energy: BalancingEnergy) -> String { energy.megawattHoursText(places: 3) + " MWh" }

  /// How many actions and how much volume each step left.
  private var steps: OutputTable {
    var table = OutputTable(columns: ["step", "buys", "buy MWh", "sells", "sell MWh", "flagged"])
    for step in PricingStep.allCases {
      let left = (pricing.walk?.entries ?? []).filter { $0.volume(after: step).units != 0 }
      func sum(_ side: StackSide) -> String {
        left.filter { $0.side == side }.reduce(BalancingEnergy.zero) { $0 + $1.volume(after: step) }
          .megawattHoursText(places: 3)
      }
      let isFirst = [.flags, .deMinimis, .arbitrage].contains(step)
      table.rows.append([
        .text(step.rawValue), .count(left.count { $0.side == .buy }), .number(sum(.buy)),
        .count(left.count { $0.side == .sell }), .number(sum(.sell)),
        .count(left.count { isFirst ? $0.isFirstStageFlagged : $0.isSecondStageFlagged }),
      ])
    }
    return table
  }
}

extension String {
  fileprivate func padded(_ width: Int) -> String { self + String(repeating: " ", count: max(1, width - count)) }
  fileprivate var trimmingLineEnd: String { hasSuffix("\n") ? String(dropLast()) : self }
}
