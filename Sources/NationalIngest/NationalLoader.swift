import Findings
import Foundation
import ReadingArrivals
import ReadingBlockStore

/// Takes files of readings into a national store: threads read, check and pack pieces, one after another is accepted.
///
/// Memory does not grow with the files: each thread holds one piece, and no piece is begun while ``window`` of them wait
/// to be accepted. What is acknowledged is on disk; what is not is as if it had never been read. Loading a file again
/// goes over what was accepted at the speed of naming them.
public final class NationalLoader {
  /// What came of one file.
  public struct FileReport: Sendable {
    public let path: String
    public var reckoning = Reckoning()
    public var lines = 0
    /// Bytes, and those of them that were accepted before.
    public var bytes = 0
    public var knownBytes = 0
    /// Pieces, and those of them that were accepted before.
    public var pieces = 0
    public var knownPieces = 0
    /// The first of each rule in full; all counted.
    public var findings = FindingLog(limitPerRule: 20)
  }

  /// How far the work has come, told after each acceptance.
  public struct Progress: Sendable {
    public let file: String
    /// Bytes of all files, and how many of them are done with.
    public let doneBytes: Int
    public let totalBytes: Int
    /// Pieces of this file that are on disk by now.
    public let pieces: Int
    /// Files of arrivals in the store.
    public let acceptedFiles: Int
  }

  private let folder: ArrivalsFolder
  private let registerFile: RegisterFile
  private let dates: ArrivalDates
  private let keys: SenderKeys?
  private let threads: Int
  private let journal: ArrivalsJournal
  private let lock: LoadLock

  /// Pieces that may wait to be accepted.
  static let window = 24
  static let openFiles = 128
  /// Pieces that are accepted together where so many are ready.
  static let together = 8

  /// Opens the store for loading; nobody else may load meanwhile.
  ///
  /// - Parameter keys: wanted for signed messages, which are all refused without.
  public init(store: String, dates: ArrivalDates, keys: SenderKeys? = nil, threads: Int) throws {
    folder = ArrivalsFolder(store: store)
    registerFile = try RegisterFile(folder)
    try folder.make()
    lock = try LoadLock(folder)
    journal = try ArrivalsJournal(folder, mpans: registerFile.register.count)
    self.dates = dates
    self.keys = keys
    self.threads = max(1, threads)
  }

  /// - Parameter moment: when the readings are accepted, seconds since 1970-01-01 UTC.
  public func load(_ paths: [String], at moment: Int, progress: (Progress) -> Void = { _ in }) throws -> [FileReport] {
    // Nothing is begun where a file is of no known kind.
    let kinds = try paths.map { path in
      let kind = try ConvertedFile(path)
      if kind == nil { _ = try InputFile(path) }
      return (path: path, kind: kind)
    }
    var reports: [FileReport] = []
    var rest = kinds[...]
    while let first = rest.first {
      if let kind = first.kind {
        reports.append(try loadConverted(first.path, kind, at: moment, progress))
        rest.removeFirst()
      } else {
        // Not too many at once: each is open while it is read.
        let lines = rest.prefix { $0.kind == nil }.prefix(Self.openFiles)
        reports += try loadLines(lines.map(\.path), at: moment, progress)
        rest = rest.dropFirst(lines.count)
      }
    }
    return reports
  }

  /// Files of other kinds, on this thread: their rows are judged as lines of a long table.
  private func loadConverted(
    _ path: String, _ kind: ConvertedFile, at moment: Int, _ progress: (Progress) -> Void
  ) throws -> FileReport {
    var report = FileReport(path: path)
    let batch = ArrivalBatch(longestPiece: InputFile.longestPiece, signed: false)
    let layout = ArrivalLayout.longTable(hasQuality: true)
    let name = URL(fileURLWithPath: path).lastPathComponent
    try kind.read(path) { piece in
      guard !piece.lines.isEmpty else { return }
      guard piece.text.count <= batch.longestPiece else {
        throw BlockStoreError.mismatch("its fields are far too long", path: path)
      }
      let pieceName = try piece.text.withUnsafeBytes { try journal.pieceNames.name(of: $0, layout) }
      if let known = journal.piece(pieceName), known.quarantined == 0 { return Self.add(known: known, to: &report) }
      let padded = piece.text + [UInt8](repeating: 0, count: ArrivalBatch.padding)
      try padded.withUnsafeBytes { bytes in
        try batch.read(
          UnsafeRawBufferPointer(rebasing: bytes[..<piece.text.count]), as: layout, registerFile.register, dates)
      }
      var packed = batch.packed()
      let faults = packed.faults
      packed.faults = []
      for record in try journal.append([(pieceName, piece.text.count, packed)], at: moment) {
        let result = PieceResult(
          file: nil, number: report.pieces, name: pieceName, size: record.size, packed: packed, known: nil)
        for fault in faults where fault.line < piece.lines.count {
          report.findings.append(
            ArrivalFault(fault.rule, line: 0, period: fault.period, readings: fault.readings)
              .finding(file: name, firstLine: piece.lines[fault.line]))
        }
        Self.add(record, result, keptBefore: faults, name: name, firstLine: 1, to: &report)
      }
      progress(
        Progress(
          file: path, doneBytes: report.bytes, totalBytes: 0, pieces: report.pieces, acceptedFiles: journal.fileCount))
    }
    return report
  }

