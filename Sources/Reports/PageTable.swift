import Quantities

/// A table as the page's one table template takes it.
struct PageTable {
  struct Head {
    var label: String
    var isNumber: Bool
  }

  /// A figure in two parts: what the eye needs, and the further digits in a fainter ink. Nothing is rounded.
  struct Cell {
    var text: String
    var fine = ""
    var isNumber = true
  }

  struct Row {
    var label: String
    var cells: [Cell]
  }

  var caption: String
  var head: [Head]
  var rows: [Row]
  var foot: [Row] = []

  /// - Parameter numbers: the columns after the first, which labels its row.
  init(_ caption: String, _ first: String, numbers: [String], rows: [Row], foot: [Row] = []) {
    self.caption = caption
    head = [Head(label: first, isNumber: false)] + numbers.map { Head(label: $0, isNumber: true) }
    self.rows = rows
    self.foot = foot
  }

  init(_ caption: String, head: [Head], rows: [Row], foot: [Row] = []) {
    self.caption = caption
    self.head = head
    self.rows = rows
    self.foot = foot
  }

  static let template = """
    <div class="scroll"><table>
    <caption>{{caption}}</caption>
    <thead><tr>{{#head}}<th scope="col"{{#isNumber}} class="n"{{/isNumber}}>{{label}}</th>{{/head}}</tr></thead>
    <tbody>
    {{#rows}}<tr><th scope="row">{{label}}</th>{{#cells}}<td{{#isNumber}} class="n"{{/isNumber}}>{{text}}<span class="f">{{fine}}</span></td>{{/cells}}</tr>
    {{/rows}}</tbody>
    <tfoot>
    {{#foot}}<tr><th scope="row">{{label}}</th>{{#cells}}<td{{#isNumber}} class="n"{{/isNumber}}>{{text}}<span class="f">{{fine}}</span></td>{{/cells}}</tr>
    {{/foot}}</tfoot>
    </table></div>

    """
}

extension PageTable.Cell {
  static func text(_ text: String) -> Self { Self(text: FigureText.clean(text), isNumber: false) }
  static func count(_ value: some BinaryInteger) -> Self { Self(text: FigureText.count(value)) }
  static let empty = Self(text: "")

  /// Pounds to the penny, micropounds faint.
  static func money(_ amount: Money) -> Self {
    split(DecimalNumber.text(Int128(amount.micropounds), places: 6), keeping: 4)
  }

  /// kWh with three decimals.
  static func energy(_ energy: Energy) -> Self { Self(text: FigureText.grouped(energy.kilowattHoursText)) }

  /// kWh with three decimals and five faint ones.
  static func energy(_ energy: LossAdjustedEnergy) -> Self {
    split(DecimalNumber.text(energy.tenMicrowattHours, places: 8), keeping: 5)
  }

  /// £/MWh to the penny, the rest faint.
  static func rate(_ rate: UnitRate) -> Self {
    split(DecimalNumber.text(Int128(rate.micropencePerMWh), places: 8), keeping: 6)
  }

  static func percent(_ share: Proportion) -> Self { Self(text: share.percentText(places: 2) + " %") }

  private static func split(_ text: String, keeping fine: Int) -> Self {
    Self(text: FigureText.grouped(String(text.dropLast(fine))), fine: String(text.suffix(fine)))
  }
}
