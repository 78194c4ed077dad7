import SettlementCalendar

/// A statement about when readings became known: those of a range of half-hours of one series, or of all.
public struct Arrival: Hashable, Sendable {
  /// `nil` for all series.
  public var series: String?
  public var from: HalfHour
  /// Not included; greater than ``from``.
  public var to: HalfHour
  public var receivedAt: UTCInstant

  public init(series: String?, from: HalfHour, to: HalfHour, receivedAt: UTCInstant) {
    self.series = series
    self.from = from
    self.to = to
    self.receivedAt = receivedAt
  }
}

/// When each reading of a research file is deemed received: the late-reading feed.
///
/// Rule ARR-1: a statement that names the series goes before one for all series; among equals the later statement goes
/// before the earlier; without a statement a reading is received ``hoursAfterDay`` hours after its settlement day ends.
/// Statements whose range is empty say nothing.
public struct ArrivalBook: Sendable {
  /// Hours after the end of the settlement day, for readings that no statement is about.
  public let hoursAfterDay: Int
  private let tracks: [String: Track]
  private let common: Track

  public init(_ arrivals: some Sequence<Arrival>, hoursAfterDay: Int = 8) {
    var bySeries: [String: [Arrival]] = [:]
    var forAll: [Arrival] = []
    for arrival in arrivals where arrival.from < arrival.to {
      if let series = arrival.series { bySeries[series, default: []].append(arrival) } else { forAll.append(arrival) }
    }
    self.hoursAfterDay = hoursAfterDay
    tracks = bySeries.mapValues(Track.init)
    common = Track(forAll)
  }

  /// For many half-hours of one series, best in order: each lookup then costs a comparison or two.
  public func cursor(forSeries name: String) -> ArrivalCursor {
    ArrivalCursor(own: tracks[name], common: common, hoursAfterDay: hoursAfterDay)
  }

  /// When one reading is deemed received. Cost: O(log n) in the number of statements.
  public func receivedAt(series name: String, _ halfHour: HalfHour) -> UTCInstant {
    var cursor = cursor(forSeries: name)
    return cursor.receivedAt(halfHour)
  }

  /// The statements of one series, flattened: ranges that do not overlap, rising.
  struct Track: Sendable {
    static let empty = Track([])

    private(set) var starts: [Int32] = []
    private(set) var ends: [Int32] = []
    private(set) var moments: [UTCInstant] = []

    init(_ arrivals: [Arrival]) {
      let edges = Set(arrivals.flatMap { [$0.from.index, $0.to.index] }).sorted()
      var place: [Int32: Int] = [:]
      for (index, edge) in edges.enumerated() { place[edge] = index }
      // The last statement paints first; what is painted is stepped over, so each piece costs once.
      var painted = [UTCInstant?](repeating: nil, count: edges.count)
      var next = Array(0...edges.count)
      func free(_ index: Int) -> Int {
        var root = index
        while next[root] != root { root = next[root] }
        var step = index
        while next[step] != root { (step, next[step]) = (next[step], root) }
        return root
      }
      for arrival in arrivals.reversed() {
        guard let first = place[arrival.from.index], let last = place[arrival.to.index] else { continue }
        var piece = free(first)
        while piece < last {
          painted[piece] = arrival.receivedAt
          next[piece] = piece + 1
          piece = free(piece)
        }
      }
      for (index, moment) in painted.enumerated() {
        guard let moment else { continue }
        starts.append(edges[index])
        ends.append(edges[index + 1])
        moments.append(moment)
      }
    }

    /// What the track says about a half-hour, and the range around it for which it says the same.
    func piece(_ index: Int32) -> (range: Range<Int32>, moment: UTCInstant?) {
      var low = 0
      var high = starts.count
      while low < high {
        let middle = (low + high) / 2
        if starts[middle] <= index { low = middle + 1 } else { high = middle }
      }
      if low > 0, index < ends[low - 1] { return (starts[low - 1]..<ends[low - 1], moments[low - 1]) }
      let from = low > 0 ? ends[low - 1] : Int32.min
      let to = low < starts.count ? starts[low] : Int32.max
      return (from..<max(to, from), nil)
    }
  }
}

/// Looks up arrivals of one series and remembers the last answer.
public struct ArrivalCursor: Sendable {
  private let own: ArrivalBook.Track?
  private let common: ArrivalBook.Track
  private let hoursAfterDay: Int
  private var range: Range<Int32> = 0..<0
  private var moment = UTCInstant.distantFuture

  init(own: ArrivalBook.Track?, common: ArrivalBook.Track, hoursAfterDay: Int) {
    self.own = own
    self.common = common
    self.hoursAfterDay = hoursAfterDay
  }

  /// When the reading of `halfHour` is deemed received; ``UTCInstant/distantFuture`` outside the calendar's range.
  @inline(__always)
  public mutating func receivedAt(_ halfHour: HalfHour) -> UTCInstant {
    if !range.contains(halfHour.index) { find(halfHour) }
    return moment
  }

  private mutating func find(_ halfHour: HalfHour) {
    let named = (own ?? .empty).piece(halfHour.index)
    if let found = named.moment {
      (range, moment) = (named.range, found)
      return
    }
    let shared = common.piece(halfHour.index)
    let around = named.range.clamped(to: shared.range)
    if let found = shared.moment {
      (range, moment) = (around, found)
    } else if let day = SettlementDay(containing: halfHour) {
      (range, moment) = (around.clamped(to: day.halfHours), day.end.advanced(byHours: hoursAfterDay))
    } else {
      (range, moment) = (halfHour.index..<halfHour.index, .distantFuture)
    }
  }
}
