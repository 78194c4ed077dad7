import Aggregation
import Billing
import MarketRegistration
import Metering
import Readings
import Settlement

/// A layer that is written but that nobody sees until the batch that names it is committed.
public struct StagedLayer: Hashable, Sendable {
  /// The adapter's own name for it.
  public let token: String
  public init(token: String) { self.token = token }
}

/// Facts that become known together: all of them or none.
public struct FactBatch: Sendable {
  public var source: SourceRecord
  public var layers: [StagedLayer]
  public var registrations: [Registration]
  public var registerReads: [RegisterRead]
  public var lossFactors: [LossFactorSchedule]
  public var systemPrices: [SystemPrice]
  public var contractVolumes: [ContractVolume]
  public var groupTakes: [GroupTake]
  /// The text of each tariff book that was taken in (JSON), parsed again when needed.
  public var tariffBooks: [[UInt8]]

  public init(
    source: SourceRecord, layers: [StagedLayer] = [], registrations: [Registration] = [],
    registerReads: [RegisterRead] = [], lossFactors: [LossFactorSchedule] = [], systemPrices: [SystemPrice] = [],
    contractVolumes: [ContractVolume] = [], groupTakes: [GroupTake] = [], tariffBooks: [[UInt8]] = []
  ) {
    self.source = source
    self.layers = layers
    self.registrations = registrations
    self.registerReads = registerReads
    self.lossFactors = lossFactors
    self.systemPrices = systemPrices
    self.contractVolumes = contractVolumes
    self.groupTakes = groupTakes
    self.tariffBooks = tariffBooks
  }
}
