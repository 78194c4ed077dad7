import Findings
import MarketIdentifiers
import PaymentFiles
import Quantities
import SettlementCalendar
import Testing

/// Values of these tests: sort codes of zeros and nines belong to no bank.
enum Sample {
  static let originator = BankAccount(sortCode: "00-00-00", number: "99999999", name: "Mercury Energy")!
  static let calendar = WorkingDayCalendar(
    division: "test", years: 2026...2027, holidays: [date("2026-12-25"), date("2026-12-28"), date("2027-01-01")])

  static func date(_ text: String) -> SettlementDate { SettlementDate(text)! }

  static func instruction(
    _ number: Int, pence: Int64, code: TransactionCode = .regularCollection, day: String = "2027-01-26"
  ) -> PaymentInstruction {
    let digits = String(number)
    return PaymentInstruction(
      code: code,
      account: BankAccount(
        sortCode: "999999", number: String(repeating: "0", count: 8 - digits.count) + digits,
        name: "Customer \(number)")!,
      amount: Money(pence: pence),
      reference: PaymentReference(mpan: MPAN(distributor: 12, serial: number)!, through: date("2026-12-31"))!,
      processingDay: date(day))!
  }

  static func file(_ instructions: [PaymentInstruction]) throws -> CollectionFile {
    try CollectionFile(
      serial: "000001", serviceUser: "000000", originator: originator, created: date("2027-01-12"),
      instructions: instructions, calendar: calendar)
  }

  static var daily: [PaymentInstruction] {
    [
      instruction(1, pence: 35_003, code: .firstCollection), instruction(2, pence: 1),
      instruction(3, pence: 12_345, code: .rePresentation), instruction(4, pence: 500, code: .finalCollection),
      instruction(5, pence: 0, code: .newInstruction),
    ]
  }
}

@Suite("BACS Standard 18")
struct CollectionFileTests {
  func lines(_ file: CollectionFile) -> [String] {
    String(decoding: file.write(), as: UTF8.self).split(separator: "\r\n").map(String.init)
  }

  @Test("T24: records have 100 characters, the amount in pence has 11 digits, and each field its position")
  func dailyFile() throws {
    let lines = lines(try Sample.file(Sample.daily))
    #expect(lines.map(\.count) == [80, 80, 80, 80, 100, 100, 100, 100, 100, 100, 80, 80, 80])
    let mpan = try #require(MPAN(distributor: 12, serial: 1)).description
    let fields = [
      "999999", "00000001", "0", "01", "000000", "99999999", "    ", "00000035003", "MERCURY ENERGY    ",
      mpan + "26365", "CUSTOMER 1        ",
    ]
    #expect(lines[4] == fields.joined())
    #expect(lines[0].hasPrefix("VOL1000001"))
    #expect(lines[1].hasPrefix("HDR1A000000S  1000000"))
    #expect(lines[1].dropFirst(41).prefix(12) == " 27012 27026")
    #expect(lines[2].hasPrefix("HDR2F0200000100"))
    #expect(lines[3] == "UHL1 27026999999    000000001 DAILY  001" + String(repeating: " ", count: 40))
  }

  @Test("The contra record balances the file, and the trailer says so")
  func contra() throws {
    let file = try Sample.file(Sample.daily)
    let lines = lines(file)
    let contra = lines[9]
    #expect(contra.hasPrefix("0000009999999909900000099999999    00000047849MERCURY ENERGY    CONTRA            "))
    #expect(lines[12].hasPrefix("UTL10000000047849000000004784900000040000001"))
    #expect(lines[12].dropFirst(52).prefix(7) == "0000001")
    let totals = file.totals
    #expect(totals.debitPence == 47_849 && totals.creditPence == 47_849)
    #expect(totals.debits == 4 && totals.credits == 1 && totals.instructions == 1)
  }

  @Test("Several processing days: 106 characters, each day's own contra")
  func multiDay() throws {
    let instructions = [
      Sample.instruction(1, pence: 100), Sample.instruction(2, pence: 250, day: "2027-01-27"),
      Sample.instruction(3, pence: 30, code: .credit, day: "2027-01-27"),
    ]
    let file = try Sample.file(instructions)
    let lines = lines(file)
    #expect(lines.map(\.count) == [80, 80, 80, 80, 106, 106, 106, 106, 106, 106, 80, 80, 80])
    #expect(lines[4].hasSuffix(" 27026") && lines[5].hasSuffix(" 27027"))
    #expect(lines[7...9].map { $0.dropFirst(15).prefix(2) } == ["99", "99", "17"])
    #expect(lines[7...9].map { $0.dropFirst(35).prefix(11) } == ["00000000100", "00000000250", "00000000030"])
    #expect(lines[2].hasPrefix("HDR2F0212000106"))
    #expect(lines[3].contains("4 MULTI  "))
    #expect(lines[12].hasPrefix("UTL10000000000380000000000038000000030000003"))
  }

  @Test("Write, read, write: the same file and the same bytes")
  func roundTrip() throws {
    for instructions in [
      Sample.daily, [Sample.instruction(1, pence: 100), Sample.instruction(2, pence: 250, day: "2027-01-27")],
      [Sample.instruction(9, pence: 30, code: .credit)], [Sample.instruction(9, pence: 0, code: .cancelInstruction)],
    ] {
      let file = try Sample.file(instructions)
      let read = CollectionFile.read(file.write(), file: "c.txt", calendar: Sample.calendar)
      #expect(read.findings.isEmpty)
      #expect(read.value == file)
      #expect(read.value?.write() == file.write())
    }
  }

