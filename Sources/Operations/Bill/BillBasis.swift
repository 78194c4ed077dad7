import Rulebooks
import SettlementCalendar

/// What a bill was made from, kept beside it so that it can be made again to the same bytes.
public struct BillBasis: Hashable, Sendable {
  public var rulebook: String
  public var settings: RunSettings
  /// Readings received before the cut-off, from so many sources.
  public var knowledge: Knowledge
  public var from: SettlementDate
  public var through: SettlementDate
  public var issued: SettlementDate

  public init(
    rulebook: String, settings: RunSettings, knowledge: Knowledge, from: SettlementDate, through: SettlementDate,
    issued: SettlementDate
  ) {
    self.rulebook = rulebook
    self.settings = settings
    self.knowledge = knowledge
    self.from = from
    self.through = through
    self.issued = issued
  }

  /// One field a line; reads back with ``init(text:)``.
  public var text: String {
    """
    rulebook \(rulebook)
    price-shift \(settings.priceShiftDays)
    loss-factor-shift \(settings.lossFactorShiftDays)
    group-correction \(settings.correctsGroups ? "yes" : "no")
    known-before \(knowledge.cutOff.secondsSince1970)
    sources \(knowledge.sourceCount)
    from \(from)
    through \(through)
    issued \(issued)

    """
  }

  public init?(text: String) {
    var fields: [String: String] = [:]
    for line in text.split(separator: "\n") {
      let pair = line.split(separator: " ", maxSplits: 1)
      guard pair.count == 2 else { return nil }
      fields[String(pair[0])] = String(pair[1])
    }
    guard let rulebook = fields["rulebook"], let priceShift = fields["price-shift"].flatMap({ Int($0) }),
      let lossShift = fields["loss-factor-shift"].flatMap({ Int($0) }),
      let correction = fields["group-correction"], ["yes", "no"].contains(correction),
      let cutOff = fields["known-before"].flatMap({ Int64($0) }), let sources = fields["sources"].flatMap({ Int($0) }),
      let from = fields["from"].flatMap({ SettlementDate($0) }),
      let through = fields["through"].flatMap({ SettlementDate($0) }),
      let issued = fields["issued"].flatMap({ SettlementDate($0) })
    else { return nil }
    self.init(
      rulebook: rulebook,
      settings: RunSettings(
        priceShiftDays: priceShift, lossFactorShiftDays: lossShift, correctsGroups: correction == "yes"),
      knowledge: Knowledge(cutOff: UTCInstant(secondsSince1970: cutOff), sourceCount: sources), from: from,
      through: through, issued: issued)
  }
}

/// The kinds of document that a store holds.
public enum DocumentKind {
  public static let bill = "bill"
  public static let billBasis = "bill-basis"
  public static let collection = "collection"
  public static let payment = "payment"
}
