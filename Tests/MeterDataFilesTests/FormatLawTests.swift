import MarketIdentifiers
import MeterDataFiles
import Quantities
import Readings
import Testing

@Suite("Every format of meter data")
struct FormatLawTests {
  @Test("There is a sample of each format, and each is detected by its content")
  func detection() {
    #expect(Set(Sample.all.map(\.format)) == Set(MeterDataFormat.allCases))
    for sample in Sample.all {
      let bytes = Array(sample.text.utf8.prefix(4_096))
      #expect(MeterDataFormat.detect(firstBytes: bytes, fileName: "anything") == sample.format, "\(sample)")
      #expect(MeterDataFormat.detect(firstBytes: [0xEF, 0xBB, 0xBF] + bytes, fileName: "anything") == sample.format)
    }
    #expect(MeterDataFormat.detect(firstBytes: [], fileName: "empty") == nil)
    #expect(MeterDataFormat.detect(firstBytes: Array("Ozymandias".utf8), fileName: "x.csv") == nil)
    #expect(MeterDataFormat.detect(firstBytes: Array("Ozymandias".utf8), fileName: "X.DF2.gz") == .df2)
  }

  @Test("Good rows become readings, bad rows name their rule", arguments: Sample.all)
  func rows(_ sample: Sample) {
    let outcome = read(sample.text, as: sample.format)
    #expect(outcome.rows.count == sample.readings)
    #expect(outcome.faults == sample.faults)
    #expect(outcome.noted == sample.notes)
  }

  @Test("Whole, byte by byte and in random cuts: the same events", arguments: Sample.all)
  func cuts(_ sample: Sample) {
    let bytes = Array(sample.text.utf8)
    let whole = read(bytes, as: sample.format, cuts: { _ in .max / 2 }, keepTranscript: true)
    let drip = read(bytes, as: sample.format, cuts: { _ in 1 }, keepTranscript: true)
    #expect(whole.transcript == drip.transcript)
    var generator = SplitMix64(state: 7)
    for _ in 0..<20 {
      let seed = generator.next()
      let cut = read(
        bytes, as: sample.format,
        cuts: { state in
          state += 1
          var local = SplitMix64(state: seed &+ UInt64(state))
          return Int.random(in: 1...40, using: &local)
        }, keepTranscript: true)
      #expect(cut.transcript == whole.transcript)
    }
  }

  @Test("Line ends and a byte-order mark change nothing", arguments: Sample.all)
  func lineEnds(_ sample: Sample) {
    let plain = sample.text.replacingLineEnds("\n")
    let windows = plain.replacingLineEnds("\r\n") + "\r\n"
    let first = read(plain, as: sample.format)
    for other in [read(windows, as: sample.format), read("\u{FEFF}" + plain, as: sample.format)] {
      #expect(other.rows == first.rows)
      #expect(other.faults == first.faults)
    }
  }

  @Test("Cut off anywhere: no row that was whole is lost, nothing is invented", arguments: Sample.all)
  func truncated(_ sample: Sample) {
    let bytes = Array(sample.text.utf8)
    let whole = read(bytes, as: sample.format)
    for end in 0..<bytes.count {
      let cut = read(Array(bytes[..<end]), as: sample.format)
      #expect(cut.rowsRead <= max(whole.rowsRead, 1))
      #expect(cut.quarantined.allSatisfy { $0.rows > 0 && !$0.finding.remedy.isEmpty })
      // All readings but those of the last line, which may have lost the end of its last field.
      let last = cut.rows.last?.line ?? 0
      let safe = cut.rows.filter { $0.line != last }
      #expect(safe == Array(whole.rows.prefix(safe.count)))
    }
  }

  @Test("Changed at random: never more rows than the lines can hold, never a crash", arguments: Sample.all)
  func mutated(_ sample: Sample) {
    let original = Array(sample.text.utf8)
    var generator = SplitMix64(state: 42)
    let alphabet = Array(",\"\n\r#-+.eE:/ 0123456789{}[]\\\0\u{1A}ÿZAN".utf8) + [0xFF, 0xC0]
    for _ in 0..<400 {
      var bytes = original
      for _ in 0..<Int.random(in: 1...6, using: &generator) {
        let place = Int.random(in: 0..<bytes.count, using: &generator)
        switch Int.random(in: 0..<3, using: &generator) {
        case 0: bytes[place] = alphabet.randomElement(using: &generator)!
        case 1: bytes.insert(alphabet.randomElement(using: &generator)!, at: place)
        default: if bytes.count > 1 { bytes.remove(at: place) }
        }
      }
      let outcome = read(bytes, as: sample.format)
      #expect(outcome.rowsRead <= bytes.count)
      #expect(outcome.rows.allSatisfy { $0.energy.wattHours.magnitude <= 1_000_000_000 })
      #expect(outcome.rows.allSatisfy { outcome.series.indices.contains(Int($0.series)) })
    }
  }

