import Findings
import JSONText
import Quantities
import Settlement
import SettlementCalendar
import WireFormat

/// Reads system prices as Elexon's services answer them: Insights `DISEBSP` and `system-prices` rows, or the older BMRS
/// records `B1770`; a bare list, or a list under `data` or `rows`.
///
/// A document is held whole, at most ``largestDocument``. A row is one record of the list.
public struct SystemPriceJSONReader: StreamReader {
  public typealias Event = SystemPriceEvent

  /// Bytes; a year of answers has a tenth of it.
  public static let largestDocument = 256 << 20

  private var bytes: [UInt8] = []
  private var isTooLarge = false
  private var gatherer: PriceGatherer

  /// - Parameters:
  ///   - file: the file's name, for findings.
  ///   - source: the content hash of the file, for the facts.
  ///   - receivedAt: when the file became known.
  public init(file: String, source: String, receivedAt: UTCInstant) {
    gatherer = PriceGatherer(file: file, source: source, receivedAt: receivedAt)
  }

  public mutating func consume(_ piece: UnsafeRawBufferPointer, _ emit: (SystemPriceEvent) -> Void) {
    guard !isTooLarge else { return }
    if bytes.count + piece.count > Self.largestDocument {
      isTooLarge = true
      bytes = []
    } else {
      bytes.append(contentsOf: piece)
    }
  }

  public mutating func finish(_ emit: (SystemPriceEvent) -> Void) {
    guard !isTooLarge else { return fault(PublicDataRules.document, "The document is larger than 256 MiB.", emit) }
    let document: JSONValue
    do {
      document = try JSONText.parse(bytes, maximumSize: Self.largestDocument)
    } catch {
      return fault(PublicDataRules.document, error.description, emit)
    }
    bytes = []
    guard let rows = Self.rows(document) else {
      return fault(PublicDataRules.shape, "The document holds no list of price rows.", emit)
    }
    for (position, row) in rows.enumerated() { take(row, position, emit) }
    gatherer.finish(emit)
  }

  private func fault(_ rule: RuleID, _ message: String, _ emit: (SystemPriceEvent) -> Void) {
    emit(.noted(Finding(rule, .error, at: gatherer.place, message, remedy: PriceGatherer.fetchAgain)))
  }

  private static func rows(_ document: JSONValue) -> [JSONValue]? {
    if let rows = document.elements { return rows }
    for key in ["data", "rows"] {
      if let rows = document[key]?.elements { return rows }
      if let row = document[key], row.members != nil { return [row] }
    }
    return nil
  }

  private mutating func take(_ row: JSONValue, _ position: Int, _ emit: (SystemPriceEvent) -> Void) {
    let place = SourcePosition(file: gatherer.file, field: "row \(position + 1)")
    var fields = PriceFields()
    // Some answers write the date as a moment, `2026-03-29T00:00:00Z`.
    fields.date = row["settlementDate"]?.text.flatMap { publishedDate(String($0.prefix { $0 != "T" })) }
    fields.period = Self.number(row["settlementPeriod"]).flatMap(Self.whole)
    fields.start = row["startTime"]?.text.flatMap { UTCInstant($0) }
    if let volume = row["netImbalanceVolume"], !volume.isNull { fields.volume = .some(Self.number(volume)) }
    if let amount = row["imbalancePriceAmountGBP"] {
      if let date = fields.date, let from = PriceGatherer.singlePriceFrom, date < from {
        let message = "The record has one price of a date on which sell and buy price could differ."
        let remedy = "Take the date's prices from the download that has both."
        return emit(.quarantined(Finding(PublicDataRules.oneSide, .error, at: place, message, remedy: remedy), rows: 1))
      }
      fields.sell = Self.number(amount)
      fields.buy = fields.sell
    } else {
      fields.sell = Self.number(row["systemSellPrice"])
      fields.buy = Self.number(row["systemBuyPrice"])
    }
    gatherer.take(fields, at: place, emit)
  }

  /// A number, or a text that is one: the older records write all values as texts.
  private static func number(_ value: JSONValue?) -> DecimalNumber? {
    value?.decimal ?? value?.text.flatMap { DecimalNumber($0) }
  }

  private static func whole(_ number: DecimalNumber) -> Int? {
    guard let units = number.units(places: 0, rounding: .towardZero), units.isExact else { return nil }
    return Int(exactly: units.value)
  }
}
