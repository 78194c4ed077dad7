import MarketIdentifiers
import Quantities
import SettlementCalendar
import SettlementReports

/// Collects what differs between two sides, and what each side comes to.
struct ComparisonLedger {
  let figures: ReportFigures
  let received: ReceivedReport
  private(set) var rows: [ReportDifference] = []
  private(set) var equalCount = 0
  var oursTotal = Int128(0)
  var receivedTotal = Int128(0)

  init(figures: ReportFigures, received: ReceivedReport) {
    self.figures = figures
    self.received = received
  }

  /// Energy at a price, in micropounds, rounded once.
  static func value(_ energy: LossAdjustedEnergy, _ price: UnitRate) -> Int128 {
    Rounding.halfAwayFromZero.quotient(
      energy.tenMicrowattHours * Int128(price.micropencePerMWh), by: 10_000_000_000_000)
  }

  /// The same as cash of an account: whole pence.
  private static func pence(_ value: Int128) -> Int128 {
    Rounding.halfAwayFromZero.quotient(value, by: 10_000) * 10_000
  }

  mutating func add(_ row: ReportDifference, differs: Bool) {
    if differs { rows.append(row) } else { equalCount += 1 }
  }

  var periods: ClosedRange<Int> { 1...figures.day.periodCount }

  func price(_ period: Int) -> UnitRate { figures.prices[period - 1].sell }

  /// The received price that an imbalance bears: a surplus is sold to the system, a deficit bought from it.
  private func stated(_ period: Int, _ imbalance: LossAdjustedEnergy) -> UnitRate? {
    received.prices[period].map { imbalance > .zero ? $0.sell : $0.buy }
  }

  // MARK: Settlement report

  mutating func compareParties() {
    let ours = Dictionary(grouping: figures.units) { $0.party.code }
    let theirs = Dictionary(grouping: received.units.keys, by: \.party)
    let accounts = Dictionary(uniqueKeysWithValues: figures.accounts.map { ($0.key.code, $0.value) })
    let names = Set(ours.keys).union(accounts.keys).union(theirs.keys).union(received.accounts.keys).sorted()
    for name in names {
      let isOurs = ours[name] != nil || accounts[name] != nil
      let isTheirs = theirs[name] != nil || received.accounts[name] != nil
      if !isTheirs {
        onlyOurs(name, accounts[name] ?? [])
      } else if !isOurs {
        onlyTheirs(name, theirs[name] ?? [])
      } else {
        compare(name, ours[name] ?? [], (theirs[name] ?? []).sorted { $0.unit < $1.unit }, accounts[name] ?? [])
      }
    }
  }

  private mutating func onlyOurs(_ name: String, _ accounts: [ReportFigures.Account]) {
    let cash = accounts.reduce(Int128(0)) { $0 - Int128($1.charge.micropounds) }
    oursTotal += cash
    add(
      ReportDifference(.party, party: name, period: nil, ours: .pounds(cash), received: .none, value: -cash),
      differs: true)
  }

  private mutating func onlyTheirs(_ name: String, _ keys: [ReceivedReport.Key]) {
    var cash = Int128(0)
    for period in periods {
      let account = received.accounts[name]?[period]
      if let account, account.hasCharge {
        cash -= account.charge
      } else {
        let credited = keys.reduce(LossAdjustedEnergy.zero) {
          guard let volume = received.units[$1]?[period] else { return $0 }
          return $0 + volume.metered + volume.lossAdjustment
        }
        let imbalance = credited - (account?.contracted ?? .zero)
        cash += Self.pence(Self.value(imbalance, stated(period, imbalance) ?? price(period)))
      }
    }
    receivedTotal += cash
    add(
      ReportDifference(.party, party: name, period: nil, ours: .none, received: .pounds(cash), value: cash),
      differs: true)
  }

