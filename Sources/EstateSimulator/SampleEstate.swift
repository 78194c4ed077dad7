import MarketIdentifiers
import MarketRegistration
import PortfolioFiles
import Quantities
import Readings
import Settlement
import SettlementCalendar

/// A whole invented estate for a demonstration that needs no data of anyone's: homes, suppliers, four weeks of readings
/// with the faults that real feeds have, prices, contracts.
///
/// Everything follows from the seed. Nothing of it was measured: shapes, prices, suppliers and MPANs are invented, and
/// every file's name begins with `sample`. It is handed out as files in the formats that ingest reads, in the order in
/// which they would come in; large ones are written in pieces.
public struct SampleEstate: Sendable {
  public let seed: UInt64
  /// Rising by MPAN. Export points have no tariff.
  public let registrations: [Registration]
  /// The settlement dates that have readings.
  public let dates: [SettlementDate]

  let homes: [SampleHome]
  let days: [SampleDay]
  private let prices: SamplePrices

  /// Points that export, in thousandths.
  public static let exportPerMille = 40
  /// Days after the last settlement date in which something still comes.
  static let tailDays = 100

  /// - Parameters:
  ///   - meteringPoints: 1 ... 1,000,000.
  ///   - tariffs: names in a tariff book, spread over the import points.
  /// - Returns: `nil` for numbers out of range, or dates that the calendar does not have.
  public init?(
    seed: UInt64, meteringPoints: Int = 3_000, from first: SettlementDate, days count: Int = 28, tariffs: [String] = []
  ) {
    guard (1...1_000_000).contains(meteringPoints), (1...3_660).contains(count),
      let last = first.advanced(by: count - 1), last.advanced(by: Self.tailDays) != nil,
      let eve = first.advanced(by: -1), let registered = first.advanced(by: -365)
    else { return nil }
    let maker = PortfolioMaker(
      seed: seed, tariffs: tariffs, effectiveFrom: registered, recordedAt: SettlementDay(eve).start)
    let series = (1...meteringPoints).compactMap { number in
      var chance = SeededGenerator(seed: seed, stream: "point/\(number)")
      let isExport = chance.chance(perMille: Self.exportPerMille)
      return SeriesKey(name: "sample \(number)", quantity: isExport ? .activeExport : .activeImport)
    }
    self.seed = seed
    registrations = maker.registrations(series).map { made in
      var registration = made
      registration.alias = nil
      if registration.quantity == .activeExport { registration.tariff = nil }
      return registration
    }.sorted { $0.mpan < $1.mpan }
    dates = settlementDates(first, through: last)
    homes = registrations.map { SampleHome($0, seed: seed) }
    days = dates.map { SampleDay($0, seed: seed) }
    prices = SamplePrices(
      seed: seed, negativeDate: dates[count / 2], spikeDate: dates[count / 3])
  }

  /// The files in order of receipt, then by name.
  public func files() -> [SampleFile] {
    let start = days[0].day.start
    var files = [
      SampleFile(name: "sample-registrations.csv", receivedAt: start.advanced(byHours: -24), content: .registrations),
      SampleFile(name: "sample-contracts.csv", receivedAt: start.advanced(byHours: -12), content: .contracts),
    ]
    var late = Set<SettlementDate>()
    var corrected = Set<SettlementDate>()
    for (index, day) in days.enumerated() {
      files.append(
        SampleFile(
          name: "sample-system-prices-\(day.day.date).csv", receivedAt: day.day.end.advanced(byHours: 1),
          content: .prices(index)))
      files.append(
        SampleFile(
          name: "sample-readings-\(day.day.date).csv", receivedAt: day.day.end.advanced(byHours: 8),
          content: .readings(index)))
      for home in homes {
        switch SampleFault(home, day) {
        case .late(let delay): if let date = day.day.date.advanced(by: delay) { late.insert(date) }
        case .correction: if let date = correctionDate(day) { corrected.insert(date) }
        default: break
        }
      }
    }
    files += late.map {
      SampleFile(
        name: "sample-readings-late-\($0).csv", receivedAt: SettlementDay($0).end.advanced(byHours: 6),
        content: .late($0))
    }
    files += corrected.map {
      SampleFile(
        name: "sample-readings-corrected-\($0).csv", receivedAt: SettlementDay($0).end.advanced(byHours: 7),
        content: .corrected($0))
    }
    return files.sorted { ($0.receivedAt, $0.name) < ($1.receivedAt, $1.name) }
  }

