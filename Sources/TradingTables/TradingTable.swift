/// The comma-separated tables from which trading charges are worked out. The first line names the columns, in any order.
public enum TradingTable: String, CaseIterable, Sendable {
  /// Parties: one a line.
  case parties
  /// BM units with the energy account that leads them.
  case units
  /// Contract notifications (ECVN), one period a line.
  case contracts
  /// Metered volume reallocation notifications (MVRN), one period a line.
  case reallocations
  /// Metered volumes, with physical notifications and applicable balancing services volumes where known.
  case metered
  /// Imbalance prices.
  case prices
  /// Accepted bids and offers by pair.
  case acceptances
  /// Transmission loss multipliers, where they are not to be computed.
  case multipliers

  /// Columns that must be there.
  public var columns: [String] {
    switch self {
    case .parties: ["party"]
    case .units: ["bm_unit", "party", "account", "trading_unit", "interconnector", "tlf"]
    case .contracts:
      [
        "authorisation", "seller", "seller_account", "buyer", "buyer_account", "effective_from", "effective_to",
        "received_at", "period", "volume_mwh",
      ]
    case .reallocations:
      [
        "authorisation", "bm_unit", "party", "account", "effective_from", "effective_to", "received_at", "period",
        "percent", "fixed_mwh",
      ]
    case .metered: ["bm_unit", "settlement_date", "period", "metered_mwh"]
    case .prices: ["settlement_date", "period", "sell_price", "buy_price"]
    case .acceptances:
      ["bm_unit", "settlement_date", "period", "pair", "offer_mwh", "bid_mwh", "offer_price", "bid_price"]
    case .multipliers: ["bm_unit", "settlement_date", "period", "tlm"]
    }
  }

  /// Columns that may be there.
  public var optionalColumns: [String] { self == .metered ? ["notified_mwh", "services_mwh"] : [] }

  /// Which table a first line begins, and where each of its columns stands; `nil` in a place for an optional one that is
  /// not there.
  static func find(_ header: [String]) -> (table: TradingTable, places: [Int?])? {
    let names = header.map { $0.lowercased() }
    // The table with the most columns first: a party table has one that others have too.
    for table in allCases.sorted(by: { $0.columns.count > $1.columns.count }) {
      let allowed = Set(table.columns + table.optionalColumns)
      guard Set(names).count == names.count, table.columns.allSatisfy(names.contains),
        names.allSatisfy(allowed.contains)
      else { continue }
      return (table, (table.columns + table.optionalColumns).map { names.firstIndex(of: $0) })
    }
    return nil
  }

  /// Whether a file begins like one of these tables.
  public static func recognises(_ start: some Collection<UInt8>) -> Bool {
    let line = String(decoding: start.prefix { $0 != UInt8(ascii: "\n") && $0 != UInt8(ascii: "\r") }, as: UTF8.self)
    let fields = line.split(separator: ",", omittingEmptySubsequences: false).map { field in
      var text = field.drop { $0 == " " || $0 == "\u{FEFF}" }
      while text.last == " " { text.removeLast() }
      return String(text)
    }
    return find(fields) != nil
  }
}
