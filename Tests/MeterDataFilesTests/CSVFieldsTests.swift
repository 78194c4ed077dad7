import Testing
import WireFormat

@Suite("Fields of a line of comma-separated text")
struct CSVFieldsTests {
  struct Row: Sendable {
    var line: String
    var fields: [String]
    var isWellFormed = true
  }

  static let rows = [
    Row(line: "", fields: [""]),
    Row(line: "a", fields: ["a"]),
    Row(line: "a,b", fields: ["a", "b"]),
    Row(line: ",", fields: ["", ""]),
    Row(line: " a , b\t,  ", fields: ["a", "b", ""]),
    Row(line: "\"a\",\"b\"", fields: ["a", "b"]),
    Row(line: "\"a,b\",c", fields: ["a,b", "c"]),
    Row(line: " \" a \" ,c", fields: [" a ", "c"]),
    Row(line: "\"say \"\"no\"\"\",1", fields: ["say \"no\"", "1"]),
    Row(line: "a\"b,c", fields: ["a\"b", "c"]),
    Row(line: "\"open,1", fields: ["open,1"], isWellFormed: false),
    Row(line: "\"a\"x,1", fields: ["a", "1"], isWellFormed: false),
    Row(line: "\"\"", fields: [""]),
  ]

  @Test("Blanks, quotes and commas", arguments: rows)
  func split(_ row: Row) {
    var fields = CSVFields()
    // Used twice: nothing of the line before may be left.
    Array("\"open, x, y, z".utf8).withUnsafeBufferPointer { fields.split($0) }
    Array(row.line.utf8).withUnsafeBufferPointer { fields.split($0) }
    #expect(fields.texts == row.fields)
    #expect(fields.isWellFormed == row.isWellFormed)
    #expect(fields.count == row.fields.count)
  }

  @Test("Another separator; whole numbers; words in either case")
  func helpers() {
    var fields = CSVFields(separator: UInt8(ascii: "|"))
    Array("ZHV|1,2| x ".utf8).withUnsafeBufferPointer { fields.split($0) }
    #expect(fields.texts == ["ZHV", "1,2", "x"])
    #expect(fields[0].equalsIgnoringCase("zhv") && !fields[0].equalsIgnoringCase("zh"))
    #expect(fields[0].startsIgnoringCase(with: "zh") && !fields[0].startsIgnoringCase(with: "zhvx"))
    #expect(Array("007".utf8).wholeNumber() == 7)
    #expect(["", "-1", "1.0", "1234567890"].allSatisfy { Array($0.utf8).wholeNumber() == nil })
    #expect(Array(Array(" \ta b \t".utf8).withoutBlanksAround) == Array("a b".utf8))
  }
}
