import Findings

/// Findings as lines for a person: the first of each rule, then how many there are.
enum FindingLines {
  /// How many findings of one rule are written out.
  static let shownOfOneRule = 3

  /// - Parameter details: also what the findings are about, which may be personal data, and notes.
  static func grouped(_ findings: [Finding], details: Bool) -> [String] {
    let shown = findings.filter { $0.severity > .note || details }
    return Dictionary(grouping: shown, by: \.rule).sorted { $0.key < $1.key }.flatMap { rule, found -> [String] in
      let lines = found.prefix(shownOfOneRule).map { finding in
        "\(finding)\(details ? finding.detail.map { " [\($0)]" } ?? "" : "")"
      }
      return found.count > shownOfOneRule ? lines + ["... \(found.count) of rule \(rule) in all"] : lines
    }
  }
}
