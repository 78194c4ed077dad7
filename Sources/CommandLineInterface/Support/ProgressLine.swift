import Foundation

/// One line on a terminal that says how far long work has come; silent in a pipe.
final class ProgressLine {
  private let isShown: Bool
  private let title: String
  private let started = Date()
  private var lastShown = Date.distantPast
  private var width = 0

  init(_ title: String) {
    self.title = title
    isShown = isatty(FileHandle.standardError.fileDescriptor) == 1
  }

  /// - Parameter total: zero when it is not known.
  func show(_ done: Int, of total: Int, unit: String) {
    guard isShown, Date().timeIntervalSince(lastShown) > 0.1 else { return }
    lastShown = Date()
    let elapsed = max(lastShown.timeIntervalSince(started), 0.001)
    let rate = Int(Double(done) / elapsed)
    var text = "\(title): \(done) \(unit), \(rate)/s"
    if total > 0 {
      let left = rate > 0 ? (total - done) / rate : 0
      text = "\(title): \(done) of \(total) \(unit), \(rate)/s, \(left) s left"
    }
    write("\r" + text.padding(toLength: max(width, text.count), withPad: " ", startingAt: 0))
    width = text.count
  }

  func clear() {
    guard isShown, width > 0 else { return }
    write("\r" + String(repeating: " ", count: width) + "\r")
    width = 0
  }

  private func write(_ text: String) { FileHandle.standardError.write(Data(text.utf8)) }
}
