/// Why the figures of a settlement date differ between two runs.
///
/// The order of the cases is the order in which the facts of the later run are put in the place of the earlier run's:
/// first what says how to add up (factors, registrations), then the readings, then what the sums are held against
/// (takes, contracts), the price last. Each cause gets what its own replacement moved, so the causes add up to the whole
/// difference exactly; where two causes act on one half-hour, the joint part falls to the later one.
public enum ChangeCause: String, Hashable, Sendable, CaseIterable, Comparable {
  /// Published line loss factors came, or came anew.
  case lossFactor = "loss-factor-change"
  /// Metering points, their suppliers, groups or classes changed.
  case registration = "registration-change"
  /// A reading came for a half-hour of which nothing had come.
  case lateReading = "late-reading"
  /// What stood for a half-hour was the sender's own estimate, and another value came in its place.
  case estimateReplaced = "estimate-replaced"
  /// A measured value was corrected.
  case readingCorrected = "reading-corrected"
  /// A value came with a file that was named as put right under a dispute.
  case dispute
  /// Readings of days before came, from which our estimates of this date are made.
  case estimateRevised = "estimate-revised"
  /// A GSP Group's take came, or came anew.
  case groupCorrection = "group-correction"
  /// Contract volumes were notified anew.
  case contract = "contract-change"
  /// The imbalance price was stated anew.
  case price = "price-change"

  public static func < (a: Self, b: Self) -> Bool { a.order < b.order }
  private var order: Int { Self.allCases.firstIndex(of: self) ?? 0 }
}
