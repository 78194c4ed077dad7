import DUIS
import GBCS

/// Reads settings of voltage measurement (DUIS 6.5) and of a hub's sub-GHz band (6.28).
struct VoltageReading {
  let body: BodyReading

  /// Settings of all phases, then, unless asked not to, counters from zero again. Without the counters the averages
  /// stand first.
  func items() throws(TranslationFault) -> [AccessItem] {
    let isPolyphase = body["PolyPhaseVoltageSettings"] != nil
    let phases: [UInt8] = isPolyphase ? [32, 52, 72] : [32]
    let periods = try phases.map { phase throws(TranslationFault) -> AccessItem in
      .set(
        7, OBISCode(1, 0, phase, 24, 0, 255), 4,
        .doubleLongUnsigned(try body.number(Self.path(phase, isPolyphase) + "/AverageRMSVoltageMeasurementPeriod")))
    }
    let kinds = ["ExtremeOverVoltage", "ExtremeUnderVoltage", "VoltageSag", "VoltageSwell"]
    var limits: [AccessItem] = []
    for (place, kind) in kinds.enumerated() {
      let object = OBISCode(0, 0, 17, 0, UInt8(place + 1), 255)
      limits.append(
        .set(71, object, 4, .doubleLongUnsigned(try body.number("RMSVoltageSettings/RMS\(kind)Threshold"))))
      limits.append(
        .set(71, object, 6, .doubleLongUnsigned(try body.number("RMSVoltageSettings/RMS\(kind)MeasurementPeriod"))))
    }
    guard body["RMSVoltageCountersNotReset"] != nil else {
      let resets = phases.flatMap { phase in
        [UInt8(32), 36].map { AccessItem.action(3, OBISCode(1, 0, phase, $0, 0, 4), 1, .integer(0)) }
      }
      return try periods + limits + averages(phases, isPolyphase, underFirst: false) + resets
    }
    return try averages(phases, isPolyphase, underFirst: true) + periods + limits
  }

  private static func path(_ phase: UInt8, _ isPolyphase: Bool) -> String {
    isPolyphase
      ? "PolyPhaseVoltageSettings[Phase=\((phase - 12) / 20)]/PhaseVoltageSettings" : "SinglePhaseVoltageSettings"
  }

  /// The limits of averages: of the first phase over before under, unless the counters stay; of the others under first.
  private func averages(
    _ phases: [UInt8], _ isPolyphase: Bool, underFirst: Bool
  ) throws(TranslationFault) -> [AccessItem] {
    var items: [AccessItem] = []
    for phase in phases {
      let path = Self.path(phase, isPolyphase)
      let over = AccessItem.set(
        1, OBISCode(1, 0, phase, 35, 0, 4), 2,
        .doubleLongUnsigned(try body.number(path + "/AverageRMSOverVoltageThreshold")))
      let under = AccessItem.set(
        1, OBISCode(1, 0, phase, 31, 0, 4), 2,
        .doubleLongUnsigned(try body.number(path + "/AverageRMSUnderVoltageThreshold")))
      items += underFirst || phase != 32 ? [under, over] : [over, under]
    }
    return items
  }

  // MARK: Sub-GHz

  /// 6.28: channels of four pages, thresholds and times.
  func subGHz() throws(TranslationFault) -> [AccessItem] {
    let pages: [(name: String, first: Int)] = [
      ("LowerBandSubGHzChannels0To26", 0), ("LowerBandSubGHzChannels27To34", 27),
      ("LowerBandSubGHzChannels35To61", 35), ("UpperBandSubGHzChannels0To26", 0),
    ]
    let masks = pages.enumerated().map { place, page in
      let channels = (body[page.name]?.elements ?? []).compactMap { Int($0.name.drop { !$0.isNumber }) }
      var bits = [true, true, true, place >= 2, place % 2 == 1] + Array(repeating: false, count: 27)
      for channel in channels where (page.first..<page.first + 27).contains(channel) {
        bits[31 - (channel - page.first)] = true
      }
      return ScheduleReading.bits(bits)
    }
    let values: [DLMSValue] = [
      .longUnsigned(try hundredths("NormalLimitedDutyCycleThreshold")),
      .longUnsigned(try hundredths("LimitedCriticalDutyCycleThreshold")),
      .unsigned(try body.number("MaximumSubGHzChannelChangesPerWeek")), .longUnsigned(try body.number("GSMECurfew")),
      .unsigned(try body.number("ChannelQuieterThreshold")), .unsigned(try body.number("ChannelNoisierThreshold")),
      .longUnsigned(try hundredths("NonGSMEPoorCommsPercentageThreshold")),
      .unsigned(try body.number("NonGSMEPoorCommsMeasurementPeriods")),
      .longUnsigned(try body.number("LocalCHNoiseMeasurementPeriod")),
      .longUnsigned(try hundredths("LocalCHFailurePercentage")),
      .longUnsigned(try hundredths("LocalCHRetryPercentage")),
    ]
    return [.set(1, OBISCode(0, 0, 94, 44, 10, 0), 2, .structure(masks + values))]
  }

  private func hundredths(_ path: String) throws(TranslationFault) -> UInt16 {
    let parts = try body.text(path).split(separator: ".", omittingEmptySubsequences: false)
    let places = parts.count == 2 ? parts[1] : ""
    guard (1...2).contains(parts.count), places.utf8.count <= 2,
      let number = UInt16(parts[0] + places + String(repeating: "0", count: 2 - places.utf8.count))
    else { throw .unreadable(path) }
    return number
  }
}
