public import SettlementCalendar

/// For how long which SMETS1 results are kept (rule 49).
public struct SMETS1CacheRules: Hashable, Sendable {
  public var hours = 48
  public var variants: Set<ServiceVariant> = [
    .retrieveImportDailyReadLog, .readActiveImportProfile, .readExportProfile,
  ]
  /// Results kept at once, so that memory has a bound; what comes beyond is not kept. Halfhour's choice.
  public var mostResults = 10_000

  public init() {}

  /// With network data (4.10), as a change of December 2025 adds (MP312).
  public static var withNetworkData: SMETS1CacheRules {
    var rules = SMETS1CacheRules()
    rules.variants.insert("4.10")
    return rules
  }
}

/// What names a result that is kept: the device, the service and the range of stamps, both ends in it.
public struct SMETS1CacheKey: Hashable, Sendable {
  public var device: PartyIdentifier
  public var variant: ServiceVariant
  public var from: UTCInstant
  public var through: UTCInstant

  public init(device: PartyIdentifier, variant: ServiceVariant, from: UTCInstant, through: UTCInstant) {
    self.device = device
    self.variant = variant
    self.from = from
    self.through = through
  }

  /// Entries that a whole answer has: half-hours of a profile, midnights (UTC) of a daily log.
  public var entries: Int {
    let step: Int64 = variant == .retrieveImportDailyReadLog ? 86_400 : 1_800
    let first = (max(0, from.secondsSince1970) + step - 1) / step
    return Int(max(0, max(0, through.secondsSince1970) / step - first + 1))
  }
}

/// Results of SMETS1 reads, for whoever asks the same within their time. Each reader passes access control first: the
/// cache knows nothing of rights.
public struct SMETS1Cache<Content: Sendable>: Sendable {
  private struct Entry: Sendable {
    let stored: UTCInstant
    let content: Content
  }

  public let rules: SMETS1CacheRules
  private var entries: [SMETS1CacheKey: Entry] = [:]
  /// In the order in which they were stored, so that the oldest are found without a search.
  private var order: [(key: SMETS1CacheKey, stored: UTCInstant)] = []
  private var head = 0
  public var count: Int { entries.count }

  public init(_ rules: SMETS1CacheRules) { self.rules = rules }

  /// Keeps a result, if it is of a SMETS1 meter, of a service that is kept, and there is room.
  /// - Parameter time: does not go back from one call to the next.
  /// - Returns: whether it was kept.
  public mutating func store(
    _ content: Content, _ key: SMETS1CacheKey, of generation: MeterGeneration, at time: UTCInstant
  ) -> Bool {
    expire(at: time)
    guard DataKeeping.mayKeepPlaintext(generation), rules.variants.contains(key.variant),
      entries[key] != nil || entries.count < rules.mostResults
    else { return false }
    entries[key] = Entry(stored: time, content: content)
    order.append((key, time))
    return true
  }

  /// - Returns: `nil` where there is none or its time is over; the meter must be asked then.
  public func result(_ key: SMETS1CacheKey, at time: UTCInstant) -> Content? {
    entries[key].flatMap { isOver($0.stored, at: time) ? nil : $0.content }
  }

  /// Deletes what is over. Cost: that of what it deletes.
  public mutating func expire(at time: UTCInstant) {
    while head < order.count, isOver(order[head].stored, at: time) {
      let (key, stored) = order[head]
      // Stored again since: that one has a place of its own further on.
      if entries[key]?.stored == stored { entries[key] = nil }
      head += 1
    }
    if head > 4_096, head * 2 > order.count {
      order.removeFirst(head)
      head = 0
    }
  }

  private func isOver(_ stored: UTCInstant, at time: UTCInstant) -> Bool {
    time >= stored.advanced(byHours: rules.hours)
  }
}
