import Readings
import SettlementCalendar

/// What a source was taken in with, beyond its bytes, as text that is kept with it and reads back.
public struct IngestSettings: Hashable, Sendable {
  /// The series of a file that names none.
  public var seriesName: String?
  /// `at 2026-11-21T10:00:00Z`, or `8 hours after each day`, with the hash of an arrivals file where one was given.
  public var receipt: String

  /// Put before every series name that the file gives; empty for none.
  public var namePrefix: String

  public init(seriesName: String?, receipt: String, namePrefix: String = "") {
    self.seriesName = seriesName
    self.receipt = receipt
    self.namePrefix = namePrefix
  }

  public init(text: String) {
    let parts = text.split(separator: "\n", maxSplits: 2, omittingEmptySubsequences: false).map(String.init)
    receipt = parts.first ?? ""
    seriesName = parts.count > 1 && !parts[1].isEmpty ? parts[1] : nil
    namePrefix = parts.count > 2 ? parts[2] : ""
  }

  public var text: String { [receipt, seriesName ?? "", namePrefix].joined(separator: "\n") }

  /// The receipt rule that the text stands for.
  ///
  /// - Parameters:
  ///   - receivedAt: when the file was received.
  ///   - arrivals: reads the statements of an archived arrivals file by its hash.
  /// - Returns: `nil` for a text that no rule wrote.
  public func receiptRule(
    receivedAt: UTCInstant, arrivals: (String) throws -> [Arrival]
  ) rethrows -> ReceiptRule? {
    if receipt == Self.asTheFileCame { return .moment(receivedAt) }
    let words = receipt.split(separator: " ")
    guard let hours = words.first.flatMap({ Int($0) }), receipt.contains(Self.afterEachDay) else { return nil }
    guard let hash = words.last, receipt.contains(Self.exceptions) else {
      return .arrivals(ArrivalBook([], hoursAfterDay: hours))
    }
    return .arrivals(ArrivalBook(try arrivals(String(hash)), hoursAfterDay: hours))
  }

  static let asTheFileCame = "as the file came"
  static let afterEachDay = "hours after each day"
  static let exceptions = "exceptions"

  /// The text of a rule: all rows at one moment, or so many hours after each day but for the statements of a file.
  public static func receiptText(afterDayHours: Int?, arrivalsHash: String?) -> String {
    guard let afterDayHours else { return asTheFileCame }
    return "\(afterDayHours) \(afterEachDay)" + (arrivalsHash.map { ", \(exceptions) \($0)" } ?? "")
  }
}
