import Findings
import Foundation
import SettlementCalendar
import Testing
import TradingCharges
import TradingTables

/// One folder of `Scenarios/charges`; `README.md` there says how to read it.
struct ChargeScenario {
  static let folder: URL = {
    var folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
    while folder.path != "/",
      !FileManager.default.fileExists(atPath: folder.appendingPathComponent("Package.swift").path)
    {
      folder.deleteLastPathComponent()
    }
    return folder.appendingPathComponent("Scenarios/charges")
  }()

  static let names: [String] = ((try? FileManager.default.contentsOfDirectory(atPath: folder.path)) ?? [])
    .filter { !$0.contains(".") }.sorted()

  let day: SettlementDay
  let tables: [(name: String, bytes: [UInt8])]
  let expected: [[String]]

  init(_ name: String) throws {
    let folder = Self.folder.appendingPathComponent(name)
    let files = try FileManager.default.contentsOfDirectory(atPath: folder.path).sorted()
    tables = try files.filter { $0.hasSuffix(".csv") && $0 != "expected.csv" }.map {
      ($0, Array(try Data(contentsOf: folder.appendingPathComponent($0))))
    }
    let text = try String(contentsOf: folder.appendingPathComponent("expected.csv"), encoding: .utf8)
    expected = text.split(separator: "\n").dropFirst().map {
      $0.split(separator: ",", omittingEmptySubsequences: false).map(String.init)
    }
    let about = try String(contentsOf: folder.appendingPathComponent("README.md"), encoding: .utf8)
    let words = about.split { $0 == " " || $0 == "\n" }.map { $0.hasSuffix(".") ? $0.dropLast() : $0 }
    day = SettlementDay(try #require(words.last.flatMap { SettlementDate($0) }))
  }

  /// The charges, with what the readers found.
  func settled(_ order: [(name: String, bytes: [UInt8])]) throws -> (TradingDayCharges, [RuleID: Int]) {
    var book = TradingDayBook(day)
    var found: [RuleID: Int] = [:]
    for (name, bytes) in order {
      for event in events(name, bytes) {
        switch event {
        case .row(let row, let position): book.take(row, at: position)
        case .quarantined(let finding), .noted(let finding): found[finding.rule, default: 0] += 1
        }
      }
    }
    let charges = try book.settle()
    found.merge(charges.findings.counts) { $0 + $1 }
    return (charges, found)
  }
}

func events(_ file: String, _ bytes: [UInt8], cut: (Int) -> Int = { $0 }) -> [TradingTableEvent] {
  var reader = TradingTableReader(file: file)
  var events: [TradingTableEvent] = []
  var rest = bytes[...]
  while !rest.isEmpty {
    let piece = Array(rest.prefix(max(1, cut(rest.count))))
    rest = rest.dropFirst(piece.count)
    piece.withUnsafeBytes { reader.consume($0) { events.append($0) } }
  }
  reader.finish { events.append($0) }
  return events
}

@Suite("Scenarios of trading charges: tables in, tables out") struct ChargeScenarioTests {
  @Test func thereAreAtLeastTwenty() { #expect(ChargeScenario.names.count >= 20) }

  @Test(arguments: ChargeScenario.names) func scenario(_ name: String) throws {
    let scenario = try ChargeScenario(name)
    let (charges, found) = try scenario.settled(scenario.tables)
    let figures = charges.figures
    var rules: [RuleID: Int] = [:]
    for row in scenario.expected {
      try #require(row.count == 5, "\(row)")
      switch row[0] {
      case "finding": rules[RuleID(row[3])] = Int(row[4])
      case "unpriced": #expect(charges.unpriced.count == Int(row[4]))
      default:
        let subject = try #require(ChargeFigure.Subject(rawValue: row[0]))
        let figure = figures.first {
          $0.subject == subject && $0.period == Int(row[1]) && $0.name == row[2] && $0.item == row[3]
        }
        #expect(figure?.value == row[4], "\(row.joined(separator: " "))")
      }
    }
    #expect(found == rules)
    #expect(charges.daily.clearingDifference == .zero)
  }

  @Test("the order of tables and the cut of bytes do not matter", arguments: ChargeScenario.names)
  func order(_ name: String) throws {
    let scenario = try ChargeScenario(name)
    let (charges, found) = try scenario.settled(scenario.tables)
    let (other, otherFound) = try scenario.settled(scenario.tables.reversed())
    #expect(charges.figures == other.figures)
    #expect(found == otherFound)
    for (file, bytes) in scenario.tables {
      let whole = events(file, bytes)
      #expect(events(file, bytes, cut: { _ in 1 }) == whole)
      #expect(events(file, bytes, cut: { $0 / 2 }) == whole)
    }
  }
}

@Suite("Tables of trading charges") struct TradingTableTests {
  private let day = SettlementDay(SettlementDate("2026-01-15")!)

