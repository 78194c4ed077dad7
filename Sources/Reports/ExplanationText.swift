import Operations

/// An ``Explanation`` as a tree for the terminal: titles at the left, amounts right-aligned in one column, a check mark
/// where the parts make the amount again, then how and by which rule.
public enum ExplanationText {
  /// Titles are wrapped so that tree and title take no more than this.
  static let titleColumns = 72

  private struct Line {
    var title: String
    var amount = ""
    var mark = ""
    var how = ""
  }

  /// Ends with a line feed. Control characters in texts from files come out as U+FFFD.
  public static func render(_ explanation: Explanation) -> String {
    var lines: [Line] = []
    append(explanation, first: "", rest: "", to: &lines)
    let titleWidth = lines.map(\.title.count).max() ?? 0
    let amountWidth = lines.map(\.amount.count).max() ?? 0
    let rows = lines.map { line in
      let row =
        padded(line.title, titleWidth) + "  " + String(repeating: " ", count: amountWidth - line.amount.count)
        + line.amount + " " + (line.mark.isEmpty ? " " : line.mark) + (line.how.isEmpty ? "" : "  " + line.how)
      return String(row.reversed().drop { $0 == " " }.reversed())
    }
    return rows.joined(separator: "\n") + "\n\n" + verdict(explanation) + "\n"
  }

  /// `All 12 checks hold: ...`.
  static func verdict(_ explanation: Explanation) -> String {
    let count = explanation.checkCount
    guard count > 0 else { return "Nothing here is made of parts." }
    let broken = brokenCount(explanation)
    if broken > 0 { return "✗ \(broken) of \(count) checks fail: the parts do not make the amounts marked ✗." }
    return count == 1
      ? "✓ The one check holds: the parts make the amount to the last unit."
      : "✓ All \(count) checks hold: the parts make each amount marked ✓ to the last unit."
  }

  static func brokenCount(_ explanation: Explanation) -> Int {
    (explanation.check?.meets == false ? 1 : 0) + explanation.parts.reduce(0) { $0 + brokenCount($1) }
  }

  private static func append(_ node: Explanation, first: String, rest: String, to lines: inout [Line]) {
    let wrapped = wrap(FigureText.clean(node.title), titleColumns - first.count)
    let below = rest + (node.parts.isEmpty ? "  " : "│ ")
    for (position, text) in wrapped.enumerated() {
      lines.append(Line(title: (position == 0 ? first : below) + text))
    }
    lines[lines.count - 1].amount = FigureText.clean(node.amount.text)
    lines[lines.count - 1].mark = node.check.map { $0.meets ? "✓" : "✗" } ?? ""
    lines[lines.count - 1].how = how(node)
    for (position, part) in node.parts.enumerated() {
      let isLast = position + 1 == node.parts.count
      append(part, first: rest + (isLast ? "└─ " : "├─ "), rest: rest + (isLast ? "   " : "│  "), to: &lines)
    }
  }

  private static func how(_ node: Explanation) -> String {
    var text = FigureText.clean(node.how)
    if !node.rule.isEmpty { text += (text.isEmpty ? "" : " ") + "[\(FigureText.clean(node.rule))]" }
    if let check = node.check, !check.meets { text += "; the parts make \(FigureText.clean(check.recomputed.text))" }
    return text
  }

  /// At word ends; a longer word is cut.
  private static func wrap(_ text: String, _ columns: Int) -> [String] {
    let width = max(columns, 16)
    var lines: [String] = []
    var line = ""
    for word in text.split(separator: " ", omittingEmptySubsequences: false) {
      var word = String(word)
      if !line.isEmpty, line.count + 1 + word.count > width {
        lines.append(line)
        line = ""
      }
      while word.count > width {
        lines.append(String(word.prefix(width)))
        word = String(word.dropFirst(width))
      }
      line += (line.isEmpty ? "" : " ") + word
    }
    return lines + (line.isEmpty && !lines.isEmpty ? [] : [line])
  }

  private static func padded(_ text: String, _ width: Int) -> String {
    text + String(repeating: " ", count: max(0, width - text.count))
  }
}
