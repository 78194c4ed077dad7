import Dispatch
import Synchronization

/// Runs `body` once on each of `count` threads at the same time and hands back what they return, in their order.
///
/// - Throws: the first thread's error, in the order of threads.
func onThreads<Value>(_ count: Int, _ body: @Sendable (Int) throws -> sending Value) throws -> [Value] {
  let results = Results<Value>(count)
  // More threads than the pool has run one after another: each takes what work there is left.
  DispatchQueue.concurrentPerform(iterations: count) { number in
    results.put(Result { try body(number) }, at: number)
  }
  return try results.values.map { try $0.get() }
}

private final class Results<Value>: @unchecked Sendable {  // behind a lock
  private let lock = Mutex(())
  private var slots: [Result<Value, any Error>?]

  init(_ count: Int) { slots = Array(repeating: nil, count: count) }

  func put(_ value: Result<Value, any Error>, at place: Int) { lock.withLock { _ in slots[place] = value } }

  var values: [Result<Value, any Error>] { slots.compactMap { $0 } }
}

/// Hands out pieces of work by number, each once.
final class WorkQueue: Sendable {
  private let next = Atomic<Int>(0)
  let count: Int

  init(_ count: Int) { self.count = count }

  func take() -> Int? {
    let number = next.add(1, ordering: .relaxed).oldValue
    return number < count ? number : nil
  }
}

/// A range of pieces that two threads go through from its two ends, until they meet: each has neighbours, and who begins late
/// has fewer.
final class TwoEndedRange: Sendable {
  private let taken = Atomic<Int>(0)
  private let range: Range<Int>

  init(_ range: Range<Int>) { self.range = range }

  /// Ranges for so many threads: those of numbers 2 n and 2 n + 1 share one.
  static func shares(of count: Int, threads: Int) -> [TwoEndedRange] {
    let shares = (threads + 1) / 2
    return (0..<shares).map { TwoEndedRange(count * $0 / shares..<count * ($0 + 1) / shares) }
  }

  var count: Int { range.count }

  /// The next piece of a thread that has had `before` of them. - Returns: `nil` when the other end is met.
  func take(_ before: Int, fromBack: Bool) -> Int? {
    guard taken.add(1, ordering: .relaxed).oldValue < range.count else { return nil }
    return fromBack ? range.upperBound - 1 - before : range.lowerBound + before
  }
}
