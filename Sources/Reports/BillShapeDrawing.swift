import Billing
import Quantities

/// The bars of a bill's half-hourly shape: one for each half-hour of the clock, stacked by band.
struct BillShapeDrawing {
  struct Bar {
    var x: Int
    var y: Int
    var width: Int
    var height: Int
    var colour: String
    var label: String
  }

  struct Mark {
    var x: Int
    var y: Int
    var anchor: String
    var label: String
  }

  struct Key {
    var colour: String
    var band: String
    var energy: String
  }

  let width = 48 * 14
  let height = 150
  let baseline = 130
  var bars: [Bar] = []
  var marks: [Mark]
  var legend: [Key]
  /// `used`, or `exported` for a credit.
  var verb: String
  var description: String

  /// Colours that stay apart for colour-blind readers and in grey print (Okabe and Ito).
  private static let colours = ["#d55e00", "#0072b2", "#56b4e9", "#009e73", "#cc79a7", "#e69f00"]

  /// - Returns: `nil` for a bill without energy.
  init?(_ bill: Bill) {
    let sums = (0..<48).map { slot in bill.shape.reduce(Int64(0)) { $0 + $1.energies[slot].wattHours } }
    guard let most = sums.max(), most > 0 else { return nil }
    verb = bill.quantity == .activeExport ? "exported" : "used"
    legend = bill.shape.enumerated().map { number, shape in
      Key(
        colour: Self.colour(number), band: shape.band,
        energy: shape.energies.reduce(.zero, +).kilowattHoursText)
    }
    marks = [0, 6, 12, 18, 24].map {
      let anchor = $0 == 0 ? "start" : $0 == 24 ? "end" : "middle"
      return Mark(x: $0 * 28, y: 146, anchor: anchor, label: ClockWindow.clockText($0 * 60))
    }
    let peak = sums.firstIndex(of: most) ?? 0
    description =
      "Bars for 48 half-hours. The most, \(Energy(wattHours: most)), is from \(ClockWindow.clockText(peak * 30)). "
      + legend.map { "\($0.band): \($0.energy) kWh." }.joined(separator: " ")
    for slot in 0..<48 { bars += stack(bill, slot, most) }
  }

  /// The bars of one half-hour, from the baseline up; their heights follow the running sum, so no rounding adds up.
  private func stack(_ bill: Bill, _ slot: Int, _ most: Int64) -> [Bar] {
    var below: Int64 = 0
    return bill.shape.enumerated().compactMap { number, shape in
      let energy = shape.energies[slot]
      guard energy > .zero else { return nil }
      let bottom = top(below, most)
      below += energy.wattHours
      let top = top(below, most)
      return Bar(
        x: slot * 14 + 1, y: top, width: 12, height: bottom - top, colour: Self.colour(number),
        label: "\(ClockWindow.clockText(slot * 30)) \(shape.band): \(energy)")
    }
  }

  /// The height of a sum of watt-hours, counted from the top of the drawing.
  private func top(_ wattHours: Int64, _ most: Int64) -> Int {
    baseline - Int(Rounding.halfAwayFromZero.quotient(Int128(wattHours) * Int128(baseline - 5), by: Int128(most)))
  }

  private static func colour(_ number: Int) -> String { colours[number % colours.count] }
}
