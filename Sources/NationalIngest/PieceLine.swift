import Foundation
import ReadingArrivals

/// What came of a piece of a file.
struct PieceResult: Sendable {
  /// `nil` for a piece of a converted file.
  let file: InputFile?
  let number: Int
  let name: [UInt8]
  let size: Int
  var packed: PackedArrivals
  /// Where it was accepted before this load began.
  let known: PieceRecord?
}

/// The pieces that were accepted before a load began. Asked by all threads while nobody changes it.
struct KnownPieces: @unchecked Sendable {  // a copy of a table
  private let pieces: [[UInt8]: PieceRecord]
  let names: PieceNames
  init(_ journal: ArrivalsJournal) {
    pieces = journal.knownPieces
    names = journal.pieceNames
  }
  subscript(name: [UInt8]) -> PieceRecord? { pieces[name] }
}

/// Hands out pieces in their order, and takes what came of them back in the same order. Bounded: who is too far ahead
/// waits.
final class PieceLine: @unchecked Sendable {  // behind a condition
  private let condition = NSCondition()
  private let tasks: [(file: InputFile, piece: Int)]
  private let window: Int
  private var nextTask = 0
  private var nextResult = 0
  private var results: [Int: Result<PieceResult, any Error>] = [:]
  private var isStopped = false

  init(_ tasks: [(InputFile, Int)], window: Int) {
    self.tasks = tasks
    self.window = window
  }

  /// The next piece to work on. - Returns: `nil` when there is none left.
  func next() -> (number: Int, file: InputFile, piece: Int)? {
    condition.lock()
    defer { condition.unlock() }
    while !isStopped, nextTask < tasks.count, nextTask >= nextResult + window { condition.wait() }
    guard !isStopped, nextTask < tasks.count else { return nil }
    nextTask += 1
    return (nextTask - 1, tasks[nextTask - 1].file, tasks[nextTask - 1].piece)
  }

  func put(_ result: Result<PieceResult, any Error>, at number: Int) {
    condition.lock()
    results[number] = result
    condition.broadcast()
    condition.unlock()
  }

  /// Waits for `count` pieces, or all that are left. - Returns: `nil` when there are no more.
  func take(_ count: Int) throws -> [PieceResult]? {
    condition.lock()
    defer { condition.unlock() }
    let wanted = min(count, tasks.count - nextResult)
    guard wanted > 0 else { return nil }
    var ready: [PieceResult] = []
    while ready.count < wanted {
      while results[nextResult] == nil { condition.wait() }
      if let result = results.removeValue(forKey: nextResult) {
        nextResult += 1
        // What came before a failure is still accepted; the failure comes again at the next call.
        if case .failure = result, !ready.isEmpty {
          nextResult -= 1
          results[nextResult] = result
          break
        }
        ready.append(try result.get())
        condition.broadcast()
      }
    }
    return ready
  }

  func stop() {
    condition.lock()
    isStopped = true
    condition.broadcast()
    condition.unlock()
  }
}

/// A thread's work: reads pieces, one after another.
final class PieceWorker: @unchecked Sendable {  // used by its own thread only, but for the end
  private let line: PieceLine
  private let register: RegisterFile
  private let dates: ArrivalDates
  private let keys: SenderKeys?
  private let known: KnownPieces
  private let ended = DispatchSemaphore(value: 0)

  init(_ line: PieceLine, _ register: RegisterFile, _ dates: ArrivalDates, _ keys: SenderKeys?, _ known: KnownPieces) {
    self.line = line
    self.register = register
    self.dates = dates
    self.keys = keys
    self.known = known
  }

  func wait() { ended.wait() }

  func work() {
    defer { ended.signal() }
    let memory = UnsafeMutableRawBufferPointer.allocate(
      byteCount: InputFile.longestPiece + ArrivalBatch.padding, alignment: 64)
    defer { memory.deallocate() }
    memory.initializeMemory(as: UInt8.self, repeating: 0)
    let batch = ArrivalBatch(longestPiece: InputFile.longestPiece, signed: true)
    while let (number, file, piece) = line.next() {
      line.put(Result { try read(file, piece, memory, batch) }, at: number)
    }
  }

  private func read(
    _ file: InputFile, _ piece: Int, _ memory: UnsafeMutableRawBufferPointer, _ batch: ArrivalBatch
  ) throws -> PieceResult {
    let (bytes, part) = try file.read(piece, into: memory)
    let name = try known.names.name(of: bytes, file.layout)
    // What was refused then may be taken now: the register grows, and other dates are asked for. An empty piece says nothing.
    let record = bytes.isEmpty ? nil : known[name].flatMap { $0.quarantined == 0 ? $0 : nil }
    if let record, file.layout != .d0036 {
      return PieceResult(
        file: file, number: piece, name: name, size: bytes.count, packed: PackedArrivals(), known: record)
    }
    try batch.read(bytes, as: file.layout, register.register, dates, part: part)
    if let record {
      // A flow's footer counts what is known too.
      var frame = PackedArrivals()
      (frame.frame, frame.lines) = (batch.frame, batch.lines)
      return PieceResult(file: file, number: piece, name: name, size: bytes.count, packed: frame, known: record)
    }
    var facts: [SignatureFact] = []
    if file.layout == .signedMessages {
      batch.verify { row in
        guard let fact = keys?.fact(row, bytes) else { return false }
        facts.append(fact)
        return true
      }
    }
    var packed = batch.packed()
    packed.signatures = facts
    return PieceResult(file: file, number: piece, name: name, size: bytes.count, packed: packed, known: nil)
  }
}
