import CReadingKernels

/// The rows of a group one by one, in any order: where each one's planes begin is noted once.
public struct GroupRows {
  public let group: PackedGroup
  private let places: [UInt16]

  public init(_ group: PackedGroup) {
    self.group = group
    var view = group.view
    places = [UInt16](unsafeUninitializedCapacity: group.rowCount) { buffer, count in
      if let start = buffer.baseAddress { creading_row_places(&view, start) }
      count = group.rowCount
    }
  }

  /// Unpacks a row. - Parameters:
  ///   - row: From 0, within the group.
  ///   - cells: Room for 48 readings, or 64 on a day of 50 periods.
  /// - Returns: the words of its quality runs.
  public func unpack(_ row: Int, to cells: UnsafeMutablePointer<Int32>) -> UnsafeBufferPointer<UInt32> {
    precondition(places.indices.contains(row), "a row of the group")
    var first: UInt32 = 0
    var view = group.view
    let count = creading_row(&view, UInt32(row), UInt32(places[row]), cells, &first)
    return UnsafeBufferPointer(start: group.view.runs + Int(first), count: Int(count))
  }
}
