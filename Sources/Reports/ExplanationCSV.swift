import Operations

/// An ``Explanation`` as CSV (RFC 4180), one line for each figure of the tree, each before its parts:
/// `depth,title,amount,unit,how,rule,recomputed,meets`.
///
/// `depth` is 0 for the figure that was asked for; a figure's parts are the lines below it that are one deeper, up to
/// the next line that is not deeper. `recomputed` and `meets` are empty for a figure without parts to check.
public enum ExplanationCSV {
  public static func render(_ explanation: Explanation) -> String {
    var text = "depth,title,amount,unit,how,rule,recomputed,meets\n"
    append(explanation, depth: 0, to: &text)
    return text
  }

  private static func append(_ explanation: Explanation, depth: Int, to text: inout String) {
    let fields = [
      "\(depth)", explanation.title, ExplanationJSON.plain(explanation.amount),
      ExplanationJSON.unit(explanation.amount),
      explanation.how, explanation.rule, explanation.check.map { ExplanationJSON.plain($0.recomputed) } ?? "",
      explanation.check.map { $0.meets ? "true" : "false" } ?? "",
    ]
    text += fields.map(quoted).joined(separator: ",") + "\n"
    for part in explanation.parts { append(part, depth: depth + 1, to: &text) }
  }

  private static func quoted(_ field: String) -> String {
    guard field.contains(where: { $0 == "," || $0 == "\"" || $0.isNewline }) else { return field }
    return "\"" + field.replacing("\"", with: "\"\"") + "\""
  }
}
