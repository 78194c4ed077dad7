import GBCS
import JSONText
import SettlementCalendar

/// A tariff for `halfhour dcc send --tariff`: a small JSON document.
///
/// ```json
/// {"standing_charge": [4500, -4], "price_scale": -5, "prices": [24500, 9500],
///  "days": [{"name": 1, "switches": [["00:00", 1], ["00:30", 2], ["04:30", 1]]}],
///  "weeks": [[1, 1, 1, 1, 1, 1, 1]],
///  "seasons": [{"name": "all", "from": "2014-01-01", "week": 1}],
///  "special_days": [{"date": "2026-12-25", "day": 1}]}
/// ```
///
/// Charges are whole numbers with a power of ten, in pounds; times are UTC; weeks have seven day names, Monday first, and
/// are numbered from 1.
enum TariffFile {
  enum Fault: Error, Hashable, CustomStringConvertible {
    case member(String)
    case tariff(String)

    var description: String {
      switch self {
      case .member(let name):
        "The tariff's member \(name) is missing or has another form; see halfhour dcc send --help."
      case .tariff(let rule): rule
      }
    }
  }

  /// Invented: rate 2 from half past midnight to half past four, rate 1 else; 24.5 and 9.5 pence a kWh, 45 pence a day.
  static let invented = """
    {"standing_charge": [4500, -4], "price_scale": -5, "prices": [24500, 9500],
     "days": [{"name": 1, "switches": [["00:00", 1], ["00:30", 2], ["04:30", 1]]}],
     "weeks": [[1, 1, 1, 1, 1, 1, 1]], "seasons": [{"name": "all", "from": "2014-01-01", "week": 1}]}
    """

  /// - Throws: ``Fault``, or what is wrong with the JSON.
  static func tariff(_ bytes: [UInt8]) throws -> ElectricityTariff {
    let file = try JSONText.parse(bytes)
    let charge = try numbers(file["standing_charge"], "standing_charge")
    guard charge.count == 2 else { throw Fault.member("standing_charge") }
    let prices = TariffPrices(
      standingCharge: try fit(charge[0], "standing_charge"), standingChargeScale: try fit(charge[1], "standing_charge"),
      priceScale: try fit(try number(file["price_scale"], "price_scale"), "price_scale"),
      timeOfUse: try numbers(file["prices"], "prices").map { try fit($0, "prices") })
    let tariff = ElectricityTariff(switching: try switching(file), prices: prices)
    if let fault = tariff.fault { throw Fault.tariff(fault.description) }
    return tariff
  }

  private static func switching(_ file: JSONValue) throws -> SwitchingTable {
    SwitchingTable(
      seasons: try list(file["seasons"], "seasons") { season in
        .init(
          name: Array((season["name"]?.text ?? "").utf8), start: try date(season["from"], "from"),
          week: try fit(try number(season["week"], "week"), "week"))
      },
      weeks: try list(file["weeks"], "weeks") { $0 }.enumerated().map { place, week in
        .init(
          name: try fit(place + 1, "weeks"), days: try numbers(week, "weeks").map { try fit($0, "weeks") })
      },
      days: try list(file["days"], "days") { day in
        .init(
          name: try fit(try number(day["name"], "name"), "name"),
          switches: try list(day["switches"], "switches") {
            .init(
              second: try second($0[0]), rate: .timeOfUse(try fit(try number($0[1], "switches"), "switches")))
          })
      },
      specialDays: try list(file["special_days"] ?? .array([]), "special_days") { special in
        .init(
          date: try date(special["date"], "date"), day: try fit(try number(special["day"], "day"), "day"))
      })
  }

  private static func list<Item>(
    _ value: JSONValue?, _ name: String, _ read: (JSONValue) throws -> Item
  ) throws -> [Item] {
    guard let elements = value?.elements else { throw Fault.member(name) }
    return try elements.map(read)
  }

  private static func number(_ value: JSONValue?, _ name: String) throws -> Int {
    guard let number = value?.integer else { throw Fault.member(name) }
    return number
  }

  private static func numbers(_ value: JSONValue?, _ name: String) throws -> [Int] {
    try list(value, name) { try number($0, name) }
  }

  private static func fit<Value: FixedWidthInteger>(_ number: Int, _ name: String) throws -> Value {
    guard let value = Value(exactly: number) else { throw Fault.member(name) }
    return value
  }

  private static func date(_ value: JSONValue?, _ name: String) throws -> OpenDate {
    guard let civil = value?.text.flatMap({ SettlementDate($0) })?.civil else { throw Fault.member(name) }
    return OpenDate(
      year: try fit(civil.year, name), month: try fit(civil.month, name), day: try fit(civil.day, name))
  }

  /// `04:30`.
  private static func second(_ value: JSONValue?) throws -> Int {
    let parts = (value?.text ?? "").split(separator: ":", omittingEmptySubsequences: false)
    guard parts.count == 2, parts.allSatisfy({ $0.utf8.count == 2 }), let hour = Int(parts[0]),
      let minute = Int(parts[1]), (0..<24).contains(hour), (0..<60).contains(minute)
    else { throw Fault.member("switches") }
    return hour * 3_600 + minute * 60
  }
}
