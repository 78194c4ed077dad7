import Rulebooks
public import SettlementCalendar

/// What MP162 states of the world: figures, dates and decisions that are not rules for a request.
public struct MP162Facts: Sendable {
  public struct Fact: Hashable, Sendable {
    /// The number of the rule that it belongs to.
    public let rule: Int
    public let name: String
    public let value: String
    public let effectiveFrom: SettlementDate
    public let source: String
  }

  public let facts: [Fact]

  /// Those that ship with the program. - Throws: `PackFault` for a pack that is damaged.
  public init() throws(PackFault) {
    let name = "mp162-facts.csv"
    let table = try PackTable(
      name, PackageResources.mp162_facts_csv, columns: ["rule", "name", "value", "effective_from", "source"])
    var facts: [Fact] = []
    for row in table.rows {
      guard let rule = Int(try row.text("rule")), (1...55).contains(rule) else {
        throw row.fault("rule", "not 1 to 55")
      }
      facts.append(
        Fact(
          rule: rule, name: try row.text("name"), value: try row.text("value"), effectiveFrom: try row.effectiveFrom(),
          source: try row.text("source")))
    }
    self.facts = facts
  }

  public func facts(ofRule rule: Int) -> [Fact] { facts.filter { $0.rule == rule } }
  /// `nil` where there is no such fact.
  public func text(_ name: String) -> String? { facts.first { $0.name == name }?.value }
  /// `nil` where there is none or it is no whole number.
  public func number(_ name: String) -> Int? { text(name).flatMap { Int($0) } }
  public func date(_ name: String) -> SettlementDate? { text(name).flatMap { SettlementDate($0) } }
  public func isYes(_ name: String) -> Bool { text(name) == "yes" }

  /// When MP162 takes effect, decided on a date: on its day, or, decided later, on the first Thursday on or after
  /// eighteen months.
  public func implementation(decidedOn date: SettlementDate) -> SettlementDate? {
    guard let latest = self.date("decision-by"), let months = number("months-after-later-decision") else { return nil }
    if date <= latest { return self.date("implementation") }
    guard var day = date.advanced(byMonths: months) else { return nil }
    while day.weekday != .thursday {
      guard let next = day.advanced(by: 1) else { return nil }
      day = next
    }
    return day
  }
}
