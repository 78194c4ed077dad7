import Findings

/// The rules that the inputs of trading charges are held to.
public enum TradingChargeRules {
  static let knownParty: RuleID = "TRC-01"
  static let once: RuleID = "TRC-02"
  static let lossFactor: RuleID = "TRC-03"
  static let lateNotification: RuleID = "TRC-04"
  static let wellFormedNotification: RuleID = "TRC-05"
  static let creditRefusal: RuleID = "TRC-06"
  static let overlap: RuleID = "TRC-07"
  static let wholeUnit: RuleID = "TRC-08"

  /// Every rule with what it asks for and where that is written.
  public static let all: [(id: RuleID, summary: String, source: String)] = [
    (knownParty, "A BM unit, account or notification names a listed party and unit.", "BSC Section K"),
    (once, "A BM unit or notification is given once.", "BSC Section K"),
    (lossFactor, "A transmission loss factor is within 1 either way.", "BSC Section T2"),
    (lateNotification, "A notification counts for periods whose deadline it was received by.", "BSC Section P"),
    (
      wellFormedNotification,
      "A notification has two different accounts, a range of dates, volumes within 1,000,000 MWh, percentages 0 to 100.",
      "BSC Section P"
    ),
    (creditRefusal, "A party in level 2 credit default cannot notify what raises its indebtedness.", "BSC Section M"),
    (overlap, "Of notifications under one authorisation for one period the last received counts.", "BSC Section P"),
    (wholeUnit, "The reallocated percentages of one BM unit are together not above 100.", "BSC Section P"),
  ]

  static func unknownParty(_ message: String, _ detail: String) -> Finding {
    Finding(
      knownParty, .error, message, remedy: "Add the party or unit to the list, or correct the name.", detail: detail)
  }

  static func repeated(_ message: String, _ detail: String) -> Finding {
    Finding(once, .error, message, remedy: "Keep one row; the first by name and account is used.", detail: detail)
  }

  static func losses(_ message: String, _ detail: String) -> Finding {
    Finding(lossFactor, .error, message, remedy: "Give TLF as a fraction, for instance -0.0123456.", detail: detail)
  }
}
