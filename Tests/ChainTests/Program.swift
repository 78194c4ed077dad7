import Foundation

/// The built command line program, run as a user runs it.
struct Program {
  struct Result {
    let status: Int32
    let wasKilled: Bool
    let out: String
    let errors: String
  }

  /// Beside the test bundle, where the build leaves it.
  static let path: String = {
    let bundle = URL(fileURLWithPath: CommandLine.arguments[0]).deletingLastPathComponent()
    let candidates =
      [bundle, Bundle.main.bundleURL, Bundle.main.bundleURL.deletingLastPathComponent()]
      + Bundle.allBundles.map { $0.bundleURL.deletingLastPathComponent() }
    let found = candidates.map { $0.appendingPathComponent("halfhour").path }
      .first { FileManager.default.isExecutableFile(atPath: $0) }
    return found ?? root.appendingPathComponent(".build/release/halfhour").path
  }()

  static let root: URL = {
    var folder = URL(fileURLWithPath: #filePath)
    while folder.path != "/" {
      folder.deleteLastPathComponent()
      if FileManager.default.fileExists(atPath: folder.appendingPathComponent("Package.swift").path) { break }
    }
    return folder
  }()

  /// Runs it to its end, or kills it (SIGKILL) after so many microseconds.
  @discardableResult
  static func run(_ arguments: [String], killAfterMicroseconds: UInt32? = nil) throws -> Result {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: path)
    process.arguments = arguments
    let folder = try scratch("run")
    let (outPath, errorPath) = (folder.appendingPathComponent("out"), folder.appendingPathComponent("err"))
    for file in [outPath, errorPath] { try Data().write(to: file) }
    let (out, errors) = (try FileHandle(forWritingTo: outPath), try FileHandle(forWritingTo: errorPath))
    process.standardOutput = out
    process.standardError = errors
    process.standardInput = FileHandle.nullDevice
    try process.run()
    if let delay = killAfterMicroseconds {
      usleep(delay)
      kill(process.processIdentifier, SIGKILL)
    }
    process.waitUntilExit()
    defer { try? FileManager.default.removeItem(at: folder) }
    return Result(
      status: process.terminationStatus, wasKilled: process.terminationReason == .uncaughtSignal,
      out: String(decoding: try Data(contentsOf: outPath), as: UTF8.self),
      errors: String(decoding: try Data(contentsOf: errorPath), as: UTF8.self))
  }

  /// A new empty folder.
  static func scratch(_ name: String) throws -> URL {
    let url = FileManager.default.temporaryDirectory.appendingPathComponent("halfhour-\(name)-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
    return url
  }
}

/// JSON printed by the program.
func json(_ text: String) throws -> Any { try JSONSerialization.jsonObject(with: Data(text.utf8)) }
