import Findings

/// The rules that published data are held to.
public enum PublicDataRules {
  static let columns: RuleID = "PUB-01"
  static let date: RuleID = "PUB-02"
  static let period: RuleID = "PUB-03"
  static let price: RuleID = "PUB-04"
  static let volume: RuleID = "PUB-05"
  static let startTime: RuleID = "PUB-06"
  static let singlePrice: RuleID = "PUB-07"
  static let completeDay: RuleID = "PUB-08"
  static let rounding: RuleID = "PUB-09"
  static let document: RuleID = "PUB-10"
  static let shape: RuleID = "PUB-11"
  static let oneSide: RuleID = "PUB-12"
  static let lineForm: RuleID = "PUB-13"
  static let openEnd: RuleID = "PUB-14"
  static let volumeGiven: RuleID = "PUB-15"
  static let once: RuleID = "PUB-16"
  static let rising: RuleID = "PUB-17"
  static let filesAgree: RuleID = "PUB-18"
  static let everyDay: RuleID = "PUB-19"
  static let holiday: RuleID = "PUB-20"
  static let holidayYears: RuleID = "PUB-21"
  static let clockChange: RuleID = "PUB-30"
  static let buyNotBelowSell: RuleID = "PUB-31"
  static let lostLoad: RuleID = "PUB-32"
  static let unusualPrice: RuleID = "PUB-33"
  static let balancedSystem: RuleID = "PUB-34"

  private static let download = "Elexon, download of system sell and buy prices"
  private static let insights = "Elexon Insights API, /balancing/settlement/system-prices (DISEBSP)"

  /// Every rule with what it asks for and where that is written.
  public static let all: [(id: RuleID, summary: String, source: String)] = [
    (columns, "The first line names settlement date, period, system sell price and system buy price.", download),
    (date, "A settlement date is dd/mm/yyyy or yyyy-mm-dd and exists.", download),
    (period, "The settlement period exists on its date: 46, 48 or 50.", "BSC Section X-1, Settlement Period"),
    (price, "A price is a decimal number of GBP/MWh within 100,000 either way.", download),
    (volume, "A net imbalance volume is a decimal number of MWh within 1,000,000 either way, or empty.", download),
    (startTime, "A start time given with a period is that period's start.", insights),
    (singlePrice, "Sell and buy price are equal from 5 November 2015.", "BSC modification P305"),
    (completeDay, "A date that has prices has one for each of its periods.", insights),
    (
      rounding, "Digits finer than 10^-8 GBP/MWh or 10^-11 MWh are rounded once, half away from zero, and reported.",
      "Scales of Halfhour's prices and energies"
    ),
    (document, "A JSON document is whole and valid.", "RFC 8259"),
    (shape, "A JSON answer holds its rows in a list: bare, or under `data` or `rows`.", insights),
    (oneSide, "A record with one price stands for both only where both are equal.", "BMRS data flow B1770"),
    (lineForm, "A line has as many fields as the first line, and no open quotation mark.", "RFC 4180"),
    (openEnd, "The last line ends with a line break; one that does not may have been cut.", "RFC 4180"),
    (volumeGiven, "A row of a price history has a net imbalance volume.", download),
    (once, "A price history has each settlement period once.", download),
    (rising, "The rows of a price history rise by date and period.", download),
    (
      filesAgree,
      "Two files that have the same period agree, up to rounding at the fourth decimal of a price and the third of a "
        + "volume.", download
    ),
    (everyDay, "A price history has every date between its first and its last.", download),
    (buyNotBelowSell, "The buy price is not below the sell price.", "BSC Section T before P305"),
    (lostLoad, "A price is not beyond the value of lost load in force, either way.", "BSC modification P305"),
    (unusualPrice, "A price beyond the bound that was asked for is listed.", "Halfhour's own check"),
    (balancedSystem, "A net imbalance volume of exactly zero is listed: the market index price stands in.", download),
    (holiday, "A bank holiday has a title and a date that exists, under its own year.", "GOV.UK bank holidays"),
    (holidayYears, "A year of holidays counts as complete from New Year to Christmas.", "GOV.UK bank holidays"),
    (clockChange, "A clock change has a date that exists, under its own year.", "GOV.UK, when do the clocks change"),
  ]
}
