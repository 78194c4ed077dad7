import Foundation

/// The reference data beside the package; HALFHOUR_SHARED names another place. `nil` where there is none.
let sharedData: URL? = {
  if let path = ProcessInfo.processInfo.environment["HALFHOUR_SHARED"] {
    return FileManager.default.fileExists(atPath: path) ? URL(fileURLWithPath: path) : nil
  }
  var folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
  while folder.path != "/" {
    if FileManager.default.fileExists(atPath: folder.appendingPathComponent("Package.swift").path) {
      let shared = folder.deletingLastPathComponent().appendingPathComponent("shared")
      return FileManager.default.fileExists(atPath: shared.path) ? shared : nil
    }
    folder.deleteLastPathComponent()
  }
  return nil
}()

/// One file of it. `nil` where it is absent.
func sharedFile(_ path: String) -> Data? {
  sharedData.flatMap { try? Data(contentsOf: $0.appendingPathComponent(path)) }
}

/// The comma-separated rows of a file without its header, for files that quote nothing.
func rows(_ data: Data) -> [[String]] {
  String(decoding: data, as: UTF8.self).split(whereSeparator: \.isNewline).dropFirst()
    .map { $0.split(separator: ",", omittingEmptySubsequences: false).map(String.init) }
}
