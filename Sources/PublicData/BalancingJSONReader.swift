import Findings
import JSONText
import WireFormat

/// Reads Insights answers about the Balancing Mechanism: price records (DISEBSP), adjustment actions (DISBSAD), market
/// index (MID), acceptances (BOALF), bid-offer data (BOD), physical data (PN, QPN, MELS, MILS) and the settlement stack.
///
/// Rows stand in a bare list or under `data` or `rows`. A document is held whole, at most ``largestDocument``.
public struct BalancingJSONReader: StreamReader {
  public typealias Event = BalancingEvent

  /// Bytes.
  public static let largestDocument = 256 << 20

  private let file: String
  private var bytes: [UInt8] = []
  private var isTooLarge = false

  /// - Parameter file: the file's name, for findings.
  public init(file: String) { self.file = file }

  public mutating func consume(_ piece: UnsafeRawBufferPointer, _ emit: (BalancingEvent) -> Void) {
    guard !isTooLarge else { return }
    if bytes.count + piece.count > Self.largestDocument {
      isTooLarge = true
      bytes = []
    } else {
      bytes.append(contentsOf: piece)
    }
  }

  public mutating func finish(_ emit: (BalancingEvent) -> Void) {
    var count = 0
    do throws(BalancingFault) {
      let rows = try rows()
      count = rows.count
      for (position, row) in rows.enumerated() {
        do throws(BalancingFault) {
          emit(.fact(try BalancingJSONRow(row: row).fact()))
        } catch {
          var finding = error.finding(file: file, line: 1)
          let field = error.field.map { ", \($0)" } ?? ""
          finding.position = SourcePosition(file: file, field: "row \(position + 1)\(field)")
          emit(.quarantined(finding))
        }
      }
    } catch {
      emit(.noted(error.finding(file: file, line: 1)))
    }
    bytes = []
    emit(.finished(rows: count))
  }

  private func rows() throws(BalancingFault) -> [JSONValue] {
    guard !isTooLarge else {
      throw BalancingFault(BalancingDataRules.document, "The document is larger than 256 MiB.")
    }
    let document: JSONValue
    do {
      document = try JSONText.parse(bytes, maximumSize: Self.largestDocument)
    } catch {
      throw BalancingFault(BalancingDataRules.document, error.description)
    }
    if let rows = document.elements { return rows }
    for key in ["data", "rows"] {
      if let rows = document[key]?.elements { return rows }
      if let row = document[key], row.members != nil { return [row] }
    }
    throw BalancingFault(BalancingDataRules.record, "The document holds no list of rows.")
  }
}
