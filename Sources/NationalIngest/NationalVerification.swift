import Foundation
import ReadingArrivals
import ReadingBlockStore
import ReadingBlocks
import SettlementCalendar

/// Holds every file of a national store to its checksums, to the last bit, the files to each other, and every kept run to
/// what it adds up to anew.
public struct NationalVerification {
  public let folder: ArrivalsFolder
  public let threads: Int

  public typealias Outcome = DateVerification.Outcome

  public init(store: String, threads: Int = 1) {
    folder = ArrivalsFolder(store: store)
    self.threads = max(1, threads)
  }

  /// Whether a store has anything national.
  public var hasAnything: Bool { FileManager.default.fileExists(atPath: folder.national.path) }

  /// - Parameter progress: told how many dates are done, of how many.
  /// - Throws: where a folder cannot be read; a file that cannot is a difference.
  public func run(progress: (Int, Int) -> Void = { _, _ in }) throws -> Outcome {
    var outcome = Outcome()
    guard hasAnything else { return outcome }
    if FileManager.default.fileExists(atPath: folder.register) {
      check(folder.register, &outcome) { _ in _ = try RegisterFile(folder) }
    }
    try checkArrivals(&outcome)
    let dates = try folder.national.dates()
    for (number, date) in dates.enumerated() {
      progress(number, dates.count)
      DateVerification(folder.national, date, threads: threads).verify(&outcome)
    }
    return outcome
  }

  private func check(_ path: String, _ outcome: inout Outcome, _ body: (MappedFile) throws -> Void) {
    outcome.files += 1
    do {
      let file = try MappedFile(path)
      outcome.bytes += file.bytes.count
      try body(file)
    } catch let damage as BlockDamage {
      outcome.differences.append(BlockStoreError.damaged(damage, path: path).description)
    } catch let damage as ArrivalDamage {
      outcome.differences.append(DamagedFile(path: path, damage: damage).description)
    } catch {
      outcome.differences.append("\(error)")
    }
  }

  private func checkArrivals(_ outcome: inout Outcome) throws {
    let sequences = try folder.sequences()
    for missing in Set(1...max(1, sequences.last ?? 1)).subtracting(sequences).sorted() where !sequences.isEmpty {
      outcome.differences.append("\(folder.file(missing)): the file is not there")
    }
    var key: [UInt8]?
    for sequence in sequences {
      check(folder.file(sequence), &outcome) { file in
        let content = try ArrivalsFile(file.bytes)
        guard content.sequence == sequence else { throw ArrivalDamage("header", "it has another file's number") }
        if let its = content.pieceKey {
          guard key == nil || key == its else { throw PieceNames.otherStore }
          key = its
        }
        for (number, block) in content.blocks.enumerated() {
          for group in 0..<block.block.header.groups { _ = try content.group(group, of: number) }
        }
      }
    }
  }
}
