import MarketIdentifiers
import SettlementCalendar

/// Whether the price cap limits a tariff.
public enum TariffKind: String, Hashable, Sendable, CaseIterable {
  /// Without an end date; the price cap limits it.
  case standardVariable = "standard-variable"
  /// Chosen by the customer for a term; the price cap does not limit it.
  case fixed
}

/// What a supplier charges (or pays, for export), with all its price changes.
public struct Tariff: Hashable, Sendable {
  public let name: String
  public let supplier: ParticipantID
  public let kind: TariffKind
  /// Import is charged, export is credited.
  public let quantity: MeasurementQuantity
  /// The name of the VAT rate that applies, as the billing rules know it: `domestic`, ...
  public let vatRate: String
  /// Rising by effective-from; at least one.
  public let rates: [TariffRates]

  /// - Throws: ``TariffFault`` when there are no rates, two from the same date, or a reactive quantity.
  public init(
    name: String, supplier: ParticipantID, kind: TariffKind, quantity: MeasurementQuantity = .activeImport,
    vatRate: String, rates: [TariffRates]
  ) throws(TariffFault) {
    guard !rates.isEmpty else { throw .noRates }
    guard Set(rates.map(\.effectiveFrom)).count == rates.count else { throw .twoRatesFromOneDate }
    guard quantity.isActive else { throw .notActiveEnergy }
    self.name = name
    self.supplier = supplier
    self.kind = kind
    self.quantity = quantity
    self.vatRate = vatRate
    self.rates = rates.sorted { $0.effectiveFrom < $1.effectiveFrom }
  }

  /// The rates in force on a date. - Returns: `nil` before the first.
  public func rates(on date: SettlementDate) -> TariffRates? { rates.last { $0.effectiveFrom <= date } }
}

/// The tariffs that bills may name. A name may occur once for each supplier.
public struct TariffBook: Hashable, Sendable {
  /// Rising by supplier, then name.
  public let tariffs: [Tariff]

  /// - Throws: ``TariffFault/namedTwice`` when a supplier has two tariffs of one name.
  public init(_ tariffs: [Tariff]) throws(TariffFault) {
    let sorted = tariffs.sorted { ($0.supplier, $0.name) < ($1.supplier, $1.name) }
    for (one, next) in zip(sorted, sorted.dropFirst()) where one.supplier == next.supplier && one.name == next.name {
      throw .namedTwice
    }
    self.tariffs = sorted
  }

  /// The tariff of a supplier. - Returns: `nil` when the book does not have it.
  public func tariff(named name: String, of supplier: ParticipantID) -> Tariff? {
    tariffs.first { $0.supplier == supplier && $0.name == name }
  }
}

/// Why prices are not a tariff.
public enum TariffFault: Error, Hashable, Sendable {
  case notCovered(minute: Int, days: TariffDays)
  case coveredTwice(minute: Int, days: TariffDays)
  case bandNamedTwice
  case tooMany
  case chargeOutOfRange
  case rateOutOfRange
  case noRates
  case twoRatesFromOneDate
  case notActiveEnergy
  case namedTwice
}

extension TariffFault: CustomStringConvertible {
  /// A sentence that says what is wrong.
  public var description: String {
    switch self {
    case .notCovered(let minute, let days):
      "No band covers the half-hour from \(ClockWindow.clockText(minute)) on a \(days.rawValue) day."
    case .coveredTwice(let minute, let days):
      "Two bands cover the half-hour from \(ClockWindow.clockText(minute)) on a \(days.rawValue) day."
    case .bandNamedTwice: "Two bands have the same name; give one band several windows instead."
    case .tooMany:
      "A tariff has at most \(TariffRates.largestBandCount) bands and \(TariffRates.largestPassThroughCount) "
        + "pass-through charges."
    case .chargeOutOfRange: "A charge is below zero or above \(TariffRates.largestCharge)."
    case .rateOutOfRange: "A unit rate is below zero or above 1,000 p/kWh."
    case .noRates: "The tariff has no rates."
    case .twoRatesFromOneDate: "Two sets of rates start on the same date."
    case .notActiveEnergy: "A tariff charges active energy: import (AI) or export (AE)."
    case .namedTwice: "The book has two tariffs of the same name and supplier."
    }
  }
}
