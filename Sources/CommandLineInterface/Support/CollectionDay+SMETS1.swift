import DUIS
import GBCS
import PortfolioFiles
import SettlementCalendar

// What the retriever makes of the signed answer of a SMETS1 meter.
extension CollectionDay {
  /// The half-hours of the day in an answer, and the line that keeps it. - Returns: `nil` for an answer without a log.
  func reading(_ signed: SMETS1SignedResponse, _ series: Series) -> (stamps: Set<UInt32>, line: String)? {
    guard case .answer(let answer) = signed.response.body, answer.isSuccess != false,
      case .profile(_, let entries)? = answer.content, signed.response.header.originator == series.device,
      signed.response.header.variant == series.variant.rawValue
    else { return nil }
    let stamps = entries.map { DeviceTime($0.time) }.filter { period.contains($0) }.map(\.seconds)
    let line = MeterMessageReader.line(
      series.mpan, series.quantity, message: signed.document.document, content: [])
    return (Set(stamps), line)
  }
}
