import CIngestKernels

/// Which part of its file a piece is.
public struct FilePart: Hashable, Sendable {
  public var isFirst: Bool
  public var isLast: Bool

  public init(isFirst: Bool, isLast: Bool) { (self.isFirst, self.isLast) = (isFirst, isLast) }

  public static let whole = FilePart(isFirst: true, isLast: true)
}

/// What a piece has of the frame of a flow's file: the counts that the footer must agree with, added up over pieces.
public struct FlowFrame: Hashable, Sendable {
  /// Lines between header and footer, and those of them that begin an instance: groups 101.
  public var groups = 0
  public var instances = 0
  /// The header's line, without its end.
  public var header: [UInt8]?
  /// The footer's.
  public var footer: [UInt8]?
  /// Of the footer in its piece, from 0.
  public var footerLine = 0

  init(_ found: cingest_flow, _ bytes: UnsafeRawBufferPointer, _ part: FilePart) {
    (groups, instances, footerLine) = (Int(found.groups), Int(found.instances), Int(found.footer_line))
    if part.isFirst {
      let line = bytes.prefix { $0 != UInt8(ascii: "\n") }
      header = Array(line.last == UInt8(ascii: "\r") ? line.dropLast() : line)
    }
    if found.has_footer != 0 { footer = Array(UnsafeBufferPointer(start: found.footer, count: found.footer_length)) }
  }
}
