/// The account of one file: every row that it holds is in exactly one of four places.
///
/// A row is one reading, price, factor or record: a wide line that carries 415 readings counts 415.
public struct Reckoning: Hashable, Sendable {
  /// Newly taken.
  public var accepted: Int
  /// Already there with the same value and quality; nothing stored again.
  public var duplicate: Int
  /// Already there with another value: both are kept, the newer by rule is used, and it is reported.
  public var conflicting: Int
  /// Not usable: kept out of the store with file, line, field, rule and what to do.
  public var quarantined: Int

  public init(accepted: Int = 0, duplicate: Int = 0, conflicting: Int = 0, quarantined: Int = 0) {
    self.accepted = accepted
    self.duplicate = duplicate
    self.conflicting = conflicting
    self.quarantined = quarantined
  }

  public var rowsRead: Int { accepted + duplicate + conflicting + quarantined }

  public static func + (a: Self, b: Self) -> Self {
    Reckoning(
      accepted: a.accepted + b.accepted, duplicate: a.duplicate + b.duplicate,
      conflicting: a.conflicting + b.conflicting, quarantined: a.quarantined + b.quarantined)
  }
}

/// Findings with a bound: the first of each rule in full, the rest counted. A file of a billion bad rows costs no more
/// memory than one of a thousand.
public struct FindingLog: Sendable {
  /// Kept in full, in order of arrival.
  public private(set) var kept: [Finding] = []
  /// How many there were of each rule, kept or not.
  public private(set) var counts: [RuleID: Int] = [:]
  /// At most so many are kept for each rule.
  public let limitPerRule: Int

  public init(limitPerRule: Int = 100) { self.limitPerRule = limitPerRule }

  public mutating func append(_ finding: Finding, times: Int = 1) {
    let before = counts[finding.rule, default: 0]
    counts[finding.rule] = before + times
    if before + times <= limitPerRule || (before == 0 && limitPerRule > 0) { kept.append(finding) }
  }

  public mutating func append(contentsOf other: FindingLog) {
    for finding in other.kept { append(finding) }
    for (rule, count) in other.counts {
      let kept = other.kept.count { $0.rule == rule }
      if count > kept { counts[rule, default: 0] += count - kept }
    }
  }

  public var total: Int { counts.values.reduce(0, +) }
}
