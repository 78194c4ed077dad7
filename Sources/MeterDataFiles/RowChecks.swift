import MarketIdentifiers
import Readings
import SettlementCalendar

extension ReadingQuality {
  /// From the letter A, E or C in either case.
  init?(statusLetter: UInt8) {
    switch statusLetter {
    case UInt8(ascii: "A"), UInt8(ascii: "a"): self = .actual
    case UInt8(ascii: "E"), UInt8(ascii: "e"): self = .estimated
    case UInt8(ascii: "C"), UInt8(ascii: "c"): self = .corrected
    default: return nil
    }
  }
}

extension RowReporter {
  /// A valid MPAN, or `nil` after saying what is wrong with it.
  mutating func mpan(_ text: String, line: Int, field: String, rows: Int = 1, _ emit: Emit) -> MPAN? {
    switch MPAN.check(text) {
    case .success(let mpan): return mpan
    case .failure(let fault):
      let message = "The MPAN is not valid: \(fault)."
      let detail = String(text.prefix(80))
      quarantine(MeterDataRules.mpan, line: line, field: field, message, detail: detail, rows: rows, emit)
      return nil
    }
  }

  mutating func unknownStatus(line: Int, field: String, detail: String, _ emit: Emit) {
    let message = "The status is none of A (actual), E (estimated), C (corrected)."
    quarantine(MeterDataRules.status, line: line, field: field, message, detail: detail, emit)
  }

  /// The moment of a stamp on the London clock, with a warning where the clocks showed it twice.
  mutating func london(
    _ stamp: CivilStamp, _ clock: inout LocalClockResolver, series: Int32, line: Int, field: String, _ emit: Emit
  ) -> UTCInstant? {
    switch clock.resolve(stamp, series: series) {
    case .moment(let instant): return instant
    case .chosen(let instant, let isSummerTime):
      let message = """
        The clocks showed this local time twice; by the order of the rows it was taken as \
        \(isSummerTime ? "summer time (the first)" : "winter time (the second)").
        """
      note(MeterDataRules.repeatedLocalTime, line: line, field: field, message, emit)
      return instant
    case .skipped:
      let message = "The clocks skipped this local time, so it names no moment."
      quarantine(MeterDataRules.skippedLocalTime, line: line, field: field, message, emit)
      return nil
    case .tooMany:
      let message = "The file has too many local times that the clocks showed twice to tell them apart."
      quarantine(MeterDataRules.repeatedLocalTime, line: line, field: field, message, emit)
      return nil
    }
  }
}
