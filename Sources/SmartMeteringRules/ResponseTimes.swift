import Rulebooks
public import SettlementCalendar

/// The two generations of smart meters.
public enum MeterGeneration: String, Hashable, Sendable, CaseIterable {
  case smets1
  case smets2
}

/// How a request comes to be carried out.
public enum RequestMode: String, Hashable, Sendable, CaseIterable {
  case scheduled
  case onDemand = "on-demand"
}

/// Within which time the DCC answers (target response times), by service, role, generation and mode.
public struct ResponseTimes: Sendable {
  public enum Target: Hashable, Sendable {
    case seconds(Int)
    /// The service does not exist for that role, generation and mode.
    case notAvailable
  }

  /// For services that MP162's table does not name. Not confirmed: 30 seconds, and 24 hours where scheduled.
  public struct Defaults: Hashable, Sendable {
    public var onDemand = 30
    public var scheduled = 86_400

    public init() {}
  }

  private struct Row {
    let from: SettlementDate
    let targets: [Cell: Target]
  }

  private struct Cell: Hashable {
    let isRetriever: Bool
    let generation: MeterGeneration
    let mode: RequestMode

    var column: String {
      let group = isRetriever ? "mdr" : "existing"
      return "\(group)_\(generation == .smets1 ? 1 : 2)_\(mode == .scheduled ? "scheduled" : "on_demand")"
    }

    static let all = [false, true].flatMap { isRetriever in
      [MeterGeneration.smets2, .smets1].flatMap { generation in
        [RequestMode.scheduled, .onDemand].map { Cell(isRetriever: isRetriever, generation: generation, mode: $0) }
      }
    }
  }

  public var defaults = Defaults()
  private let rows: [ServiceVariant: [Row]]

  /// Those that ship with the program. - Throws: `PackFault` for a pack that is damaged.
  public init() throws(PackFault) {
    try self.init("target-response-times.csv", PackageResources.target_response_times_csv)
  }

  /// From a table of one's own: seconds, or `-` where there is no such service.
  public init(_ name: String, _ bytes: [UInt8]) throws(PackFault) {
    var found: [ServiceVariant: [Row]] = [:]
    let columns = ["variant"] + Cell.all.map(\.column) + ["effective_from", "source"]
    for row in try PackTable(name, bytes, columns: columns).rows {
      var targets: [Cell: Target] = [:]
      for cell in Cell.all {
        let text = try row.text(cell.column)
        guard text == "-" || Int(text).map({ $0 > 0 }) == true else { throw row.fault(cell.column, "not seconds or -") }
        targets[cell] = Int(text).map(Target.seconds) ?? .notAvailable
      }
      found[ServiceVariant(try row.text("variant")), default: []].append(
        Row(from: try row.effectiveFrom(), targets: targets))
    }
    rows = found.mapValues { $0.sorted { $0.from < $1.from } }
  }

  /// The target of a service for a role on a date.
  public func target(
    _ variant: ServiceVariant, role: UserRole, generation: MeterGeneration, mode: RequestMode, on date: SettlementDate
  ) -> Target {
    let cell = Cell(isRetriever: role == .meterDataRetriever, generation: generation, mode: mode)
    guard let row = rows[variant]?.last(where: { $0.from <= date }) else {
      guard role != .meterDataRetriever else { return .notAvailable }
      return .seconds(mode == .scheduled ? defaults.scheduled : defaults.onDemand)
    }
    return row.targets[cell] ?? .notAvailable
  }

  /// The services that the table names.
  public var named: [ServiceVariant] { rows.keys.sorted() }
}
