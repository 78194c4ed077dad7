import MarketIdentifiers
import Quantities
import SettlementCalendar

/// The rules of one world: a data pack whose every row carries an effective-from date and a source.
///
/// `may-2026` is the source documents' and the default; `bsc` the legacy code in force; `mhhs` the market after the
/// cut-over with its transition. A run, an estimate and a bill name the rulebook that they followed.
public struct Rulebook: Sendable {
  /// `may-2026`, `bsc`, `mhhs`.
  public let id: String
  public let title: String
  /// Checksum (FNV-1a, 64 bits, not cryptographic) of the packs' bytes, so that a result can say which edition of the
  /// rules it followed.
  public let edition: String
  public let timetable: RunTimetable
  /// England and Wales: the calendar of settlement.
  public let calendar: WorkingDayCalendar
  /// Named numbers by date.
  public let parameters: [String: Timeline<Parameter>]
  /// Line loss factors by class where no D0265 file speaks: the flat ones of the source documents.
  public let flatLossFactors: [LineLossFactorClassID: Timeline<LossFactor>]
  /// For a class that ``flatLossFactors`` does not name.
  public let defaultLossFactor: Timeline<LossFactor>
  /// The price cap, where the pack has one.
  public let priceCap: [PriceCapRow]
  /// What the price cap is made of, where the pack says so.
  public let priceCapComponents: [PriceCapComponent]
  /// Named rounding rules by date.
  public let roundings: [String: Timeline<RoundingRule>]

  public init(
    id: String, title: String, edition: String, timetable: RunTimetable, calendar: WorkingDayCalendar,
    parameters: [String: Timeline<Parameter>], flatLossFactors: [LineLossFactorClassID: Timeline<LossFactor>],
    defaultLossFactor: Timeline<LossFactor>, priceCap: [PriceCapRow], priceCapComponents: [PriceCapComponent] = [],
    roundings: [String: Timeline<RoundingRule>] = [:]
  ) {
    self.id = id
    self.title = title
    self.edition = edition
    self.timetable = timetable
    self.calendar = calendar
    self.parameters = parameters
    self.flatLossFactors = flatLossFactors
    self.defaultLossFactor = defaultLossFactor
    self.priceCap = priceCap
    self.priceCapComponents = priceCapComponents
    self.roundings = roundings
  }

  /// One row of a parameter: the number and the clause that sets it.
  public struct Parameter: Hashable, Sendable {
    public let value: DecimalNumber
    public let source: String

    public init(value: DecimalNumber, source: String) {
      self.value = value
      self.source = source
    }
  }

  /// The parameter in force on a date. - Returns: `nil` when the pack has none.
  public func parameter(_ name: String, on date: SettlementDate) -> Parameter? {
    parameters[name]?.value(on: date)
  }

  /// A whole-number parameter, e.g. `validation.window-hours`. - Returns: `nil` when absent or not whole.
  public func wholeNumber(_ name: String, on date: SettlementDate) -> Int? {
    guard let units = parameter(name, on: date)?.value.units(places: 0, rounding: .towardZero), units.isExact else {
      return nil
    }
    return Int(exactly: units.value)
  }

  /// The flat factor of a class on a date: the class's own, else the default. - Returns: `nil` before any row.
  public func flatLossFactor(_ lossClass: LineLossFactorClassID, on date: SettlementDate) -> LossFactor? {
    flatLossFactors[lossClass]?.value(on: date) ?? defaultLossFactor.value(on: date)
  }
}
