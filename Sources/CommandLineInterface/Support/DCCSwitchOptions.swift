import ArgumentParser
import SmartMeteringEstate
import SmartMeteringRules

/// The share of SMETS1 meters in an estate.
struct SMETS1Options: ParsableArguments {
  @Option(name: .customLong("smets1"), help: "Meters of a hundred that are SMETS1: 0 to 100. The seed says which.")
  var percent: Int = 0

  func apply(to setup: inout EstateSetup) throws {
    guard (0...100).contains(percent) else { throw ValidationError("--smets1 is 0 to 100") }
    setup.smets1Percent = percent
  }
}

/// What MP162 describes and left out: off unless asked for.
struct DCCSwitchOptions: ParsableArguments {
  @Flag(
    name: .customLong("smets1-cache"),
    help: "Keep SMETS1 results of 4.6.1, 4.8.1 and 4.8.3 for 48 hours, for whoever may ask the same (MP162 rule 49).")
  var keepsResults = false

  @Option(
    help:
      "Windows of scheduled reads in UTC with starts a second, peak first: 00:00-06:00@1000,09:00-20:00@100 (rule 50).")
  var windows: WindowSpecification?

  @Flag(help: "Where requests wait, those on demand go before scheduled ones (rule 51).")
  var onDemandFirst = false

  @Option(help: "Commands that each region takes in a second; as many as come by default.")
  var commandsPerSecond: Int?

  func apply(to setup: inout EstateSetup) throws {
    if let commandsPerSecond, commandsPerSecond < 1 { throw ValidationError("--commands-per-second is at least 1") }
    if keepsResults { setup.switches.smets1Cache = SMETS1CacheRules() }
    setup.switches.prioritisesOnDemand = onDemandFirst
    setup.commandsPerSecond = commandsPerSecond
    do throws(ScheduleWindows.Fault) {
      setup.switches.windows = try windows?.windows()
    } catch {
      throw ValidationError("--windows: \(error)")
    }
  }
}

/// `00:00-06:00@1000,09:00-20:00@100`: two windows of the UTC day with requests a second.
struct WindowSpecification: ExpressibleByArgument {
  private let parts: [(seconds: Range<Int>, rate: Int)]

  init?(argument: String) {
    let texts = argument.split(separator: ",", omittingEmptySubsequences: false)
    let parts = texts.compactMap(Self.part)
    guard texts.count == 2, parts.count == 2 else { return nil }
    self.parts = parts
  }

  private static func part(_ text: Substring) -> (seconds: Range<Int>, rate: Int)? {
    let halves = text.split(separator: "@", omittingEmptySubsequences: false)
    guard halves.count == 2, let rate = Int(halves[1]) else { return nil }
    let ends = halves[0].split(separator: "-", omittingEmptySubsequences: false).compactMap(second)
    guard ends.count == 2, ends[0] < ends[1] else { return nil }
    return (ends[0]..<ends[1], rate)
  }

  /// Of the day; 24:00 is its end.
  private static func second(_ text: Substring) -> Int? {
    let parts = text.split(separator: ":", omittingEmptySubsequences: false)
    guard parts.count == 2, parts.allSatisfy({ $0.utf8.count == 2 && $0.allSatisfy { $0.isASCII && $0.isNumber } }),
      let hour = Int(parts[0]), let minute = Int(parts[1]), minute < 60, hour * 60 + minute <= 1_440
    else { return nil }
    return hour * 3_600 + minute * 60
  }

  func windows() throws(ScheduleWindows.Fault) -> ScheduleWindows {
    try ScheduleWindows(
      peak: parts[0].seconds, offPeak: parts[1].seconds, peakRate: parts[0].rate, offPeakRate: parts[1].rate)
  }
}
