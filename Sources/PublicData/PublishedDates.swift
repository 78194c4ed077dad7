import SettlementCalendar
import WireFormat

/// A date as publishers write it: `29/03/2026` or `2026-03-29`. - Returns: `nil` for anything else.
func publishedDate(_ bytes: some BidirectionalCollection<UInt8>) -> SettlementDate? {
  let parts = bytes.split(separator: UInt8(ascii: "/"), omittingEmptySubsequences: false)
  guard parts.count == 3 else {
    return bytes.count == 10 ? SettlementDate(String(decoding: bytes, as: UTF8.self)) : nil
  }
  guard parts[2].count == 4, let day = parts[0].wholeNumber(longest: 2), let month = parts[1].wholeNumber(longest: 2),
    let year = parts[2].wholeNumber(longest: 4)
  else { return nil }
  return SettlementDate(year: year, month: month, day: day)
}

func publishedDate(_ text: String) -> SettlementDate? { publishedDate(Array(text.utf8)) }
