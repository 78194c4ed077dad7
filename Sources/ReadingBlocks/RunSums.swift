import Quantities
import SettlementCalendar

/// What a settlement run adds up to: for each bucket and period the energy at the meters and at the Grid Supply Point,
/// the estimated part, and counts. Kept in a file, so that a later run begins where it ended.
///
/// A later run keeps only what it changes, and names the sums that it changes.
public struct RunSums: Equatable {
  /// What the sums are of.
  public struct Subject: Hashable, Sendable {
    public var date: SettlementDate
    /// 0 (II) to 6 (DF).
    public var run: Int
    public var mpans: Int
    public var buckets: Int
    /// The checksum of the standing data used.
    public var standing: UInt32
    /// The checksums of the blocks that are in the sums, first the full one, then corrections.
    public var blocks: [UInt32]
    /// Cells that have a reading and are in a bucket.
    public var readings: Int64

    public init(
      date: SettlementDate, run: Int, mpans: Int, buckets: Int, standing: UInt32, blocks: [UInt32], readings: Int64
    ) {
      self.date = date
      self.run = run
      self.mpans = mpans
      self.buckets = buckets
      self.standing = standing
      self.blocks = blocks
      self.readings = readings
    }

    public var periods: Int { SettlementDay(date).periodCount }
  }

  public enum Content {
    case whole(SumColumns)
    /// To be added to the sums of an earlier run, whose header has the checksum.
    case changes(SumChanges, run: Int, checksum: UInt32)
  }

  public let subject: Subject
  public let content: Content

  /// The columns, where these are not only changes.
  public var columns: SumColumns? {
    if case .whole(let columns) = content { columns } else { nil }
  }

  /// Of a file that was read, or that these were put together from: the checksum of its header.
  private let readAs: UInt32?

  init(_ subject: Subject, _ content: Content, readAs: UInt32?) {
    self.subject = subject
    self.content = content
    self.readAs = readAs
  }

  /// Sums that were just made. Where they are whole, the subject's readings are those that the columns count.
  public init(_ subject: Subject, _ content: Content) {
    var subject = subject
    if case .whole(let columns) = content { subject.readings = columns.counts.reduce(0) { $0 + Int64($1) } }
    self.init(subject, content, readAs: nil)
  }

  /// By which changes name what they change: the checksum of the file's header, which stands for its content.
  public var checksum: UInt32 { readAs ?? header.withUnsafeBytes { $0.number(Self.headerLength - 4) } }

  public static func == (left: RunSums, right: RunSums) -> Bool { left.bytes == right.bytes }

  /// These changes laid over what they change.
  ///
  /// - Throws: where they were made on top of something else.
  public func resolved(on earlier: RunSums) throws(BlockDamage) -> RunSums {
    guard case .changes(let changes, _, let named) = content else { return self }
    guard let before = earlier.columns, earlier.checksum == named,
      earlier.subject.buckets == subject.buckets, earlier.subject.date == subject.date
    else { throw BlockDamage(.sums, "they change other sums than these") }
    let columns = SumColumns(buckets: subject.buckets, periods: subject.periods)
    columns.add(before)
    changes.add(to: columns)
    return RunSums(subject, .whole(columns), readAs: checksum)
  }

  /// The whole file.
  public var bytes: [UInt8] {
    var out = header
    withParts { out.append(contentsOf: $0) }
    return out
  }
}
