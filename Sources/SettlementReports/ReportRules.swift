import Findings

/// The rules that settlement report files are held to.
public enum ReportRules {
  /// The file begins with a header that names its kind and moment.
  public static let header: RuleID = "SRF-01"
  /// The file ends with its footer.
  public static let footerMissing: RuleID = "SRF-02"
  /// The footer counts the records that are there.
  public static let recordCount: RuleID = "SRF-03"
  /// The footer's checksum is that of the records.
  public static let checksum: RuleID = "SRF-04"
  /// A record's kind is one that such files hold.
  public static let unknownRecord: RuleID = "SRF-05"
  /// A record stands under the record that it belongs to.
  public static let order: RuleID = "SRF-06"
  /// A record has as many fields as published files show.
  public static let fieldCount: RuleID = "SRF-07"
  /// A field holds what its place says.
  public static let fieldValue: RuleID = "SRF-08"
  /// A group holds each period of its date once.
  public static let periods: RuleID = "SRF-09"
  /// A line is one record: of plain characters, closed by a bar, not too long.
  public static let lineForm: RuleID = "SRF-10"
  /// Nothing follows the footer.
  public static let afterFooter: RuleID = "SRF-11"
  /// The name of the file agrees with its contents.
  public static let fileName: RuleID = "SRF-12"
}