  /// One party that both sides have: its cash of each period, taken apart.
  private mutating func compare(
    _ name: String, _ ours: [ReportFigures.Unit], _ keys: [ReceivedReport.Key], _ accounts: [ReportFigures.Account]
  ) {
    let names = Set(ours.map(\.id)).union(keys.map(\.unit)).sorted()
    var missing: [String: (ours: LossAdjustedEnergy, received: LossAdjustedEnergy, value: Int128)] = [:]
    for period in periods {
      let account = accounts.indices.contains(period - 1) ? accounts[period - 1] : nil
      let price = account?.price ?? price(period)
      var explained = Int128(0)
      var moved = LossAdjustedEnergy.zero
      for id in names {
        let unit = ours.first { $0.id == id }
        let key = ReceivedReport.Key(party: name, unit: id)
        let volume = received.units[key]?[period]
        let was = unit?.volumes[period - 1] ?? .zero
        let change = (volume?.metered ?? .zero) - was
        let value = Self.value(change, price)
        moved += change + (volume?.lossAdjustment ?? .zero)
        explained += value
        if unit == nil || received.units[key] == nil {
          var sum = missing[id] ?? (.zero, .zero, 0)
          sum.ours += was
          sum.received += volume?.metered ?? .zero
          sum.value += value
          missing[id] = sum
        } else {
          add(
            ReportDifference(
              .volume, party: name, unit: id, group: unit?.group.rawValue, period: period,
              ours: .megawattHours(was), received: volume.map { .megawattHours($0.metered) } ?? .none, value: value),
            differs: change != .zero || volume == nil)
        }
        let losses = Self.value(volume?.lossAdjustment ?? .zero, price)
        explained += losses
        add(
          ReportDifference(
            .lossMultiplier, party: name, unit: id, group: unit?.group.rawValue, period: period,
            ours: .megawattHours(.zero), received: .megawattHours(volume?.lossAdjustment ?? .zero), value: losses),
          differs: volume.map { $0.lossAdjustment != .zero } ?? false)
      }
      explained += contract(name, period, account, price)
      finish(name, period, account, price, moved: moved, explained: explained, volumes: names.count + 1)
    }
    for (id, sum) in missing.sorted(by: { $0.key < $1.key }) {
      let unit = ours.first { $0.id == id }
      add(
        ReportDifference(
          .unit, party: name, unit: id, group: unit?.group.rawValue, period: nil,
          ours: unit == nil ? .none : .megawattHours(sum.ours),
          received: unit == nil ? .megawattHours(sum.received) : .none, value: sum.value), differs: true)
    }
  }

  private mutating func contract(
    _ name: String, _ period: Int, _ account: ReportFigures.Account?, _ price: UnitRate
  ) -> Int128 {
    guard let theirs = received.accounts[name]?[period] else { return 0 }
    let was = account?.contracted ?? .zero
    // More sold than we know is a deficit that we do not know of.
    let value = Self.value(was - theirs.contracted, price)
    add(
      ReportDifference(
        .contract, party: name, period: period, ours: .megawattHours(was), received: .megawattHours(theirs.contracted),
        value: value),
      differs: theirs.contracted != was)
    return value
  }

  /// The price, and what is left.
  private mutating func finish(
    _ name: String, _ period: Int, _ account: ReportFigures.Account?, _ price: UnitRate, moved: LossAdjustedEnergy,
    explained: Int128, volumes: Int
  ) {
    let theirs = received.accounts[name]?[period]
    let imbalance = theirs?.imbalance ?? (account?.imbalance ?? .zero) + moved
    let stated = stated(period, imbalance) ?? price
    let cash = account.map { -Int128($0.charge.micropounds) } ?? 0
    let theirCash: Int128
    if let theirs, theirs.hasCharge {
      theirCash = -theirs.charge
    } else {
      // No charge is given, or no account: the volumes as received, at the price as received.
      theirCash = stated == price && imbalance == account?.imbalance ? cash : Self.pence(Self.value(imbalance, stated))
    }
    oursTotal += cash
    receivedTotal += theirCash
    let step = Int128(stated.micropencePerMWh) - Int128(price.micropencePerMWh)
    let byPrice = Rounding.halfAwayFromZero.quotient(imbalance.tenMicrowattHours * step, by: 10_000_000_000_000)
    add(
      ReportDifference(
        .price, party: name, period: period, ours: .poundsPerMWh(price), received: .poundsPerMWh(stated),
        value: byPrice),
      differs: stated != price)
    let rest = theirCash - cash - explained - byPrice
    var row = ReportDifference(
      .rest, party: name, period: period, ours: .pounds(cash), received: .pounds(theirCash), value: rest)
    // Half a kilowatt-hour of each volume of both sides, and half a penny of each charge.
    row.roundingBound =
      Int128(volumes) * Int128(max(price.micropencePerMWh.magnitude, stated.micropencePerMWh.magnitude)) / 100_000
      + 10_000
    add(row, differs: rest != 0)
  }
}