  @Test("Messages show neither MPAN nor value", arguments: Sample.all)
  func privacy(_ sample: Sample) {
    for finding in read(sample.text, as: sample.format).quarantined.map(\.finding) {
      for secret in ["2204707514535", "2234751614211", "2292056799106", "22 4862", "3.0090001", "1234567.5"] {
        #expect(!finding.description.contains(secret))
      }
    }
  }

  @Test("What a file does not state can be told: generation in the wide layout is active export")
  func quantity() {
    var reader = MeterDataFormat.edrpWide.makeReader(fileName: "pv.csv", quantity: .activeExport)
    var quantities: [MeasurementQuantity] = []
    Array("date,time,X1\n".utf8).withUnsafeBytes {
      reader.consume($0) { if case .series(_, _, let quantity) = $0 { quantities.append(quantity) } }
    }
    #expect(quantities == [.activeExport])
  }

  @Test("The catalogue has each rule once, in order, with source and remedy")
  func catalogue() {
    let codes = MeterDataRules.all.map(\.id.code)
    #expect(codes == codes.sorted() && Set(codes).count == codes.count)
    #expect(codes.first == "MET-01" && codes.last == "MET-\(codes.count)")
    #expect(MeterDataRules.all.allSatisfy { !$0.source.isEmpty && !$0.remedy.isEmpty && !$0.summary.isEmpty })
    let known = Set(codes)
    for sample in Sample.all { #expect(known.isSuperset(of: sample.faults.keys)) }
  }

  @Test("Bounds: a line without end, a document too large, a header of another format")
  func bounds() {
    let endless = Array("halfhour ending at,usage\n".utf8) + [UInt8](repeating: 0x31, count: 3 << 20)
    #expect(read(endless, as: .halfHourEnding).faults == ["MET-18": 1])
    var reader = MeterDataFormat.octopusAnswer.makeReader(fileName: "large.json", largestDocument: 100)
    var rules: [String] = []
    let bytes = [UInt8](repeating: 0x20, count: 101)
    bytes.withUnsafeBytes { reader.consume($0) { _ in } }
    reader.finish { if case .quarantined(let finding, _) = $0 { rules.append(finding.rule.code) } }
    #expect(rules == ["MET-19"])
    let wrong = read("Date,Usage\n1,2\n\n3,4\n", as: .octopusExport)
    #expect(wrong.rows.isEmpty && wrong.faults == ["MET-01": 3])
    #expect(read("[", as: .perseus).faults == ["MET-19": 1])
    #expect(read("{}", as: .octopusAnswer).faults == ["MET-19": 1])
  }
}

extension String {
  /// The same lines with other line ends.
  func replacingLineEnds(_ end: String) -> String {
    split(omittingEmptySubsequences: false, whereSeparator: \.isNewline).joined(separator: end)
  }
}

@Suite("Local time that comes twice or not at all")
struct LocalTimeTests {
  /// The start of each reading on the UTC clock, in the order of the file.
  private func starts(_ times: [String], date: String = "2022-10-30") -> [String] {
    let rows = times.enumerated().map { "\(date) \($0.element):00,\($0.offset)" }
    let text = (["\"Timestamp\",\"Value\""] + rows).joined(separator: "\n")
    return read(text, as: .timestampValue).rows.map { String("\($0.halfHour.start)".dropFirst(11).prefix(5)) }
  }

  @Test("Rising: the first is summer time; falling: the first is winter time; a day given twice begins again")
  func order() {
    let rising = ["00:30", "01:00", "01:30", "01:00", "01:30", "02:00"]
    let utc = ["23:30", "00:00", "00:30", "01:00", "01:30", "02:00"]
    #expect(starts(rising) == utc)
    #expect(starts(rising.reversed()) == utc.reversed())
    #expect(starts(rising + rising) == utc + utc)
    #expect(starts(["01:00", "01:00"]) == ["00:00", "01:00"])
  }

  @Test("The short day: 01:00 and 01:30 do not exist, 02:00 is 01:00 UTC")
  func shortDay() {
    #expect(starts(["00:30", "01:00", "01:30", "02:00"], date: "2023-03-26") == ["00:30", "01:00"])
  }
}
