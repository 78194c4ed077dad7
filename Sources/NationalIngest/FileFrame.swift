import DTCFlows
import Findings
import ReadingArrivals

/// The frame of a flow's file, put together from its pieces in their order; nothing for other layouts.
struct FileFrame {
  private let file: InputFile
  private var lines = 0
  private var groups = 0
  private var instances = 0
  private var header: [UInt8]?
  private var footer: (line: [UInt8], number: Int)?
  private var linesAfterFooter: Int?

  init(_ file: InputFile) { self.file = file }

  /// Takes the next piece. One that comes after the footer is refused whole: which file it is of nobody knows.
  mutating func take(_ piece: inout PieceResult) {
    guard file.layout == .d0036 else { return }
    defer { lines += piece.packed.lines }
    guard let frame = piece.packed.frame else { return }
    if footer != nil {
      if piece.packed.lines > 0, linesAfterFooter == nil { linesAfterFooter = file.firstLine + lines }
      return piece.packed.refuseAll()
    }
    groups += frame.groups
    instances += frame.instances
    header = frame.header ?? header
    if let line = frame.footer { footer = (line, file.firstLine + lines + frame.footerLine) }
  }

  /// What is wrong with header, footer and counts.
  var findings: [Finding] {
    guard let header else { return [] }
    return FlowFile.findings(
      file: file.name, flow: .d0036, header: header, footer: footer, groups: groups, instances: instances,
      lineAfterFooter: linesAfterFooter)
  }
}

extension PackedArrivals {
  /// Leaves everything out.
  fileprivate mutating func refuseAll() {
    let all = readings + duplicates + conflicts
    guard all > 0 else { return }
    faults.insert(ArrivalFault(.line, line: 0, readings: all), at: 0)
    ruleCounts[ArrivalRule.line.rawValue] += 1
    ruleCounts[ArrivalRule.conflict.rawValue] = 0
    faults.removeAll { $0.rule == .conflict }
    quarantined += all
    (groups, signatures, duplicates, conflicts) = ([], [], 0, 0)
  }
}
