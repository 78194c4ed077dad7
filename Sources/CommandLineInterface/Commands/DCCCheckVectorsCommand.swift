import ArgumentParser
import DCCConformance
import Foundation

/// `halfhour dcc check-vectors DIR`: holds the readers and the cryptography against reference messages.
public struct DCCCheckVectorsCommand: ParsableCommand {
  public static let configuration = CommandConfiguration(
    commandName: "check-vectors",
    abstract: "Check a folder of reference messages, kind by kind.",
    discussion: """
      The folder has gbcs/, certs/ and duis/ as the documentation describes them (docs/dcc.md). Each message is read,
      written again, decoded, and its MAC, signature and encrypted content are judged; the results are compared with
      those that the folder gives.

      Exit status: 0 when every check passed, 1 when one failed, 3 when the folder has nothing to check.
      Example: halfhour dcc check-vectors vectors
      """)

  @Argument(help: "The folder.")
  var folder: String

  @Option(help: "How to print: table, json or csv.")
  var format: OutputFormat = .table

  @Option(help: "How many failures to list.")
  var failures = 20

  @Option(help: "A folder for the DUIS requests as Halfhour writes them, for other validators.")
  var writeRequests: String?

  public init() {}

  public func run() throws {
    try reportingErrors {
      let root = URL(fileURLWithPath: folder, isDirectory: true)
      let output = writeRequests.map { URL(fileURLWithPath: $0, isDirectory: true) }
      if let output { try FileManager.default.createDirectory(at: output, withIntermediateDirectories: true) }
      let table = try Self.table(root, output: output)
      printOut(Self.text(table, format))
      for failure in table.failures.prefix(max(0, failures)) {
        printError("\(failure.kind): \(failure.vector): \(failure.reason)")
      }
      if table.failures.count > failures { printError("and \(table.failures.count - max(0, failures)) more") }
      for reason in Set(table.unjudged.map { "\($0.kind): \($0.reason)" }).sorted() {
        let count = table.unjudged.count { "\($0.kind): \($0.reason)" == reason }
        printError("not judged, \(count) of \(reason)")
      }
      for kind in table.absent { printError("not there, not checked: \(kind)") }
      if table.failed > 0 { throw ExitStatus.checkFailed }
      if table.passed == 0 { throw ExitStatus.notPossible }
    }
  }

  /// Every check that the folder has vectors for.
  public static func table(_ root: URL, output: URL? = nil) throws -> VectorTable {
    let folder = try read(root)
    var table = VectorCheck.table(folder)
    try DUISVectorCheck(root, folder, output: output).record(in: &table)
    return table
  }

  /// A row for each kind; for a person also the sums.
  public static func text(_ table: VectorTable, _ format: OutputFormat) -> String {
    let rows = table.rows.map {
      [OutputCell.text($0.kind), .count($0.passed), .count($0.failed), .count($0.notJudged)]
    }
    let text = OutputTable(columns: ["kind", "passed", "failed", "not judged"], rows: rows).text(format)
    return format == .table ? text + "\(table.passed) passed, \(table.failed) failed\n" : text
  }

  /// The files of the folder; absent ones stay absent.
  public static func read(_ root: URL) throws -> VectorFolder {
    var folder = VectorFolder()
    let messages = try files(root.appendingPathComponent("gbcs")) { $0.hasPrefix("rtds-") && $0.hasSuffix(".jsonl") }
    folder.messages = messages.first?.bytes
    folder.derived = bytes(root, "gbcs/derived.jsonl")
    folder.sharedSecrets = bytes(root, "gbcs/shared-secrets.json")
    folder.derivations = bytes(root, "gbcs/kdf-gcm.json")
    folder.tokens = bytes(root, "gbcs/utrn.json")
    folder.expectations = bytes(root, "gbcs/messages-with-expectations.json")
    folder.certificates = try files(root.appendingPathComponent("certs")) { $0.hasSuffix(".pem") }
    folder.certificateIndex = bytes(root, "certs/index.csv")
    return folder
  }

  private static func bytes(_ root: URL, _ path: String) -> [UInt8]? {
    (try? Data(contentsOf: root.appendingPathComponent(path))).map(Array.init)
  }

  /// In the order of their names.
  private static func files(_ folder: URL, where isWanted: (String) -> Bool) throws -> [VectorFolder.File] {
    guard FileManager.default.fileExists(atPath: folder.path) else { return [] }
    return try FileManager.default.contentsOfDirectory(atPath: folder.path).sorted().filter(isWanted).map {
      VectorFolder.File(name: $0, bytes: Array(try Data(contentsOf: folder.appendingPathComponent($0))))
    }
  }
}
