import MarketIdentifiers
import Quantities

/// Files that state volumes only: takes, and volumes of BM units.
extension ComparisonLedger {
  mutating func compareTakes() {
    let ours = Dictionary(uniqueKeysWithValues: figures.takes.map { ($0.key.rawValue, $0.value) })
    for name in Set(ours.keys).union(received.takes.keys).sorted() {
      for period in periods {
        let was = ours[name]?[period - 1]
        let now = received.takes[name]?[period]
        compareVolumes(.take, was, now, period) {
          ReportDifference(.take, group: name, period: period, ours: $0, received: $1, value: $2)
        }
      }
    }
  }

  mutating func compareUnits() {
    let ours = Dictionary(figures.units.map { ($0.id, $0) }, uniquingKeysWith: { first, _ in first })
    for name in Set(ours.keys).union(received.units.keys.map(\.unit)).sorted() {
      let unit = ours[name]
      let theirs = received.units[ReceivedReport.Key(party: "", unit: name)]
      guard let unit, let theirs else {
        onlyOneSide(name, unit, theirs)
        continue
      }
      for period in periods {
        compareVolumes(.volume, unit.volumes[period - 1], theirs[period]?.metered, period) {
          ReportDifference(
            .volume, party: unit.party.code, unit: name, group: unit.group.rawValue, period: period, ours: $0,
            received: $1, value: $2)
        }
      }
    }
  }

  private mutating func compareVolumes(
    _ kind: ReportDifference.Kind, _ was: LossAdjustedEnergy?, _ now: LossAdjustedEnergy?, _ period: Int,
    _ row: (ReportDifference.Amount, ReportDifference.Amount, Int128) -> ReportDifference
  ) {
    guard was != nil || now != nil else { return }
    let before = Self.value(was ?? .zero, price(period))
    let after = Self.value(now ?? .zero, price(period))
    oursTotal += before
    receivedTotal += after
    add(
      row(was.map { .megawattHours($0) } ?? .none, now.map { .megawattHours($0) } ?? .none, after - before),
      differs: was != now)
  }

  private mutating func onlyOneSide(
    _ name: String, _ unit: ReportFigures.Unit?, _ theirs: [Int: ReceivedReport.UnitVolume]?
  ) {
    var (ours, received) = (LossAdjustedEnergy.zero, LossAdjustedEnergy.zero)
    var value = Int128(0)
    for period in periods {
      let (was, now) = (unit?.volumes[period - 1] ?? .zero, theirs?[period]?.metered ?? .zero)
      ours += was
      received += now
      let (before, after) = (Self.value(was, price(period)), Self.value(now, price(period)))
      oursTotal += before
      receivedTotal += after
      value += after - before
    }
    add(
      ReportDifference(
        .unit, party: unit?.party.code, unit: name, group: unit?.group.rawValue, period: nil,
        ours: unit == nil ? .none : .megawattHours(ours), received: theirs == nil ? .none : .megawattHours(received),
        value: value), differs: true)
  }
}
