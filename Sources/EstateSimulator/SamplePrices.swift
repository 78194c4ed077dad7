import Quantities
import SettlementCalendar

/// Invented system prices in the layout of Elexon's price download. They resemble no real day.
struct SamplePrices: Sendable {
  let seed: UInt64
  /// The date that has the one negative price, at 13:30.
  let negativeDate: SettlementDate
  /// The date that has the one very high price, at 18:00.
  let spikeDate: SettlementDate

  static let header =
    "Settlement Date,Settlement Period,System Sell Price(GBP/MWh),System Buy Price(GBP/MWh),"
    + "Net Imbalance Volume(MWh)\n"

  /// Pounds per MWh by half-hour of the clock day: cheap nights, a dear evening.
  static let base = [
    62, 60, 58, 57, 55, 54, 53, 53, 54, 56, 60, 66, 74, 82, 88, 90, 89, 86, 82, 78, 75, 72, 70, 68,
    66, 64, 62, 61, 62, 66, 72, 82, 94, 108, 120, 126, 128, 124, 116, 106, 98, 92, 86, 80, 75, 71, 67, 64,
  ]

  /// The table of one date.
  func text(_ day: SampleDay) -> String {
    var chance = SeededGenerator(seed: seed, stream: "prices/\(day.day.date)")
    let (year, month, dayOfMonth) = day.day.date.civil
    let date = "\(Self.pair(dayOfMonth))/\(Self.pair(month))/\(year)"
    var text = Self.header
    for (index, slot) in day.slots.enumerated() {
      // Megawatt-hours with three decimals; a short system makes a dearer period.
      let imbalance = chance.within(-600_000...600_000)
      var pence = Self.base[slot] * 100 + imbalance / 200 + chance.within(-500...500)
      if day.day.date == negativeDate, slot == 27 { pence = -2_550 }
      if day.day.date == spikeDate, slot == 36 { pence = 48_725 }
      let price = DecimalNumber.text(Int128(pence), places: 2)
      text += "\(date),\(index + 1),\(price),\(price),\(DecimalNumber.text(Int128(imbalance), places: 3))\n"
    }
    return text
  }

  private static func pair(_ number: Int) -> String { number < 10 ? "0\(number)" : String(number) }
}
