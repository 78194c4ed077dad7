import Quantities
import SettlementCalendar

/// A payment record: fields by position, as BACS Standard 18 publishes them.
///
/// | positions | content | | positions | content |
/// | --- | --- | --- | --- | --- |
/// | 1-6 | payer sort code | | 36-46 | amount in pence |
/// | 7-14 | payer account | | 47-64 | service user name |
/// | 15 | type, `0` | | 65-82 | reference |
/// | 16-17 | transaction code | | 83-100 | payer account name |
/// | 18-23 | originator sort code | | 101-106 | processing day, several days only |
/// | 24-31 | originator account | | | |
/// | 32-35 | free | | | |
enum PaymentRecord {
  static func length(isMultiDay: Bool) -> Int { isMultiDay ? 106 : 100 }

  static func write(_ instruction: PaymentInstruction, in file: CollectionFile) -> String {
    write(
      account: instruction.account, code: instruction.code, pence: instruction.pence,
      reference: instruction.reference.text, day: instruction.processingDay, in: file)
  }

  /// The record that balances a day: from the originator to itself.
  static func writeContra(code: TransactionCode, pence: Int64, day: SettlementDate, in file: CollectionFile) -> String {
    write(
      account: file.originator, code: code, pence: pence, reference: CollectionFile.contraReference, day: day,
      in: file)
  }

  private static func write(
    account: BankAccount, code: TransactionCode, pence: Int64, reference: String, day: SettlementDate,
    in file: CollectionFile
  ) -> String {
    account.sortCode + account.number + "0" + code.rawValue + file.originator.sortCode + file.originator.number
      + "    " + BACSText.field(pence, 11) + BACSText.field(file.originator.name, 18)
      + BACSText.field(reference, 18) + BACSText.field(account.name, 18)
      + (file.isMultiDay ? BACSText.dateField(day) : "")
  }

  /// The fields of a record, checked one by one.
  struct Fields {
    var account: BankAccount
    var code: TransactionCode
    var originatorSortCode: String
    var originatorNumber: String
    var amount: Money
    var serviceUserName: String
    var reference: String
    var processingDay: SettlementDate

    var isContra: Bool {
      reference == CollectionFile.contraReference && account.sortCode == originatorSortCode
        && account.number == originatorNumber
    }
  }

  /// - Parameter fileDay: the processing day of a record that carries none.
  /// - Returns: the fields, or the name of the first that is wrong.
  static func read(_ line: ArraySlice<UInt8>, isMultiDay: Bool, fileDay: SettlementDate) -> Result<Fields, FieldFault> {
    guard line.count == length(isMultiDay: isMultiDay) else { return .failure(FieldFault(field: "length")) }
    guard BACSText.isAllowed(line) else { return .failure(FieldFault(field: "characters")) }
    func text(_ range: ClosedRange<Int>) -> String {
      let bytes = line[(line.startIndex + range.lowerBound - 1)...(line.startIndex + range.upperBound - 1)]
      return String(decoding: bytes, as: UTF8.self)
    }
    guard let code = TransactionCode(rawValue: text(16...17)) else {
      return .failure(FieldFault(field: "transaction code"))
    }
    guard let account = BankAccount(sortCode: text(1...6), number: text(7...14), name: text(83...100)) else {
      return .failure(FieldFault(field: "account"))
    }
    guard let pence = BACSText.digits(text(36...46).utf8) else { return .failure(FieldFault(field: "amount")) }
    var day = fileDay
    if isMultiDay {
      guard let own = BACSText.date(Array(text(101...106).utf8)) else {
        return .failure(FieldFault(field: "processing day"))
      }
      day = own
    }
    return .success(
      Fields(
        account: account, code: code, originatorSortCode: text(18...23), originatorNumber: text(24...31),
        amount: Money(pence: pence), serviceUserName: BankAccount.trimmed(text(47...64)),
        reference: BankAccount.trimmed(text(65...82)), processingDay: day))
  }

  struct FieldFault: Error {
    var field: String
  }
}
