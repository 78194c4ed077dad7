import DUIS
import GBCS
import PortfolioFiles
import SettlementCalendar
import SmartMeters

// What the retriever makes of an answer, whoever vouches for it.
extension CollectionDay {
  /// The half-hours in an answer, and the line that keeps it.
  struct Reading {
    /// Watt-hours of the day by stamp.
    var energies: [UInt32: UInt32] = [:]
    /// Stamps of other days.
    var otherStamps: Set<UInt32> = []
    let line: String
  }

  func reading(_ rows: [(time: DeviceTime, energy: UInt32?)], line: () -> String) -> Reading {
    var reading = Reading(line: line())
    for row in rows {
      if period.contains(row.time) {
        reading.energies[row.time.seconds] = row.energy
      } else {
        reading.otherStamps.insert(row.time.seconds)
      }
    }
    return reading
  }

  /// What the signed answer of a SMETS1 meter says. - Returns: `nil` for an answer without a log of the series.
  func reading(_ signed: SMETS1SignedResponse, _ series: Series) -> Reading? {
    guard case .answer(let answer) = signed.response.body, answer.isSuccess != false,
      case .profile(_, let entries)? = answer.content, signed.response.header.variant == series.variant.rawValue,
      MeterEstate.place(of: signed.response.header.originator)?.row == series.row
    else { return nil }
    let rows = entries.map { (DeviceTime($0.time), $0.values.first.flatMap { UInt32(exactly: $0) }) }
    return reading(rows) {
      MeterMessageReader.line(series.mpan, series.quantity, message: signed.document.document, content: [])
    }
  }
}
