import MarketIdentifiers
import Quantities
import SettlementCalendar

/// Reads the packs of one rulebook. Every fault names file, row and column; nothing is passed over or defaulted.
struct RulebookLoader {
  let packs: RulebookPacks

  func load(_ id: String, title: String) throws(PackFault) -> Rulebook {
    let holidays = "holidays-england-and-wales.csv"
    let components = "price-cap-components-\(id).csv"
    var names = ["runs", "parameters", "loss-factors", "price-cap", "rounding"].map { "\($0)-\(id).csv" } + [holidays]
    if packs.files[components] != nil { names.append(components) }
    let losses = try lossFactors("loss-factors-\(id).csv")
    return Rulebook(
      id: id, title: title, edition: packs.edition(of: names),
      timetable: try timetable("runs-\(id).csv"), calendar: try calendar("england-and-wales"),
      parameters: try parameters("parameters-\(id).csv"), flatLossFactors: losses.classes,
      defaultLossFactor: losses.other, priceCap: try priceCap("price-cap-\(id).csv"),
      priceCapComponents: packs.files[components] == nil ? [] : try priceCapComponents(components),
      roundings: try roundings("rounding-\(id).csv"))
  }

  /// The holidays are complete from the first row's year to the last row's.
  func calendar(_ division: String) throws(PackFault) -> WorkingDayCalendar {
    var dates: [SettlementDate] = []
    for row in try packs.table("holidays-\(division).csv", columns: ["date", "title", "source"]).rows {
      let date = try row.date("date")
      _ = try row.text("title")
      _ = try row.text("source")
      if let last = dates.last, date <= last { throw row.fault("date", "not after the row before it") }
      dates.append(date)
    }
    guard let first = dates.first, let last = dates.last else {
      throw PackFault(pack: "holidays-\(division).csv", reason: "it has no row")
    }
    return WorkingDayCalendar(division: division, years: first.civil.year...last.civil.year, holidays: dates)
  }

  /// The rows of one `effective_from` are the whole set of runs from that settlement date on.
  func timetable(_ pack: String) throws(PackFault) -> RunTimetable {
    var sets: [SettlementDate: [RunRule]] = [:]
    let columns = ["run", "cut_off", "run_on", "payment", "moves_money", "purpose", "effective_from", "source"]
    for row in try packs.table(pack, columns: columns).rows {
      let rule = RunRule(
        run: try row.choice("run", RunType.self), cutOff: try row.offset("cut_off"), runs: try row.offset("run_on"),
        payment: try row.optionalText("payment").isEmpty ? nil : try row.offset("payment"),
        movesMoney: try row.flag("moves_money"), purpose: try row.text("purpose"), source: try row.text("source"))
      let from = try row.effectiveFrom()
      if sets[from, default: []].contains(where: { $0.run == rule.run }) {
        throw row.fault("run", "the run is there twice for this date")
      }
      sets[from, default: []].append(rule)
    }
    return RunTimetable(Timeline(sets.map { ($0.key, $0.value) }))
  }

  func parameters(_ pack: String) throws(PackFault) -> [String: Timeline<Rulebook.Parameter>] {
    var dated = DatedRows<String, Rulebook.Parameter>()
    for row in try packs.table(pack, columns: ["name", "value", "effective_from", "source"]).rows {
      let value = Rulebook.Parameter(value: try row.number("value"), source: try row.text("source"))
      try dated.add(value, for: try row.text("name"), row)
    }
    return dated.timelines
  }

  func roundings(_ pack: String) throws(PackFault) -> [String: Timeline<RoundingRule>] {
    var dated = DatedRows<String, RoundingRule>()
    for row in try packs.table(pack, columns: ["name", "step", "mode", "effective_from", "source"]).rows {
      let rule = RoundingRule(
        step: try row.choice("step", Money.Step.self), rounding: try row.choice("mode", Rounding.self),
        source: try row.text("source"))
      try dated.add(rule, for: try row.text("name"), row)
    }
    return dated.timelines
  }

