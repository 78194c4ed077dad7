import ArgumentParser
import CommandLineInterface
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

  @Test func formats() {
    #expect(
      MPANCommand.Check.text(verdicts, .csv).hasPrefix(
        "mpan,verdict,reason\n1200023305967,valid,\n1234567890123,invalid,\"its"))
    #expect(
      MPANCommand.Check.text(Array(verdicts.prefix(1)), .json)
        == "[\n  {\"mpan\": \"1200023305967\", \"verdict\": \"valid\", \"reason\": null}\n]\n")
  }

  @Test("exit status 1 when one is invalid, 0 when none is")
  func status() throws {
    #expect(throws: ExitCode.failure) { try MPANCommand.Check.parse(["1200023305967", "12"]).run() }
    #expect(throws: Never.self) { try MPANCommand.Check.parse(["1200023305967"]).run() }
  }
}

@Suite("Output tables") struct OutputTableTests {
  let table = OutputTable(
    columns: ["name", "n"], rows: [[.text("a,\"b\"\n\u{1}"), .count(3)], [.empty, .text("x")]])

  @Test func texts() {
    #expect(table.text(.csv) == "name,n\n\"a,\"\"b\"\"\n\u{1}\",3\n,x\n")
    #expect(
      table.text(.json)
        == "[\n  {\"name\": \"a,\\\"b\\\"\\n\\u0001\", \"n\": 3},\n  {\"name\": null, \"n\": \"x\"}\n]\n")
    #expect(OutputTable(columns: ["a"]).text(.json) == "[]\n")
    #expect(OutputTable(columns: ["long", "b"], rows: [[.text("x"), .empty]]).text(.table) == "long  b\nx\n")
  }
}
