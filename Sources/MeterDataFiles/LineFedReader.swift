import Readings
import WireFormat

/// A reader of one format, behind ``AnyMeterDataReader``.
protocol FormatReader: StreamReader where Event == ReadingEvent {}

/// A format that is read line by line.
protocol LineFedReader: FormatReader {
  var lines: LineSplitter { get set }
  var report: RowReporter { get set }
  /// Takes one line that is neither blank nor cut, of a file that was not refused.
  mutating func take(_ line: LineSplitter.Line, _ emit: (ReadingEvent) -> Void)
}

extension LineFedReader {
  mutating func consume(_ bytes: UnsafeRawBufferPointer, _ emit: (ReadingEvent) -> Void) {
    var splitter = LineSplitter()
    swap(&splitter, &lines)
    splitter.consume(bytes) { check($0, emit) }
    swap(&splitter, &lines)
  }

  mutating func finish(_ emit: (ReadingEvent) -> Void) {
    var splitter = LineSplitter()
    swap(&splitter, &lines)
    splitter.finish { check($0, emit) }
    swap(&splitter, &lines)
    report.finish(emit)
  }

  private mutating func check(_ line: LineSplitter.Line, _ emit: (ReadingEvent) -> Void) {
    if isBlankLine(line.bytes) { return }
    if report.isRefused { return report.countRefusedLine() }
    guard line.isWhole else {
      let message = "The line is longer than a megabyte and was left out."
      return report.quarantine(MeterDataRules.longLine, line: line.number, message, emit)
    }
    take(line, emit)
  }
}
