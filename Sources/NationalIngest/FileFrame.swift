import DTCFlows
import Findings
import ReadingArrivals

/// The frame of a flow's file, put together from its pieces; nothing for other layouts.
struct FileFrame {
  private let file: InputFile
  private var groups = 0
  private var instances = 0
  private var header: [UInt8]?
  private var footer: (line: [UInt8], number: Int)?
  private var pieces = 0

  init(_ file: InputFile) { self.file = file }

  /// - Parameter lines: of the file's pieces before this one.
  mutating func take(_ piece: PieceResult, lines: Int) {
    pieces += 1
    guard let frame = piece.packed.frame else { return }
    groups += frame.groups
    instances += frame.instances
    header = frame.header ?? header
    if let line = frame.footer { footer = (line, file.firstLine + lines + frame.footerLine) }
  }

  /// What is wrong with header, footer and counts. Empty where pieces were known before: what is in them was not counted now.
  func findings(of report: NationalLoader.FileReport) -> [Finding] {
    guard file.layout == .d0036, pieces == report.pieces, let header else { return [] }
    var flow = FlowFile(file: file.name, flow: .d0036)
    return flow.findings(header: header, footer: footer, groups: groups, instances: instances)
  }
}
