import BalancingMechanism
import Quantities
import SettlementCalendar

/// How the two imbalance prices come out of the stacks.
public enum PriceMethod: String, Hashable, Sendable, CaseIterable {
  /// Each price is the mean over its own stack, without net imbalance volume tagging (2001 to 2003).
  case stackAverages = "stack-averages"
  /// The short or long side sets the main price, the market index the reverse one (P78, 2003 to 2015).
  case mainAndReverse = "main-and-reverse"
  /// One price for both (P305, since 2015).
  case single
}

/// What becomes of flagged actions.
public enum FlagTreatment: String, Hashable, Sendable, CaseIterable {
  /// They count in volume at the dear end and never in a price (before P217A).
  case unpriced
  /// Classification decides, and a replacement price stands in (since P217A, 2009).
  case classify
}

/// The parameters of the imbalance price that hold on one settlement date (BSC Section T, Annex T-1).
public struct PricingParameters: Hashable, Sendable {
  /// De minimis acceptance threshold: smaller actions are dropped.
  public var deMinimis: BalancingEnergy
  /// Continuous acceptance duration limit: seconds; shorter runs of acceptances are flagged.
  public var continuousAcceptanceLimit: Int64
  /// Price average reference volume: the price is the mean over so much.
  public var priceAverageReference: BalancingEnergy
  /// Replacement price average reference volume.
  public var replacementReference: BalancingEnergy
  /// Value of lost load in £/MWh; `nil` before P305.
  public var valueOfLostLoad: UnitRate?
  public var method: PriceMethod
  public var flagTreatment: FlagTreatment

  public init(
    deMinimis: BalancingEnergy, continuousAcceptanceLimit: Int64, priceAverageReference: BalancingEnergy,
    replacementReference: BalancingEnergy, valueOfLostLoad: UnitRate?, method: PriceMethod = .single,
    flagTreatment: FlagTreatment = .classify
  ) {
    self.deMinimis = deMinimis
    self.continuousAcceptanceLimit = continuousAcceptanceLimit
    self.priceAverageReference = priceAverageReference
    self.replacementReference = replacementReference
    self.valueOfLostLoad = valueOfLostLoad
    self.method = method
    self.flagTreatment = flagTreatment
  }

  /// Loss of load probability times the value of lost load, rounded once half away from zero to 10⁻⁸ £/MWh.
  ///
  /// - Parameter lossOfLoadProbability: 0...1.
  /// - Returns: `nil` without a value of lost load, or for a probability out of range.
  public func reserveScarcityPrice(lossOfLoadProbability: DecimalNumber) -> UnitRate? {
    guard let valueOfLostLoad, let billionths = lossOfLoadProbability.units(places: 9, rounding: .halfAwayFromZero),
      (0...1_000_000_000).contains(billionths.value)
    else { return nil }
    let product = Int128(valueOfLostLoad.micropencePerMWh) * billionths.value
    let rate = Int64(exactly: Rounding.halfAwayFromZero.quotient(product, by: 1_000_000_000))
    return rate.map(UnitRate.init(micropencePerMWh:))
  }
}

/// One dated value of the pack, with where it comes from.
public struct PricingParameterRow: Hashable, Sendable {
  /// How sure the value is.
  public enum Mark: String, Hashable, Sendable, CaseIterable {
    /// Read in a source that was checked.
    case verified = "V"
    /// Taken as known; not checked against the text that rules.
    case known = "K"
  }

  public var name: String
  /// As the pack has it.
  public var text: String
  public var effectiveFrom: SettlementDate
  public var source: String
  public var mark: Mark

  /// The text as a number; `nil` where it is a word.
  public var value: DecimalNumber? { DecimalNumber(text) }
}

/// The dated parameters that are shipped with the program.
public struct PricingParameterBook: Sendable {
  public let rows: [PricingParameterRow]

  public init(rows: [PricingParameterRow]) { self.rows = rows }

  /// The shipped pack. Rows that cannot be read are left out; a test holds the pack to having none.
  public static let shipped = PricingParameterBook(csv: PackageResources.pricing_parameters_csv)

  /// Reads the pack's five columns; its texts have no commas within fields.
  public init(csv: [UInt8]) {
    let lines = csv.split(separator: UInt8(ascii: "\n")).dropFirst()
    rows = lines.compactMap { line in
      let fields = line.split(separator: UInt8(ascii: ","), omittingEmptySubsequences: false)
        .map { String(decoding: $0, as: UTF8.self) }
      guard fields.count == 5, !fields[1].isEmpty, let from = SettlementDate(fields[2]),
        let mark = PricingParameterRow.Mark(rawValue: fields[4])
      else { return nil }
      return PricingParameterRow(name: fields[0], text: fields[1], effectiveFrom: from, source: fields[3], mark: mark)
    }
  }

  /// The row in force. - Returns: `nil` where none is.
  public func row(_ name: String, on date: SettlementDate) -> PricingParameterRow? {
    rows.filter { $0.name == name && $0.effectiveFrom <= date }.max { $0.effectiveFrom < $1.effectiveFrom }
  }

  /// All parameters of a date.
  ///
  /// - Returns: `nil` before 27 March 2001, when there were no imbalance prices.
  public func parameters(on date: SettlementDate) -> PricingParameters? {
    func energy(_ name: String) -> BalancingEnergy? {
      row(name, on: date)?.value.flatMap { BalancingEnergy(megawattHours: $0) }
    }
    guard let deMinimis = energy("dmat-mwh"), let reference = energy("par-mwh"), let replacement = energy("rpar-mwh"),
      let method = row("price-method", on: date).flatMap({ PriceMethod(rawValue: $0.text) }),
      let treatment = row("flag-treatment", on: date).flatMap({ FlagTreatment(rawValue: $0.text) }),
      let minutes = row("cadl-minutes", on: date)?.value?.units(places: 0, rounding: .towardZero)?.value,
      let limit = Int64(exactly: minutes), (0...1_440).contains(limit)
    else { return nil }
    return PricingParameters(
      deMinimis: deMinimis, continuousAcceptanceLimit: limit * 60, priceAverageReference: reference,
      replacementReference: replacement,
      valueOfLostLoad: row("voll-pounds", on: date)?.value.flatMap { UnitRate(poundsPerMWh: $0) },
      method: method, flagTreatment: treatment)
  }
}
