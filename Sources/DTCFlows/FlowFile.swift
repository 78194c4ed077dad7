import Findings

/// Holds the frame of a flow's file to rules DTC-01 to DTC-06, for whoever reads the lines between header and footer himself.
public enum FlowFile {
  /// - Parameters:
  ///   - file: its name.
  ///   - header: the first line, without its end.
  ///   - footer: the last line and its number, where there is a footer.
  ///   - groups: lines between the two.
  ///   - instances: flow instances among them.
  ///   - lineAfterFooter: the number of a line that follows the footer, where one does.
  public static func findings(
    file: String, flow: DTCFlow, header: [UInt8], footer: (line: [UInt8], number: Int)?, groups: Int, instances: Int,
    lineAfterFooter: Int?
  ) -> [Finding] {
    var envelope = FlowEnvelope(file: file, flow: flow)
    var found: [Finding] = []
    func take(_ line: [UInt8], _ number: Int) {
      line.withUnsafeBufferPointer { bytes in
        _ = envelope.role(of: FlowLine(bytes, number: number), isWhole: true) { found.append($0) }
      }
    }
    take(header, 1)
    envelope.count(groups: groups, instances: instances)
    if let footer { take(footer.line, footer.number) }
    if let number = lineAfterFooter { found.append(envelope.afterFooter(number)) }
    if let missing = envelope.missingFooter { found.append(missing) }
    return found
  }
}
