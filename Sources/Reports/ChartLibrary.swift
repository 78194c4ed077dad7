import Foundation

/// The chart library dygraphs (MIT licence) as Debian packages it, to be written into a page.
///
/// It is not part of Halfhour: `script/setup` installs the package `libjs-dygraphs`, and a page made without it shows
/// tables in its place.
public struct ChartLibrary: Hashable, Sendable {
  /// The library's program with its licence line.
  public let script: String
  public let style: String

  /// Where Debian puts it.
  public static let debianFolder = "/usr/share/javascript/dygraphs"
  /// The text that the package's files must carry to be taken for what they are.
  static let licenceMark = "dygraphs/blob"
  static let largestFile = 2_000_000

  /// Files that are there and are not the library, or that cannot stand inside a page.
  public struct Unusable: Error, Hashable, Sendable, CustomStringConvertible {
    public let file: String
    public let reason: String
    public var description: String { "the chart library \(file) cannot be used: \(reason)" }
  }

  /// - Throws: ``Unusable`` when the program lacks its licence line or either text would end the element that holds it.
  public init(script: String, style: String) throws(Unusable) {
    guard script.contains(Self.licenceMark) else {
      throw Unusable(file: "dygraph.min.js", reason: "its licence line is missing")
    }
    for ending in ["</script", "]]>", "<!--"] where script.lowercased().contains(ending) {
      throw Unusable(file: "dygraph.min.js", reason: "it contains \(ending)")
    }
    guard !style.contains("<"), !style.contains("&") else {
      throw Unusable(file: "dygraph.min.css", reason: "it contains markup")
    }
    // A page makes no requests, so the reference to the debugger's source map stays behind.
    self.script = Self.withoutSourceMap(script)
    self.style = Self.withoutSourceMap(style)
  }

  /// Reads the library from a folder. - Returns: `nil` where it is not installed.
  public static func load(from folder: String = debianFolder) throws -> ChartLibrary? {
    guard let script = try text(folder + "/dygraph.min.js"), let style = try text(folder + "/dygraph.min.css") else {
      return nil
    }
    return try ChartLibrary(script: script, style: style)
  }

  private static func text(_ path: String) throws -> String? {
    guard let size = try? FileManager.default.attributesOfItem(atPath: path)[.size] as? Int else { return nil }
    guard size <= largestFile else { throw Unusable(file: path, reason: "it is too large") }
    return String(decoding: try Data(contentsOf: URL(fileURLWithPath: path)), as: UTF8.self)
  }

  private static func withoutSourceMap(_ text: String) -> String {
    text.split(separator: "\n", omittingEmptySubsequences: false).filter { !$0.contains("sourceMappingURL=") }
      .joined(separator: "\n")
  }
}
