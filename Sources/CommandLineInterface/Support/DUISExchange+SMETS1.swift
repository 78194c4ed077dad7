import DCCServer
import DUIS
import GBCS
import SettlementCalendar

// Answers of SMETS1 meters: the service provider's signature within the DSP's, then what the meter said.
extension DUISExchange {
  /// - Parameter requestID: of the response around it; another exchange's answer comes from the cache.
  func show(_ message: SMETS1Message, requestID: RequestID?) throws {
    let response = message.response.response
    let signer = try gate.verify(message.response, now: time)
    let (header, size) = (response.header, message.response.document.document.count)
    guard case .answer(let answer) = response.body else { return printOut("  alert of \(header.originator)\n") }
    printOut("  \(answer.content?.elementName ?? "no content") from \(header.originator), \(size) bytes\n")
    printOut("  signature of the service provider \(signer) right\n")
    if let requestID, requestID.counter != header.counter, let moment = header.time {
      printOut("  kept by the DCC: the meter said so at \(moment)\n")
    }
    if answer.isSuccess == false { printOut("  not done\n") }
    for fault in answer.faults { printOut("  fault \(fault.code): \(fault.text)\n") }
    if let content = answer.content { show(content) }
  }

  private func show(_ content: SMETS1Content) {
    func line(_ values: [Int64?]) -> String { values.compactMap { $0 }.map { String($0) }.joined(separator: " ") }
    switch content {
    case .importRegisters(let active, let reactive, let secondary):
      printOut("  registers: \(line([active, reactive, secondary]))\n")
    case .exportRegisters(let active, let reactive): printOut("  registers: \(line([active, reactive]))\n")
    case .importDailyLog(let entries):
      for entry in entries { printOut("  \(entry.time)  \(line([entry.total] + entry.rates.map(\.value)))\n") }
    case .profile(_, let entries):
      for entry in entries { printOut("  \(entry.time)  \(line(entry.values))\n") }
    case .clock(let time, let status):
      printOut("  clock \(time?.description ?? "not told") \(status?.rawValue ?? "")\n")
    case .supply(let state): printOut("  supply \(state?.rawValue ?? "not told")\n")
    case .firmware(let version): printOut("  firmware \(version ?? "not told")\n")
    case .carriedOut, .other: break
    }
  }
}
