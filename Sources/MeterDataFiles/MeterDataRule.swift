import Findings

/// A rule that rows of meter data are held to while they are read.
public struct MeterDataRule: Hashable, Sendable {
  /// `MET-01`, ...
  public let id: RuleID
  public let severity: Severity
  /// What the rule says.
  public let summary: String
  /// Where it comes from.
  public let source: String
  /// What to do about a row that breaks it.
  public let remedy: String

  init(_ id: RuleID, _ severity: Severity, _ summary: String, source: String, remedy: String) {
    self.id = id
    self.severity = severity
    self.summary = summary
    self.source = source
    self.remedy = remedy
  }
}

/// The catalogue of all rules of this module.
public enum MeterDataRules {
  public static let layout = MeterDataRule(
    "MET-01", .error, "A file begins as its format requires; otherwise all of it is refused.",
    source: "the format's own description",
    remedy: "Ask the sender for the file in its original form, or name the right format.")
  public static let fields = MeterDataRule(
    "MET-02", .error, "A row has as many fields as its header or its format says, and its quotes are closed.",
    source: "RFC 4180 section 2; the format's own description",
    remedy: "Look at the row in the file: it may be cut off or have a stray comma. Ask the sender for it again.")
  public static let stamp = MeterDataRule(
    "MET-03", .error, "A date and time is one that exists, written as the format writes it.",
    source: "the format's own description; ISO 8601",
    remedy: "Ask the sender for the row with a correct date and time.")
  public static let halfHourGrid = MeterDataRule(
    "MET-04", .error, "A half-hourly reading starts and ends on the hour or half-hour.",
    source: "Balancing and Settlement Code section X-1, definition of Settlement Period",
    remedy: "Ask the sender which half-hour it belongs to; it may be a spot read or a meter's event.")
  public static let skippedLocalTime = MeterDataRule(
    "MET-05", .error, "A local time is not within the hour that the clocks skip in March.",
    source: "The Summer Time Order 2002; BSC Settlement Day of 46 periods",
    remedy: "Ask the sender which clock the stamps follow.")
  public static let repeatedLocalTime = MeterDataRule(
    "MET-06", .warning,
    """
    A local time that the clocks show twice in October: its first row is taken as summer time when stamps rise there \
    and as winter time when they fall; its second row is the other one; a third begins again.
    """,
    source: "The Summer Time Order 2002; the order of rows is all that such a file tells",
    remedy: "Compare these rows with another source if the hour matters.")
  public static let missingValue = MeterDataRule(
    "MET-07", .error, "A reading has a value.", source: "the format's own description",
    remedy: "Nothing to do if the reading comes later; otherwise ask the sender. Settlement estimates it meanwhile.")
  public static let number = MeterDataRule(
    "MET-08", .error, "A value is a decimal number.", source: "the format's own description",
    remedy: "Ask the sender for the row with a number as its value.")
  public static let range = MeterDataRule(
    "MET-09", .error, "A half-hour's energy is not above 1 GWh either way.",
    source: "Halfhour's own bound: no metered site takes 2 GW",
    remedy: "Check the unit (Wh, kWh, kW) and ask the sender for the row again.")
  public static let rounded = MeterDataRule(
    "MET-10", .note, "A value finer than a watt-hour is rounded to the nearest watt-hour, a half away from zero.",
    source: "Halfhour keeps energy in whole watt-hours; meters record no finer for settlement",
    remedy: "Nothing, unless the sum of the differences matters: the file itself is kept.")
  public static let mpan = MeterDataRule(
    "MET-11", .error, "An MPAN has 13 digits of which the last is its check digit.",
    source: "Master Registration Agreement, MPAN check digit",
    remedy: "Compare the MPAN with the registration and ask the sender to correct it.")
  public static let seriesName = MeterDataRule(
    "MET-12", .error, "A series has a name of 1 to 64 bytes without control characters.",
    source: "Halfhour's own bound", remedy: "Ask the sender for a file that names its series.")
  public static let quantity = MeterDataRule(
    "MET-13", .error, "A row says what is measured in a way that its format knows: channel, direction, unit.",
    source: "the format's own description; data item Measurement Quantity Id",
    remedy: "Ask the sender what the channel measures.")
  public static let status = MeterDataRule(
    "MET-14", .error, "A row's status is A (actual), E (estimated) or C (corrected).",
    source: "data item Actual/Estimated Indicator; the formats write it in their own ways",
    remedy: "Ask the sender what the status means.")
  public static let interval = MeterDataRule(
    "MET-15", .error, "A row that gives a start and an end spans 30 minutes.",
    source: "Balancing and Settlement Code section X-1, definition of Settlement Period",
    remedy: "Ask the sender for the row again, or for half-hourly readings.")
  public static let fallingRegister = MeterDataRule(
    "MET-16", .error, "A cumulative register does not fall from one half-hour to a later one.",
    source: "a register counts up until it is changed or goes round the clock",
    remedy: "Ask whether the meter was changed; load the readings of the new meter as a file of their own.")
  public static let empty = MeterDataRule(
    "MET-17", .warning, "A file of meter data holds at least one reading.", source: "the format's own description",
    remedy: "Ask the sender whether readings are missing from the file.")
  public static let longLine = MeterDataRule(
    "MET-18", .error, "A line is not longer than a megabyte.", source: "Halfhour's own bound",
    remedy: "Check that the file is what it says it is: its line ends may be missing.")
  public static let json = MeterDataRule(
    "MET-19", .error, "A JSON file is one well-formed value of the format's shape, within the size that is read.",
    source: "RFC 8259; the interface's own description",
    remedy: "Fetch the answer again; ask for fewer readings a page if it is large.")
  public static let skippedHourInUTC = MeterDataRule(
    "MET-20", .note,
    "A stamp in the hour that the clocks skip in March is taken as it stands where a format is on UTC all year.",
    source: "the format's own description",
    remedy: "If the sender's clock follows summer time, its stamps are an hour out all summer: ask.")
  public static let estimated = MeterDataRule(
    "MET-21", .note, "Readings that the sender marks as estimated are kept as estimates.",
    source: "data item Actual/Estimated Indicator",
    remedy: "Nothing: actual readings replace them when they come.")
  public static let negative = MeterDataRule(
    "MET-22", .note, "Negative readings are kept as they are; validation decides about them.",
    source: "the format does not forbid them",
    remedy: "Check whether the channel is netted or generation before it is settled.")
  public static let action = MeterDataRule(
    "MET-23", .error, "A row of an action file inserts a half-hourly reading: `insert,hh_datum`.",
    source: "chellow's general import", remedy: "Load other actions with the tool that they were made for.")
  public static let seriesCount = MeterDataRule(
    "MET-24", .error, "A file names at most a million series.", source: "Halfhour's own bound",
    remedy: "Split the file.")

  /// Every rule, in the order of its number.
  public static let all: [MeterDataRule] = [
    layout, fields, stamp, halfHourGrid, skippedLocalTime, repeatedLocalTime, missingValue, number, range, rounded,
    mpan, seriesName, quantity, status, interval, fallingRegister, empty, longLine, json, skippedHourInUTC, estimated,
    negative, action, seriesCount,
  ]
}
