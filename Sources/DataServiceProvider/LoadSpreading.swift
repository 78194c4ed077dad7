/// Gives each schedule its moment within the 24 hours of a run, so that the load is even. The moment follows from the
/// schedule's number alone: the same every day and in every process.
public enum LoadSpreading {
  /// Seconds after midnight UTC for a schedule without a time of its own.
  /// - Parameter window: the seconds that may be used; not empty.
  public static func second(schedule: UInt64, window: Range<Int> = 0..<86_400) -> Int {
    guard window.count > 1 else { return window.lowerBound }
    return window.lowerBound
      + Int(truncatingIfNeeded: mixed(schedule).multipliedFullWidth(by: UInt64(window.count)).high)
  }

  /// SplitMix64's finisher (S. Vigna, public domain): neighbours come far apart.
  static func mixed(_ value: UInt64) -> UInt64 {
    var mixed = value &+ 0x9E37_79B9_7F4A_7C15
    mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
    mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
    return mixed ^ (mixed >> 31)
  }
}

/// A day of scheduled reads for a whole nation: how many start in each minute of the day, by region.
public struct NationalSchedulePlan: Hashable, Sendable {
  public let meters: Int
  /// 1440 counts for each region, in the order of ``NetworkRegion/ofHubs``.
  public let minutes: [[Int]]

  /// The share of hubs in the North, in thousandths (about 30 percent, seed 001); the others are split evenly between
  /// Central and South, of which no public source gives the shares.
  public static let northPerMille = 300

  /// Plans one run of a schedule for each of so many meters.
  public init(meters: Int, northPerMille: Int = NationalSchedulePlan.northPerMille) {
    var counts = [Int](repeating: 0, count: NetworkRegion.ofHubs.count * 1_440)
    counts.withUnsafeMutableBufferPointer { counts in
      for meter in 0..<max(0, meters) {
        let number = UInt64(meter)
        let place = Int(LoadSpreading.mixed(~number) % 1_000)
        let region = place < northPerMille ? 0 : place < northPerMille + (1_000 - northPerMille) / 2 ? 1 : 2
        counts[region * 1_440 + LoadSpreading.second(schedule: number) / 60] &+= 1
      }
    }
    self.meters = max(0, meters)
    minutes = NetworkRegion.ofHubs.indices.map { Array(counts[$0 * 1_440..<($0 + 1) * 1_440]) }
  }

  /// All regions together, minute by minute.
  public var total: [Int] { (0..<1_440).map { minute in minutes.reduce(0) { $0 + $1[minute] } } }
}
