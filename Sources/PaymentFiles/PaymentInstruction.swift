import MarketIdentifiers
import Quantities
import SettlementCalendar

/// What a payment record asks for. Source: BACS Standard 18.
public enum TransactionCode: String, Hashable, Sendable, CaseIterable {
  /// The first collection under a direct debit instruction.
  case firstCollection = "01"
  case regularCollection = "17"
  /// A collection that came back unpaid, presented again.
  case rePresentation = "18"
  /// The last collection; the instruction ends.
  case finalCollection = "19"
  /// A payment to the account.
  case credit = "99"
  /// A new instruction is lodged (AUDDIS); no money moves.
  case newInstruction = "0N"
  case cancelInstruction = "0C"
  /// A paper instruction is converted.
  case convertInstruction = "0S"

  /// Whether the record takes money from its account.
  public var isDebit: Bool {
    switch self {
    case .firstCollection, .regularCollection, .rePresentation, .finalCollection: true
    default: false
    }
  }

  /// Whether the record is about the instruction only, with an amount of zero.
  public var isInstruction: Bool { !isDebit && self != .credit }
}

/// One payment record: a customer's account and what to do with it.
public struct PaymentInstruction: Hashable, Sendable {
  public let code: TransactionCode
  /// The payer, or for a credit the payee.
  public let account: BankAccount
  /// Whole pence, above zero; zero for a record about the instruction.
  public let amount: Money
  public let reference: PaymentReference
  /// The day on which BACS processes it: one for the whole file in a daily file.
  public let processingDay: SettlementDate

  /// The amount field has eleven digits.
  public static let largestPence: Int64 = 99_999_999_999

  /// - Returns: `nil` when the amount does not fit the code or the field.
  public init?(
    code: TransactionCode, account: BankAccount, amount: Money, reference: PaymentReference,
    processingDay: SettlementDate
  ) {
    guard let pence = amount.wholePence, (0...Self.largestPence).contains(pence), code.isInstruction == (pence == 0)
    else { return nil }
    self.code = code
    self.account = account
    self.amount = amount
    self.reference = reference
    self.processingDay = processingDay
  }

  var pence: Int64 { amount.wholePence ?? 0 }
}

/// What a collection is known by at both banks: the key of its outcome.
public struct PaymentReference: Hashable, Comparable, Sendable, CustomStringConvertible {
  public let text: String

  /// - Returns: `nil` unless 6...18 allowed characters that do not begin with a blank or `DDIC`, are not all the same,
  ///   and are not `CONTRA`.
  public init?(_ text: String) {
    let trimmed = BankAccount.trimmed(text)
    let bytes = Array(trimmed.utf8)
    guard (6...18).contains(bytes.count), BACSText.isAllowed(bytes), !trimmed.hasPrefix("DDIC"),
      Set(bytes).count > 1, trimmed != CollectionFile.contraReference, trimmed == text
    else { return nil }
    self.text = trimmed
  }

  /// The reference of a bill: the MPAN and the year and day of the year on which the billed span ends.
  public init?(mpan: MPAN, through: SettlementDate) {
    self.init(mpan.description + BACSText.dateField(through).dropFirst())
  }

  public static func < (a: Self, b: Self) -> Bool { a.text < b.text }
  public var description: String { text }
}
