import SettlementCalendar

/// The first line of a flow file: who sent what to whom, and when.
public struct DTCHeader: Hashable, Sendable {
  /// Ten digits as a rule; empty in older files.
  public var fileID: String
  public var flow: DTCFlow
  /// Three digits: `001`.
  public var version: String
  /// One letter: `C` data collector, `X` supplier, `R` distributor, `D`, `G`, ...
  public var fromRole: String
  public var from: String
  public var toRole: String
  public var to: String
  /// As the file says; the catalogue names no clock.
  public var created: CivilStamp
  /// `OPER`, or a test flag such as `TR01`.
  public var testFlag: String
  /// Whether it was an older `ZHD` line, whose lines end without a bar.
  public var isOlder: Bool

  public init(
    fileID: String, flow: DTCFlow, version: String = "001", fromRole: String, from: String, toRole: String, to: String,
    created: CivilStamp, testFlag: String = "OPER", isOlder: Bool = false
  ) {
    self.fileID = fileID
    self.flow = flow
    self.version = version
    self.fromRole = fromRole
    self.from = from
    self.toRole = toRole
    self.to = to
    self.created = created
    self.testFlag = testFlag
    self.isOlder = isOlder
  }

  /// - Returns: `nil` when a field that must be there is not, or the flow is none of ``DTCFlow``.
  init?(_ line: FlowLine) {
    let name = line.text(2)
    guard let flow = DTCFlow.allCases.first(where: { name.hasPrefix($0.rawValue) }), name.utf8.count == 8,
      let created = compactStamp(line.field(7)), !line.field(4).isEmpty, !line.field(6).isEmpty
    else { return nil }
    self.init(
      fileID: line.text(1), flow: flow, version: String(name.dropFirst(5)), fromRole: line.text(3), from: line.text(4),
      toRole: line.text(5), to: line.text(6), created: created, testFlag: line.text(11), isOlder: line.group == .zhd)
  }
}
