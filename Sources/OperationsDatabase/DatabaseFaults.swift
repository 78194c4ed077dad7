import GRDB
import ReadingsStore

extension StoreError {
  /// What a failure of SQLite means.
  init(_ error: DatabaseError, path: String) {
    switch error.resultCode {
    case .SQLITE_FULL:
      self.init(
        .diskFull, path: path, "There is no room left on the disk for the database.",
        remedy: "Free some space and run the same command again; nothing was left half-written.")
    case .SQLITE_READONLY:
      self.init(
        .readOnly, path: path, "The database cannot be written.",
        remedy: "Use a store on a disk and in a folder that this user can write.")
    case .SQLITE_PERM, .SQLITE_AUTH:
      self.init(
        .permissionDenied, path: path, "This user may not use the database.",
        remedy: "Give this user the right to read and write the store's folder.")
    case .SQLITE_BUSY, .SQLITE_LOCKED, .SQLITE_PROTOCOL:
      self.init(
        .inUse, path: path, "Another process is busy with the database.",
        remedy: "Wait until it has finished and run the same command again.")
    case .SQLITE_CORRUPT, .SQLITE_NOTADB, .SQLITE_FORMAT:
      self.init(
        .damaged, path: path, "The database's bytes are not what was written.",
        remedy: "Restore the store from a copy, or read the archived sources again into a new store.")
    case .SQLITE_CANTOPEN:
      self.init(
        .permissionDenied, path: path, "The database or a file beside it cannot be opened.",
        remedy: "Give this user the right to read and write the store's folder; a store on read-only media has to be "
          + "copied first.")
    default:
      self.init(
        .failed, path: path, "The database reports: \(error.message ?? "error \(error.resultCode.rawValue)").",
        remedy: "Run `halfhour verify` on the store; if the message stays, restore the store from a copy.")
    }
  }

  /// A row that no writer of this program wrote.
  static func damagedRow(_ table: String, _ column: String, path: String) -> StoreError {
    StoreError(
      .damaged, path: path, "A row of table \(table) holds something in column \(column) that does not belong there.",
      remedy: "Restore the store from a copy, or read the archived sources again into a new store.")
  }
}
