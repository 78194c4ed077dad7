import Findings
import Foundation
import InputFiles
import Operations
import OperationsDatabase
import PortfolioFiles
import Readings
import SettlementCalendar
import WireFormat

/// Takes files from the disk into a store: archives the bytes, reads them, commits.
final class IngestDesk {
  private let store: DiskStore
  private let receipt: Receipt
  private let series: String?
  private let prefix: String

  /// When readings are held to have been received.
  struct Receipt {
    let moment: UTCInstant
    let rule: ReceiptRule
    let text: String
    /// Archived with the readings, so that the rule can be followed again.
    let arrivalsFile: InputFile?

    /// - Throws: when the arrivals file cannot be read.
    init(moment: UTCInstant, afterDayHours: Int?, arrivals path: String?) throws {
      self.moment = moment
      guard afterDayHours != nil || path != nil else {
        rule = .moment(moment)
        text = IngestSettings.receiptText(afterDayHours: nil, arrivalsHash: nil)
        arrivalsFile = nil
        return
      }
      let hours = afterDayHours ?? 8
      let file = try path.map { try InputFile($0) }
      rule = .arrivals(ArrivalBook(try file.map(Self.arrivals) ?? [], hoursAfterDay: hours))
      text = IngestSettings.receiptText(afterDayHours: hours, arrivalsHash: file?.hash)
      arrivalsFile = file
    }

    private init(moment: UTCInstant, rule: ReceiptRule, text: String, arrivalsFile: InputFile?) {
      self.moment = moment
      self.rule = rule
      self.text = text
      self.arrivalsFile = arrivalsFile
    }

    /// The same choice for a file that came at another moment.
    func received(at other: UTCInstant) -> Receipt {
      guard case .moment = rule else {
        return Receipt(moment: other, rule: rule, text: text, arrivalsFile: arrivalsFile)
      }
      return Receipt(moment: other, rule: .moment(other), text: text, arrivalsFile: nil)
    }

    /// The statements of an arrivals file, all of them usable.
    static func arrivals(_ file: InputFile) throws -> [Arrival] {
      var arrivals: [Arrival] = []
      var faults: [Finding] = []
      try file.read { part in
        var reader = ArrivalReader(file: part.name)
        let take: (PortfolioEvent<Arrival>) -> Void = { event in
          switch event {
          case .value(let arrival, _): arrivals.append(arrival)
          case .quarantined(let finding, _): faults.append(finding)
          case .noted: break
          }
        }
        try part.forEachPiece { reader.consume($0, take) }
        reader.finish(take)
      }
      if let fault = faults.first { throw Unusable(finding: fault, count: faults.count) }
      return arrivals
    }
  }

  /// An arrivals file with rows that cannot be read: nothing is taken in by a rule that is not whole.
  struct Unusable: Error, CustomStringConvertible {
    let finding: Finding
    let count: Int
    var description: String { "the arrivals file has \(count) unusable rows, the first: \(finding)" }
  }

  init(store: DiskStore, receipt: Receipt, series: String?, prefix: String) {
    self.prefix = prefix
    self.store = store
    self.receipt = receipt
    self.series = series
  }

  /// Takes one file in. A file that cannot be opened or unpacked is refused with a report, not an error, so that the
  /// files after it are still taken.
  func ingest(_ path: String) throws -> IngestReport {
    let name = (path as NSString).lastPathComponent
    do {
      let file = try InputFile(path)
      if let known = try store.source(file.hash) { return .known(known) }
      try file.copy(into: store.path + "/sources")
      try receipt.arrivalsFile?.copy(into: store.path + "/sources")
      return try read(file)
    } catch let fault as InputFault {
      return Self.refused(name, fault.finding)
    }
  }

  private func read(_ file: InputFile) throws -> IngestReport {
    let settings = IngestSettings(seriesName: series, receipt: receipt.text, namePrefix: prefix)
    let request = IngestRequest(
      hash: file.hash, name: file.name, byteCount: Int(file.size), receivedAt: receipt.moment, receipt: receipt.rule,
      seriesName: series, settings: settings.text)
    let intake = try SourceIntake(store: store, request: request)
    let progress = ProgressLine("ingest \(file.name)")
    var bytes = 0
    try file.read { part in
      intake.begin(part: part.name)
      try part.forEachPiece {
        try intake.consume($0)
        bytes += $0.count
        progress.show(bytes >> 20, of: 0, unit: "MB")
      }
      try intake.end()
    }
    let report = try intake.commit()
    progress.clear()
    return report
  }

  /// The account of a file that could not be read at all: one row, kept out.
  private static func refused(_ name: String, _ finding: Finding) -> IngestReport {
    IngestReport(
      name: name, hash: "", format: "unreadable", reckoning: Reckoning(quarantined: 1), findings: [finding],
      findingCounts: [finding.rule: 1], dates: nil, wasKnown: false)
  }

  /// Nothing of the file could be used.
  static func isRefused(_ report: IngestReport) -> Bool {
    report.reckoning.rowsRead > 0 && report.reckoning.quarantined == report.reckoning.rowsRead
  }
}
