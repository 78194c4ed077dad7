import JSONText
import Operations
import Quantities
import Reports
import Testing

@Suite("Explanations")
struct ExplanationTests {
  /// Two half-hours that make an energy line; `fault` changes the amount of the line and not its parts.
  private func tree(fault: Int64 = 0, title: String = "energy, peak") throws -> Explanation {
    let parts = [1_200, 300].enumerated().map {
      Explanation("period \($0.offset + 1)", .energy(Energy(wattHours: $0.element)), how: "readings.csv, line 7")
    }
    let energy = Explanation(
      "energy of the band", .energy(Energy(wattHours: 1_500)), how: "the sum of its half-hours", rule: "BILL-1",
      parts: parts, recomputed: .energy(Energy(wattHours: 1_500)))
    let rate = try #require(DecimalNumber("35").flatMap { UnitRate(pencePerKWh: $0) })
    return Explanation(
      title, .money(Money(pence: 52 + fault)), how: "energy times rate", rule: "BILL-2",
      parts: [energy, Explanation("rate", .rate(rate), how: "tariff book")], recomputed: .money(Money(pence: 52)))
  }

  @Test("The text tree is aligned, marked and closed by its verdict")
  func text() throws {
    #expect(
      ExplanationText.render(try tree()) == """
        energy, peak                  £0.52 ✓  energy times rate [BILL-2]
        ├─ energy of the band     1.500 kWh ✓  the sum of its half-hours [BILL-1]
        │  ├─ period 1            1.200 kWh    readings.csv, line 7
        │  └─ period 2            0.300 kWh    readings.csv, line 7
        └─ rate                350.00 £/MWh    tariff book

        ✓ All 2 checks hold: the parts make each amount marked ✓ to the last unit.

        """)
  }

  @Test("The tree as CSV: one line a figure, each before its parts")
  func csv() throws {
    #expect(
      ExplanationCSV.render(try tree(title: "energy, \"peak\"")) == """
        depth,title,amount,unit,how,rule,recomputed,meets
        0,"energy, ""peak""\",0.52,GBP,energy times rate,BILL-2,0.52,true
        1,energy of the band,1.500,kWh,the sum of its half-hours,BILL-1,1.500,true
        2,period 1,1.200,kWh,"readings.csv, line 7",,,
        2,period 2,0.300,kWh,"readings.csv, line 7",,,
        1,rate,350.00,GBP/MWh,tariff book,,,

        """)
    #expect(ExplanationCSV.render(try tree(fault: 1)).contains(",0.53,GBP,energy times rate,BILL-2,0.52,false"))
  }

  @Test("A figure that its parts do not make is marked everywhere")
  func broken() throws {
    let tree = try tree(fault: 1)
    let text = ExplanationText.render(tree)
    #expect(text.contains("£0.53 ✗"))
    #expect(text.contains("the parts make £0.52"))
    #expect(text.contains("✗ 1 of 2 checks fail"))
    let page = try ExplanationPage.render(tree, title: "a bill line")
    #expect(try parse(page).text.contains("The parts make £0.52."))
    #expect(ExplanationJSON.value(tree)["check"]?["meets"] == .bool(false))
    #expect(ExplanationJSON.value(tree)["check"]?["recomputed"] == .number("0.52"))
  }

  @Test("A long title is wrapped inside the tree and loses nothing")
  func wrapped() throws {
    let long = (1...40).map { "word\($0)" }.joined(separator: " ")
    let text = ExplanationText.render(try tree(title: long))
    let lines = text.split(separator: "\n").prefix { !$0.contains("energy of the band") }
    #expect(lines.count == 4)
    #expect(lines.dropFirst().allSatisfy { $0.hasPrefix("│ ") })
    for number in 1...40 { #expect(text.contains("word\(number)")) }
  }

  @Test("JSON has every figure as an exact number with its unit")
  func json() throws {
    let value = ExplanationJSON.value(try tree())
    #expect(value["title"] == .string("energy, peak"))
    #expect(value["amount"] == .number("0.52"))
    #expect(value["unit"] == .string("GBP"))
    #expect(value["rule"] == .string("BILL-2"))
    let part = value["parts"]?[0]
    #expect(part?["amount"] == .number("1.500"))
    #expect(part?["unit"] == .string("kWh"))
    #expect(part?["parts"]?[1]?["check"] == .null)
    let bytes = JSONText.write(value, pretty: true)
    #expect(try JSONText.parse(bytes) == value)
  }

  @Test("The page is well-formed, has no script and holds every title, amount and rule")
  func page() throws {
    let page = try parse(ExplanationPage.render(try tree(), title: "How a line came about"))
    #expect(page.elements["script"] == nil)
    #expect(page.elements["details"] == 2)
    #expect(page.elements["svg"] == 1)
    #expect(page.elements["rect"] == 5)
    #expect(page.links.isEmpty)
    for text in [
      "How a line came about", "energy, peak", "period 2", "0.300 kWh", "350.00 £/MWh", "BILL-1", "✓ All 2 checks",
    ] {
      #expect(page.text.contains(text), "\(text)")
    }
  }

  @Test("Hostile titles stay text, on the page and on the terminal")
  func hostile() throws {
    let hostile = "</details><script>alert(1)</script>\u{1B}[2J\u{202E}{{how}}"
    let html = try ExplanationPage.render(try tree(title: hostile), title: hostile)
    let page = try parse(html)
    #expect(page.elements["script"] == nil)
    #expect(page.text.contains("</details><script>alert(1)</script>"))
    #expect(
      !ExplanationText.render(try tree(title: hostile)).unicodeScalars.contains { $0 == "\u{1B}" || $0 == "\u{202E}" })
  }

  @Test("The drawing is bounded and says what it leaves out; the list has everything")
  func bounded() throws {
    let parts = (1...500).map { Explanation("part \($0)", .count(1), how: "one") }
    let tree = Explanation("many", .count(500), how: "the sum", parts: parts, recomputed: .count(500))
    let page = try parse(ExplanationPage.render(tree, title: "many"))
    // The figure, six of its parts, and a box that counts the others.
    #expect(page.elements["rect"] == 8)
    #expect(page.text.contains("494 more"))
    #expect(page.text.contains("part 500"))
  }

  @Test("The same tree gives the same page")
  func deterministic() throws {
    #expect(try ExplanationPage.render(try tree(), title: "t") == ExplanationPage.render(try tree(), title: "t"))
  }
}