  func lossFactors(_ pack: String) throws(PackFault) -> (
    classes: [LineLossFactorClassID: Timeline<LossFactor>], other: Timeline<LossFactor>
  ) {
    var classes = DatedRows<LineLossFactorClassID, LossFactor>()
    var other = DatedRows<String, LossFactor>()
    let columns = ["llfc", "uplift_percent", "connection", "effective_from", "source"]
    for row in try packs.table(pack, columns: columns).rows {
      let factor = try lossFactor(row)
      _ = try row.text("connection")
      _ = try row.text("source")
      let name = try row.text("llfc")
      if name == "default" {
        try other.add(factor, for: name, row)
      } else {
        guard let lossClass = LineLossFactorClassID(name) else { throw row.fault("llfc", "not a class or default") }
        try classes.add(factor, for: lossClass, row)
      }
    }
    return (classes.timelines, other.timelines["default"] ?? .empty)
  }

  /// `5` percent is the factor 1.05.
  private func lossFactor(_ row: PackRow) throws(PackFault) -> LossFactor {
    let column = "uplift_percent"
    guard let units = try row.number(column).units(places: 3, rounding: .towardZero), units.isExact,
      (-99_999...900_000).contains(units.value),
      let factor = LossFactor(hundredThousandths: 100_000 + Int64(units.value))
    else { throw row.fault(column, "no loss factor of five decimals comes from it") }
    return factor
  }

  func priceCap(_ pack: String) throws(PackFault) -> [PriceCapRow] {
    let columns = [
      "effective_from", "region", "payment_method", "meter_type", "unit_rate_pence_per_kwh",
      "standing_charge_pence_per_day", "includes_vat", "source",
    ]
    var caps: [PriceCapRow] = []
    for row in try packs.table(pack, columns: columns).rows {
      guard let unitRate = UnitRate(pencePerKWh: try row.number(columns[4])) else {
        throw row.fault(columns[4], "not a rate in p/kWh")
      }
      guard let micropounds = try row.number(columns[5]).units(places: 4, rounding: .towardZero), micropounds.isExact,
        let standing = Int64(exactly: micropounds.value)
      else { throw row.fault(columns[5], "not an amount in pence") }
      let region = try row.text("region")
      guard region == "all" || GSPGroupID(rawValue: region) != nil else {
        throw row.fault("region", "neither all nor a GSP Group")
      }
      caps.append(
        PriceCapRow(
          from: try row.effectiveFrom(), region: region, paymentMethod: try row.text("payment_method"),
          meterType: try row.text("meter_type"), unitRate: unitRate, standingCharge: Money(micropounds: standing),
          includesVAT: try row.flag("includes_vat"), source: try row.text("source")))
    }
    return caps
  }

  func priceCapComponents(_ pack: String) throws(PackFault) -> [PriceCapComponent] {
    let columns = ["component", "share_percent", "lifecycle_stage", "recovers", "effective_from", "source"]
    var components: [PriceCapComponent] = []
    for row in try packs.table(pack, columns: columns).rows {
      guard let share = Proportion(percent: try row.number("share_percent")) else {
        throw row.fault("share_percent", "not a percentage")
      }
      components.append(
        PriceCapComponent(
          name: try row.text("component"), share: share, stage: try row.text("lifecycle_stage"),
          recovers: try row.text("recovers"), from: try row.effectiveFrom(), source: try row.text("source")))
    }
    return components
  }
}

/// Collects the values of each key by date, and refuses two for the same date.
private struct DatedRows<Key: Hashable, Value: Sendable> {
  private var values: [Key: [SettlementDate: Value]] = [:]

  mutating func add(_ value: Value, for key: Key, _ row: PackRow) throws(PackFault) {
    let from = try row.effectiveFrom()
    guard values[key]?[from] == nil else { throw row.fault("effective_from", "there twice for the same name") }
    values[key, default: [:]][from] = value
  }

  var timelines: [Key: Timeline<Value>] { values.mapValues { Timeline($0.map { ($0.key, $0.value) }) } }
}
