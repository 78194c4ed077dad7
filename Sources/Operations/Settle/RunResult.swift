import Aggregation
import MarketIdentifiers
import Quantities
import ReadingValidation
import Settlement
import SettlementCalendar

/// Choices under which history is settled, kept with every run that used them.
public struct RunSettings: Hashable, Sendable {
  /// Days added to a settlement date to find its imbalance prices; 0 for its own.
  public var priceShiftDays: Int
  /// Days added to a settlement date to find published line loss factors; 0 for its own.
  public var lossFactorShiftDays: Int
  /// Whether volumes are corrected to the takes of their GSP Groups where these are known.
  public var correctsGroups: Bool

  public init(priceShiftDays: Int = 0, lossFactorShiftDays: Int = 0, correctsGroups: Bool = false) {
    self.priceShiftDays = priceShiftDays
    self.lossFactorShiftDays = lossFactorShiftDays
    self.correctsGroups = correctsGroups
  }
}

/// What a run may know.
public struct Knowledge: Hashable, Sendable {
  /// Readings received before it.
  public var cutOff: UTCInstant
  /// Of the sources in order of commitment, so many: those that were there when the run was made.
  public var sourceCount: Int

  public init(cutOff: UTCInstant, sourceCount: Int) {
    self.cutOff = cutOff
    self.sourceCount = sourceCount
  }
}

/// One run of one settlement date, whole: what it knew, what it made of it, and from what.
public struct RunResult: Hashable, Sendable {
  public var date: SettlementDate
  public var run: RunType
  public var rulebook: String
  public var rulebookEdition: String
  public var settings: RunSettings
  public var knowledge: Knowledge
  public var quality: QualityCounts
  public var sums: AggregateSums
  /// By party, then period.
  public var positions: [ImbalancePosition]
  /// What went in, one line each: layers, prices, factors, contracts, registrations, rules, by content hash.
  public var lineage: [String]

  public init(
    date: SettlementDate, run: RunType, rulebook: String, rulebookEdition: String, settings: RunSettings,
    knowledge: Knowledge, quality: QualityCounts, sums: AggregateSums, positions: [ImbalancePosition],
    lineage: [String]
  ) {
    self.date = date
    self.run = run
    self.rulebook = rulebook
    self.rulebookEdition = rulebookEdition
    self.settings = settings
    self.knowledge = knowledge
    self.quality = quality
    self.sums = sums
    self.positions = positions
    self.lineage = lineage
  }

  /// Each party's cash of the day, positive to the party.
  public var cash: [ParticipantID: Money] { Imbalance.cashByParty(positions) }
}
