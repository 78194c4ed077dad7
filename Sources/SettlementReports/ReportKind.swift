/// The files of the central settlement systems that are read and written here.
public enum ReportKind: String, Hashable, Sendable, CaseIterable {
  /// SAA-I014 sub-flow 2: the settlement report of a day, all parties.
  case settlementReport = "S0142"
  /// CDCA-I029: what each GSP Group took.
  case groupTake = "C0291"
  /// CDCA-I030: metered volumes of each Grid Supply Point, interconnector and inter-group connection of an area.
  case distributionArea = "C0301"
  /// CDCA-I042: metered volumes of each BM unit.
  case unitAggregation = "C0421"

  /// The interface's name and what it carries.
  public var title: String {
    switch self {
    case .settlementReport: "SAA-I014 sub-flow 2, settlement report"
    case .groupTake: "CDCA-I029, GSP Group take"
    case .distributionArea: "CDCA-I030, distribution-area meter data"
    case .unitAggregation: "CDCA-I042, BM unit aggregation"
    }
  }

  /// The layouts of its records, header and footer aside.
  public var layouts: [RecordLayout] {
    switch self {
    case .settlementReport: RecordLayouts.settlementReport
    case .groupTake: RecordLayouts.groupTake
    case .distributionArea: RecordLayouts.distributionArea
    case .unitAggregation: RecordLayouts.unitAggregation
    }
  }
}
