import DTCFlows
import Testing

@Suite("Which flow a file is")
struct DTCFlowTests {
  @Test(
    "The header line says it",
    arguments: [
      ("ZHV|0000475656|D0010002|D|UDMS|X|MRCY|20160302153151||||OPER|\n", DTCFlow?.some(.d0010)),
      ("ZHV|0103175679|D0036001|C|SSIL|X|GMTR|", .d0036),
      ("ZHD||D0265001|R|LOND|G|CAPG|20251021141250||||OPER\n", .d0265),
      ("\u{FEFF}ZHD||D0265001|R", .d0265), ("ZHV|1|D0019001|", nil), ("DIS|LOND\n", nil), ("", nil),
      ("ZHV|D0010002", nil),
      ("ZHX|1|D0010002|", nil), ("ZHV|1\nD|D0010|", nil),
    ])
  func detection(text: String, expected: DTCFlow?) {
    #expect(DTCFlow.detect(firstBytes: text.utf8) == expected)
  }

  @Test("Every rule has a summary and a source, and stands once")
  func rules() {
    #expect(Set(DTCRules.all.map(\.id)).count == DTCRules.all.count)
    #expect(DTCRules.all.allSatisfy { !$0.summary.isEmpty && !$0.source.isEmpty && $0.id.code.hasPrefix("DTC-") })
  }
}
