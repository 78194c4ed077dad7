import Findings
import WireFormat

/// What all flows share: header, footer, and the counts that the footer must agree with.
struct FlowEnvelope {
  /// What a line is to the flow's own reader.
  enum Role {
    /// Dealt with here.
    case handled
    /// A group of the flow's body.
    case body(GroupID)
    /// The footer: what was begun is complete.
    case footer
    /// A line that cannot be used: it counts as one row.
    case unusable(Finding)
  }

  let file: String
  let flow: DTCFlow
  private(set) var header: DTCHeader?
  private(set) var isClosed = false
  private(set) var checksum: String?
  private var sawFirstLine = false
  private var lines = 0
  private var groups = 0
  private var instances = 0

  init(file: String, flow: DTCFlow) {
    self.file = file
    self.flow = flow
  }

  mutating func countInstance() { instances += 1 }

  /// Counts lines that are read elsewhere.
  mutating func count(groups: Int, instances: Int) {
    self.groups += groups
    lines += groups
    self.instances += instances
  }

  /// Says what a line is; findings about header and footer go to `note`.
  mutating func role(of line: FlowLine, isWhole: Bool, note: (Finding) -> Void) -> Role {
    if line.bytes.isEmpty { return .handled }
    lines += 1
    let isFirst = !sawFirstLine
    sawFirstLine = true
    guard !isClosed else {
      return .unusable(afterFooter(line.number))
    }
    let group = isWhole ? line.group : nil
    if isFirst, group == .zhv || group == .zhd {
      readHeader(line, note)
      return .handled
    }
    if isFirst { note(finding(DTCRules.header, line, "The file does not begin with a header line.", Self.askAgain)) }
    if group == .zpt {
      readFooter(line, note)
      isClosed = true
      return .footer
    }
    groups += 1
    guard isWhole else {
      return .unusable(finding(DTCRules.lineForm, line, "The line is longer than any group can be.", Self.askAgain))
    }
    guard let group else { return .unusable(unknownGroup(line)) }
    if let header, !header.isOlder, !line.endsWithBar {
      return .unusable(finding(DTCRules.lineForm, line, "The line does not end with a bar: it was cut.", Self.askAgain))
    }
    return .body(group)
  }

  /// The finding for a file that ended without its footer, or `nil`.
  var missingFooter: Finding? {
    guard !isClosed else { return nil }
    return Finding(
      DTCRules.footerMissing, .error, at: SourcePosition(file: file),
      sawFirstLine ? "The file ends without its footer: its end is missing." : "The file is empty.",
      remedy: Self.askAgain)
  }

  func afterFooter(_ number: Int) -> Finding {
    finding(
      DTCRules.afterFooter, at: number, "A line follows the footer.", "Ask the sender whether two files were joined.")
  }

  func unknownGroup(_ line: FlowLine) -> Finding {
    finding(
      DTCRules.unknownGroup, line, "The line's group is not one that is read in flow \(flow.rawValue).",
      "Check that the file is what its header says.")
  }

  func finding(
    _ rule: RuleID, _ line: FlowLine, _ message: String, _ remedy: String, field: String? = nil, detail: String? = nil,
    severity: Severity = .error
  ) -> Finding {
    finding(rule, at: line.number, message, remedy, field: field, detail: detail, severity: severity)
  }

  func finding(
    _ rule: RuleID, at line: Int, _ message: String, _ remedy: String, field: String? = nil, detail: String? = nil,
    severity: Severity = .error
  ) -> Finding {
    let place = SourcePosition(file: file, line: line, field: field)
    return Finding(rule, severity, at: place, message, remedy: remedy, detail: detail)
  }

  static let askAgain = "Ask the sender for the file again."

  private mutating func readHeader(_ line: FlowLine, _ note: (Finding) -> Void) {
    guard let read = DTCHeader(line) else {
      note(
        finding(DTCRules.header, line, "The header lacks a field or names no flow that is read here.", Self.askAgain))
      return
    }
    header = read
    guard read.flow != flow else { return }
    note(
      finding(
        DTCRules.header, line, "The header names flow \(read.flow.rawValue), not \(flow.rawValue).",
        "Read the file as what it is."))
  }

  private mutating func readFooter(_ line: FlowLine, _ note: (Finding) -> Void) {
    let isOlder = header?.isOlder ?? (line.text(3).isEmpty && !line.endsWithBar)
    if isOlder {
      checksum = line.text(2)
      check(wholeNumber(line.field(1)), lines, DTCRules.groupCount, "lines with header and footer", line, note)
      return
    }
    if let header, header.fileID != line.text(1) {
      note(
        finding(
          DTCRules.fileID, line, "The footer names another file than the header.", Self.askAgain, severity: .warning))
    }
    check(wholeNumber(line.field(2)), groups, DTCRules.groupCount, "body groups", line, note)
    check(wholeNumber(line.field(4)), instances, DTCRules.instanceCount, "flow instances", line, note)
  }

  private func check(
    _ said: Int?, _ counted: Int, _ rule: RuleID, _ what: String, _ line: FlowLine, _ note: (Finding) -> Void
  ) {
    guard said != counted else { return }
    let claim = said.map { "says \($0)" } ?? "does not say how many"
    note(finding(rule, line, "The footer \(claim) \(what); the file has \(counted).", Self.askAgain))
  }
}
