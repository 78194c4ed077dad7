import ArgumentParser
import Foundation
import InputFiles
import Operations
import OperationsDatabase
import Rulebooks
import SettlementCalendar

/// Where the facts are.
struct StoreOptions: ParsableArguments {
  @Option(help: "The store: a folder that holds all facts and results.")
  var store: String

  func open(_ mode: DiskStore.Mode) throws -> DiskStore { try DiskStore.open(path: store, mode: mode) }

  /// The archive of a store's source files.
  func archive(_ disk: DiskStore) -> ArchivedSources { ArchivedSources(disk) }
}

/// Which rules to follow.
struct RulebookOptions: ParsableArguments {
  @Option(help: "The rulebook: may-2026 (the source documents), bsc (legacy code) or mhhs (after cut-over).")
  var rulebook: String = "may-2026"

  func load() throws -> Rulebook {
    guard let book = Rulebook.named(rulebook) else {
      let names = Rulebook.all.map(\.id).joined(separator: ", ")
      throw ValidationError("there is no rulebook \(rulebook); there are \(names)")
    }
    return book
  }
}

/// Shifts under which history is settled with later prices and factors.
struct ShiftOptions: ParsableArguments {
  @Option(help: "Days to add to a settlement date to find its imbalance prices: settles history with later prices.")
  var priceShift: Int = 0

  @Option(help: "Days to add to a settlement date to find published line loss factors.")
  var lossFactorShift: Int = 0

  func validate() throws {
    for days in [priceShift, lossFactorShift] where !(-40_000...40_000).contains(days) {
      throw ValidationError("a shift is a number of days from -40000 to 40000")
    }
  }

  var settings: RunSettings { RunSettings(priceShiftDays: priceShift, lossFactorShiftDays: lossFactorShift) }
}

/// Choices under which runs are made.
struct RunOptions: ParsableArguments {
  @OptionGroup var shifts: ShiftOptions

  @Flag(help: "Correct volumes to the takes of their GSP Groups, where a take was ingested.")
  var groupCorrection = false

  var settings: RunSettings {
    var settings = shifts.settings
    settings.correctsGroups = groupCorrection
    return settings
  }
}

extension SettlementDate: ExpressibleByArgument {
  /// `2026-03-29`.
  public init?(argument: String) { self.init(argument) }
}

extension RunType: ExpressibleByArgument {
  public init?(argument: String) { self.init(rawValue: argument.uppercased()) }
}

/// Names bytes by their SHA-256.
let contentHash: ContentHash = { InputFile.sha256($0) }

/// Reads archived sources back from a store.
final class ArchivedSources: SourceArchive {
  private let store: DiskStore

  init(_ store: DiskStore) { self.store = store }

  /// A source's bytes are missing or are no longer what their name says.
  struct Damaged: Error, CustomStringConvertible {
    let name: String
    var description: String {
      "the archived copy of \(name) is missing or was changed: put the original file back into the store's sources folder"
    }
  }

  /// Holds an archived file to its hash. - Throws: when it is gone or changed.
  func check(_ hash: String) throws {
    let name = try store.source(hash)?.name ?? String(hash.prefix(12))
    guard let file = try? InputFile(try store.sourceFilePath(hash: hash)), file.hash == hash else {
      throw Damaged(name: name)
    }
  }

  func read(_ hash: String, _ body: (String, UnsafeRawBufferPointer) throws -> Void) throws {
    let name = try store.source(hash)?.name ?? String(hash.prefix(12))
    let file = try InputFile(try store.sourceFilePath(hash: hash))
    guard file.hash == hash else { throw Damaged(name: name) }
    try file.read { part in
      let partName = part.member ?? (name.hasSuffix(".gz") ? String(name.dropLast(3)) : name)
      try part.forEachPiece { try body(partName, $0) }
    }
  }
}

/// Today on the London clock.
func today() -> SettlementDate { LondonClock.stamp(at: now())?.date ?? .latest }

/// The moment at which the program asks.
func now() -> UTCInstant { UTCInstant(secondsSince1970: Int64(Date().timeIntervalSince1970)) }
