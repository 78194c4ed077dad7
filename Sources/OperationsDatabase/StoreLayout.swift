import Glibc
import ReadingsStore

/// The paths of a store, and whether a folder is one.
struct StoreLayout {
  let path: String

  init(path given: String) throws {
    var trimmed = given
    while trimmed.count > 1, trimmed.hasSuffix("/") { trimmed.removeLast() }
    guard !trimmed.isEmpty, !trimmed.utf8.contains(0) else {
      throw StoreError(.refused, path: given, "A store has no name.", remedy: "Name a folder.")
    }
    path = trimmed
  }

  var database: String { path + "/halfhour.sqlite" }
  var readings: String { path + "/readings" }
  var sources: String { path + "/sources" }
  var lock: String { path + "/lock" }

  var noStore: StoreError {
    StoreError(
      .missing, path: path, "There is no store here.",
      remedy: "Name the store's folder, or make a store by ingesting a file into an empty folder.")
  }

  private func foreign(_ what: String) -> StoreError {
    StoreError(.notAStore, path: path, what, remedy: "Name the store's folder, or a new or empty one.")
  }

  /// - Throws: unless the folder holds a store's database.
  func requireStore() throws {
    if try hasDatabase() { return }
    guard FileCalls.exists(path) else { throw noStore }
    guard try isOurs() else { throw foreign("The folder is not empty and holds no store.") }
    throw noStore
  }

  /// Whether there is a database, and it is a store's.
  func hasDatabase() throws -> Bool {
    guard FileCalls.exists(path) else { return false }
    guard FileCalls.isFolder(path) else { throw foreign("This is a file, not the folder of a store.") }
    guard FileCalls.exists(database) else { return false }
    let header = try headerOfDatabase()
    guard header.count == 100, header.starts(with: Array("SQLite format 3\0".utf8)) else {
      throw StoreError(
        .damaged, path: database, "The store's database is empty or is no SQLite database.",
        remedy: "Restore the store from a copy, or read the archived sources again into a new store.")
    }
    // A database is named only when it is whole, so the mark is in the file, not only in the log beside it.
    let mark = header[68..<72].reduce(UInt32(0)) { $0 << 8 | UInt32($1) }
    guard mark == UInt32(bitPattern: Schema.applicationID) else {
      throw foreign("The database in this folder is not one of Halfhour's.")
    }
    return true
  }

  private func headerOfDatabase() throws -> [UInt8] {
    let descriptor = open(database, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { throw StoreError.system(errno, doing: "reading the database", path: database) }
    defer { close(descriptor) }
    var header = [UInt8](repeating: 0, count: 100)
    let count = pread(descriptor, &header, header.count, 0)
    guard count >= 0 else { throw StoreError.system(errno, doing: "reading the database", path: database) }
    return Array(header.prefix(count))
  }

  /// Whether the folder holds nothing but what a store holds; an unfinished store is one.
  private func isOurs() throws -> Bool {
    try FileCalls.names(in: path).allSatisfy {
      $0 == "lock" || $0 == "readings" || $0 == "sources" || $0.hasPrefix("halfhour.sqlite")
    }
  }

  /// Makes the store's folders where they are absent. - Throws: when the folder holds something else.
  func makeFolders() throws {
    if try !hasDatabase() {
      if FileCalls.exists(path) {
        guard try isOurs() else { throw foreign("The folder is not empty and holds no store.") }
      } else {
        try makePath()
      }
    }
    try FileCalls.makeFolder(readings, insideOf: path)
    try FileCalls.makeFolder(sources, insideOf: path)
  }

  /// Readings without their database are not a new store: the next sweep would remove them.
  func requireNoReadings() throws {
    guard try FileCalls.names(in: readings).isEmpty, try FileCalls.names(in: sources).isEmpty else {
      throw StoreError(
        .damaged, path: path, "The folder holds readings or sources, but the store's database is gone.",
        remedy: "Restore halfhour.sqlite from a copy, or read the archived sources again into a new store.")
    }
  }

  private func makePath() throws {
    var made = path.hasPrefix("/") ? "" : "."
    for part in path.split(separator: "/") {
      let parent = made.isEmpty ? "/" : made
      made += "/" + part
      try FileCalls.makeFolder(made, insideOf: parent)
    }
  }
}
