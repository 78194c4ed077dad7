import Readings
import WireFormat

/// Reads one file of meter data, whatever its format (``MeterDataFormat/makeReader(fileName:)``).
///
/// Every row of the file becomes one reading or is counted as quarantined with its rule; what is merely worth knowing
/// comes as a note, counted and said once when the file ends. Whether a reading is a duplicate is decided elsewhere.
public struct AnyMeterDataReader: StreamReader {
  public typealias Event = ReadingEvent

  public let format: MeterDataFormat
  private var reader: any FormatReader

  init(_ format: MeterDataFormat, _ reader: any FormatReader) {
    self.format = format
    self.reader = reader
  }

  public mutating func consume(_ bytes: UnsafeRawBufferPointer, _ emit: (ReadingEvent) -> Void) {
    reader.consume(bytes, emit)
  }

  public mutating func finish(_ emit: (ReadingEvent) -> Void) { reader.finish(emit) }
}
