import Billing
import MarketIdentifiers
import Quantities
import SettlementCalendar

extension PaymentReference {
  /// The reference under which a bill is collected; every revision of a bill has the same.
  public init?(_ bill: Bill) { self.init(mpan: bill.request.mpan, through: bill.request.through) }
}

extension PaymentInstruction {
  /// The collection of a bill's total.
  ///
  /// - Returns: `nil` when the customer owes nothing, or the total does not fit the record.
  public init?(
    collecting bill: Bill, from account: BankAccount, code: TransactionCode = .regularCollection,
    processingDay: SettlementDate
  ) {
    guard code.isDebit, bill.total > .zero, let reference = PaymentReference(bill) else { return nil }
    self.init(code: code, account: account, amount: bill.total, reference: reference, processingDay: processingDay)
  }
}

extension BankAccount {
  /// An account that no bank has, for estates that Halfhour generates: sort code 00-00-00 and the last eight digits of
  /// the MPAN.
  public init?(fictitiousFor mpan: MPAN) {
    self.init(sortCode: "000000", number: String(mpan.description.suffix(8)), name: "SAMPLE CUSTOMER")
  }
}
