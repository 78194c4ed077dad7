import Quantities
import SettlementCalendar

/// On what evidence a settlement date's indebtedness stands, from the weakest to the strongest.
public enum IndebtednessBasis: String, Hashable, Sendable, CaseIterable, Comparable {
  /// Contracts against assumed volumes: credit assessment (CEI).
  case assessed = "CEI"
  /// Contracts against meters (MEI).
  case metered = "MEI"
  /// The trading charges of a run, at the credit assessment price (AEI).
  case actual = "AEI"

  var order: Int {
    switch self {
    case .assessed: 0
    case .metered: 1
    case .actual: 2
    }
  }
  public static func < (a: Self, b: Self) -> Bool { a.order < b.order }
}

/// One party's energy indebtedness over the settlement dates that are not yet paid.
public struct IndebtednessWindow: Hashable, Sendable {
  struct Day: Hashable, Sendable {
    let date: SettlementDate
    var basis: IndebtednessBasis
    var energy: Energy
  }

  /// Settlement dates held, the newest included.
  public let length: Int
  private var days: [Day] = []
  private var sums = Array(repeating: Energy.zero, count: IndebtednessBasis.allCases.count)
  /// Rule CRD-01: the sum over all days, positive is owed by the party.
  public private(set) var total: Energy = .zero

  /// The most that one date may come to, either way: 1,000 TWh. More is held to it, so that no sum leaves its range.
  public static let limit = Energy(wattHours: 1_000_000_000_000_000)

  /// - Parameter length: 1...366; held within it.
  public init(length: Int) { self.length = min(max(length, 1), 366) }

  /// Sets a settlement date's indebtedness. Weaker evidence than is there changes nothing, nor does a date that has
  /// left the window; a newer date moves the window on.
  public mutating func set(_ date: SettlementDate, _ basis: IndebtednessBasis, _ energy: Energy) {
    open(date)
    guard let place = place(of: date), days[place].basis <= basis else { return }
    move(place, to: basis, Self.bounded(energy))
  }

  /// Adds assumed energy to a date, as its settlement periods go by. It counts until stronger evidence comes.
  public mutating func add(_ energy: Energy, on date: SettlementDate) {
    open(date)
    guard let place = place(of: date), days[place].basis == .assessed else { return }
    move(place, to: .assessed, Self.bounded(days[place].energy + Self.bounded(energy)))
  }

  /// What stands on this evidence.
  public func sum(_ basis: IndebtednessBasis) -> Energy { sums[basis.order] }

  /// The dates in the window with their evidence and energy, rising.
  public var entries: [(date: SettlementDate, basis: IndebtednessBasis, energy: Energy)] {
    days.map { ($0.date, $0.basis, $0.energy) }
  }

  private static func bounded(_ energy: Energy) -> Energy { min(max(energy, -limit), limit) }

  private mutating func open(_ date: SettlementDate) {
    if days.last?.date == date { return }
    guard place(of: date) == nil else { return }
    guard let last = days.last?.date else {
      days.append(Day(date: date, basis: .assessed, energy: .zero))
      return
    }
    guard date > last.advanced(by: -length) ?? last else { return }
    let index = days.firstIndex { $0.date > date } ?? days.count
    days.insert(Day(date: date, basis: .assessed, energy: .zero), at: index)
    while let first = days.first, let newest = days.last, first.date.days(to: newest.date) >= length {
      total -= first.energy
      sums[first.basis.order] -= first.energy
      days.removeFirst()
    }
  }

  private func place(of date: SettlementDate) -> Int? {
    if days.last?.date == date { return days.count - 1 }
    return days.firstIndex { $0.date == date }
  }

  private mutating func move(_ place: Int, to basis: IndebtednessBasis, _ energy: Energy) {
    let before = days[place]
    total += energy - before.energy
    sums[before.basis.order] -= before.energy
    sums[basis.order] += energy
    days[place].basis = basis
    days[place].energy = energy
  }
}
