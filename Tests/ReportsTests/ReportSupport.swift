import Foundation
import Operations
import PortfolioFiles
import Rulebooks
import SettlementCalendar
import Testing

#if canImport(FoundationXML)
  import FoundationXML
#endif

/// A stand-in for SHA-256 where only equality of content matters: FNV-1a, written out as 64 digits.
func testHash(_ bytes: [UInt8]) -> String {
  var words: [UInt64] = [0xcbf2_9ce4_8422_2325, 0x9e37_79b9_7f4a_7c15, 0x1234_5678_9abc_def0, 0x0fed_cba9_8765_4321]
  for byte in bytes {
    for index in words.indices { words[index] = (words[index] ^ UInt64(byte)) &* 0x100_0000_01b3 &+ UInt64(index) }
  }
  return words.map { String(format: "%016lx", $0) }.joined()
}

let mayRulebook = Rulebook.default

/// The worked household of the seeds, settled through all its runs, with its bill saved and collected on demand.
func workedHousehold() throws -> WorkedHousehold { try WorkedHousehold(rulebook: mayRulebook, hash: testHash) }

/// Everything that an XML parser reads of a page, or the place where it stops.
struct ParsedPage {
  var elements: [String: Int] = [:]
  var text = ""
  var links: [String] = []
  var ids: Set<String> = []
}

struct NotWellFormed: Error, CustomStringConvertible {
  let description: String
}

func parse(_ page: String) throws -> ParsedPage {
  let reader = PageReader()
  let parser = XMLParser(data: Data(page.utf8))
  parser.delegate = reader
  guard parser.parse() else {
    throw NotWellFormed(
      description: "line \(parser.lineNumber), column \(parser.columnNumber): \(String(describing: parser.parserError))"
    )
  }
  return reader.page
}

private final class PageReader: NSObject, XMLParserDelegate {
  var page = ParsedPage()

  func parser(
    _ parser: XMLParser, didStartElement element: String, namespaceURI: String?, qualifiedName: String?,
    attributes: [String: String]
  ) {
    page.elements[element, default: 0] += 1
    page.links += [attributes["href"], attributes["src"]].compactMap(\.self)
    if let id = attributes["id"] { page.ids.insert(id) }
  }

  func parser(_ parser: XMLParser, foundCDATA data: Data) { page.text += String(decoding: data, as: UTF8.self) }

  func parser(_ parser: XMLParser, foundCharacters text: String) { page.text += text }
}