  private func loadLines(_ paths: [String], at moment: Int, _ progress: (Progress) -> Void) throws -> [FileReport] {
    let files = try paths.map(InputFile.init)
    let total = files.reduce(0) { $0 + $1.size }
    let line = PieceLine(files.flatMap { file in (0..<file.pieceCount).map { (file, $0) } }, window: Self.window)
    let known = KnownPieces(journal)
    let workers = (0..<threads).map { _ in
      let worker = PieceWorker(line, registerFile, dates, keys, known)
      let thread = Thread { worker.work() }
      thread.stackSize = 1 << 20
      thread.start()
      return worker
    }
    // Whatever happens, no thread outlives the call.
    defer {
      line.stop()
      for worker in workers { worker.wait() }
    }
    var reports = files.map { FileReport(path: $0.path) }
    var frames = files.map { FileFrame($0) }
    var done = 0
    var place = 0
    while var ready = try line.take(Self.together) {
      var frame = place
      for number in ready.indices {
        while files[frame] !== ready[number].file { frame += 1 }
        frames[frame].take(&ready[number])
      }
      let fresh = ready.filter { $0.known == nil }
      let records = try journal.append(fresh.map { ($0.name, $0.size, $0.packed) }, at: moment)
      var next = records.makeIterator()
      for piece in ready {
        while files[place] !== piece.file { place += 1 }
        done += piece.size
        if let record = piece.known {
          Self.add(known: record, to: &reports[place])
        } else if let record = next.next() {
          Self.add(
            record, piece, name: files[place].name, firstLine: files[place].firstLine + reports[place].lines,
            to: &reports[place])
        }
      }
      if let last = ready.last {
        progress(
          Progress(
            file: files[place].path, doneBytes: done, totalBytes: total, pieces: last.number + 1,
            acceptedFiles: journal.fileCount))
      }
    }
    for place in reports.indices {
      for finding in frames[place].findings { reports[place].findings.append(finding) }
    }
    return reports
  }

  private static func add(known record: PieceRecord, to report: inout FileReport) {
    report.lines += record.lines
    report.bytes += record.size
    report.knownBytes += record.size
    report.pieces += 1
    report.knownPieces += 1
    // All that a piece holds was there before, and nothing of it was refused.
    report.reckoning =
      report.reckoning + Reckoning(duplicate: record.accepted + record.duplicates + record.conflicts)
  }

  private static func add(
    _ record: PieceRecord, _ piece: PieceResult, keptBefore: [ArrivalFault] = [], name: String, firstLine: Int,
    to report: inout FileReport
  ) {
    report.lines += record.lines
    report.bytes += record.size
    report.pieces += 1
    report.reckoning =
      report.reckoning
      + Reckoning(
        accepted: record.accepted, duplicate: record.duplicates, conflicting: record.conflicts,
        quarantined: record.quarantined)
    var kept = [Int](repeating: 0, count: ArrivalRule.allCases.count)
    for fault in keptBefore { kept[fault.rule.rawValue] += 1 }
    for fault in piece.packed.faults {
      kept[fault.rule.rawValue] += 1
      report.findings.append(fault.finding(file: name, firstLine: firstLine))
    }
    for (rule, count) in zip(ArrivalRule.allCases, record.ruleCounts) where count > kept[rule.rawValue] {
      var finding = ArrivalFault(rule, line: 0, readings: 0).finding(file: name, firstLine: firstLine)
      finding.position = SourcePosition(file: name)
      report.findings.append(finding, times: count - kept[rule.rawValue])
    }
  }
}
