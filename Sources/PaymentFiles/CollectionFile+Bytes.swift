import Findings
import Quantities
import SettlementCalendar

extension CollectionFile {
  /// The file's bytes, ASCII.
  public func write() -> [UInt8] {
    var bytes: [UInt8] = []
    let length = PaymentRecord.length(isMultiDay: isMultiDay) + 2
    bytes.reserveCapacity((instructions.count + 4) * length + 9 * (CollectionLabels.length + 2))
    for record in records {
      bytes.append(contentsOf: record.utf8)
      bytes.append(contentsOf: CollectionLabels.recordEnd.utf8)
    }
    return bytes
  }

  /// All records without their ends.
  var records: [String] {
    var records = [
      CollectionLabels.volume(self), CollectionLabels.fileLabel("HDR1", self),
      CollectionLabels.recordLabel("HDR2", self), CollectionLabels.user(self),
    ]
    records += instructions.map { PaymentRecord.write($0, in: self) }
    records += contras.map { PaymentRecord.writeContra(code: $0.code, pence: $0.pence, day: $0.day, in: self) }
    records += [
      CollectionLabels.fileLabel("EOF1", self), CollectionLabels.recordLabel("EOF2", self),
      CollectionLabels.trailer(self),
    ]
    return records
  }

  /// Reads a file strictly: it must be, byte for byte, what ``write()`` makes of its contents.
  ///
  /// Findings: `BACS-01` a record is not as the layout says; `BACS-02` the file as a whole is not one that may be sent;
  /// `BACS-03` labels, contra records or totals differ from what the payments call for. Any of them is an error, and
  /// then there is no file: a payment file is taken whole or not at all.
  public static func read(
    _ bytes: [UInt8], file name: String, calendar: WorkingDayCalendar
  ) -> Checked<CollectionFile?> {
    func refused(_ rule: RuleID, _ line: Int?, _ field: String?, _ message: String) -> Checked<CollectionFile?> {
      let position = SourcePosition(file: name, line: line, field: field)
      let remedy = "Ask the sender for a file that follows BACS Standard 18."
      return Checked(nil, findings: [Finding(rule, .error, at: position, message, remedy: remedy)])
    }
    let lines = lines(bytes)
    guard lines.count >= 8, lines.count <= largestInstructionCount + 100 else {
      return refused("BACS-02", nil, nil, "The file has too few or too many records.")
    }
    guard let header = Header(lines) else {
      return refused("BACS-01", nil, nil, "The labels at the start of the file are not as the layout says.")
    }
    var instructions: [PaymentInstruction] = []
    var originator: BankAccount?
    for (offset, line) in lines[4..<(lines.count - 3)].enumerated() {
      let number = offset + 5
      switch PaymentRecord.read(line, isMultiDay: header.isMultiDay, fileDay: header.processingDay) {
      case .failure(let fault):
        return refused("BACS-01", number, fault.field, "A field of the payment record is not as the layout says.")
      case .success(let fields):
        originator = originator ?? fields.originator
        if fields.isContra { continue }
        guard let instruction = fields.instruction else {
          return refused("BACS-01", number, "reference or amount", "The reference or the amount is not allowed.")
        }
        instructions.append(instruction)
      }
    }
    guard let originator else { return refused("BACS-02", nil, nil, "No record names an originator.") }
    do throws(Fault) {
      let file = try CollectionFile(
        serial: header.serial, serviceUser: header.serviceUser, originator: originator, created: header.created,
        instructions: instructions, calendar: calendar)
      guard let line = file.firstDifference(lines) else {
        return file.write() == bytes
          ? Checked(file) : refused("BACS-01", nil, nil, "The records do not end as the layout says.")
      }
      return refused("BACS-03", line, nil, "The record is not the one that the file's payments call for.")
    } catch {
      return refused("BACS-02", nil, nil, error.description)
    }
  }

  private func firstDifference(_ lines: [ArraySlice<UInt8>]) -> Int? {
    let records = records
    for (number, record) in records.enumerated()
    where number >= lines.count || !lines[number].elementsEqual(record.utf8) {
      return number + 1
    }
    return lines.count > records.count ? records.count + 1 : nil
  }

  private static func lines(_ bytes: [UInt8]) -> [ArraySlice<UInt8>] {
    bytes.split(separator: UInt8(ascii: "\n"), maxSplits: largestInstructionCount + 100).map {
      $0.last == UInt8(ascii: "\r") ? $0.dropLast() : $0
    }
  }

  /// What the labels before the payments say.
  private struct Header {
    var serial: String
    var serviceUser: String
    var created: SettlementDate
    var isMultiDay: Bool
    var processingDay: SettlementDate

    init?(_ lines: [ArraySlice<UInt8>]) {
      guard lines.prefix(4).allSatisfy({ $0.count == CollectionLabels.length && BACSText.isAllowed($0) }) else {
        return nil
      }
      func bytes(_ line: Int, _ range: ClosedRange<Int>) -> ArraySlice<UInt8> {
        let start = lines[line].startIndex
        return lines[line][(start + range.lowerBound - 1)...(start + range.upperBound - 1)]
      }
      serial = String(decoding: bytes(0, 5...10), as: UTF8.self)
      serviceUser = String(decoding: bytes(0, 42...47), as: UTF8.self)
      guard let created = BACSText.date(bytes(1, 42...47)), let day = BACSText.date(bytes(3, 5...10)) else {
        return nil
      }
      self.created = created
      processingDay = day
      isMultiDay = bytes(2, 11...15).elementsEqual("00106".utf8)
    }
  }
}

extension PaymentRecord.Fields {
  var originator: BankAccount? {
    BankAccount(sortCode: originatorSortCode, number: originatorNumber, name: serviceUserName)
  }

  var instruction: PaymentInstruction? {
    PaymentReference(reference).flatMap {
      PaymentInstruction(code: code, account: account, amount: amount, reference: $0, processingDay: processingDay)
    }
  }
}
