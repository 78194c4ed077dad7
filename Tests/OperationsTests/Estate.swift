import MarketIdentifiers
import Operations
import Quantities
import SettlementCalendar

/// A random small estate as the files that describe it.
struct Estate {
  let date: SettlementDate
  let count: Int
  private(set) var files: [(name: String, text: String, at: UTCInstant)] = []

  static let registrationHeader =
    "mpan,alias,quantity,supplier,gsp_group,distributor,llfc,consumption_class,tariff,payment_method,"
    + "supply_capacity_w,effective_from,effective_to\n"

  static func mpan(_ number: Int) -> MPAN {
    MPAN(distributor: 12, serial: number) ?? MPAN(distributor: 10, serial: 0)!  // ten digits of serial always fit
  }

  /// - Parameter extra: `tariff` of the point; empty for none.
  static func registration(
    _ number: Int, supplier: String, quantity: String = "AI", group: String = "_C", lossClass: String = "1",
    extra tariff: String, from: String = "2020-01-01"
  ) -> String {
    "\(mpan(number)),,\(quantity),\(supplier),\(group),12,\(lossClass),F,\(tariff),direct-debit,23000,\(from),\n"
  }

  static func start(_ date: SettlementDate, _ period: Int) -> HalfHour {
    SettlementDay(date).firstHalfHour.advanced(by: period - 1)
  }

  /// Households with holes, estimates, late and corrected readings, and two suppliers; runs SF to R2 see them come.
  init(_ seed: Int, on date: SettlementDate) {
    var dice = Dice(seed)
    self.date = date
    count = 2 + dice.pick(5)
    let quantities = (0..<count).map { _ in dice.chance(1, of: 4) ? "AE" : "AI" }
    var registrations = Self.registrationHeader
    for number in 0..<count {
      registrations += Self.registration(
        number, supplier: dice.pick(["SUPA", "SUPB"]), quantity: quantities[number], group: dice.pick(["_A", "_C"]),
        lossClass: dice.pick(["1", "2", "9"]), extra: quantities[number] == "AI" ? "flat" : "")
    }
    let day = SettlementDay(date)
    files = [
      ("registrations.csv", registrations, day.start), ("tariffs.json", Self.tariffs, day.start),
      ("prices.csv", Self.prices(date, &dice), day.end), ("contracts.csv", Self.contracts(date, &dice), day.start),
    ]
    // Received after 8 hours, and 20, 40 and 70 days later: before SF, R1, R2 and R3.
    for (number, hours) in [8, 24 * 22, 24 * 40, 24 * 70].enumerated() {
      files.append(
        (
          "readings\(number).csv", Self.readings(date, count, quantities, number, &dice),
          day.end.advanced(byHours: hours)
        ))
    }
  }

  private static func prices(_ date: SettlementDate, _ dice: inout Dice) -> String {
    "Settlement Date,Settlement Period,System Sell Price(GBP/MWh),System Buy Price(GBP/MWh)\n"
      + (1...SettlementDay(date).periodCount).map {
        let price = "\(dice.pick(300) - 60).\(10 + dice.pick(90))"
        return "\(date),\($0),\(price),\(price)\n"
      }.joined()
  }

  private static func contracts(_ date: SettlementDate, _ dice: inout Dice) -> String {
    "party,date,period,bought_kwh\n"
      + ["SUPA", "SUPC"].flatMap { party in
        (1...SettlementDay(date).periodCount).map {
          "\(party),\(date),\($0),\(dice.pick(4) - 1).\(100 + dice.pick(900))\n"
        }
      }.joined()
  }

  private static func readings(
    _ date: SettlementDate, _ count: Int, _ quantities: [String], _ number: Int, _ dice: inout Dice
  ) -> String {
    var text = "series,quantity,start,kwh,quality\n"
    // The first file also holds days before, for estimates.
    for back in (number == 0 ? [0, 1, 7, 8] : [0]) {
      guard let day = date.advanced(by: -back) else { continue }
      for point in 0..<count {
        for period in 1...SettlementDay(day).periodCount
        where dice.chance(number == 0 ? 6 : 1, of: number == 0 ? 7 : 12) {
          let quality = dice.pick(["A", "A", "A", "A", "C", "E"])
          let start = start(day, period).start.description.dropLast(4)  // without seconds and Z
          text += "\(mpan(point)),\(quantities[point]),\(start)Z,\(dice.pick(13)).\(100 + dice.pick(900)),\(quality)\n"
        }
      }
    }
    return text
  }

  static let tariffs = #"""
    {"tariffs": [{"name": "flat", "supplier": "SUPA", "kind": "fixed", "vat": "domestic", "rates": [
    {"effective_from": "2020-01-01", "standing_charge_pence_per_day": "50", "source": "test", "bands": [
    {"name": "all", "pence_per_kwh": "24.5", "windows": [{"from": "00:00", "to": "12:00"}, {"from": "12:00", "to": "00:00"}]}]}]},
    {"name": "flat", "supplier": "SUPB", "kind": "fixed", "vat": "domestic", "rates": [
    {"effective_from": "2020-01-01", "standing_charge_pence_per_day": "40", "source": "test", "bands": [
    {"name": "all", "pence_per_kwh": "25.5", "windows": [{"from": "00:00", "to": "12:00"}, {"from": "12:00", "to": "00:00"}]}]}]}]}
    """#

  /// Takes all files in, in the order given or in another.
  func desk(order: [Int]? = nil) throws -> Desk {
    let desk = Desk()
    for index in order ?? Array(files.indices) {
      let file = files[index]
      let report = try desk.ingest(file.name, file.text, at: file.at)
      guard report.reckoning.rowsRead > 0, report.reckoning.quarantined == 0 else {
        throw Unusable(report: "\(report)")
      }
    }
    return desk
  }

  struct Unusable: Error { let report: String }
}
