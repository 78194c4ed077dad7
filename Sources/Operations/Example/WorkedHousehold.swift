import Billing
import Findings
import JSONText
import MarketIdentifiers
import Quantities
import ReadingValidation
import Readings
import Rulebooks
import Settlement
import SettlementCalendar

/// The worked household of seed 002, run through ingest, validation, aggregation, all runs and billing.
public struct WorkedHousehold {
  public let store: MemoryStore
  public let bill: Bill
  /// All runs of all days, by run.
  public let runs: [RunType: [RunResult]]
  /// The last run date of each day's books.
  public let frozen: [SettlementDate]
  private let rulebook: Rulebook

  /// The example cannot be worked with this rulebook.
  public struct Unworkable: Error, Hashable, Sendable, CustomStringConvertible {
    public let reason: String
    public var description: String { "the worked household cannot be computed: \(reason)" }
  }

  public init(rulebook: Rulebook, hash: @escaping ContentHash) throws {
    self.rulebook = rulebook
    guard let facts = WorkedHouseholdFacts(rulebook) else {
      throw Unworkable(reason: "rulebook \(rulebook.id) has no runs SF and R1 in December 2026")
    }
    let store = MemoryStore()
    try Self.load(facts, into: store, rulebook, hash)
    let settler = try Settler(store: store, rulebook: rulebook, settings: RunSettings(), hash: hash)
    var runs: [RunType: [RunResult]] = [:]
    var frozen: [SettlementDate] = []
    for date in WorkedHouseholdFacts.dates {
      let outcomes = try settler.settle(date, only: nil, asOf: .latest)
      for outcome in outcomes { runs[outcome.dates.run, default: []].append(outcome.result) }
      frozen += outcomes.last.map { [$0.dates.runDate] } ?? []
    }
    self.store = store
    self.runs = runs
    self.frozen = frozen
    bill = try Self.bill(facts, store, rulebook)
  }

  private static func load(
    _ facts: WorkedHouseholdFacts, into store: MemoryStore, _ rulebook: Rulebook, _ hash: ContentHash
  ) throws {
    let name = "worked household"
    let source = hash(Array(name.utf8))
    let book = facts.readings.reduce(into: [UTCInstant: [WorkedHouseholdFacts.MeterReading]]()) {
      $0[$1.receivedAt, default: []].append($1)
    }
    var staged: [StagedLayer] = []
    var reckoning = Reckoning()
    for (position, receivedAt) in book.keys.sorted().enumerated() {
      let part = hash(Array("\(name) \(position)".utf8))
      let ingest = ReadingIngest(
        repository: store, source: part, fileName: name, fallbackName: name, receipt: .moment(receivedAt))
      try ingest.take(.series(local: 0, name: facts.registration.mpan.description, quantity: .activeImport))
      for reading in book[receivedAt] ?? [] {
        try ingest.take(.reading(ReadingRow(series: 0, halfHour: reading.halfHour, energy: reading.energy, line: 0)))
      }
      try ingest.finish()
      staged = ingest.staged
      reckoning = ingest.reckoning
      try store.append(
        FactBatch(source: record(part, name, "readings", receivedAt, reckoning), layers: staged))
    }
    guard let day = WorkedHouseholdFacts.dates.first,
      let wholesale = rulebook.parameter("cap.wholesale-pence-per-kwh", on: day),
      let rate = UnitRate(pencePerKWh: wholesale.value)
    else { throw Unworkable(reason: "rulebook \(rulebook.id) lacks cap.wholesale-pence-per-kwh") }
    let known = facts.registration.recordedAt
    try store.append(
      FactBatch(
        source: record(source, name, PortfolioFormats.registrations, known, Reckoning(accepted: 1)),
        registrations: [facts.registration],
        systemPrices: WorkedHouseholdFacts.prices(rate, source: source)))
  }

  private static func record(
    _ hash: String, _ name: String, _ format: String, _ receivedAt: UTCInstant, _ reckoning: Reckoning
  ) -> SourceRecord {
    SourceRecord(
      hash: hash, name: name, format: format, byteCount: 0, receivedAt: receivedAt, settings: "", reckoning: reckoning,
      findings: [], findingCounts: [:])
  }

