import Glibc

/// Why a store cannot do what it was asked, as a sentence, and what to do about it.
///
/// Nothing that was acknowledged is lost by any of these: a batch is in the store whole or not at all.
public struct StoreError: Error, Hashable, Sendable {
  /// What kind of trouble it is; callers may act on it.
  public enum Kind: String, Hashable, Sendable, CaseIterable {
    /// There is no store at this place.
    case missing
    /// The folder holds something else.
    case notAStore
    /// A newer version of Halfhour made or changed the store.
    case newerVersion
    /// Another process is writing to it.
    case inUse
    case diskFull
    /// The store was opened for reading only, or the file system is.
    case readOnly
    case permissionDenied
    /// Bytes are not what was written.
    case damaged
    /// The value cannot be kept: it breaks a rule of the store.
    case refused
    /// The operating system reports something else.
    case failed
  }

  public let kind: Kind
  /// The file or folder concerned.
  public let path: String
  /// What happened, as a sentence.
  public let message: String
  /// What to do next.
  public let remedy: String

  public init(_ kind: Kind, path: String, _ message: String, remedy: String) {
    self.kind = kind
    self.path = path
    self.message = message
    self.remedy = remedy
  }

  /// What a failed system call means, told by its error number.
  public static func system(_ code: Int32, doing what: String, path: String) -> StoreError {
    switch code {
    case ENOSPC, EDQUOT:
      StoreError(
        .diskFull, path: path, "There is no room left on the disk while \(what).",
        remedy: "Free some space and run the same command again; nothing was left half-written.")
    case EROFS:
      StoreError(
        .readOnly, path: path, "The file system is read-only: \(what) failed.",
        remedy: "Use a store on a disk that can be written.")
    case EACCES, EPERM:
      StoreError(
        .permissionDenied, path: path, "This user may not do that: \(what) failed.",
        remedy: "Give this user the right to read and write the store's folder.")
    case ENOENT:
      StoreError(
        .missing, path: path, "The file or folder is not there: \(what) failed.",
        remedy: "Check the path; if a file of the store is gone, restore the store from a copy.")
    case EMFILE, ENFILE:
      StoreError(
        .failed, path: path, "Too many files are open: \(what) failed.",
        remedy: "Raise the limit of open files (ulimit -n) and run the same command again.")
    case EIO:
      StoreError(
        .failed, path: path, "The disk reports an input/output error: \(what) failed.",
        remedy: "Check the disk, then run `halfhour verify` on the store.")
    default:
      StoreError(
        .failed, path: path, "\(what) failed: \(String(cString: strerror(code))).",
        remedy: "See what the operating system says, then run the same command again.")
    }
  }
}

extension StoreError: CustomStringConvertible {
  public var description: String { "\(path): \(message) \(remedy)" }
}
