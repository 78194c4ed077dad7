import EstateSimulator
import GBCS
import SettlementCalendar
import SmartMeteringEstate
import SmartMeters

/// Why a collected day differs from a faultless one: each read that did not go well, each half-hour that is missing and
/// each that is not what the estate counted, put down to an injected fault. What is left over is a mistake of ours.
struct DayExplanation: Hashable {
  /// Reads that failed or came in part, by the fault that befell them; a read may have met several.
  var reads: [FaultPlan.Kind: Int] = [:]
  /// Half-hours that are missing, by the fault to which they are put down: one each.
  var missing: [FaultPlan.Kind: Int] = [:]
  /// Half-hours read under the stamp of another, at meters whose clocks are half an hour or more wrong.
  var shifted = 0
  /// Scheduled reads that the DSP did not start, because their window was full: no fault, but a switch of MP162.
  var fullWindows = 0
  var unexplainedReads = 0
  var unexplainedMissing = 0
  /// Not what the estate counted, with a right clock.
  var wrongValues = 0
  /// What the networks or devices lost or refused without a fault.
  var unexplainedMessages: [String: Int] = [:]

  init() {}

  static func + (a: Self, b: Self) -> Self {
    var sum = a
    sum.reads.merge(b.reads, uniquingKeysWith: +)
    sum.missing.merge(b.missing, uniquingKeysWith: +)
    sum.shifted += b.shifted
    sum.fullWindows += b.fullWindows
    sum.unexplainedReads += b.unexplainedReads
    sum.unexplainedMissing += b.unexplainedMissing
    sum.wrongValues += b.wrongValues
    sum.unexplainedMessages.merge(b.unexplainedMessages, uniquingKeysWith: +)
    return sum
  }

  init(_ series: [CollectionDay.Series], _ estate: EstateSimulation, _ period: GBCS.LogPeriod) {
    let judge = Judge(estate: estate, period: period)
    for item in series { judge.explain(item, &self) }
    unexplainedMessages = estate.faults.unexplained
  }

  /// Looks faults up and holds series against what the estate counted.
  private struct Judge {
    struct Exchange: Hashable {
      let device: EUI64
      /// Of the party for whom the broker asked.
      let counter: UInt64
    }

    let estate: EstateSimulation
    let period: GBCS.LogPeriod
    let loads: EstateLoads
    private var byExchange: [Exchange: [FaultPlan.Kind]] = [:]
    private var exchanged: Set<EUI64> = []

    init(estate: EstateSimulation, period: GBCS.LogPeriod) {
      self.estate = estate
      self.period = period
      loads = EstateLoads(estate.meters.estate)
      for fault in estate.faults.entries {
        if fault.counter == nil, fault.kind == .meterExchange { exchanged.insert(fault.device) }
        if let counter = fault.partyCounter {
          byExchange[Exchange(device: fault.device, counter: counter), default: []].append(fault.kind)
        }
      }
    }

    func explain(_ series: CollectionDay.Series, _ result: inout DayExplanation) {
      let plan = estate.setup.faults
      for attempt in series.attempts where attempt.outcome != .complete {
        if let counter = attempt.counter, estate.faults.fullWindows.contains(counter) {
          result.fullWindows += 1
          continue
        }
        let causes = Set(causes(attempt, series, plan))
        for cause in causes { result.reads[cause, default: 0] += 1 }
        if causes.isEmpty { result.unexplainedReads += 1 }
      }
      let isShifted = abs(error(series.row, plan)) >= 1_800
      let truth = truth(series)
      for (stamp, energy) in truth {
        if let read = series.energies[stamp] {
          if Int64(read) == energy { continue }
          if isShifted { result.shifted += 1 } else { result.wrongValues += 1 }
        } else if let cause = cause(stamp, series, plan) {
          result.missing[cause, default: 0] += 1
        } else {
          result.unexplainedMissing += 1
        }
      }
    }

    /// Seconds by which the clock of a row's meter is wrong at the end of the collection: the most that it was when it
    /// was read.
    private func error(_ row: UInt32, _ plan: FaultPlan) -> Int {
      estate.meters.meter(row: row)?.core.clock.error(at: DeviceTime(estate.now)) ?? 0
    }

    /// Watt-hours by stamp.
    private func truth(_ series: CollectionDay.Series) -> [(UInt32, Int64)] {
      guard let rows = estate.meters.rows(of: series.row), let date = period.to.instant.advanced(bySeconds: -1).utcDate,
        let row = series.quantity == .activeExport ? rows.exportRow : rows.importRow
      else { return [] }
      return loads.wattHours(row: row, on: date).enumerated().map {
        (period.from.seconds + UInt32($0.offset) * 1_800, Int64($0.element))
      }
    }

    /// The faults that a read met.
    private func causes(
      _ attempt: CollectionDay.ReadAttempt, _ series: CollectionDay.Series, _ plan: FaultPlan
    ) -> [FaultPlan.Kind] {
      var causes: [FaultPlan.Kind] = []
      if let counter = attempt.counter {
        causes += byExchange[Exchange(device: attempt.device, counter: counter)] ?? []
      }
      // A read that the DSP refused, because the meter is no longer there; or one of a meter that came later.
      if exchanged.contains(MeterEstate.identifier(.electricityMeter, row: series.row)) {
        causes.append(.meterExchange)
      }
      guard attempt.outcome == .partial else { return causes.filter(Self.prevents) }
      return causes.filter { $0 == .partialLog || $0 == .meterExchange } + inTheMeter(series.row, plan, attempt)
    }

    /// What the meter itself leaves out of an answer.
    private func inTheMeter(
      _ row: UInt32, _ plan: FaultPlan, _ attempt: CollectionDay.ReadAttempt
    ) -> [FaultPlan.Kind] {
      let traits = plan.traits(row)
      var causes: [FaultPlan.Kind] = []
      if traits.gapsPerMille > 0 { causes.append(.missingHalfHours) }
      if traits.answersTenDays, attempt.isScheduled { causes.append(.tenDayLimit) }
      if error(row, plan) < 0 { causes.append(.clockDrift) }
      return causes
    }

    /// Whether a fault can keep an answer from its reader.
    private static func prevents(_ kind: FaultPlan.Kind) -> Bool {
      switch kind {
      case .lostCommand, .lostResponse, .lateResponse, .wrongMAC, .noWAN, .dumbMode, .meterExchange, .hubSwap: true
      default: false
      }
    }

    /// To what a missing half-hour is put down: what the meter never had, else what befell the last read.
    private func cause(_ stamp: UInt32, _ series: CollectionDay.Series, _ plan: FaultPlan) -> FaultPlan.Kind? {
      let index = Int32(clamping: DeviceTime(seconds: stamp).instant.secondsSince1970 / 1_800 - 1)
      if plan.traits(series.row).isGap(index) { return .missingHalfHours }
      return series.attempts.reversed().lazy.filter { $0.outcome != .complete }
        .compactMap { attempt in causes(attempt, series, plan).first { $0 != .missingHalfHours } }.first
    }
  }
}
