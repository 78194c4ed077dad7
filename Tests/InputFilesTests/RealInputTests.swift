import Foundation
import InputFiles
import Testing

/// Hashes were made with `sha256sum` and, for contents, with `zcat` and another language's zip reader.
/// The real files are not part of the package: without ../shared/data these tests are skipped, and say so.
@Suite("Real packed files", .enabled(if: Shared.isThere, "../shared/data is missing"))
struct RealInputTests {
  struct Expected: Sendable, CustomStringConvertible {
    var path: String
    var hash: String
    var name: String
    var size: Int
    var contentHash: String
    var description: String { path }
  }

  static let files = [
    Expected(
      path: "meter/edrp_scotland_households_X1-X415_2009-03-01_2009-05-31.csv.gz",
      hash: "28605d4ba0af858e4249810a38579feabd75eaae4b3873424872b69ff0e51f07",
      name: "edrp_scotland_households_X1-X415_2009-03-01_2009-05-31.csv", size: 10_838_440,
      contentHash: "413b5f8c9a0fe9a33649b36f9ca3f3cec06e73c24d536ce2ddd9f06d9d2693f2"),
    Expected(
      path: "industry/llf/llflond20260401ptf.zip",
      hash: "47ad7327d3cf88772b695d5368223da6d3c4b789144e91b7cfb384eb7ff68cb4", name: "llflond20260401.ptf",
      size: 38_051_909, contentHash: "24a1fff5cd887e961685fcbbc494e8077d78fb5863ab6a896766e31b3a4de467"),
  ]

  @Test("Hash on disk and hash of the contents", arguments: files)
  func file(_ expected: Expected) throws {
    let file = try InputFile(try #require(Shared.data) + "/" + expected.path)
    #expect(file.hash == expected.hash)
    var parts = 0
    try file.read { part in
      parts += 1
      #expect(part.name == expected.name)
      let bytes = try #require(try part.bytes(limit: 100_000_000))
      #expect(bytes.count == expected.size)
      #expect(InputFile.sha256(bytes) == expected.contentHash)
    }
    #expect(parts == 1)
  }
}

@Suite("All packed files that there are", .enabled(if: Shared.isThere, "../shared/data is missing"))
struct AllPackedFilesTests {
  @Test("Every .gz and .zip unpacks without a fault")
  func all() throws {
    let folder = try #require(Shared.data)
    let paths = try FileManager.default.subpathsOfDirectory(atPath: folder)
      .filter { $0.hasSuffix(".gz") || $0.hasSuffix(".zip") }
    #expect(paths.count > 50)
    for path in paths {
      var bytes = 0
      do {
        let file = try InputFile(folder + "/" + path)
        #expect(file.container == (path.hasSuffix(".gz") ? .gzip : .zip), "\(path)")
        try file.read { try $0.forEachPiece { bytes += $0.count } }
      } catch {
        Issue.record("\(path): \(error)")
      }
      #expect(bytes > 0, "\(path)")
    }
  }
}
