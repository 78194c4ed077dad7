public import SettlementCalendar

/// For how long which SMETS1 results are kept (rule 49).
public struct SMETS1CacheRules: Hashable, Sendable {
  public var hours = 48
  public var variants: Set<ServiceVariant> = [
    .retrieveImportDailyReadLog, .readActiveImportProfile, .readExportProfile,
  ]

  public init() {}

  /// With network data (4.10), as a change of December 2025 adds (MP312).
  public static var withNetworkData: SMETS1CacheRules {
    var rules = SMETS1CacheRules()
    rules.variants.insert("4.10")
    return rules
  }
}

/// Results of SMETS1 reads, for whoever asks the same within their time. Each reader passes access control first: the
/// cache knows nothing of rights.
public struct SMETS1Cache: Sendable {
  public struct Key: Hashable, Sendable {
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
  }

  private struct Entry {
    let stored: UTCInstant
    let bytes: [UInt8]
  }

  public let rules: SMETS1CacheRules
  private var entries: [Key: Entry] = [:]
  public var count: Int { entries.count }

  public init(_ rules: SMETS1CacheRules) { self.rules = rules }

  /// Keeps a result, if it is of a SMETS1 meter and of a service that is kept. - Returns: whether it was kept.
  public mutating func store(_ bytes: [UInt8], _ key: Key, of generation: MeterGeneration, at time: UTCInstant) -> Bool
  {
    guard DataKeeping.mayKeepPlaintext(generation), rules.variants.contains(key.variant) else { return false }
    entries[key] = Entry(stored: time, bytes: bytes)
    return true
  }

  /// - Returns: `nil` where there is none or its time is over; the meter must be asked then.
  public func result(_ key: Key, at time: UTCInstant) -> [UInt8]? {
    entries[key].flatMap { isOver($0, at: time) ? nil : $0.bytes }
  }

  /// Deletes what is over.
  public mutating func expire(at time: UTCInstant) {
    entries = entries.filter { !isOver($0.value, at: time) }
  }

  private func isOver(_ entry: Entry, at time: UTCInstant) -> Bool {
    time >= entry.stored.advanced(byHours: rules.hours)
  }
}
