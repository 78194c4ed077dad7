/// How a day's energy spreads over the half-hours of the clock, in thousandths: 48 numbers that add up to 1000.
///
/// Invented for the sample estate after what domestic days look like in general; measured nowhere.
public struct LoadShape: Hashable, Sendable {
  /// The share of each half-hour of the clock day, from midnight.
  public let perMille: [Int]

  private init(_ perMille: [Int]) { self.perMille = perMille }

  /// A rise at breakfast, a quiet day, the evening peak.
  public static let weekday = LoadShape([
    10, 10, 10, 10, 10, 10, 10, 10, 10, 10, 11, 13,
    16, 20, 24, 26, 24, 20, 17, 14, 13, 13, 14, 15,
    15, 16, 16, 16, 16, 16, 18, 21, 26, 31, 36, 41,
    45, 46, 45, 44, 41, 37, 33, 29, 24, 19, 16, 13,
  ])

  /// Later mornings, lunch at home, a flatter evening.
  public static let weekend = LoadShape([
    9, 9, 9, 9, 9, 9, 9, 9, 9, 10, 10, 10,
    11, 13, 15, 17, 20, 23, 25, 26, 27, 27, 26, 26,
    26, 25, 25, 25, 24, 24, 24, 25, 27, 29, 31, 33,
    34, 34, 34, 33, 32, 30, 28, 25, 21, 18, 14, 12,
  ])

  /// Electric heating: before breakfast and from the afternoon on.
  public static let heating = LoadShape([
    10, 10, 10, 10, 10, 10, 11, 13, 17, 22, 28, 35,
    41, 43, 41, 35, 28, 22, 17, 13, 12, 11, 11, 12,
    13, 14, 16, 19, 22, 24, 27, 30, 32, 34, 34, 34,
    32, 30, 27, 24, 21, 19, 16, 14, 13, 12, 11, 10,
  ])

  /// A roof that looks south, by the clock of summer time.
  public static let solar = LoadShape([
    0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0,
    0, 0, 3, 9, 16, 24, 32, 41, 48, 56, 62, 67,
    70, 72, 72, 70, 67, 62, 56, 48, 41, 32, 24, 16,
    9, 3, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0,
  ])

  public static let all = [weekday, weekend, heating, solar]
}
