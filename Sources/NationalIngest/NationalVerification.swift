import Foundation
import ReadingArrivals
import ReadingBlockStore
import ReadingBlocks
import SettlementCalendar

/// Holds every file of a national store to its checksums, to the last bit, and the files to each other.
public struct NationalVerification {
  public let folder: ArrivalsFolder

  public struct Outcome: Sendable {
    public var files = 0
    public var bytes = 0
    /// Each with the file's path, the part and what is wrong with it.
    public var damages: [String] = []
  }

  public init(store: String) { folder = ArrivalsFolder(store: store) }

  /// Whether a store has anything national.
  public var hasAnything: Bool { FileManager.default.fileExists(atPath: folder.national.path) }

  /// - Throws: where a folder cannot be read; a file that cannot is a damage.
  public func run() throws -> Outcome {
    var outcome = Outcome()
    let names = try FileManager.default.contentsOfDirectory(atPath: folder.national.path).sorted()
    if names.contains("meters") { check(folder.register, &outcome) { _ in _ = try RegisterFile(folder) } }
    if names.contains("arrivals") { try checkArrivals(&outcome) }
    for date in names.compactMap({ SettlementDate($0) }) { try checkDay(date, &outcome) }
    return outcome
  }

  private func check(_ path: String, _ outcome: inout Outcome, _ body: (MappedFile) throws -> Void) {
    outcome.files += 1
    do {
      let file = try MappedFile(path)
      outcome.bytes += file.bytes.count
      try body(file)
    } catch let damage as BlockDamage {
      outcome.damages.append(BlockStoreError.damaged(damage, path: path).description)
    } catch let damage as ArrivalDamage {
      outcome.damages.append(DamagedFile(path: path, damage: damage).description)
    } catch {
      outcome.damages.append("\(error)")
    }
  }

  private func checkArrivals(_ outcome: inout Outcome) throws {
    let sequences = try folder.sequences()
    for missing in Set(1...max(1, sequences.last ?? 1)).subtracting(sequences).sorted() where !sequences.isEmpty {
      outcome.damages.append("\(folder.file(missing)): the file is not there")
    }
    for sequence in sequences {
      check(folder.file(sequence), &outcome) { file in
        let content = try ArrivalsFile(file.bytes)
        guard content.sequence == sequence else { throw ArrivalDamage("header", "it has another file's number") }
        for (number, block) in content.blocks.enumerated() {
          for group in 0..<block.block.header.groups { _ = try content.group(group, of: number) }
        }
      }
    }
  }

  private func checkDay(_ date: SettlementDate, _ outcome: inout Outcome) throws {
    let day = folder.national.day(date)
    for name in try FileManager.default.contentsOfDirectory(atPath: day).sorted() {
      switch name.split(separator: ".", maxSplits: 1).last {
      case "block":
        check("\(day)/\(name)", &outcome) { file in
          let block = try ReadingBlock(file.bytes)
          guard block.header.date == date else { throw ArrivalDamage("file header", "it is of another date") }
          for group in 0..<block.header.groups { _ = try block.group(group) }
        }
      case "day":
        check("\(day)/\(name)", &outcome) { file in
          let block = try DayBlock(file.bytes)
          guard block.header.date == date else { throw ArrivalDamage("file header", "it is of another date") }
          for chunk in 0..<block.header.chunks {
            _ = try block.chunk(chunk)
            _ = try block.rows(of: chunk)
          }
        }
      case "sums": check("\(day)/\(name)", &outcome) { _ = try RunSums($0.bytes) }
      case "standing": check("\(day)/\(name)", &outcome) { _ = try StandingDay($0.bytes).index() }
      default: continue
      }
    }
  }
}
