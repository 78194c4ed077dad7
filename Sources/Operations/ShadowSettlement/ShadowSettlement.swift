import MarketIdentifiers
import Quantities
import Settlement
import SettlementCalendar
import SettlementReports

/// Compares received reports with what the store makes of the same date and run, and says why they are likely to differ.
public final class ShadowSettlement {
  private let desk: ReportFiguresDesk
  private var known: [KnownToday: ReportFigures?] = [:]

  public init(_ desk: ReportFiguresDesk) { self.desk = desk }

  /// - Parameters:
  ///   - received: one without a ``ReceivedReport/refusal``.
  ///   - threshold: what a listed difference is worth at least, either way.
  /// - Returns: `nil` when the report names no date and run.
  /// - Throws: what working out our own figures throws.
  public func compare(_ received: ReceivedReport, threshold: Money) throws -> ReportComparison? {
    guard let identity = received.identity else { return nil }
    known = [:]
    let figures = try desk.figures(identity.date, identity.run)
    var comparison = ReportComparison(received, figures, threshold: Int128(threshold.micropounds.magnitude))
    for index in comparison.listed.indices {
      let (cause, sentence) = try explain(comparison.listed[index], figures)
      comparison.listed[index].cause = cause
      comparison.listed[index].sentence = sentence
    }
    return comparison
  }

  private func today(_ change: KnownToday, _ figures: ReportFigures) throws -> ReportFigures? {
    if let made = known[change] { return made }
    let made = try desk.figures(figures.day.date, figures.run, knowingToday: change)
    known[change] = made
    return made
  }

  private func explain(_ row: ReportDifference, _ figures: ReportFigures) throws -> (LikelyCause, String) {
    switch row.kind {
    case .volume: return try explainVolume(row, figures)
    case .unit: return try explainUnit(row, figures)
    case .party:
      if case .none = row.received {
        return (.missingPartyReceived, "The received report does not name the party; the store has it on this date.")
      }
      return (.missingPartyStore, "The store has no volume and no contract of the party on this date.")
    case .lossMultiplier:
      return (
        .lossMultiplier,
        "The received report applies a transmission loss multiplier; rulebook \(figures.rulebook) has none."
      )
    case .contract:
      return try explainNumber(
        row, figures, .contracts, (.contractChange, .contract), "contract notifications",
        "The notified volumes differ: compare the notifications of both sides."
      ) { today in
        row.party.flatMap(ParticipantID.init).flatMap { today.accounts[$0] }
          .flatMap { accounts in row.period.flatMap { accounts.indices.contains($0 - 1) ? accounts[$0 - 1] : nil } }
          .map { .megawattHours($0.contracted) }
      }
    case .price:
      return try explainNumber(
        row, figures, .prices, (.priceChange, .price), "prices",
        "The price was stated differently: compare the price files of both sides."
      ) { today in
        row.party.flatMap { ParticipantID($0) }.flatMap { today.accounts[$0] }
          .flatMap { accounts in row.period.flatMap { accounts.indices.contains($0 - 1) ? accounts[$0 - 1] : nil } }
          .map { .poundsPerMWh($0.price) }
      }
    case .take:
      if case .none = row.ours {
        return (.take, "The store knows no take of this GSP Group and period: ingest the take file.")
      }
      return try explainNumber(
        row, figures, .takes, (.takeChange, .take), "takes",
        "The metered take differs: compare the take files of both sides."
      ) { today in
        row.group.flatMap { GSPGroupID(rawValue: $0) }.flatMap { today.takes[$0] }
          .flatMap { takes in row.period.flatMap { takes[$0 - 1] } }.map { .megawattHours($0) }
      }
    case .rest:
      if row.value.magnitude <= row.roundingBound.magnitude {
        return (.rounding, "No more than rounding leaves: volumes to a kilowatt-hour, cash to a penny, one by one.")
      }
      return (
        .otherCharges,
        "The received cash does not follow from the received volumes and price alone: it holds balancing services, "
          + "reallocations or other charges that our run does not compute."
      )
    }
  }

  // MARK: Volumes

  private static let ofVolumes: [(KnownToday, LikelyCause, String)] = [
    (.registrations, .registrationChange, "registrations"),
    (.lossFactors, .lossFactorChange, "line loss factors"),
    (.readings, .lateReadings, "readings"),
  ]

  private func explainVolume(_ row: ReportDifference, _ figures: ReportFigures) throws -> (LikelyCause, String) {
    guard let period = row.period, let unit = figures.units.first(where: { $0.id == row.unit }) else {
      return (.volume, "")
    }
    for (change, cause, what) in Self.ofVolumes {
      guard let today = try today(change, figures) else { continue }
      let volume = today.units.first { $0.id == row.unit }?.volumes[period - 1] ?? .zero
      if let words = nearness(.megawattHours(volume), row) { return (cause, Self.sentence(words, what)) }
    }
    let (estimated, all) = (unit.estimated[period - 1], unit.halfHours[period - 1])
    if estimated > 0 {
      return (
        .estimate,
        "\(estimated) of the \(all) half-hours behind our volume are estimated; the received one may know readings that "
          + "the store does not have."
      )
    }
    return (
      .volume,
      "All \(all) half-hours behind our volume are measured: compare readings, registrations and loss factors of the "
        + "unit with those of the other side."
    )
  }

  private func explainUnit(_ row: ReportDifference, _ figures: ReportFigures) throws -> (LikelyCause, String) {
    let isOurs = if case .none = row.ours { false } else { true }
    let today = try today(.registrations, figures)
    let isToday = today?.units.contains { $0.id == row.unit } ?? isOurs
    if isToday != isOurs {
      return (
        .registrationChange,
        "With the registrations that are known today the store \(isToday ? "has" : "no longer has") the unit."
      )
    }
    return isOurs
      ? (.missingUnitReceived, "The received report does not have the unit; the store has metering points in it.")
      : (
        .missingUnitStore, "The store has no metering point in the unit: look for registrations that were not taken in."
      )
  }

  // MARK: Other figures

  private func explainNumber(
    _ row: ReportDifference, _ figures: ReportFigures, _ change: KnownToday, _ causes: (LikelyCause, LikelyCause),
    _ what: String, _ otherwise: String, _ amount: (ReportFigures) -> ReportDifference.Amount?
  ) throws -> (LikelyCause, String) {
    if let today = try today(change, figures), let now = amount(today), let words = nearness(now, row) {
      return (causes.0, Self.sentence(words, what))
    }
    return (causes.1, otherwise)
  }

  private static func sentence(_ nearness: String, _ what: String) -> String {
    "With the \(what) that are known today, which the run did not know, ours is \(nearness)."
  }

  /// How a figure of today stands to the received one; `nil` where it comes no nearer than the run's own.
  private func nearness(_ today: ReportDifference.Amount, _ row: ReportDifference) -> String? {
    guard today != row.ours, let new = Self.number(today), let target = Self.number(row.received) else { return nil }
    if new == target { return "what was received" }
    let old = Self.number(row.ours) ?? 0
    return (target - new).magnitude < (target - old).magnitude ? "nearer to what was received" : nil
  }

  private static func number(_ amount: ReportDifference.Amount) -> Int128? {
    switch amount {
    case .megawattHours(let energy): energy.tenMicrowattHours
    case .poundsPerMWh(let rate): Int128(rate.micropencePerMWh)
    case .pounds(let micropounds): micropounds
    case .none: nil
    }
  }
}
