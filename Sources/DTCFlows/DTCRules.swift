import Findings

/// The rules that flow files are held to.
public enum DTCRules {
  static let header: RuleID = "DTC-01"
  static let footerMissing: RuleID = "DTC-02"
  static let groupCount: RuleID = "DTC-03"
  static let instanceCount: RuleID = "DTC-04"
  static let fileID: RuleID = "DTC-05"
  static let afterFooter: RuleID = "DTC-06"
  static let unknownGroup: RuleID = "DTC-07"
  static let lineForm: RuleID = "DTC-08"
  static let mpan: RuleID = "DTC-10"
  static let quantity: RuleID = "DTC-11"
  static let date: RuleID = "DTC-12"
  static let periodCount: RuleID = "DTC-13"
  static let indicator: RuleID = "DTC-14"
  static let advance: RuleID = "DTC-15"
  static let order: RuleID = "DTC-16"
  static let validationStatus: RuleID = "DTC-20"
  static let meter: RuleID = "DTC-21"
  static let register: RuleID = "DTC-22"
  static let readingTime: RuleID = "DTC-23"
  static let reading: RuleID = "DTC-24"
  static let repeatedHour: RuleID = "DTC-25"
  static let readingFlag: RuleID = "DTC-26"
  static let distributor: RuleID = "DTC-30"
  static let lossClass: RuleID = "DTC-31"
  static let lossPeriod: RuleID = "DTC-32"
  static let lossFactor: RuleID = "DTC-33"
  static let lossDay: RuleID = "DTC-34"
  static let repeatedDate: RuleID = "DTC-35"
  static let checksum: RuleID = "DTC-36"

  private static let structure = "Data Transfer Catalogue, file structure"

  /// Every rule with what it asks for and where that is written.
  public static let all: [(id: RuleID, summary: String, source: String)] = [
    (header, "The first line is a ZHV or ZHD header that names the flow, sender and receiver.", structure),
    (footerMissing, "The last line is a ZPT footer; without it the last unit of the file is not trusted.", structure),
    (groupCount, "The footer's count agrees: body groups, or in older files all lines.", structure),
    (instanceCount, "The footer's count of flow instances agrees.", structure),
    (fileID, "Header and footer name the same file.", structure),
    (afterFooter, "Nothing follows the footer.", structure),
    (unknownGroup, "Every line's group is one that is read for the flow.", structure),
    (lineForm, "A line of a ZHV file ends with a bar, and no line is longer than 1 MiB.", structure),
    (mpan, "The MPAN core has 13 digits and its check digit agrees.", "Data item J0003"),
    (quantity, "The measurement quantity is AI, AE, RI or RE.", "D0036, group 101"),
    (date, "A settlement date is YYYYMMDD and exists.", "D0036 group 102; D0265 row SDT"),
    (periodCount, "A settlement date carries one 103 row per period: 46, 48 or 50.", "D0036, groups 102 and 103"),
    (indicator, "The indicator is A, E or C.", "D0036, group 103"),
    (
      advance, "A half-hourly advance is kWh, zero or more, with at most three decimals.",
      "D0036, group 103: NUM(7,1..3)"
    ),
    (order, "A group stands under the group that it belongs to.", structure),
    (validationStatus, "The validation status is V, U or F.", "Data item J0022"),
    (meter, "A meter serial number is 1 to 16 printable characters.", "Data item J0004"),
    (register, "A register identifier is 1 to 2 printable characters.", "Data item J0010"),
    (
      readingTime, "A reading's date and time is YYYYMMDDhhmmss on the London clock, and exists there.",
      "Data item J0016"
    ),
    (reading, "A register reading has at most nine digits, one of them after the point.", "D0010, group 030: NUM(9,1)"),
    (repeatedHour, "A time in the repeated hour of the long day is taken as its first pass.", "Assumption of Halfhour"),
    (readingFlag, "A reading that its sender flags F is kept and reported.", "D0010, group 030"),
    (distributor, "The distributor's code is in Market Domain Data.", "D0265, row DIS"),
    (lossClass, "A line loss factor class is one to three letters or digits.", "D0265, row LLF"),
    (lossPeriod, "A period exists on its date and stands there once.", "D0265, row SPL"),
    (lossFactor, "A factor is above 0 and up to 10 with at most five decimals.", "D0265, row SPL"),
    (lossDay, "A date has a factor for every period: 46, 48 or 50.", "D0265, rows SDT and SPL"),
    (repeatedDate, "A class has each date once.", "D0265, row SDT"),
    (checksum, "The footer's checksum is kept and not verified: its rule is not published.", "D0265, row ZPT"),
  ]
}
