import ArgumentParser
import DUIS
import Foundation
import GBCS
import JSONText
import MessageSecurity
import XMLDocuments

/// `halfhour dcc decode FILE`: a readable picture of a message.
public struct DCCDecodeCommand: ParsableCommand {
  /// How the picture is printed.
  public enum Format: String, ExpressibleByArgument, CaseIterable, Sendable {
    case text
    case json
  }

  public static let configuration = CommandConfiguration(
    commandName: "decode",
    abstract: "Show what a GBCS or DUIS message says.",
    discussion: """
      Takes one GBCS message: its bytes, or hexadecimal digits (blanks and colons between them are passed over), or
      base64. Or one DUIS request or response (XML), with the GBCS message that it may carry.

      With --secrets, a JSON object of "identifier|identifier": "64 hexadecimal digits" (the ECDH result of two key
      agreement keys), the MAC is judged and encrypted content is opened. The MAC of a command is made by the DCC's
      access control broker: --broker names it where it is another than that of the test estate.

      Exit status: 0 shown, 1 its MAC is wrong, 2 it is no message that is read here.
      Example: halfhour dcc decode message.hex --format json
      """)

  @Argument(help: "The file, or - for standard input.")
  var file: String

  @Option(help: "How to print: text or json.")
  var format: Format = .text

  @Option(help: "A file of shared secrets, to judge the MAC and open encrypted content.")
  var secrets: String?

  @Option(help: "The access control broker's identifier.")
  var broker = "90-B3-D5-1F-30-00-00-02"

  public init() {}

  public func run() throws {
    try reportingErrors {
      let bytes: [UInt8]
      let message: DeviceMessage
      do {
        bytes = try input()
        if DUISPicture.isMarkup(bytes) { return printOut(Self.text(try DUISPicture.picture(bytes), format)) }
        message = try Self.message(bytes)
      } catch let fault where fault is MessageFault || fault is XMLFault || fault is DUISFault {
        printError("halfhour: \(fault)")
        throw ExitStatus.inputRefused
      }
      guard let broker = EUI64(broker) else { throw ValidationError("--broker is no EUI-64") }
      let opener = try secrets.map { try MessageOpener(secrets: Data(contentsOf: URL(fileURLWithPath: $0)), broker) }
      var picture = MessagePicture(message)
      let verdict = opener?.verdict(message)
      if let verdict, let place = picture.parts.firstIndex(where: { $0.name == "MAC" }) {
        picture.parts[place].meaning += ", \(verdict.rawValue)"
      }
      picture.parts += opener?.opened(message) ?? []
      printOut(Self.text(picture, format))
      if verdict == .wrong { throw ExitStatus.checkFailed }
    }
  }

  /// One byte more than the longest document is enough to know that it is none.
  private func input() throws -> [UInt8] {
    let longest = XMLDocument.maximumSize
    let handle =
      file == "-" ? FileHandle.standardInput : try FileHandle(forReadingFrom: URL(fileURLWithPath: file))
    var bytes: [UInt8] = []
    while bytes.count <= longest, let more = try handle.read(upToCount: 65536), !more.isEmpty { bytes += more }
    guard bytes.count <= longest else { throw MessageFault(.tooLarge, at: 0) }
    return bytes
  }

  /// From bytes, hexadecimal digits or base64.
  public static func message(_ input: [UInt8]) throws(MessageFault) -> DeviceMessage {
    if let first = input.first, first == 0xDD || first == 0xDF { return try DeviceMessage(input) }
    if let bytes = bytes(hexadecimal: input) { return try DeviceMessage(bytes) }
    let text = String(decoding: input.filter { ![0x20, 0x09, 0x0A, 0x0D].contains($0) }, as: UTF8.self)
    guard let data = Data(base64Encoded: text) else { throw MessageFault(.badFrame, at: 0) }
    return try DeviceMessage(Array(data))
  }

  public static func text(_ picture: MessagePicture, _ format: Format) -> String {
    switch format {
    case .text: lines(picture, indent: 0)
    case .json: String(decoding: JSONText.write(json(picture), pretty: true), as: UTF8.self)
    }
  }

  private static func lines(_ picture: MessagePicture, indent: Int) -> String {
    let fields = [picture.name, picture.meaning].filter { !$0.isEmpty }.joined(separator: ": ")
    let hex = picture.bytes.isEmpty ? "" : "  " + grouped(picture.bytes)
    let line = String(repeating: "  ", count: indent) + fields + hex + "\n"
    return line + picture.parts.map { lines($0, indent: indent + 1) }.joined()
  }

  private static func grouped(_ bytes: [UInt8]) -> String { bytes.map { hexText([$0]) }.joined(separator: " ") }

  private static func json(_ picture: MessagePicture) -> JSONValue {
    var members = [JSONMember("name", .string(picture.name))]
    if !picture.meaning.isEmpty { members.append(JSONMember("meaning", .string(picture.meaning))) }
    if !picture.bytes.isEmpty { members.append(JSONMember("hex", .string(hexText(picture.bytes)))) }
    if !picture.parts.isEmpty { members.append(JSONMember("parts", .array(picture.parts.map(json)))) }
    return .object(members)
  }
}
