import Aggregation
import Findings
import MarketIdentifiers
import Quantities
import ReadingValidation
import SettlementCalendar

/// Everything in a store, counted and added up, for one page: the seven stages of the lifecycle under one rulebook.
///
/// A value without personal data: no metering point, no customer and no reading is named in it. Made by
/// ``gather(store:rulebook:)``.
public struct ReportData: Hashable, Sendable {
  /// Name, title and edition of the rulebook whose runs are reported.
  public var rulebook: RulebookName
  /// Stage 1: what came in.
  public var intake: Intake
  /// Stages 2 to 5: each kind of run over all the dates that have it, in the order of runs.
  public var runs: [RunSummary]
  /// Stage 2: quality at the last run of each date, added up.
  public var lastQuality: QualityCounts
  /// Stage 3: volumes at the last run of each date by GSP Group, rising.
  public var groups: [GroupVolume]
  /// Stages 3 and 4: each party at the last run of each date, rising.
  public var parties: [PartyPosition]
  /// One row a settlement date at its last run, rising.
  public var days: [DayRow]
  /// One point a settlement period at the last run of its date, rising.
  public var points: [PeriodPoint]
  /// Stage 6.
  public var bills: BillTotals
  /// Stage 7 and the ledger.
  public var ledger: LedgerTotals
  /// Whether what goes into a stage comes out of it.
  public var checks: [Check]

  public struct RulebookName: Hashable, Sendable {
    public var id: String
    public var title: String
    public var edition: String
  }

  /// Stage 1: files, their reckonings and what was found in them.
  public struct Intake: Hashable, Sendable {
    /// In order of commitment.
    public var sources: [Source]
    /// Series of readings.
    public var seriesCount: Int
    /// Settlement dates that have readings.
    public var readingDays: Int
    /// Statements about metering points.
    public var registrationCount: Int
    /// Findings of all sources by rule, rising.
    public var findings: [FindingCount]

    /// All sources' rows.
    public var total: Reckoning { sources.map(\.reckoning).reduce(Reckoning(), +) }
  }

  public struct Source: Hashable, Sendable {
    public var name: String
    public var format: String
    public var hash: String
    public var byteCount: Int
    public var receivedAt: UTCInstant
    public var reckoning: Reckoning
    public var findingCount: Int
  }

  /// How often a rule spoke, with its first sentence.
  public struct FindingCount: Hashable, Sendable {
    public var rule: RuleID
    public var severity: Severity
    public var count: Int
    public var message: String
    public var remedy: String
  }

  /// Import and export apart.
  public struct Volume: Hashable, Sendable {
    public var imported = PeriodSums()
    public var exported = PeriodSums()

    public init() {}

    /// Import less export at the meters.
    public var netMetered: Energy { imported.metered - exported.metered }
    /// Import less export at the Grid Supply Point.
    public var netLossAdjusted: LossAdjustedEnergy { imported.lossAdjusted - exported.lossAdjusted }
    /// What line losses add to the net.
    public var losses: LossAdjustedEnergy { netLossAdjusted - LossAdjustedEnergy(netMetered) }

    public static func + (a: Self, b: Self) -> Self {
      var sum = Self()
      sum.imported = a.imported + b.imported
      sum.exported = a.exported + b.exported
      return sum
    }

    mutating func add(_ sums: PeriodSums, _ quantity: MeasurementQuantity) {
      if quantity == .activeExport { exported = exported + sums } else { imported = imported + sums }
    }
  }

  /// One kind of run, over all dates that have it.
  public struct RunSummary: Hashable, Sendable {
    public var run: RunType
    public var purpose: String
    public var movesMoney: Bool
    /// How many settlement dates have this run.
    public var days: Int
    public var quality: QualityCounts
    public var volume: Volume
    /// Each party's cash at this run, positive to the party.
    public var cash: [ParticipantID: Money]
    /// What the run moved since the one before it that moved money; empty where it moves none.
    public var moved: [ParticipantID: Money]
    /// Net metered energy less that of the run before, over the dates that have both.
    public var energyChange: Energy
    /// How many dates have a run before this one.
    public var comparedDays: Int
  }

  public struct GroupVolume: Hashable, Sendable {
    public var group: GSPGroupID
    public var volume: Volume
  }

  public struct PartyPosition: Hashable, Sendable {
    public var party: ParticipantID
    public var volume: Volume
    public var offtake: LossAdjustedEnergy
    public var contracted: Energy
    /// `contracted − offtake`.
    public var imbalance: LossAdjustedEnergy
    public var cash: Money
  }

  public struct DayRow: Hashable, Sendable {
    public var date: SettlementDate
    public var run: RunType
    public var periodCount: Int
    public var lowestPrice: UnitRate
    public var highestPrice: UnitRate
    public var offtake: LossAdjustedEnergy
    public var contracted: Energy
    /// All parties' cash, positive to them.
    public var cash: Money
  }

  /// One settlement period. The prices differ only before 5 November 2015, where some parties were long, others short.
  public struct PeriodPoint: Hashable, Sendable {
    public var date: SettlementDate
    public var period: Int
    public var halfHour: HalfHour
    public var lowestPrice: UnitRate
    public var highestPrice: UnitRate
    /// All parties' import less export at the Grid Supply Point.
    public var offtake: LossAdjustedEnergy
  }

  public struct BillTotals: Hashable, Sendable {
    public var count = 0
    /// Of all bills for import.
    public var imported = Energy.zero
    /// Of all bills for export.
    public var exported = Energy.zero
    public var estimated = Energy.zero
    public var subtotal = Money.zero
    public var vat = Money.zero
    public var total = Money.zero
    /// Bills that the price cap binds and that are above it.
    public var capBreaches = 0
    /// Bills whose amounts are not what their parts make.
    public var notAddingUp = 0
    public var suppliers: [ParticipantID: SupplierBills] = [:]

    public init() {}
  }

  public struct SupplierBills: Hashable, Sendable {
    public var count = 0
    public var energy = Energy.zero
    public var total = Money.zero

    public init() {}
  }

  public struct LedgerTotals: Hashable, Sendable {
    public var entries = 0
    public var postings = 0
    /// All postings, in micropounds: nothing, when the ledger balances.
    public var sum: Int128 = 0
    public var collectionFiles = 0
    public var collected = Money.zero
    public var collectedCount = 0
    public var bounced = Money.zero
    public var bouncedCount = 0
    /// What customers owe.
    public var owed = Money.zero
    public var owingCustomers = 0
    /// What suppliers owe customers.
    public var credit = Money.zero
    /// Posted by bills that were issued and not withdrawn.
    public var billed = Money.zero
    /// Each party's settlement account, positive to the party.
    public var parties: [ParticipantID: Money] = [:]

    public init() {}
  }

  /// Two figures that must be equal.
  public struct Check: Hashable, Sendable {
    public enum Verdict: Hashable, Sendable {
      case holds
      case broken
      /// It cannot be decided here; says why.
      case undecided(String)
    }

    /// 1...7, the stage into which the figure goes.
    public var stage: Int
    public var title: String
    public var before: String
    public var after: String
    public var verdict: Verdict
  }

  /// Whether every check that can be decided holds.
  public var holds: Bool { !checks.contains { $0.verdict == .broken } }

  /// First and last settlement date that was settled.
  public var span: (first: SettlementDate, last: SettlementDate)? {
    guard let first = days.first, let last = days.last else { return nil }
    return (first.date, last.date)
  }
}
