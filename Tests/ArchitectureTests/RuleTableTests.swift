import Foundation
import Testing

/// Holds `docs/rules.md` against the rule ids that the sources name, both ways.
@Suite("The table of rules") struct RuleTableTests {
  @Test("names every rule of the code, and no other")
  func agrees() throws {
    let documented = RuleTable.documented(try Self.text("docs/rules.md"))
    let used = try RuleTable.used(inAll: Self.sources())
    #expect(used.count > 100, "the sources were read")
    #expect(used.subtracting(documented).sorted() == [], "rules of the code that docs/rules.md lacks")
    #expect(Set(documented).subtracting(used).sorted() == [], "rules of docs/rules.md that the code lacks")
  }

  @Test("names each rule once")
  func isWithoutRepeats() throws {
    let documented = RuleTable.documented(try Self.text("docs/rules.md"))
    let repeated = Dictionary(grouping: documented) { $0 }.filter { $0.value.count > 1 }.keys.sorted()
    #expect(repeated == [])
  }

  /// What the scan takes for a rule: a rule that cannot fail guards nothing.
  @Test(arguments: [
    (#"static let stamp: RuleID = "MET-03""#, ["MET-03"]),
    (#"Finding("BACS-02", .error)"#, ["BACS-02"]),
    ("/// Rule ARR-1: a statement that names the series", ["ARR-1"]),
    ("/// decided by rule READ-1 whenever", ["READ-1"]),
    (#"let hash = "SHA-256""#, []), (#"let text = "UTF-8""#, []), ("// a CRC-32 of it", []),
    (#"let flow = "DTC-0X""#, []),
  ])
  func scan(_ source: String, _ expected: [String]) {
    #expect(RuleTable.used(in: source) == Set(expected))
  }

  @Test("a row of the table begins with its id; an id elsewhere is no row")
  func rows() {
    #expect(RuleTable.documented("| `MET-01` | asks | source |\nsee `MET-02`\n| MET-03 | asks |\n") == ["MET-01"])
  }

  private static func text(_ path: String) throws -> String {
    try String(contentsOf: House.package.appendingPathComponent(path), encoding: .utf8)
  }

  private static func sources() throws -> [String] {
    let folder = House.package.appendingPathComponent("Sources")
    let paths = FileManager.default.enumerator(atPath: folder.path)?.allObjects ?? []
    return try paths.compactMap { $0 as? String }.filter { $0.hasSuffix(".swift") }
      .map { try String(contentsOf: folder.appendingPathComponent($0), encoding: .utf8) }
  }
}

/// Finds rule ids in sources and in the table.
enum RuleTable {
  /// Names of encodings that look like rules.
  private static let others: Set = ["UTF-8", "UTF-16", "CRC-32"]

  static func used(inAll sources: [String]) -> Set<String> {
    sources.reduce(into: []) { $0.formUnion(used(in: $1)) }
  }

  /// Ids that stand alone in a string literal, or behind the word "rule" in a comment.
  static func used(in source: String) -> Set<String> {
    let quoted = source.matches(of: /"([A-Z]{3,5}-[0-9]{1,2})"/).map { String($0.1) }
    let told = source.matches(of: /\b[Rr]ules? ([A-Z]{3,5}-[0-9]{1,2})\b/).map { String($0.1) }
    return Set(quoted + told).subtracting(others)
  }

  /// The first column of every row, in order.
  static func documented(_ page: String) -> [String] {
    page.split(whereSeparator: \.isNewline).compactMap { line in
      line.firstMatch(of: /^\| `([A-Z]{3,5}-[0-9]{1,2})` \|/).map { String($0.1) }
    }
  }
}
