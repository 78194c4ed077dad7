import ArgumentParser
import CommandLineInterface
import Foundation
import Testing

@Suite("halfhour mpan check") struct MPANCommandTests {
  let verdicts = ["1200023305967", "1234567890123", "12", "x"].map(MPANCommand.Verdict.init)

  @Test func lines() {
    #expect(
      MPANCommand.Check.text(verdicts, .table) == """
        1200023305967 valid
        1234567890123 invalid: its check digit is 3, the other twelve digits call for 6
        12 invalid: it has 2 digits, an MPAN core has 13
        x invalid: it holds something that is not a digit

        """)
  }

  @Test func formats() throws {
    #expect(
      MPANCommand.Check.text(verdicts, .csv).hasPrefix(
        "mpan,verdict,reason\n1200023305967,valid,\n1234567890123,invalid,\"its"))
    let json =
      try JSONSerialization.jsonObject(with: Data(MPANCommand.Check.text(verdicts, .json).utf8)) as? [[String: Any]]
    #expect(json?.map { $0["verdict"] as? String } == ["valid", "invalid", "invalid", "invalid"])
    #expect(json?.first?["mpan"] as? String == "1200023305967" && json?.first?["reason"] is NSNull)
  }

  @Test("exit status 1 when one is invalid, 0 when none is")
  func status() throws {
    #expect(throws: ExitCode.failure) { try MPANCommand.Check.parse(["1200023305967", "12"]).run() }
    #expect(throws: Never.self) { try MPANCommand.Check.parse(["1200023305967"]).run() }
  }
}

@Suite("Output tables") struct OutputTableTests {
  let table = OutputTable(
    columns: ["name", "n"], rows: [[.text("a,\"b\"\n\u{1}"), .number("3")], [.empty, .text("x")]])

  @Test func csv() { #expect(table.text(.csv) == "name,n\n\"a,\"\"b\"\"\n\u{1}\",3\n,x\n") }

  @Test func json() throws {
    let json = try JSONSerialization.jsonObject(with: Data(table.text(.json).utf8)) as? [[String: Any]]
    #expect(json?.count == 2)
    #expect(json?.first?["name"] as? String == "a,\"b\"\n\u{1}" && json?.first?["n"] as? Int == 3)
    #expect(json?.last?["name"] is NSNull && json?.last?["n"] as? String == "x")
  }
}
