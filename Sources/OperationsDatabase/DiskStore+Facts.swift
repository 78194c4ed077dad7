import Aggregation
import GRDB
import MarketRegistration
import Metering
import Operations
import ReadingsStore
import Settlement

extension DiskStore: FactsRepository {
  /// One transaction: the commit point of everything that the batch brings, its staged layers included.
  public func append(_ batch: FactBatch) throws {
    try requireWriting()
    try batch.checkKeepable()
    if try source(batch.source.hash) != nil { return }
    let manifests = try batch.layers.map { layer in
      do { return try folder.manifest(layer.token) } catch let error as StoreError where error.kind == .missing {
        throw UnknownStagedLayer(token: layer.token)
      }
    }
    // Staged layers were written without waiting for the disk: it must have them before anything names them.
    if !batch.layers.isEmpty { try folder.synchronize() }
    try writing { db in
      let writer = try BatchWriter(db, batch.source)
      try writer.insert(manifests)
      try writer.insert(batch.registrations)
      try writer.insert(batch.registerReads)
      try writer.insert(batch.lossFactors)
      try writer.insert(batch.systemPrices)
      try writer.insert(batch.contractVolumes)
      try writer.insert(batch.groupTakes)
      try writer.insert(tariffBooks: batch.tariffBooks)
    }
  }
}

/// Writes the parts of one batch within its transaction.
private struct BatchWriter {
  let db: Database
  let number: DatabaseValue
  let hash: String

  init(_ db: Database, _ source: SourceRecord) throws {
    self.db = db
    hash = source.hash
    let insert = try Insertion(
      db, "source",
      [
        "hash", "name", "format", "byte_count", "received_at", "settings", "accepted", "duplicate", "conflicting",
        "quarantined",
      ])
    let reckoning = source.reckoning
    try insert([
      .text(source.hash), .text(source.name), .text(source.format), .integer(source.byteCount),
      .moment(source.receivedAt), .text(source.settings), .integer(reckoning.accepted), .integer(reckoning.duplicate),
      .integer(reckoning.conflicting), .integer(reckoning.quarantined),
    ])
    number = .integer(db.lastInsertedRowID)
    let insertFinding = try Insertion(
      db, "finding",
      ["batch", "ordinal", "rule", "severity", "file", "line", "field", "message", "remedy", "detail"])
    for (ordinal, finding) in source.findings.enumerated() {
      try insertFinding([
        number, .integer(ordinal), .text(finding.rule.code), .text(finding.severity.rawValue),
        .text(finding.position?.file), finding.position?.line.map { .integer($0) } ?? .null,
        .text(finding.position?.field), .text(finding.message), .text(finding.remedy), .text(finding.detail),
      ])
    }
    let insertCount = try Insertion(db, "finding_count", ["batch", "rule", "count"])
    for (rule, count) in source.findingCounts { try insertCount([number, .text(rule.code), .integer(count)]) }
  }

  /// NULL where a fact names the batch's own source.
  private func origin(_ source: String) -> DatabaseValue { source == hash ? .null : .text(source) }

  func insert(_ manifests: [LayerFolder.Manifest]) throws {
    let insert = try Insertion(
      db, "layer", ["token", "batch", "date", "received_at", "origin", "sequence", "bytes", "crc"])
    let known = try db.cachedStatement(sql: "SELECT 1 FROM layer WHERE token = ?")
    for layer in manifests where try Int.fetchOne(known, arguments: [layer.token]) == nil {
      try insert([
        .text(layer.token), number, .date(layer.date), .moment(layer.receivedAt), origin(layer.source),
        .integer(layer.sequence), .integer(layer.byteCount), .integer(layer.checksum),
      ])
    }
  }

  func insert(_ registrations: [Registration]) throws {
    let insert = try Insertion(
      db, "registration",
      [
        "batch", "mpan", "alias", "quantity", "supplier", "gsp_group", "distributor", "loss_class",
        "consumption_class", "tariff", "payment_method", "capacity_watts", "effective_from", "effective_to",
        "recorded_at",
      ])
    for one in registrations {
      try insert([
        number, .integer(one.mpan.number), .text(one.alias), .text(one.quantity.rawValue), .text(one.supplier.code),
        .text(one.gspGroup.rawValue), .integer(one.distributor), .text(one.lossClass.code),
        .text(one.consumptionClass.rawValue), .text(one.tariff), .text(one.paymentMethod.rawValue),
        .integer(one.supplyCapacity.watts), .date(one.effectiveFrom), one.effectiveTo.map { .date($0) } ?? .null,
        .moment(one.recordedAt),
      ])
    }
  }

  func insert(_ reads: [RegisterRead]) throws {
    let insert = try Insertion(
      db, "register_read",
      ["batch", "mpan", "meter", "register", "taken_at", "tenths_of_kwh", "type", "status", "received_at"])
    for read in reads {
      try insert([
        number, .integer(read.mpan.number), .text(read.meter), .text(read.register), .moment(read.takenAt),
        .integer(read.tenthsOfKWh), .text(read.type), .text(read.status), .moment(read.receivedAt),
      ])
    }
  }

  func insert(_ schedules: [LossFactorSchedule]) throws {
    let insert = try Insertion(
      db, "loss_factor", ["batch", "origin", "distributor", "loss_class", "received_at", "schedule"], blob: "schedule")
    for schedule in schedules {
      try insert([
        number, origin(schedule.source), .integer(schedule.distributor), .text(schedule.lossClass.code),
        .moment(schedule.receivedAt),
        .bytes(LossFactorBlob.encode(patterns: schedule.patterns, days: schedule.days)),
      ])
    }
  }

  func insert(_ prices: [SystemPrice]) throws {
    let insert = try Insertion(
      db, "system_price", ["batch", "origin", "date", "period", "sell", "buy", "imbalance_volume", "received_at"])
    for price in prices {
      try insert([
        number, origin(price.source), .date(price.date), .integer(price.period),
        .integer(price.sell.micropencePerMWh), .integer(price.buy.micropencePerMWh),
        .text(price.netImbalanceVolume.map { String($0.tenMicrowattHours) }), .moment(price.receivedAt),
      ])
    }
  }

  func insert(_ contracts: [ContractVolume]) throws {
    let insert = try Insertion(
      db, "contract_volume", ["batch", "origin", "party", "date", "period", "bought", "received_at"])
    for contract in contracts {
      try insert([
        number, origin(contract.source), .text(contract.party.code), .date(contract.date),
        .integer(contract.period), .integer(contract.bought.wattHours), .moment(contract.receivedAt),
      ])
    }
  }

  func insert(_ takes: [GroupTake]) throws {
    let insert = try Insertion(
      db, "group_take", ["batch", "origin", "gsp_group", "date", "period", "take", "received_at"])
    for take in takes {
      try insert([
        number, origin(take.source), .text(take.group.rawValue), .date(take.date), .integer(take.period),
        .integer(take.take.wattHours), .moment(take.receivedAt),
      ])
    }
  }

  func insert(tariffBooks: [[UInt8]]) throws {
    let insert = try Insertion(db, "tariff_book", ["batch", "bytes"], blob: "bytes")
    for book in tariffBooks { try insert([number, .bytes(book)]) }
  }
}