  /// Writes a file's bytes in pieces of about a quarter of a megabyte.
  public func write<Failure: Error>(
    _ file: SampleFile, _ piece: ([UInt8]) throws(Failure) -> Void
  ) throws(Failure) {
    switch file.content {
    case .registrations: try piece(TableWriter.registrations(registrations))
    case .contracts: try piece(TableWriter.contracts(contracts()))
    case .prices(let index): try piece(Array(prices.text(days[index]).utf8))
    case .readings(let index): try writeReadings([days[index]], piece) { $0.appendOnTime($1, $2, $3, &$4) }
    case .late(let date):
      let known = days.filter { day in SampleFault.delays.contains { day.day.date.advanced(by: $0.days) == date } }
      try writeReadings(known, piece) { $0.appendLate($1, $2, $3, &$4, received: date) }
    case .corrected(let date):
      let known = days.filter { correctionDate($0) == date }
      try writeReadings(known, piece) { $0.appendCorrected($1, $2, $3, &$4) }
    }
  }

  /// The whole of a file.
  public func bytes(_ file: SampleFile) -> [UInt8] {
    var bytes: [UInt8] = []
    write(file) { (piece: [UInt8]) throws(Never) in bytes += piece }
    return bytes
  }

  /// What each supplier's points metered in each period, faults left aside, export taken off.
  public func demand() -> [SupplierDemand] {
    var cells = [Int32](repeating: 0, count: 50)
    let suppliers = Set(homes.map(\.registration.supplier)).sorted()
    let homesOf = Dictionary(grouping: homes, by: \.registration.supplier)
    var demand: [SupplierDemand] = []
    for supplier in suppliers {
      for day in days {
        var sums = [Int64](repeating: 0, count: day.slots.count)
        for home in homesOf[supplier] ?? [] {
          home.fill(&cells, day)
          for period in 0..<sums.count { sums[period] += home.isExport ? -Int64(cells[period]) : Int64(cells[period]) }
        }
        for (index, sum) in sums.enumerated() {
          demand.append(
            SupplierDemand(
              supplier: supplier, date: day.day.date, period: index + 1, energy: Energy(wattHours: sum)))
        }
      }
    }
    return demand
  }

  private func contracts() -> [ContractVolume] {
    HedgeBook(seed: seed).contracts(demand(), source: "", receivedAt: days[0].day.start)
  }

  private func correctionDate(_ day: SampleDay) -> SettlementDate? {
    day.day.date.advanced(by: SampleFault.correctionDays)
  }

  private func writeReadings<Failure: Error>(
    _ days: [SampleDay], _ piece: ([UInt8]) throws(Failure) -> Void,
    _ append: (inout ReadingTableWriter, SampleHome, SampleDay, SampleFault, inout [Int32]) -> Void
  ) throws(Failure) {
    var writer = ReadingTableWriter()
    var cells = [Int32](repeating: 0, count: 50)
    for day in days {
      for home in homes {
        append(&writer, home, day, SampleFault(home, day), &cells)
        guard writer.bytes.count > 250_000 else { continue }
        try piece(writer.bytes)
        writer.bytes.removeAll(keepingCapacity: true)
      }
    }
    if !writer.bytes.isEmpty { try piece(writer.bytes) }
  }
}

/// One file of the sample estate: its name, when it comes in, and what ``SampleEstate/write(_:_:)`` puts in it.
public struct SampleFile: Hashable, Sendable {
  public let name: String
  public let receivedAt: UTCInstant
  let content: Content

  enum Content: Hashable, Sendable {
    case registrations, contracts
    case prices(Int)
    case readings(Int)
    case late(SettlementDate)
    case corrected(SettlementDate)
  }
}
