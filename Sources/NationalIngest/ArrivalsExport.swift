import Crypto
import DTCFlows
import Foundation
import ReadingArrivals
import ReadingBlockStore
import ReadingBlocks
import SettlementCalendar

/// Writes the readings of a date, as a run knows them, in a layout that can be loaded again.
public struct ArrivalsExport {
  private let register: RegisterFile
  private let layers: [BlockFile]
  private let date: SettlementDate
  private let layout: ArrivalLayout
  private static let window = 64 * RowGroup.capacity

  public struct Outcome: Sendable {
    /// Rows that the layout can say, and readings in them.
    public var rows = 0
    public var readings = 0
    /// Rows with readings that it cannot.
    public var left = 0
    /// Of all readings written.
    public var wattHours: Int64 = 0
    public var bytes = 0
  }

  /// - Throws: where the store has no register or no block of the date, or one is damaged.
  public init(store: String, date: SettlementDate, run: RunType, layout: ArrivalLayout) throws {
    (register, layers) = try openLayers(store: store, date: date, run: run)
    self.date = date
    self.layout = layout
  }

  /// - Parameter signing: wraps each message in an envelope of a sender's, signed with its key.
  public func write(
    signing: (sender: String, key: P256.Signing.PrivateKey)? = nil, limit: Int = .max,
    _ put: ([UInt8]) throws -> Void
  ) throws -> Outcome {
    var outcome = Outcome()
    let text = RowText(layout)
    if let header = layout.header { try emit(Array((header + "\n").utf8), &outcome, put) }
    let flow = D0036Writer(header: header)
    if layout == .d0036 { try emit(flow.start(), &outcome, put) }
    let count = min(layers.rowCount, limit)
    for first in stride(from: 0, to: count, by: Self.window) {
      let rows = UInt32(first)..<UInt32(min(first + Self.window, count))
      var states = WindowStates(rows, periods: SettlementDay(date).periodCount)
      for layer in layers { try layer.eachGroup(rows: rows) { states.put($0) } }
      var piece: [UInt8] = []
      for row in rows {
        let state = states[row]
        guard state.stated != 0 else { continue }
        let start = piece.count
        guard text.append(state, register.register.mpanNumber(at: Int(row)), date, to: &piece) else {
          outcome.left += 1
          continue
        }
        if let signing { try Self.wrap(&piece, from: start, signing) }
        switch layout {
        case .messages, .signedMessages: piece.append(UInt8(ascii: "\n"))
        case .longTable, .wideTable, .d0036: break
        }
        outcome.rows += 1
        outcome.readings += state.stated.nonzeroBitCount
        outcome.wattHours += state.cells.reduce(0) { $0 + Int64($1) }
        if piece.count > 4 << 20 {
          try emit(piece, &outcome, put)
          piece.removeAll(keepingCapacity: true)
        }
      }
      try emit(piece, &outcome, put)
    }
    if layout == .d0036 {
      let groups = outcome.rows * (2 + SettlementDay(date).periodCount)
      try emit(flow.end(at: header.created, groups: groups, instances: outcome.rows), &outcome, put)
    }
    return outcome
  }

  /// From nobody to nobody, marked as a test.
  private var header: DTCHeader {
    DTCHeader(
      fileID: "0000000001", flow: .d0036, fromRole: "C", from: RowText.supplier, toRole: "X", to: RowText.supplier,
      created: CivilStamp(date: date, hour: 0, minute: 0, second: 0), testFlag: "TR01")
  }

  private func emit(_ bytes: [UInt8], _ outcome: inout Outcome, _ put: ([UInt8]) throws -> Void) throws {
    outcome.bytes += bytes.count
    try put(bytes)
  }

  private static func wrap(
    _ piece: inout [UInt8], from start: Int, _ signing: (sender: String, key: P256.Signing.PrivateKey)
  ) throws {
    let message = Array(piece[start...])
    let signature = try signing.key.signature(for: message).rawRepresentation.base64EncodedString()
    let head = "{\"sender\":\"\(signing.sender)\",\"signature\":\"\(signature)\",\"message\":"
    piece.replaceSubrange(start..., with: Array(head.utf8) + message + [UInt8(ascii: "}")])
  }
}

/// The register of a store and the blocks of a date that count at a run.
func openLayers(store: String, date: SettlementDate, run: RunType) throws -> (RegisterFile, [BlockFile]) {
  let folder = ArrivalsFolder(store: store)
  let register = try RegisterFile(folder)
  let layers = try folder.national.blocks(date, upTo: run).map { try BlockFile($0, date) }
  guard let full = layers.first, !full.block.header.isCorrection else {
    throw BlockStoreError.missing("there is no full block of this date", path: folder.national.day(date))
  }
  guard layers.allSatisfy({ Int($0.block.header.mpans) == layers.rowCount }), layers.rowCount <= register.register.count
  else {
    throw BlockStoreError.mismatch("the register has fewer metering points than the blocks", path: folder.register)
  }
  return (register, layers)
}

extension [BlockFile] {
  /// Metering points of the date: the register may have more since.
  var rowCount: Int { first.map { Int($0.block.header.mpans) } ?? 0 }
}

/// Made-up metering points for a simulated country.
public enum SimulatedMeters {
  /// The MPAN of a row: all different, spread over the 14 distributors of Great Britain.
  public static func mpan(_ row: Int) -> UInt64 {
    let distributor = UInt64(10 + row % 14)
    // Multiplying with a number that has no factor in common with 10¹⁰ only changes the order of serial numbers.
    let twelve = distributor * 10_000_000_000 + UInt64(row) * 7_368_787_591 % 10_000_000_000
    return twelve * 10 + UInt64(MeterRegister.checkDigit(twelve))
  }

  /// The register of so many, without limits.
  public static func register(_ count: Int) throws -> [UInt8] {
    try MeterRegister.file(
      mpans: (0..<count).map(mpan), limits: Array(repeating: MeterRegister.noLimit, count: count))
  }
}