  @Test("A truncated file is refused at every length")
  func truncated() throws {
    let bytes = try Sample.file(Sample.daily).write()
    for length in 0..<bytes.count {
      let read = CollectionFile.read(Array(bytes.prefix(length)), file: "c.txt", calendar: Sample.calendar)
      #expect(read.value == nil && read.findings.count == 1)
    }
  }

  @Test("A file with one byte changed is never taken for the original, and never stops the program")
  func mutated() throws {
    let file = try Sample.file(Sample.daily)
    let bytes = file.write()
    for position in bytes.indices {
      for value in [UInt8(ascii: " "), UInt8(ascii: "1"), UInt8(ascii: "Z"), UInt8(ascii: "\n"), 0xFF] {
        var changed = bytes
        changed[position] = value
        guard changed != bytes else { continue }
        let read = CollectionFile.read(changed, file: "c.txt", calendar: Sample.calendar)
        // Names and references may change into others that are allowed; then the bytes say just that.
        #expect(read.value == nil ? read.findings.count == 1 : read.value?.write() == changed)
        #expect(read.value != file)
      }
    }
  }

  @Test("An amount changed after the fact is found by the contra record and the totals")
  func changedAmount() throws {
    let text = String(decoding: try Sample.file(Sample.daily).write(), as: UTF8.self)
    let changed = text.split(separator: "00000035003", omittingEmptySubsequences: false).joined(
      separator: "00000035004")
    let read = CollectionFile.read(Array(changed.utf8), file: "c.txt", calendar: Sample.calendar)
    #expect(read.findings.map(\.rule) == ["BACS-03"])
    #expect(read.findings.first?.position?.line == 10)
  }

  @Test("Only files that may be sent can be built")
  func faults() throws {
    let one = [Sample.instruction(1, pence: 100)]
    func fault(_ instructions: [PaymentInstruction], serial: String = "000001", user: String = "000000")
      -> CollectionFile.Fault?
    {
      do throws(CollectionFile.Fault) {
        _ = try CollectionFile(
          serial: serial, serviceUser: user, originator: Sample.originator, created: Sample.date("2027-01-12"),
          instructions: instructions, calendar: Sample.calendar)
        return nil
      } catch { return error }
    }
    #expect(fault(one) == nil)
    #expect(fault([]) == .noInstructions)
    #expect(fault(one, serial: "1") == .badSerial)
    #expect(fault(one, user: "12345X") == .badServiceUser)
    for day in ["2027-01-23", "2027-01-24", "2028-01-04"] {  // Saturday, Sunday, beyond the calendar
      #expect(fault([Sample.instruction(1, pence: 1, day: day)]) == .notAWorkingDay(Sample.date(day)))
    }
    #expect(
      fault([Sample.instruction(1, pence: 1, day: "2027-01-12")]) == .processedBeforeCreated(Sample.date("2027-01-12")))
    let large = PaymentInstruction.largestPence
    #expect(fault([Sample.instruction(1, pence: large)]) == nil)
    #expect(
      fault([Sample.instruction(1, pence: large), Sample.instruction(2, pence: 1)])
        == .totalTooLarge(Sample.date("2027-01-26")))
  }

  @Test("References and accounts follow the rules")
  func rules() {
    for text in ["ABCDE", "DDICABCDEF", "AAAAAA", "abcdef", "ABC,DEF", "1234567890123456789", "CONTRA", " ABCDEF", ""] {
      #expect(PaymentReference(text) == nil)
    }
    for text in ["ABCDEF", "A-1/2.3&4", "123456789012345678"] { #expect(PaymentReference(text) != nil) }
    #expect(BankAccount(sortCode: "00-00-0", number: "00000001", name: "A") == nil)
    #expect(BankAccount(sortCode: "000000", number: "0000001", name: "A") == nil)
    #expect(BankAccount(sortCode: "000000", number: "00000001", name: " ") == nil)
    let account = Sample.originator
    for (code, pence) in [(TransactionCode.regularCollection, Int64(0)), (.newInstruction, 1), (.credit, -1)] {
      #expect(
        PaymentInstruction(
          code: code, account: account, amount: Money(pence: pence), reference: PaymentReference("ABCDEF")!,
          processingDay: Sample.date("2027-01-26")) == nil)
    }
  }

  @Test("Names are transliterated as stated")
  func transliteration() {
    for (text, expected) in [
      ("Siân O'Neill-Jones", "SIAN ONEILL-JONES"), ("Müller & Söhne", "MULLER & SOHNE"), ("a_b+c\\d", "A-B&C/D"),
      ("Zażółć", "ZA OLC"), ("£12 (net)", " 12  NET "), ("Ærø ß", "AERO SS"), ("日本", "  "),
    ] {
      #expect(BACSText.transliterated(text) == expected)
      #expect(BACSText.isAllowed(BACSText.transliterated(text).utf8))
    }
  }

  @Test("Every date from 2000 on goes through ` YYDDD` and back")
  func dates() {
    #expect(BACSText.dateField(Sample.date("2027-01-26")) == " 27026")
    for date in settlementDates(Sample.date("2024-01-01"), through: Sample.date("2028-12-31")) {
      #expect(BACSText.date(Array(BACSText.dateField(date).utf8)) == date)
    }
    for field in [" 27000", " 27366", "027026", " 2702A", " 2702", " 28367"] {
      #expect(BACSText.date(Array(field.utf8)) == nil)
    }
    #expect(BACSText.date(Array(" 28366".utf8)) == Sample.date("2028-12-31"))
  }

  @Test("Ten working days' notice before the money moves")
  func notice() {
    // Notice on Monday 11 January: the tenth working day after it is the 25th; processing is one before.
    let day = CollectionFile.processingDay(noticeOn: Sample.date("2027-01-11"), notice: 10, calendar: Sample.calendar)
    #expect(day == Sample.date("2027-01-22"))
  }
}
