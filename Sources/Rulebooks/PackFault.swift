/// Why a data pack cannot be used: which file, where, and what is wrong there.
public struct PackFault: Error, Hashable, Sendable {
  /// The pack's file name.
  public let pack: String
  /// Line of the file, counted from 1; `nil` when the whole file is meant.
  public let row: Int?
  /// The column's name, where one is at fault.
  public let column: String?
  public let reason: String

  public init(pack: String, row: Int? = nil, column: String? = nil, reason: String) {
    self.pack = pack
    self.row = row
    self.column = column
    self.reason = reason
  }
}

extension PackFault: CustomStringConvertible {
  /// `runs-bsc.csv, line 3, column payment: not an offset`.
  public var description: String {
    let place = [pack] + [row.map { "line \($0)" }, column.map { "column \($0)" }].compactMap(\.self)
    return place.joined(separator: ", ") + ": " + reason
  }
}
