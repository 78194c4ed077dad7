import Glibc
import ReadingBlocks

/// What keeps a store of blocks from doing what was asked.
public enum BlockStoreError: Error, CustomStringConvertible {
  case system(code: Int32, doing: String, path: String)
  case damaged(BlockDamage, path: String)
  /// Files that are sound but do not belong together.
  case mismatch(String, path: String)
  case missing(String, path: String)

  /// The system's last error, `errno`.
  public static func now(_ doing: String, _ path: String) -> BlockStoreError {
    .system(code: errno, doing: doing, path: path)
  }

  public var description: String {
    switch self {
    case .system(let code, let doing, let path): "\(doing) \(path): \(String(cString: strerror(code)))"
    case .damaged(let damage, let path): "\(path): \(damage). Restore the file from a copy or make it again."
    case .mismatch(let reason, let path): "\(path): \(reason)"
    case .missing(let what, let path): "\(path): \(what)"
    }
  }
}
