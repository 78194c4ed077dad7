import GRDB
import Glibc
import Operations
import ReadingsStore

/// A store in a folder: facts and results in an SQLite database, readings in immutable files beside it.
///
/// ```
/// <store>/halfhour.sqlite   the database; what it does not name does not exist
/// <store>/readings/         layer files by settlement date (see `LayerFolder`)
/// <store>/sources/          archived source files by their hash
/// <store>/lock              held by the process that may write
/// ```
///
/// The one moment at which anything becomes visible is the commit of a database transaction. A process that is killed
/// leaves at most files that nobody sees; the next writer removes them. Calls block until the disk has what they wrote.
/// One store object belongs to one thread of execution at a time.
public final class DiskStore {
  /// How a store is opened.
  public enum Mode: String, Hashable, Sendable, CaseIterable {
    /// Only reading; any number of processes at once, beside a writer too.
    case readOnly
    /// Reading and writing; the store must be there.
    case readWrite
    /// As `readWrite`; where the folder is absent or empty, a store is made.
    case create
  }

  /// The store's folder.
  public let path: String
  public let mode: Mode
  let database: DatabaseQueue
  let folder: LayerFolder
  private let lock: StoreLock?
  private var isClosed = false

  private init(path: String, mode: Mode, database: DatabaseQueue, folder: LayerFolder, lock: StoreLock?) {
    self.path = path
    self.mode = mode
    self.database = database
    self.folder = folder
    self.lock = lock
  }

  /// Opens a store.
  ///
  /// A writer removes what killed processes left behind: layer files that the database does not name.
  /// - Parameter patience: how long to wait for another writer, in milliseconds.
  /// - Throws: ``StoreError``.
  public static func open(path given: String, mode: Mode, patience milliseconds: Int = 2_000) throws -> DiskStore {
    let layout = try StoreLayout(path: given)
    if mode == .readOnly {
      try layout.requireStore()
      let database = try connect(layout, readOnly: true)
      return DiskStore(
        path: layout.path, mode: mode, database: database, folder: LayerFolder(path: layout.readings), lock: nil)
    }
    if mode == .create { try layout.makeFolders() } else { try layout.requireStore() }
    let lock = try StoreLock(path: layout.lock, patience: milliseconds)
    // What was there may have changed while this process waited.
    if try layout.hasDatabase() == false {
      guard mode == .create else { throw layout.noStore }
      try layout.requireNoReadings()
      try makeDatabase(layout)
    }
    let database = try connect(layout, readOnly: false)
    let store = DiskStore(
      path: layout.path, mode: mode, database: database, folder: LayerFolder(path: layout.readings), lock: lock)
    try layout.makeFolders()
    try store.folder.sweep(keeping: try store.committedTokens())
    return store
  }

  /// Ends the use of the store and gives its lock back. A store that is let go is closed too.
  public func close() throws {
    guard !isClosed else { return }
    isClosed = true
    defer { lock?.release() }
    do { try database.close() } catch let error as DatabaseError { throw StoreError(error, path: path) }
  }

  /// Where the file of a source is archived: `<store>/sources/ab/abcd...`.
  ///
  /// - Throws: ``StoreError`` when `hash` is not 64 lower-case hexadecimal digits.
  public func sourceFilePath(hash: String) throws -> String {
    guard SourceHash.isWellFormed(hash) else {
      throw StoreError(
        .refused, path: path, "A source is asked for by something that is not its SHA-256.",
        remedy: "Give the 64 hexadecimal digits that `halfhour ingest` printed.")
    }
    return "\(path)/sources/\(hash.prefix(2))/\(hash)"
  }

  // MARK: - Making and connecting

  /// Makes the database under another name and renames it when it is whole.
  private static func makeDatabase(_ layout: StoreLayout) throws {
    let unfinished = layout.database + ".new"
    for suffix in ["", "-journal", "-wal", "-shm"] { unlink(unfinished + suffix) }
    do {
      let queue = try DatabaseQueue(path: unfinished)
      try Schema.migrator.migrate(queue)
      // The mode is part of the file: set before the file has its name, a kill right after the naming leaves no
      // half-made switch that a reader could not finish.
      try queue.writeWithoutTransaction { db in try db.execute(sql: "PRAGMA journal_mode = WAL") }
      try queue.close()
    } catch let error as DatabaseError {
      throw StoreError(error, path: layout.path)
    }
    guard rename(unfinished, layout.database) == 0 else {
      throw StoreError.system(errno, doing: "naming the database", path: layout.database)
    }
    try FileCalls.synchronize(folder: layout.path)
  }

  private static func connect(_ layout: StoreLayout, readOnly: Bool) throws -> DatabaseQueue {
    do {
      var configuration = Configuration()
      configuration.readonly = readOnly
      configuration.busyMode = .timeout(5)
      let queue = try DatabaseQueue(path: layout.database, configuration: configuration)
      let (isNewer, isOlder) = try queue.read { db in
        (try Schema.migrator.hasBeenSuperseded(db), try !Schema.migrator.hasCompletedMigrations(db))
      }
      guard !isNewer else {
        throw StoreError(
          .newerVersion, path: layout.path, "This store was made or changed by a newer version of Halfhour.",
          remedy: "Use that version, or a later one.")
      }
      if readOnly {
        guard !isOlder else {
          throw StoreError(
            .refused, path: layout.path, "This store was made by an earlier version and has not been brought up yet.",
            remedy: "Run a command that writes to it once, such as `halfhour settle`.")
        }
        return queue
      }
      try queue.writeWithoutTransaction { db in
        let journal = try String.fetchOne(db, sql: "PRAGMA journal_mode = WAL")
        try db.execute(sql: "PRAGMA synchronous = FULL")
        let synchronous = try Int.fetchOne(db, sql: "PRAGMA synchronous")
        guard journal == "wal", synchronous == 2 else {
          throw StoreError(
            .failed, path: layout.path, "The file system does not let SQLite write durably.",
            remedy: "Keep the store on a local disk.")
        }
      }
      try Schema.migrator.migrate(queue)
      return queue
    } catch let error as DatabaseError {
      throw StoreError(error, path: layout.path)
    }
  }

  // MARK: - Transactions

  func requireOpen() throws {
    guard !isClosed else {
      throw StoreError(.refused, path: path, "The store has been closed.", remedy: "Open it again.")
    }
  }

  func requireWriting() throws {
    try requireOpen()
    guard mode != .readOnly else {
      throw StoreError(
        .readOnly, path: path, "The store was opened for reading only.", remedy: "Open it for writing.")
    }
  }

  /// One read transaction.
  func reading<Value>(_ body: (Database) throws -> Value) throws -> Value {
    try requireOpen()
    do { return try database.read(body) } catch let error as DatabaseError { throw StoreError(error, path: path) }
  }

  /// One write transaction: all of it, durably, or nothing.
  func writing<Value>(_ body: (Database) throws -> Value) throws -> Value {
    try requireWriting()
    do { return try database.write(body) } catch let error as DatabaseError { throw StoreError(error, path: path) }
  }
}
