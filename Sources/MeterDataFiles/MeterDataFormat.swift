import MarketIdentifiers
import Readings
import WireFormat

/// A layout in which half-hourly readings come.
public enum MeterDataFormat: String, Hashable, Sendable, CaseIterable {
  /// `date,time,X1,...`: Energy Demand Research Project extracts.
  case edrpWide = "edrp-wide"
  /// Low Carbon London in its three layouts.
  case lowCarbonLondon = "lcl"
  /// Octopus Energy's web export.
  case octopusExport = "octopus-csv"
  /// Octopus Energy's REST API, consumption.
  case octopusAnswer = "octopus-json"
  /// Perseus / Icebreaker One demonstrator.
  case perseus = "perseus-json"
  /// `halfhour ending at,usage`.
  case halfHourEnding = "halfhour-ending-csv"
  /// `"Timestamp","Value"`, watt-hours, local time.
  case timestampValue = "timestamp-value-csv"
  /// Stark DF2.
  case df2
  /// BGlobal: a day a line.
  case dayPerLine = "bglobal-csv"
  /// Stark CSV.
  case stark = "stark-csv"
  /// chellow's simple CSV.
  case simple = "simple-csv"
  /// chellow's action CSV with `insert,hh_datum` rows.
  case action = "action-csv"

  /// The largest JSON answer that is read, in bytes: such a file is held whole.
  public static let largestDocument = 64 << 20

  /// The table that the format is, for those that have a header and one reading a row.
  var layout: TableLayout? {
    switch self {
    case .lowCarbonLondon: .lowCarbonLondon
    case .octopusExport: .octopusExport
    case .halfHourEnding: .halfHourEnding
    case .timestampValue: .timestampValue
    case .stark: .stark
    case .simple: .simple
    case .edrpWide, .octopusAnswer, .perseus, .df2, .dayPerLine, .action: nil
    }
  }

  /// A reader for one file.
  ///
  /// - Parameters:
  ///   - fileName: what findings call the file, without folders.
  ///   - quantity: what is measured where the format does not say it; those that do say it are believed.
  ///   - largestDocument: the bound for JSON files in bytes; others are read in pieces and need none.
  public func makeReader(
    fileName: String, quantity: MeasurementQuantity = .activeImport, largestDocument: Int = largestDocument
  ) -> AnyMeterDataReader {
    let reader: any FormatReader =
      switch self {
      case .edrpWide: WideTableReader(file: fileName, quantity: quantity)
      case .octopusAnswer: OctopusAnswerReader(file: fileName, quantity: quantity, largestSize: largestDocument)
      case .perseus: PerseusReader(file: fileName, quantity: quantity, largestSize: largestDocument)
      case .df2: DF2Reader(file: fileName)
      case .dayPerLine: DayPerLineReader(file: fileName)
      case .action: ActionFileReader(file: fileName)
      case .lowCarbonLondon: TableReader(.lowCarbonLondon, file: fileName, quantity: quantity)
      case .octopusExport: TableReader(.octopusExport, file: fileName, quantity: quantity)
      case .halfHourEnding: TableReader(.halfHourEnding, file: fileName, quantity: quantity)
      case .timestampValue: TableReader(.timestampValue, file: fileName, quantity: quantity)
      case .stark: TableReader(.stark, file: fileName)
      case .simple: TableReader(.simple, file: fileName)
      }
    return AnyMeterDataReader(self, reader)
  }
}
