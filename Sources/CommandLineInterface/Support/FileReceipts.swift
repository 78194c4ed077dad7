import Foundation
import InputFiles
import SettlementCalendar

/// When files were received, by name: a small table `file,received_at` that a post room would keep.
struct FileReceipts {
  private var moments: [String: UTCInstant] = [:]

  /// A line that does not say when a file came.
  struct Malformed: Error, CustomStringConvertible {
    let file: String
    let line: Int
    var description: String {
      "\(file), line \(line): it does not say when a file was received. Write file,received_at with moments such as 2026-03-30T08:00:00Z."
    }
  }

  init() {}

  static func read(_ path: String) throws -> FileReceipts {
    var receipts = FileReceipts()
    try InputFile(path).read { part in
      guard let bytes = try part.bytes(limit: 16 << 20) else { throw Malformed(file: part.name, line: 1) }
      let lines = String(decoding: bytes, as: UTF8.self).split(whereSeparator: \.isNewline)
      for (number, line) in lines.enumerated().dropFirst() {
        let fields = line.split(separator: ",", omittingEmptySubsequences: false)
        guard fields.count == 2, let moment = UTCInstant(fields[1]) else {
          throw Malformed(file: part.name, line: number + 1)
        }
        receipts.moments[String(fields[0])] = moment
      }
    }
    return receipts
  }

  func receivedAt(_ path: String) -> UTCInstant? { moments[(path as NSString).lastPathComponent] }
}