  @Test(
    "each bad field has its rule and place",
    arguments: [
      ("party\nMRCY\nmrcy\n", "TRC-11", 3, "party"),
      ("bm_unit,settlement_date,period,metered_mwh\nA,2026-01-15,49,1\n", "TRC-12", 2, "period"),
      ("bm_unit,settlement_date,period,metered_mwh\nA,2026-01-15,1,x\n", "TRC-11", 2, "metered_mwh"),
      ("bm_unit,settlement_date,period,metered_mwh\nA,2026-01-15,1\n", "TRC-10", 2, nil),
      ("bm_unit,settlement_date,period,metered_mwh\n,2026-01-15,1,1\n", "TRC-11", 2, "bm_unit"),
      ("settlement_date,period,sell_price,buy_price\n2026-01-15,1,1,100001\n", "TRC-11", 2, "buy_price"),
      ("bm_unit,party,account,trading_unit,interconnector,tlf\nA,B,X,,no,\n", "TRC-11", 2, "account"),
      ("bm_unit,party,account,trading_unit,interconnector,tlf\nA,B,P,,maybe,\n", "TRC-11", 2, "interconnector"),
      ("bm_unit,settlement_date,period,tlm\nA,2026-01-15,1,0\n", "TRC-11", 2, "tlm"),
      (
        "bm_unit,settlement_date,period,pair,offer_mwh,bid_mwh,offer_price,bid_price\nA,2026-01-15,1,0,1,0,1,1\n",
        "TRC-11", 2, "pair"
      ),
      ("one,two\n1,2\n", "TRC-09", 2, nil),
    ] as [(String, RuleID, Int, String?)])
  func refusals(_ text: String, _ rule: RuleID, _ line: Int, _ field: String?) {
    let found = events("t.csv", Array(text.utf8)).compactMap { event -> Finding? in
      if case .quarantined(let finding) = event { finding } else { nil }
    }
    #expect(found.map(\.rule) == [rule])
    #expect(found.first?.position == SourcePosition(file: "t.csv", line: line, field: field))
  }

  @Test func finerVolumesAreRoundedAndSaid() {
    let text = "bm_unit,settlement_date,period,metered_mwh\nA,2026-01-15,1,1.0005\n"
    let all = events("t.csv", Array(text.utf8))
    guard case .row(.metered(_, _, let volume, _, _), _) = all[0] else { return #expect(Bool(false)) }
    #expect(volume.megawattHoursText == "1.001")
    guard case .noted(let finding) = all[1] else { return #expect(Bool(false)) }
    #expect(finding.rule == "TRC-14")
  }

  @Test(
    "a figure that comes twice counts once",
    arguments: [
      "bm_unit,settlement_date,period,metered_mwh\nA,2026-01-15,1,1\nA,2026-01-15,1,2\n",
      "settlement_date,period,sell_price,buy_price\n2026-01-15,1,1,1\n2026-01-15,1,2,2\n",
      "bm_unit,settlement_date,period,tlm\nA,2026-01-15,1,1\nA,2026-01-15,1,1\n",
    ])
  func repeats(_ text: String) {
    var book = TradingDayBook(day)
    for event in events("t.csv", Array(text.utf8)) {
      if case .row(let row, let position) = event { book.take(row, at: position) }
    }
    #expect(book.findings.counts == ["TRC-02": 1])
  }

  @Test func rowsOfOtherDatesAreCounted() throws {
    var book = TradingDayBook(day)
    let text = "settlement_date,period,sell_price,buy_price\n2026-01-14,1,1,1\n2026-01-15,1,1,1\n"
    for event in events("t.csv", Array(text.utf8)) {
      if case .row(let row, let position) = event { book.take(row, at: position) }
    }
    #expect(book.otherRows == 1)
    #expect(try book.settle(only: 1).periods.map(\.number) == [1])
    #expect(throws: TradingDayFault.self) {
      _ = try TradingDayBook(SettlementDay(SettlementDate("2000-01-15")!)).settle()
    }
  }

  @Test("truncated and mutated tables never stop the program", arguments: ChargeScenario.names)
  func mutations(_ name: String) throws {
    let scenario = try ChargeScenario(name)
    var state: UInt64 = 42
    func roll(_ bound: Int) -> Int {
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return Int(state >> 33) % max(1, bound)
    }
    for _ in 0..<20 {
      let order = scenario.tables.map { table in
        var bytes = table.bytes
        for _ in 0..<3 { bytes[roll(bytes.count)] = UInt8(truncatingIfNeeded: roll(256)) }
        if roll(3) == 0 { bytes.removeLast(roll(bytes.count)) }
        return (name: table.name, bytes: bytes)
      }
      guard let (charges, _) = try? scenario.settled(order) else { continue }
      #expect(charges.daily.clearingDifference == .zero)
    }
  }
}
