public import GBCS

/// How a Data Service Provider is set up. What no public source gives is a value here, with its mark.
public struct ProviderSettings: Hashable, Sendable {
  /// The access control broker, which sends for users that devices do not know; also the target of requests for
  /// services without a device.
  public var broker: EUI64
  /// The transitional change of supplier party.
  public var changeOfSupplierParty: EUI64
  /// The DUIS version of answers.
  public var schemaVersion = "5.4"
  /// The GBCS version that pre-commands name.
  public var messageVersion = "4.3"
  /// Seconds after which a scheduled read without answer is given up. Not confirmed: one hour.
  public var scheduledTimeOut = 3_600
  /// Seconds after which an on-demand request without answer is given up, if its target is longer. Not confirmed: the
  /// target of the slowest on-demand read of suppliers.
  public var longestOnDemandTimeOut = 5_600
  /// DCC alert codes by the name of the alert's body. The schema does not connect the two and no public source does:
  /// all are N999 until told otherwise.
  public var alertCodes: [String: String] = [:]
  /// Commands that a region takes in a second, by FIFO; `nil` for as many as come. Not confirmed.
  public var commandsPerSecond: Int?
  public var switches = Switches()

  /// Described in MP162 and taken out of it: all off.
  public struct Switches: Hashable, Sendable {
    /// Answers of SMETS1 devices to 4.6.1, 4.8.1 and 4.8.3 serve other users for 48 hours.
    public var cachesSMETS1 = false
    /// On-demand commands go before scheduled ones.
    public var putsOnDemandFirst = false
    /// Schedules run only in their windows.
    public var windows: ScheduleWindows?

    public init() {}
  }

  public init(broker: EUI64, changeOfSupplierParty: EUI64) {
    self.broker = broker
    self.changeOfSupplierParty = changeOfSupplierParty
  }

  func alertCode(_ body: String) -> String { alertCodes[body] ?? "N999" }
}

/// When schedules may run, in seconds after midnight UTC.
public struct ScheduleWindows: Hashable, Sendable {
  /// Everybody's schedules.
  public var peak: Range<Int>
  /// Those of export suppliers and Meter Data Retrievers only.
  public var offPeak: Range<Int>

  /// The exact hours are not public; these are Halfhour's: by night until 06:00, by day from 10:00 until 20:00, after which
  /// there is maintenance.
  public init(peak: Range<Int> = 0..<21_600, offPeak: Range<Int> = 36_000..<72_000) {
    self.peak = peak
    self.offPeak = offPeak
  }
}
