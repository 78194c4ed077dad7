import SettlementCalendar
import WireFormat

/// Reads `dd/mm/yyyy`; day and month may lack their leading zero. - Returns: `nil` for anything else.
func ukDate(_ text: ArraySlice<UInt8>) -> SettlementDate? {
  let parts = text.split(separator: UInt8(ascii: "/"), omittingEmptySubsequences: false)
  guard parts.count == 3, let day = parts[0].wholeNumber(longest: 2), let month = parts[1].wholeNumber(longest: 2),
    parts[2].count == 4, let year = parts[2].wholeNumber(longest: 4)
  else { return nil }
  return SettlementDate(year: year, month: month, day: day)
}

/// Reads a date `dd/mm/yyyy` and a time `HH:MM` or `HH:MM:SS` beside it. - Returns: `nil` for anything else.
func ukStamp(date: ArraySlice<UInt8>, time: ArraySlice<UInt8>) -> CivilStamp? {
  let parts = time.split(separator: UInt8(ascii: ":"), omittingEmptySubsequences: false)
  guard let date = ukDate(date), parts.count == 2 || parts.count == 3,
    let hour = parts[0].wholeNumber(longest: 2), hour <= 23,
    let minute = parts[1].wholeNumber(longest: 2), minute <= 59
  else { return nil }
  let second = parts.count == 3 ? parts[2].wholeNumber(longest: 2) : 0
  guard let second, second <= 59 else { return nil }
  return CivilStamp(date: date, hour: hour, minute: minute, second: second)
}

/// Reads both in one field with blanks between. - Returns: `nil` for anything else.
func ukStamp(_ text: ArraySlice<UInt8>) -> CivilStamp? {
  let parts = text.split(whereSeparator: isBlank)
  return parts.count == 2 ? ukStamp(date: parts[0], time: parts[1]) : nil
}
