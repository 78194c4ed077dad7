import DTCFlows
import MeterDataFiles
import PortfolioFiles
import Readings
import WireFormat

/// One part of a source while it is being read: bytes go in, events come out to whoever made it.
protocol SourcePart: AnyObject {
  func consume(_ bytes: UnsafeRawBufferPointer) throws
  func finish() throws
}

/// A reader with a taker of its events. What the taker throws stops the part, and is thrown on.
final class EventPart<Reader: StreamReader>: SourcePart {
  private var reader: Reader
  private let take: (Reader.Event) throws -> Void

  init(_ reader: Reader, _ take: @escaping (Reader.Event) throws -> Void) {
    self.reader = reader
    self.take = take
  }

  func consume(_ bytes: UnsafeRawBufferPointer) throws {
    try relaying { emit in reader.consume(bytes, emit) }
  }

  func finish() throws {
    try relaying { emit in reader.finish(emit) }
  }

  private func relaying(_ read: ((Reader.Event) -> Void) -> Void) throws {
    var failure: (any Error)?
    read { event in
      guard failure == nil else { return }
      do { try take(event) } catch { failure = error }
    }
    if let failure { throw failure }
  }
}

/// The reader of a part that holds half-hourly readings. - Returns: `nil` for a format that holds none.
func makeReadingsPart(
  _ format: SourceFormat, fileName: String, _ take: @escaping (ReadingEvent) throws -> Void
) -> (any SourcePart)? {
  switch format {
  case .meterData(let format): EventPart(format.makeReader(fileName: fileName), take)
  case .flow(.d0036): EventPart(D0036Reader(file: fileName), take)
  case .portfolio(.readings): EventPart(ReadingTableReader(file: fileName), take)
  case .portfolio(.meterMessages): EventPart(MeterMessageReader(file: fileName), take)
  default: nil
  }
}