  /// Billed on the first working days of January, before the late readings came.
  private static func bill(_ facts: WorkedHouseholdFacts, _ store: MemoryStore, _ rulebook: Rulebook) throws -> Bill {
    let engine = RunEngine(snapshot: try FactSnapshot(store), rulebook: rulebook, settings: RunSettings())
    let biller = Biller(engine: engine, book: try WorkedHouseholdFacts.tariffBook(facts.registration.supplier))
    let issued = WorkedHouseholdFacts.day(2027, 1, 5)
    guard let first = WorkedHouseholdFacts.dates.first, let last = WorkedHouseholdFacts.dates.last else {
      throw Unworkable(reason: "it has no days")
    }
    let bills = try biller.bills(from: first, through: last, issued: issued, known: SettlementDay(issued).start)
    guard let bill = bills.first?.bill.value else {
      throw Unworkable(reason: bills.first?.bill.findings.first.map { "\($0)" } ?? "no metering point was billed")
    }
    return bill
  }
}

extension WorkedHousehold {
  /// The total of a run over the month, at the meter.
  func metered(_ run: RunType) -> Energy {
    (runs[run] ?? []).reduce(.zero) { $0 + $1.sums.total().metered }
  }

  private func quality(_ run: RunType) -> QualityCounts {
    (runs[run] ?? []).map(\.quality).reduce(QualityCounts(), +)
  }

  /// The figures of the example under the names of the conformance file, in its order.
  public func figures() throws -> JSONValue {
    let sf = quality(.sf)
    let total = metered(.sf)
    let gsp = (runs[.sf] ?? []).reduce(LossAdjustedEnergy.zero) { $0 + $1.sums.total().lossAdjusted }
    return .object([
      "observations_per_month": .integer(sf.expected),
      "average_kwh_per_observation": Self.kilowattHours(total, per: sf.expected, places: 3),
      "peak_settlement_periods": periods("peak"),
      "off_peak_settlement_periods": periods("off-peak"),
      "peak_kwh": Self.kilowattHours(band("peak").energy),
      "peak_observations": .integer(band("peak").count),
      "kwh_per_peak_observation": Self.kilowattHours(band("peak").energy, per: band("peak").count, places: 3),
      "off_peak_kwh": Self.kilowattHours(band("off-peak").energy),
      "off_peak_observations": .integer(band("off-peak").count),
      "kwh_per_off_peak_observation": Self.kilowattHours(
        band("off-peak").energy, per: band("off-peak").count, places: 3),
      "standard_kwh": Self.kilowattHours(band("standard").energy),
      "standard_observations": .integer(band("standard").count),
      "validated_at_first_pass": .integer(sf.validAtFirstPass),
      "substituted_at_first_pass": .integer(sf.expected - sf.validAtFirstPass),
      "substituted_kwh": Self.kilowattHours(sf.estimatedEnergy, places: 1),
      "substitution_exposure_percent_at_sf": .number(
        Proportion(sf.estimatedEnergy.wattHours, of: total.wattHours).percentText(places: 2)),
      "gsp_group_kwh": .number(DecimalNumber.text(gsp.tenMicrowattHours, places: 8, keeping: 0)),
      "single_reading_uplift": try singleReading(),
      "wholesale_recovery_pounds": try wholesale(),
      "blended_energy_charge_pounds": try blended(),
      "energy_charge_pounds": .object([
        "peak": Self.pounds(amount("peak")), "standard": Self.pounds(amount("standard")),
        "off_peak": Self.pounds(amount("off-peak")), "total": Self.pounds(bill.amount(of: .energy)),
      ]),
      "standing_charge_pounds": Self.pounds(bill.amount(of: .standingCharge)),
      "vat_pounds": Self.pounds(bill.vat.amount),
      "bill_total_pounds": Self.pounds(bill.total),
      "direct_debit_pounds": Self.pounds(bill.total),
      "reconciled_kwh": reconciled(),
      "books_frozen_in_month": frozenMonth(),
    ])
  }

  private func band(_ name: String) -> (energy: Energy, count: Int) {
    bill.energyLines.filter { $0.name == name }.reduce((.zero, 0)) { ($0.0 + $1.energy, $0.1 + $1.periodCount) }
  }

