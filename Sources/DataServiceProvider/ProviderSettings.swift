public import GBCS
public import SmartMeteringRules

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
  /// Seconds that a request waits for the one before it in its sequence. Not confirmed: one day.
  public var sequenceTimeOut = 86_400
  /// What a request is told whose preceding request failed or did not end in time. Not confirmed: E31 is a code of the
  /// schema whose sense no public source gives.
  public var precedingFailedCode = "E31"
  /// DCC alert codes by the name of the alert's body. The schema does not connect the two and no public source does:
  /// all are N999 until told otherwise.
  public var alertCodes: [String: String] = [:]
  /// Commands that a region takes in a second, by FIFO; `nil` for as many as come. Not confirmed.
  public var commandsPerSecond: Int?
  /// When repeated alerts of a device become one; `nil` for never.
  public var alertThrottling: AlertThrottling? = AlertThrottling()
  /// Described in MP162 and taken out of it, or only considered: all off. The SMETS1 cache, the windows and the order of
  /// on-demand requests work here; the others have no effect.
  public var switches = DCCSwitches()
  /// The service providers of SMETS1 devices (S1SP) by cohort.
  public var serviceProviders: [EUI64] = []
  /// Seconds that the dual control organisation works on a request before the next of its cohort. Not confirmed: 1.
  public var dualControlSeconds = 1

  public init(broker: EUI64, changeOfSupplierParty: EUI64) {
    self.broker = broker
    self.changeOfSupplierParty = changeOfSupplierParty
  }

  func alertCode(_ body: String) -> String { alertCodes[body] ?? "N999" }
}
