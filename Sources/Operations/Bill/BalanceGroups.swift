import Accounting

extension Account {
  /// The accounts that this one may be added up with: `customer`, `bank`, ...; settlement accounts (`market`, `party`)
  /// by rulebook, as in `party/*/may-2026`, for two rulebooks are two answers to one question and not two amounts.
  public var balanceGroup: String {
    let parts = path.split(separator: "/", omittingEmptySubsequences: false)
    guard let kind = parts.first else { return path }
    switch (kind, parts.count) {
    case ("market", 2...): return path
    case ("party", 3...): return "party/*/" + parts.dropFirst(2).joined(separator: "/")
    default: return String(kind)
    }
  }
}
