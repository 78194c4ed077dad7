import SettlementCalendar

/// The header and trailer labels of a collection file, 80 characters each.
///
/// Background knowledge, not a published table: field order and the constants named here follow the usual
/// descriptions of BACS Standard 18. A bank that wants others changes them here only.
enum CollectionLabels {
  static let length = 80
  /// What ends every record.
  static let recordEnd = "\r\n"
  /// Records in a block: the block length of HDR2 is this many records.
  static let recordsPerBlock: Int64 = 20
  /// The receiving party of UHL1.
  static let receiver = "999999"
  static let currency = "00"
  static let country = "000000"
  static let dailyWorkCode = "1 DAILY"
  static let multiDayWorkCode = "4 MULTI"
  static let fileNumber = "001"

  static func volume(_ file: CollectionFile) -> String {
    "VOL1" + file.serial + blank(1 + 20 + 6 + 4) + file.serviceUser + blank(4 + 28) + "1"
  }

  /// HDR1 and EOF1.
  static func fileLabel(_ name: String, _ file: CollectionFile) -> String {
    let identifier = "A" + file.serviceUser + "S" + blank(2) + "1" + file.serviceUser
    let dates = BACSText.dateField(file.created) + BACSText.dateField(file.processingDays.last ?? file.created)
    return name + identifier + file.serial + "0001" + "0001" + blank(4 + 2) + dates + blank(1) + "000000" + blank(20)
  }

  /// HDR2 and EOF2.
  static func recordLabel(_ name: String, _ file: CollectionFile) -> String {
    let length = Int64(PaymentRecord.length(isMultiDay: file.isMultiDay))
    return name + "F" + BACSText.field(length * recordsPerBlock, 5) + BACSText.field(length, 5) + blank(35) + "00"
      + blank(28)
  }

  static func user(_ file: CollectionFile) -> String {
    let work = file.isMultiDay ? multiDayWorkCode : dailyWorkCode
    return "UHL1" + BACSText.dateField(file.processingDays.first ?? file.created) + BACSText.field(receiver, 10)
      + currency + country + BACSText.field(work, 9) + fileNumber + blank(7 + 7 + 26)
  }

  static func trailer(_ file: CollectionFile) -> String {
    let totals = file.totals
    return "UTL1" + BACSText.field(totals.debitPence, 13) + BACSText.field(totals.creditPence, 13)
      + BACSText.field(Int64(totals.debits), 7) + BACSText.field(Int64(totals.credits), 7) + blank(8)
      + BACSText.field(Int64(totals.instructions), 7) + blank(21)
  }

  static func blank(_ count: Int) -> String { String(repeating: " ", count: count) }
}