  private func amount(_ band: String) -> Money {
    bill.energyLines.filter { $0.name == band }.reduce(.zero) { $0 + $1.amount }
  }

  /// The settlement periods of a band on an ordinary day, from where its clock window begins.
  private func periods(_ name: String) -> JSONValue {
    guard let date = WorkedHouseholdFacts.dates.first,
      let rates = try? WorkedHouseholdFacts.tariffBook(bill.supplier).tariff(named: bill.tariff, of: bill.supplier)?
        .rates(on: date), let band = rates.bands.firstIndex(where: { $0.name == name }),
      let start = rates.bands[band].windows.first?.fromMinute
    else { return .array([]) }
    let day = SettlementDay(date)
    let numbers = rates.bandIndices(of: day).enumerated().filter { $0.element == band }.map { $0.offset + 1 }
    let begun = numbers.filter { day.clockMinute(ofPeriod: $0) >= start }
    return .array((begun + numbers.filter { day.clockMinute(ofPeriod: $0) < start }).map { .integer($0) })
  }

  /// 1.47 kWh at the meter, taken through the loss factor of the household's class.
  private func singleReading() throws -> JSONValue {
    guard let lossClass = LineLossFactorClassID("01"), let date = WorkedHouseholdFacts.dates.first,
      let factor = rulebook.flatLossFactor(lossClass, on: date)
    else { throw Unworkable(reason: "rulebook \(rulebook.id) has no loss factor for class 01") }
    let energy = Energy(wattHours: 1_470)
    return .object([
      "meter_kwh": Self.kilowattHours(energy),
      "gsp_kwh_exact": .number(DecimalNumber.text((energy * factor).tenMicrowattHours, places: 8, keeping: 0)),
      "note": .string("exact; the seed rounds it to about 1.55"),
    ])
  }

  private func wholesale() throws -> JSONValue {
    guard let date = WorkedHouseholdFacts.dates.first,
      let rate = rulebook.parameter("cap.wholesale-pence-per-kwh", on: date).flatMap({ UnitRate(pencePerKWh: $0.value) }
      )
    else { throw Unworkable(reason: "rulebook \(rulebook.id) lacks cap.wholesale-pence-per-kwh") }
    return Self.pounds(rate.charge(for: metered(.sf), to: .penny, bill.rules.line.rounding))
  }

  /// What the same energy costs at the cap's blended rate.
  private func blended() throws -> JSONValue {
    guard let level = bill.capCheck?.segments.first?.level else {
      throw Unworkable(reason: "rulebook \(rulebook.id) has no price cap level for the month")
    }
    return Self.pounds(level.unitRate.charge(for: metered(.sf), to: .penny, bill.rules.line.rounding))
  }

  private func reconciled() -> JSONValue {
    .object([
      "SF": Self.kilowattHours(metered(.sf), places: 1),
      "R1_change": Self.kilowattHours(metered(.r1) - metered(.sf), places: 1),
      "R2_change": Self.kilowattHours(metered(.r2) - metered(.r1), places: 1),
      "R3_change": Self.kilowattHours(metered(.r3) - metered(.r2), places: 1),
      "RF": Self.kilowattHours(metered(.rf), places: 1),
    ])
  }

  /// The month of the last run, when it is the same for every day; else a list of months.
  private func frozenMonth() -> JSONValue {
    let months = Set(frozen.map { String($0.description.prefix(7)) }).sorted()
    return months.count == 1 ? .string(months[0]) : .array(months.map { .string($0) })
  }

  private static func pounds(_ money: Money) -> JSONValue { .number(money.poundsText) }

  /// kWh, over a number of half-hours, to so many places; shortest exact form by default.
  private static func kilowattHours(_ energy: Energy, per count: Int = 1, places: Int? = nil) -> JSONValue {
    guard let places else { return .number(DecimalNumber.text(Int128(energy.wattHours), places: 3, keeping: 0)) }
    let scale = DecimalNumber.powerOfTen(places) ?? 1
    let units = Rounding.halfAwayFromZero.quotient(
      Int128(energy.wattHours) * scale, by: 1_000 * Int128(max(count, 1)))
    return .number(DecimalNumber.text(units, places: places))
  }
}
