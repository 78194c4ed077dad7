import Quantities
import SettlementCalendar

/// A file of direct debit collections (and credits) in the record layout of BACS Standard 18.
///
/// Labels of 80 characters around payment records of 100 (one processing day) or 106 (several). The file balances: for
/// each processing day a contra record pays the sum of the debits to the originator, and one takes the sum of the
/// credits from it. Only a file that may be sent can be built.
///
/// The layout of payment records is published; that of the labels follows common knowledge of the format and stands in
/// ``CollectionLabels``.
public struct CollectionFile: Hashable, Sendable {
  /// Six digits or letters, unique for the originator's day.
  public let serial: String
  /// The service user number: six digits.
  public let serviceUser: String
  /// The account that is credited, and its owner's name as payers see it.
  public let originator: BankAccount
  public let created: SettlementDate
  /// In the order of the file.
  public let instructions: [PaymentInstruction]

  /// The reference of a contra record.
  public static let contraReference = "CONTRA"
  /// Item counts have seven digits; contra records need room too.
  public static let largestInstructionCount = 1_000_000
  /// So many days' totals fit the thirteen digits of the trailer.
  public static let largestDayCount = 40

  /// Why a file cannot be built.
  public enum Fault: Error, Hashable, Sendable {
    case badSerial
    case badServiceUser
    case noInstructions
    case tooManyInstructions
    case tooManyDays
    /// Not a working day, or outside the calendar.
    case notAWorkingDay(SettlementDate)
    case processedBeforeCreated(SettlementDate)
    /// A day's debits or credits do not fit a contra record.
    case totalTooLarge(SettlementDate)
    case dateOutsideCentury
  }

  /// - Parameter calendar: processing days must be working days of it.
  public init(
    serial: String, serviceUser: String, originator: BankAccount, created: SettlementDate,
    instructions: [PaymentInstruction], calendar: WorkingDayCalendar
  ) throws(Fault) {
    guard serial.utf8.count == 6, BACSText.isAllowed(serial.utf8), !serial.utf8.contains(UInt8(ascii: " ")) else {
      throw .badSerial
    }
    guard serviceUser.utf8.count == 6, BACSText.digits(serviceUser.utf8) != nil else { throw .badServiceUser }
    guard !instructions.isEmpty else { throw .noInstructions }
    guard instructions.count <= Self.largestInstructionCount else { throw .tooManyInstructions }
    guard created.civil.year >= 2_000 else { throw .dateOutsideCentury }
    self.serial = serial
    self.serviceUser = serviceUser
    self.originator = originator
    self.created = created
    self.instructions = instructions
    guard processingDays.count <= Self.largestDayCount else { throw .tooManyDays }
    for day in processingDays {
      guard calendar.isWorkingDay(day) == true else { throw .notAWorkingDay(day) }
      guard day > created else { throw .processedBeforeCreated(day) }
      for isDebit in [true, false] where total(on: day, isDebit: isDebit) > PaymentInstruction.largestPence {
        throw .totalTooLarge(day)
      }
    }
  }

  /// Rising.
  public var processingDays: [SettlementDate] { Set(instructions.map(\.processingDay)).sorted() }
  /// Whether records carry their processing day.
  public var isMultiDay: Bool { processingDays.count > 1 }

  /// Pence of the debits or credits of one day, without contra records.
  func total(on day: SettlementDate, isDebit: Bool) -> Int64 {
    var sum: Int64 = 0
    for instruction in instructions
    where instruction.processingDay == day && !instruction.code.isInstruction && instruction.code.isDebit == isDebit {
      sum += instruction.pence  // at most 10⁶ amounts of 10¹¹
    }
    return sum
  }

  /// The records that balance the file: for each day first the credit for its debits, then the debit for its credits.
  var contras: [(code: TransactionCode, pence: Int64, day: SettlementDate)] {
    processingDays.flatMap { day in
      [
        (TransactionCode.credit, total(on: day, isDebit: true), day),
        (TransactionCode.regularCollection, total(on: day, isDebit: false), day),
      ]
    }.filter { $0.1 > 0 }
  }

  /// What the trailer states, contra records included: debits and credits are equal.
  public var totals: (debitPence: Int64, creditPence: Int64, debits: Int, credits: Int, instructions: Int) {
    let moving = instructions.filter { !$0.code.isInstruction }
    let debits = moving.filter(\.code.isDebit)
    let contras = contras
    let debitContras = contras.filter(\.code.isDebit)
    let all = moving.reduce(0) { $0 + $1.pence }
    return (
      all, all, debits.count + debitContras.count,
      moving.count - debits.count + contras.count - debitContras.count, instructions.count - moving.count
    )
  }

  /// The first processing day of a collection whose payer was told on `noticeDay`: the money moves on the working day
  /// after processing, `notice` or more working days after the notice.
  ///
  /// - Returns: `nil` where the calendar ends.
  public static func processingDay(
    noticeOn noticeDay: SettlementDate, notice: Int, calendar: WorkingDayCalendar
  ) -> SettlementDate? {
    calendar.date(max(1, notice - 1), workingDaysAfter: noticeDay)
  }
}

extension CollectionFile.Fault: CustomStringConvertible {
  /// A sentence that says what is wrong.
  public var description: String {
    switch self {
    case .badSerial: "The serial number is not six capital letters or digits."
    case .badServiceUser: "The service user number is not six digits."
    case .noInstructions: "There is nothing to collect."
    case .tooManyInstructions: "A file holds at most \(CollectionFile.largestInstructionCount) records; split it."
    case .tooManyDays: "A file holds at most \(CollectionFile.largestDayCount) processing days; split it."
    case .notAWorkingDay(let day): "The processing day \(day) is not a working day, or the calendar does not reach it."
    case .processedBeforeCreated(let day): "The processing day \(day) is not after the day of the file."
    case .totalTooLarge(let day): "The sum of \(day) does not fit the eleven digits of a contra record; split the file."
    case .dateOutsideCentury: "The file's date cannot be written with two digits of the year."
    }
  }
}
