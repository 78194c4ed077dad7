import Aggregation
import Findings
import GRDB
import MarketIdentifiers
import MarketRegistration
import Metering
import Operations
import Quantities
import Settlement
import SettlementCalendar

extension DiskStore {
  public func source(_ hash: String) throws -> SourceRecord? {
    try sourceRecords("WHERE hash = ?", [.text(hash)]).first
  }

  public func sources() throws -> [SourceRecord] { try sourceRecords("", []) }

  /// Sources in order of commitment, each with its findings.
  private func sourceRecords(_ condition: String, _ arguments: [DatabaseValue]) throws -> [SourceRecord] {
    let numbers = "SELECT number FROM source \(condition)"
    let query = """
      SELECT number, hash, name, format, byte_count, received_at, settings, accepted, duplicate, conflicting, quarantined
      FROM source \(condition) ORDER BY number
      """
    var records: [SourceRecord] = []
    var positions: [Int64: Int] = [:]
    for (number, record) in try rows("source", query, arguments, sourceRecord) {
      positions[number] = records.count
      records.append(record)
    }
    let findings = try rows(
      "finding",
      """
      SELECT batch, rule, severity, file, line, field, message, remedy, detail FROM finding
      WHERE batch IN (\(numbers)) ORDER BY batch, ordinal
      """, arguments, finding)
    for (batch, finding) in findings {
      if let position = positions[batch] { records[position].findings.append(finding) }
    }
    let counts = try rows(
      "finding_count", "SELECT batch, rule, count FROM finding_count WHERE batch IN (\(numbers))", arguments
    ) { row in (try row.integer(), RuleID(try row.text()), Int(try row.integer())) }
    for (batch, rule, count) in counts {
      if let position = positions[batch] { records[position].findingCounts[rule] = count }
    }
    return records
  }

  private func sourceRecord(_ row: inout RowReader) throws -> (Int64, SourceRecord) {
    let number = try row.integer()
    let record = SourceRecord(
      hash: try row.text(), name: try row.text(), format: try row.text(), byteCount: Int(try row.integer()),
      receivedAt: try row.moment(), settings: try row.text(),
      reckoning: Reckoning(
        accepted: Int(try row.integer()), duplicate: Int(try row.integer()), conflicting: Int(try row.integer()),
        quarantined: Int(try row.integer())),
      findings: [], findingCounts: [:])
    return (number, record)
  }

  private func finding(_ row: inout RowReader) throws -> (Int64, Finding) {
    let batch = try row.integer()
    let rule = RuleID(try row.text())
    let severity = try row.code(Severity.self)
    let file = try row.textIfAny()
    let line = try row.integerIfAny().map { Int($0) }
    let field = try row.textIfAny()
    let position = file.map { SourcePosition(file: $0, line: line, field: field) }
    let message = try row.text()
    let remedy = try row.text()
    return (batch, Finding(rule, severity, at: position, message, remedy: remedy, detail: try row.textIfAny()))
  }

  public func registrations() throws -> [Registration] {
    let query = """
      SELECT mpan, alias, quantity, supplier, gsp_group, distributor, loss_class, consumption_class, tariff,
        payment_method, capacity_watts, effective_from, effective_to, recorded_at
      FROM registration ORDER BY number
      """
    return try rows("registration", query) { row in
      Registration(
        mpan: try row.mpan(), alias: try row.textIfAny(), quantity: try row.code(MeasurementQuantity.self),
        supplier: try row.participant(), gspGroup: try row.code(GSPGroupID.self),
        distributor: Int(try row.integer()), lossClass: try row.lossClass(),
        consumptionClass: try row.code(ConsumptionClass.self), tariff: try row.textIfAny(),
        paymentMethod: try row.code(PaymentMethod.self), supplyCapacity: Power(watts: try row.integer()),
        effectiveFrom: try row.date(), effectiveTo: try row.dateIfAny(), recordedAt: try row.moment())
    }
  }

