import Findings
import Quantities
import SettlementCalendar
import WireFormat

/// What became of one collection.
public struct PaymentOutcome: Hashable, Sendable {
  public enum Result: String, Hashable, Sendable, CaseIterable {
    case paid
    /// It came back unpaid.
    case bounced
  }

  public let reference: PaymentReference
  public let amount: Money
  public let result: Result
  /// The bank's reason for a bounce; may be empty.
  public let reason: String
  public let date: SettlementDate

  public init(reference: PaymentReference, amount: Money, result: Result, reason: String, date: SettlementDate) {
    self.reference = reference
    self.amount = amount
    self.result = result
    self.reason = reason
    self.date = date
  }
}

/// Reads outcomes from comma-separated lines `reference,amount_pence,outcome,reason,date` under exactly that header.
///
/// A line that is not an outcome is a finding (`PAY-01` header, `PAY-02` line) and counted, never dropped. Fields are
/// plain: no quotes, no comma inside.
public struct PaymentOutcomeReader: StreamReader {
  public enum Event: Hashable, Sendable {
    case outcome(PaymentOutcome, line: Int)
    case finding(Finding)
  }

  public static let header = "reference,amount_pence,outcome,reason,date"
  /// A longer reason is refused.
  public static let longestReason = 100

  private let file: String
  private var splitter = LineSplitter()
  private var hasHeader: Bool?

  /// - Parameter file: the name for findings.
  public init(file: String) { self.file = file }

  public mutating func consume(_ bytes: UnsafeRawBufferPointer, _ emit: (Event) -> Void) {
    var splitter = splitter
    splitter.consume(bytes) { take($0, emit) }
    self.splitter = splitter
  }

  public mutating func finish(_ emit: (Event) -> Void) {
    var splitter = splitter
    splitter.finish { take($0, emit) }
    self.splitter = splitter
    if hasHeader == nil { emit(fault("PAY-01", 1, nil, "The file is empty.", nil)) }
  }

  private mutating func take(_ line: LineSplitter.Line, _ emit: (Event) -> Void) {
    switch hasHeader {
    case nil:
      hasHeader = line.isWhole && line.bytes.elementsEqual(Self.header.utf8)
      if hasHeader == false {
        emit(fault("PAY-01", line.number, nil, "The first line is not the header of an outcome file.", nil))
      }
    case .some(false):
      emit(fault("PAY-02", line.number, nil, "The line stands under an unknown header.", nil))
    case .some(true):
      guard !line.bytes.isEmpty else { return }
      emit(outcome(line))
    }
  }

  private func outcome(_ line: LineSplitter.Line) -> Event {
    let text = String(decoding: line.bytes.prefix(400), as: UTF8.self)
    guard line.isWhole, line.bytes.count <= 400 else {
      return fault("PAY-02", line.number, nil, "The line is too long for an outcome.", text)
    }
    let fields = text.split(separator: ",", omittingEmptySubsequences: false).map(String.init)
    guard fields.count == 5 else {
      return fault("PAY-02", line.number, nil, "The line does not have five fields.", text)
    }
    guard let reference = PaymentReference(fields[0]) else {
      return fault("PAY-02", line.number, "reference", "The reference is not one of a collection.", text)
    }
    guard let pence = BACSText.digits(fields[1].utf8), pence > 0, pence <= PaymentInstruction.largestPence else {
      return fault("PAY-02", line.number, "amount_pence", "The amount is not a number of pence above zero.", text)
    }
    guard let result = PaymentOutcome.Result(rawValue: fields[2]) else {
      return fault("PAY-02", line.number, "outcome", "The outcome is neither paid nor bounced.", text)
    }
    guard fields[3].utf8.count <= Self.longestReason, fields[3].utf8.allSatisfy({ $0 >= 32 && $0 < 127 }) else {
      return fault("PAY-02", line.number, "reason", "The reason is too long or holds unusual characters.", text)
    }
    guard let date = SettlementDate(fields[4]) else {
      return fault("PAY-02", line.number, "date", "The date is not one.", text)
    }
    return .outcome(
      PaymentOutcome(
        reference: reference, amount: Money(pence: pence), result: result, reason: fields[3], date: date),
      line: line.number)
  }

  private func fault(_ rule: RuleID, _ line: Int, _ field: String?, _ message: String, _ detail: String?) -> Event {
    .finding(
      Finding(
        rule, .error, at: SourcePosition(file: file, line: line, field: field), message,
        remedy: "Correct the line and read the file again.", detail: detail))
  }
}

extension PaymentOutcomeReader {
  /// The lines of a file of outcomes, header first: what the reader reads back.
  public static func write(_ outcomes: [PaymentOutcome]) -> [UInt8] {
    var text = header + "\n"
    for outcome in outcomes {
      text += "\(outcome.reference),\(outcome.amount.wholePence ?? 0),\(outcome.result.rawValue),"
      text += "\(outcome.reason),\(outcome.date)\n"
    }
    return Array(text.utf8)
  }
}
