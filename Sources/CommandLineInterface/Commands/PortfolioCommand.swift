import ArgumentParser
import Billing
import EstateSimulator
import Foundation
import InputFiles
import MarketIdentifiers
import MarketRegistration
import Operations
import PortfolioFiles
import Quantities
import Readings
import SettlementCalendar

struct PortfolioCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "portfolio", abstract: "Makes and shows portfolios of metering points.",
    subcommands: [Make.self, Show.self])

  struct Make: ParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Gives the anonymous households of research files valid MPANs, suppliers and GSP Groups.",
      discussion: """
        Reads the files without taking them in and writes four files into --out: registrations.csv, contracts.csv (each
        supplier's hedge: the mean of the same weekday, with a small error), arrivals.csv (a late-reading feed) and
        tariffs.json. Everything follows from the seed; suppliers, prices and MPANs are invented.
        """)

    @Argument(help: "Files of readings.", completion: .file())
    var files: [String]

    @Option(help: "The folder to write into.", completion: .directory)
    var out: String

    @Option(help: "The same seed gives the same portfolio.")
    var seed: UInt64 = 1

    @Option(help: "GSP Groups to spread over, e.g. _N; repeat for more. Six by default.")
    var group: [String] = []

    @Option(help: "What suppliers buy per metered thousand: 1000 covers the meters, 1080 also losses of 8 percent.")
    var uplift: Int = 1_080

    @Option(help: "The line loss factor class of every point, as the distributor's D0265 file names it.")
    var llfc: String = "1"

    @Option(help: "The series name of files that name none.")
    var series: String = "household"

    func run() throws {
      try reportingErrors {
        guard (0...10_000).contains(uplift) else {
          throw ValidationError("--uplift is 0 to 10000 per metered thousand")
        }
        guard let lossClass = LineLossFactorClassID(llfc) else {
          throw ValidationError("--llfc is one to three capital letters or digits")
        }
        let survey = try survey()
        guard let dates = survey.dates, let start = dates.lowerBound.advanced(by: -31) else {
          throw ValidationError("no readings were found in the files")
        }
        let maker = PortfolioMaker(
          seed: seed, areas: try areas(), tariffs: SampleTariffs.names, effectiveFrom: start,
          recordedAt: SettlementDay(start).start)
        let registrations = maker.registrations(survey.energies.keys).map { made in
          var registration = made
          registration.lossClass = lossClass
          return registration
        }
        let demand = Self.demand(survey, registrations)
        let contracts = HedgeBook(seed: seed, upliftPerMille: uplift).contracts(
          demand, source: "", receivedAt: SettlementDay(start).start)
        let arrivals = LateFeed(seed: seed).arrivals(series: survey.energies.keys.map(\.name).sorted(), dates)
        try makeFolder(out)
        try write("registrations.csv", TableWriter.registrations(registrations))
        try write("contracts.csv", TableWriter.contracts(contracts))
        try write("arrivals.csv", TableWriter.arrivals(arrivals))
        try write(
          "tariffs.json", TariffBookFile.write(try SampleTariffs.book(Set(registrations.map(\.supplier)), from: start)))
        printOut(
          "\(registrations.count) metering points, \(contracts.count) contract volumes, \(arrivals.count) late arrivals, \(dates.lowerBound) to \(dates.upperBound)\n"
        )
      }
    }

    private func survey() throws -> SeriesSurvey {
      let survey = SeriesSurvey(fallbackName: series)
      for path in files {
        try InputFile(path).read { part in
          survey.begin()
          try part.forEachPiece { try survey.consume($0, name: part.name) }
          try survey.end(name: part.name)
        }
      }
      return survey
    }

    private func areas() throws -> [PortfolioMaker.Area] {
      guard !group.isEmpty else { return PortfolioMaker.sixAreas }
      return try group.map { text in
        guard let id = GSPGroupID(rawValue: text) else { throw ValidationError("there is no GSP Group \(text)") }
        return PortfolioMaker.Area(group: id, weight: 1)
      }
    }

    /// What each supplier's meters add up to, export taken off.
    private static func demand(_ survey: SeriesSurvey, _ registrations: [Registration]) -> [SupplierDemand] {
      var demand: [SupplierDemand] = []
      for registration in registrations {
        let name = registration.alias ?? registration.mpan.description
        guard let key = SeriesKey(name: name, quantity: registration.quantity), let days = survey.energies[key] else {
          continue
        }
        let sign: Int64 = registration.quantity == .activeExport ? -1 : 1
        for (date, cells) in days {
          for (offset, value) in cells.enumerated() {
            demand.append(
              SupplierDemand(
                supplier: registration.supplier, date: date, period: offset + 1,
                energy: Energy(wattHours: sign * Int64(value))))
          }
        }
      }
      return demand
    }

    private func write(_ name: String, _ bytes: [UInt8]) throws {
      try writeData(Data(bytes), to: URL(fileURLWithPath: out).appendingPathComponent(name).path)
    }
  }

  struct Show: ParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Counts the metering points of a date by supplier and GSP Group.")

    @OptionGroup var store: StoreOptions

    @Option(help: "The settlement date.")
    var date: SettlementDate

    @Option(help: "table, json or csv.")
    var format: OutputFormat = .table

    func run() throws {
      try reportingErrors {
        let snapshot = try FactSnapshot(try store.open(.readOnly))
        let points = snapshot.points(on: date).map(\.registration)
        var table = OutputTable([
          .init("supplier"), .init("gsp_group", "GSP Group"), .init("quantity"), .init("metering_points"),
        ])
        let groups = Dictionary(grouping: points) { [$0.supplier.code, $0.gspGroup.rawValue, $0.quantity.rawValue] }
        for (key, members) in groups.sorted(by: { $0.key.lexicographicallyPrecedes($1.key) }) {
          table.rows.append(key.map { .text($0) } + [.count(members.count)])
        }
        printOut(table.text(format))
      }
    }
  }
}
