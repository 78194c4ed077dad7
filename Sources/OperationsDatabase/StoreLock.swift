import Glibc
import ReadingsStore

/// The right to write to a store: one process has it at a time, and the system takes it back when the process ends,
/// however it ends.
final class StoreLock {
  private var descriptor: Int32

  /// Waits up to `patience` milliseconds for the lock file.
  init(path: String, patience milliseconds: Int) throws {
    descriptor = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o644)
    guard descriptor >= 0 else { throw StoreError.system(errno, doing: "locking the store", path: path) }
    var waited = 0
    while flock(descriptor, LOCK_EX | LOCK_NB) != 0 {
      let code = errno
      if code == EINTR { continue }
      guard code == EWOULDBLOCK, waited < milliseconds else {
        close(descriptor)
        descriptor = -1
        guard code == EWOULDBLOCK else { throw StoreError.system(code, doing: "locking the store", path: path) }
        throw StoreError(
          .inUse, path: path, "Another process is writing to this store.",
          remedy: "Wait until it has finished and run the same command again; reading is possible meanwhile.")
      }
      usleep(20_000)
      waited += 20
    }
  }

  func release() {
    guard descriptor >= 0 else { return }
    close(descriptor)
    descriptor = -1
  }

  deinit { release() }
}