  public func registerReads() throws -> [RegisterRead] {
    let query = """
      SELECT mpan, meter, register, taken_at, tenths_of_kwh, type, status, received_at
      FROM register_read ORDER BY number
      """
    return try rows("register_read", query) { row in
      RegisterRead(
        mpan: try row.mpan(), meter: try row.text(), register: try row.text(), takenAt: try row.moment(),
        tenthsOfKWh: try row.integer(), type: try row.text(), status: try row.text(), receivedAt: try row.moment())
    }
  }

  public func lossFactors(distributor: Int, lossClass: LineLossFactorClassID) throws -> [LossFactorSchedule] {
    let query = """
      SELECT schedule, coalesce(origin, source.hash), loss_factor.received_at
      FROM loss_factor JOIN source ON source.number = batch
      WHERE distributor = ? AND loss_class = ? ORDER BY loss_factor.number
      """
    return try rows("loss_factor", query, [.integer(distributor), .text(lossClass.code)]) { row in
      let (patterns, days) = try row.require(LossFactorBlob.decode(try row.bytes()))
      return LossFactorSchedule(
        distributor: distributor, lossClass: lossClass, patterns: patterns, days: days, source: try row.text(),
        receivedAt: try row.moment())
    }
  }

  public func systemPrices(_ dates: ClosedRange<SettlementDate>) throws -> [SystemPrice] {
    let query = """
      SELECT date, period, sell, buy, imbalance_volume, coalesce(origin, source.hash), system_price.received_at
      FROM system_price JOIN source ON source.number = batch
      WHERE date BETWEEN ? AND ? ORDER BY date, system_price.number
      """
    return try rows("system_price", query, [.date(dates.lowerBound), .date(dates.upperBound)]) { row in
      let date = try row.date()
      let period = Int(try row.integer())
      let sell = UnitRate(micropencePerMWh: try row.integer())
      let buy = UnitRate(micropencePerMWh: try row.integer())
      let volume = try row.textIfAny().map { LossAdjustedEnergy(tenMicrowattHours: try row.require(Int128($0))) }
      return SystemPrice(
        date: date, period: period, sell: sell, buy: buy, netImbalanceVolume: volume, source: try row.text(),
        receivedAt: try row.moment())
    }
  }

  public func contractVolumes(_ dates: ClosedRange<SettlementDate>) throws -> [ContractVolume] {
    let query = """
      SELECT party, date, period, bought, coalesce(origin, source.hash), contract_volume.received_at
      FROM contract_volume JOIN source ON source.number = batch
      WHERE date BETWEEN ? AND ? ORDER BY date, contract_volume.number
      """
    return try rows("contract_volume", query, [.date(dates.lowerBound), .date(dates.upperBound)]) { row in
      ContractVolume(
        party: try row.participant(), date: try row.date(), period: Int(try row.integer()),
        bought: Energy(wattHours: try row.integer()), source: try row.text(), receivedAt: try row.moment())
    }
  }

  public func groupTakes(_ dates: ClosedRange<SettlementDate>) throws -> [GroupTake] {
    let query = """
      SELECT gsp_group, date, period, take, coalesce(origin, source.hash), group_take.received_at
      FROM group_take JOIN source ON source.number = batch
      WHERE date BETWEEN ? AND ? ORDER BY date, group_take.number
      """
    return try rows("group_take", query, [.date(dates.lowerBound), .date(dates.upperBound)]) { row in
      GroupTake(
        group: try row.code(GSPGroupID.self), date: try row.date(), period: Int(try row.integer()),
        take: Energy(wattHours: try row.integer()), source: try row.text(), receivedAt: try row.moment())
    }
  }

  public func tariffBooks() throws -> [[UInt8]] {
    try rows("tariff_book", "SELECT bytes FROM tariff_book ORDER BY number") { try $0.bytes() }
  }
}

extension RowReader {
  mutating func participant() throws -> ParticipantID { try require(ParticipantID(try text())) }
  mutating func lossClass() throws -> LineLossFactorClassID { try require(LineLossFactorClassID(try text())) }
  mutating func dateIfAny() throws -> SettlementDate? {
    guard let value = try integerIfAny() else { return nil }
    return try require(SettlementDate(dayNumber: Int(value)))
  }
}
