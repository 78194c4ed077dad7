import Rulebooks
public import SettlementCalendar

/// Dated figures of the smart metering service that are not MP162's.
public struct ServiceFacts: Sendable {
  private let values: [String: [(from: SettlementDate, value: String)]]

  /// Those that ship with the program. - Throws: `PackFault` for a pack that is damaged.
  public init() throws(PackFault) {
    var found: [String: [(from: SettlementDate, value: String)]] = [:]
    let columns = ["name", "value", "effective_from", "source"]
    for row in try PackTable("service-facts.csv", PackageResources.service_facts_csv, columns: columns).rows {
      _ = try row.text("source")
      found[try row.text("name"), default: []].append((try row.effectiveFrom(), try row.text("value")))
    }
    values = found.mapValues { $0.sorted { $0.from < $1.from } }
  }

  /// What holds on a day; `nil` before it began or for another name.
  public func text(_ name: String, on day: SettlementDate) -> String? {
    values[name]?.last { $0.from <= day }?.value
  }

  public func number(_ name: String, on day: SettlementDate) -> Int? { text(name, on: day).flatMap { Int($0) } }
}

/// How much of the premises is reached.
public struct Coverage: Hashable, Sendable {
  public let covered: Int
  public let total: Int

  /// - Returns: `nil` for negative counts, none at all, or more covered than there are.
  public init?(covered: Int, of total: Int) {
    guard covered >= 0, total > 0, covered <= total else { return nil }
    self.covered = covered
    self.total = total
  }

  /// Exact: compares products, not rounded percentages.
  public func reaches(perTenThousand: Int) -> Bool {
    Int128(covered) * 10_000 >= Int128(total) * Int128(perTenThousand)
  }

  /// Rounded down, so that what falls short never shows as reached.
  public var perTenThousand: Int { Int(Int128(covered) * 10_000 / Int128(total)) }

  /// Premises that must be reached besides, to have that share; 0 where it is reached.
  public func missing(toReach perTenThousand: Int) -> Int {
    let needed = (Int128(total) * Int128(perTenThousand) + 9_999) / 10_000
    return Int(max(0, needed - Int128(covered)))
  }
}
