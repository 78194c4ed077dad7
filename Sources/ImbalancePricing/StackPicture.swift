import BalancingMechanism
import Quantities

/// The two stacks as a drawing (SVG 1.1): a bar for each action, as wide as its volume and as tall as its price.
///
/// Buys stand right of the middle line, sells left, the cheapest nearest to it. The part that set the price is dark,
/// what net imbalance volume tagging left is lighter, tagged and matched parts are pale, dropped actions are hollow.
/// The same walk always gives the same text.
public struct StackPicture: Sendable {
  /// Hundredths of a pixel.
  private typealias Length = Int128

  private static let width: Length = 100_000
  private static let height: Length = 50_000
  private static let margin: Length = 6_000

  private let walk: PriceWalk
  private let title: String
  /// 10⁻⁸ £/MWh: prices beyond are cut.
  private let top: Int128
  private let bottom: Int128
  private let buyTotal: Int128
  private let sellTotal: Int128

  /// - Parameter title: printed above, for instance the settlement period.
  public init(_ walk: PriceWalk, title: String) {
    self.walk = walk
    self.title = title
    let prices = walk.entries.compactMap(\.price).map { Int128($0.micropencePerMWh) }
    // A few bids and offers at ±9,999 would flatten all others: the axis ends at four times the price, £200 at least.
    let price = Int128(walk.systemPrice?.micropencePerMWh ?? 0)
    let reach = max(4 * (price < 0 ? -price : price), 20_000_000_000)
    top = min(max(prices.max() ?? 0, 1_000_000_000), reach)
    bottom = max(min(prices.min() ?? 0, 0), -reach)
    func total(_ side: StackSide) -> Int128 {
      walk.entries.filter { $0.side == side }.reduce(0) { $0 + $1.action.volume.magnitude.units }
    }
    buyTotal = total(.buy)
    sellTotal = total(.sell)
  }

  /// The whole document, ending in a line feed.
  public var svg: String {
    var lines = [
      "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 1000 500\" font-family=\"sans-serif\" font-size=\"12\">",
      "<title>\(Self.escaped(title))</title>",
      "<style>.set{fill:#0b3d66}.niv{fill:#3f88c5}.tag{fill:#d4dde6}.drop{fill:none;stroke:#9aa5b1;stroke-width:.5}"
        + ".flag{stroke:#c1440e;stroke-width:.8}.axis{stroke:#333;stroke-width:1}.price{stroke:#c1440e;"
        + "stroke-dasharray:6 4}</style>",
      "<rect width=\"1000\" height=\"500\" fill=\"#fff\"/>",
      "<text x=\"60\" y=\"24\" font-size=\"16\">\(Self.escaped(title))</text>",
    ]
    for side in [StackSide.sell, .buy] { lines += bars(side) }
    lines += axes
    lines.append("</svg>")
    return lines.joined(separator: "\n") + "\n"
  }

  // MARK: Scales

  private var whole: Int128 { max(buyTotal + sellTotal, 1) }

  private func x(_ volume: Int128) -> Length {
    Self.margin + Rounding.halfAwayFromZero.quotient((volume + sellTotal) * (Self.width - 2 * Self.margin), by: whole)
  }

  private func y(_ price: Int128) -> Length {
    let cut = min(max(price, bottom), top)
    let span = max(top - bottom, 1)
    return Self.margin + Rounding.halfAwayFromZero.quotient((top - cut) * (Self.height - 2 * Self.margin), by: span)
  }

  private static func text(_ length: Length) -> String { DecimalNumber.text(length, places: 2, keeping: 0) }

  // MARK: Parts

  private func bars(_ side: StackSide) -> [String] {
    var lines: [String] = []
    var start: Int128 = 0
    for entry in walk.entries where entry.side == side {
      let price = Int128(entry.price?.micropencePerMWh ?? 0)
      let name =
        "\(entry.action.id) \(entry.price?.poundsPerMWhText ?? "no price") GBP/MWh, "
        + "\(entry.action.volume.megawattHoursText(places: 3)) MWh"
      lines.append("<g><title>\(Self.escaped(name))</title>")
      // Nearest to the middle what the price is made of does not stand: the dear end is kept last.
      let set = entry.parAdjusted.magnitude.units
      let kept = entry.nivAdjusted.magnitude.units - set
      let tagged = entry.dmatAdjusted.magnitude.units - entry.nivAdjusted.magnitude.units
      let dropped = entry.action.volume.magnitude.units - entry.dmatAdjusted.magnitude.units
      for (volume, style) in [(kept, "niv"), (set, "set"), (tagged, "tag"), (dropped, "drop")] where volume > 0 {
        let flag = entry.isSecondStageFlagged && style != "drop" ? " flag" : ""
        lines.append(bar(from: start, volume, price, side, style + flag))
        start += volume
      }
      lines.append("</g>")
    }
    return lines
  }

  private func bar(from start: Int128, _ volume: Int128, _ price: Int128, _ side: StackSide, _ style: String) -> String
  {
    let (near, far) = side == .buy ? (start, start + volume) : (-start - volume, -start)
    let (left, right) = (x(near), x(far))
    let (upper, lower) = (min(y(price), y(0)), max(y(price), y(0)))
    return "<rect class=\"\(style)\" x=\"\(Self.text(left))\" y=\"\(Self.text(upper))\" "
      + "width=\"\(Self.text(right - left))\" height=\"\(Self.text(max(lower - upper, 50)))\"/>"
  }

  private var axes: [String] {
    let (zero, middle) = (Self.text(y(0)), Self.text(x(0)))
    var lines = [
      "<line class=\"axis\" x1=\"60\" y1=\"\(zero)\" x2=\"940\" y2=\"\(zero)\"/>",
      "<line class=\"axis\" x1=\"\(middle)\" y1=\"40\" x2=\"\(middle)\" y2=\"460\"/>",
      "<text x=\"60\" y=\"485\">sells \(energy(sellTotal)) MWh</text>",
      "<text x=\"940\" y=\"485\" text-anchor=\"end\">buys \(energy(buyTotal)) MWh</text>",
      "<text x=\"940\" y=\"24\" text-anchor=\"end\">dark: sets the price; blue: left after tagging; pale: tagged; "
        + "red edge: flagged</text>",
    ]
    if let price = walk.systemPrice {
      let level = y(Int128(price.micropencePerMWh))
      lines.append("<line class=\"price\" x1=\"60\" y1=\"\(Self.text(level))\" x2=\"940\" y2=\"\(Self.text(level))\"/>")
      lines.append(
        "<text x=\"66\" y=\"\(Self.text(level - 500))\">system price \(price.poundsPerMWhText) GBP/MWh</text>")
    }
    return lines
  }

  private func energy(_ units: Int128) -> String { BalancingEnergy(units: units).megawattHoursText(places: 1) }

  private static func escaped(_ text: String) -> String {
    var result = ""
    for character in text {
      switch character {
      case "&": result += "&amp;"
      case "<": result += "&lt;"
      case ">": result += "&gt;"
      case "\"": result += "&quot;"
      default: result.append(character)
      }
    }
    return result
  }
}
