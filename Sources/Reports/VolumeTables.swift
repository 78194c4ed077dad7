import MarketIdentifiers
import Operations
import Quantities

/// Stages 3 and 4: volumes by GSP Group and by party.
enum VolumeTables {
  static func groups(_ data: ReportData) -> PageTable {
    PageTable(
      "Energy by GSP Group", "GSP Group",
      numbers: ["Import at meters", "Export at meters", "Net at meters", "Line losses", "Net at Supply Point, kWh"],
      rows: data.groups.map {
        PageTable.Row(label: "\($0.group) \($0.group.name)", cells: cells($0.volume))
      },
      foot: [PageTable.Row(label: "Total", cells: cells(data.groups.map(\.volume).reduce(ReportData.Volume(), +)))])
  }

  private static func cells(_ volume: ReportData.Volume) -> [PageTable.Cell] {
    [
      .energy(volume.imported.metered), .energy(volume.exported.metered), .energy(volume.netMetered),
      .energy(volume.losses), .energy(volume.netLossAdjusted),
    ]
  }

  static func parties(_ data: ReportData) -> PageTable {
    let parties = data.parties
    let offtake = parties.reduce(LossAdjustedEnergy.zero) { $0 + $1.offtake }
    let contracted = parties.reduce(Energy.zero) { $0 + $1.contracted }
    let imbalance = parties.reduce(LossAdjustedEnergy.zero) { $0 + $1.imbalance }
    let cash = parties.reduce(Money.zero) { $0 + $1.cash }
    return PageTable(
      "Parties at the last run of each date; all days added up", "Party",
      numbers: ["Contracted kWh", "Offtake kWh", "Imbalance kWh", "Cash £"],
      rows: parties.map {
        PageTable.Row(
          label: $0.party.code,
          cells: [.energy($0.contracted), .energy($0.offtake), .energy($0.imbalance), .money($0.cash)])
      },
      foot: [
        PageTable.Row(
          label: "Total", cells: [.energy(contracted), .energy(offtake), .energy(imbalance), .money(cash)])
      ])
  }
}
