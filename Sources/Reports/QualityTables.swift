import Findings
import Operations
import Quantities
import ReadingValidation

/// Stage 2 by run, and what the runs changed in energy.
enum QualityTables {
  static func byRun(_ data: ReportData) -> PageTable {
    let estimates = EstimationMethod.allCases.filter { !$0.isMeasured }
    let used = estimates.filter { method in data.runs.contains { $0.quality.byMethod[Int(method.rawValue)] > 0 } }
    return PageTable(
      "Quality by run: half-hours of registered metering points"
        + (used.isEmpty ? "" : ". " + used.map { "\(name($0)): \($0.summary)" }.joined(separator: "; ")), "Run",
      numbers: ["Days", "Expected", "In time and passed", "First pass", "Measured", "Validated"] + used.map(name)
        + ["Estimated kWh"],
      rows: data.runs.map { summary in
        let quality = summary.quality
        return PageTable.Row(
          label: summary.run.rawValue,
          cells: [
            .count(summary.days), .count(quality.expected), .count(quality.validAtFirstPass),
            .percent(quality.firstPassShare), .count(quality.measured), .percent(quality.validatedShare),
          ] + used.map { .count(quality.byMethod[Int($0.rawValue)]) } + [.energy(quality.estimatedEnergy)])
      })
  }

  private static func name(_ method: EstimationMethod) -> String { method.rule?.code ?? "measured" }

  /// Readings that failed a check at the last run of their date.
  static func failures(_ data: ReportData) -> PageTable? {
    let failures = data.lastQuality.failures
    guard !failures.isEmpty else { return nil }
    return PageTable(
      "Readings that failed a check, at the last run of each date", "Rule", numbers: ["Half-hours"],
      rows: failures.keys.sorted().map { PageTable.Row(label: $0.code, cells: [.count(failures[$0] ?? 0)]) },
      foot: [PageTable.Row(label: "Total", cells: [.count(failures.values.reduce(0, +))])])
  }

  static func energyChange(_ data: ReportData) -> PageTable {
    PageTable(
      "Energy by run: net at the meters, and the change from the run before over the dates that have both", "Run",
      numbers: ["Days", "Net metered kWh", "Net at the Supply Points kWh", "Days compared", "Change kWh"],
      rows: data.runs.map { summary in
        PageTable.Row(
          label: summary.run.rawValue,
          cells: [
            .count(summary.days), .energy(summary.volume.netMetered), .energy(summary.volume.netLossAdjusted),
            .count(summary.comparedDays), .energy(summary.energyChange),
          ])
      })
  }
}
