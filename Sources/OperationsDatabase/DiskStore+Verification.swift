import GRDB
import ReadingsStore

/// Something that is not as it was written.
public struct StoreProblem: Hashable, Sendable, CustomStringConvertible {
  /// The file concerned.
  public let file: String
  /// What is wrong, as a sentence.
  public let message: String

  public init(file: String, message: String) {
    self.file = file
    self.message = message
  }

  public var description: String { message.hasPrefix(file) ? message : "\(file): \(message)" }
}

extension DiskStore {
  /// Reads every layer file that the database names, checksums and all, and has SQLite check its database.
  ///
  /// - Parameter progress: told after each file how many of how many are done.
  /// - Returns: what is wrong, in order of commitment; nothing when all is well.
  public func verifyFiles(progress: (_ done: Int, _ total: Int) -> Void = { _, _ in }) throws -> [StoreProblem] {
    try requireOpen()
    var problems = try verifyDatabase()
    let manifests: [LayerFolder.Manifest]
    do { manifests = try self.manifests() } catch let error as StoreError where error.kind == .damaged {
      return problems + [StoreProblem(file: error.path, message: error.message)]
    }
    for (done, manifest) in manifests.enumerated() {
      do {
        _ = try folder.read(manifest)
      } catch let damage as LayerDamage {
        problems.append(StoreProblem(file: damage.file, message: damage.description))
      } catch let error as StoreError {
        problems.append(StoreProblem(file: error.path, message: "\(error.message) \(error.remedy)"))
      }
      progress(done + 1, manifests.count)
    }
    return problems
  }

  private func verifyDatabase() throws -> [StoreProblem] {
    let file = path + "/halfhour.sqlite"
    do {
      return try database.read { db in
        var problems: [StoreProblem] = []
        for text in try String.fetchAll(db, sql: "PRAGMA integrity_check") where text != "ok" {
          problems.append(StoreProblem(file: file, message: "SQLite finds: \(text)."))
        }
        for row in try Row.fetchAll(db, sql: "PRAGMA foreign_key_check") {
          let table: String = row["table"] ?? "?"
          problems.append(
            StoreProblem(file: file, message: "A row of table \(table) refers to a row that is not there."))
        }
        let unbalanced = """
          SELECT count(*) FROM (
            SELECT entry FROM posting GROUP BY entry
            HAVING (sum(amount >> 32) * 4294967296 + sum(amount & 4294967295)) <> 0)
          """
        if let count = try Int.fetchOne(db, sql: unbalanced), count > 0 {
          problems.append(StoreProblem(file: file, message: "\(count) journal entries do not balance."))
        }
        return problems
      }
    } catch let error as DatabaseError {
      return [StoreProblem(file: file, message: StoreError(error, path: file).message)]
    }
  }
}
