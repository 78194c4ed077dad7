import MarketIdentifiers
import MarketRegistration
import PortfolioFiles
import Readings
import SettlementCalendar

/// One metering point of the sample estate with the habits that its readings come from.
struct SampleHome: Sendable {
  let registration: Registration
  /// The start of each of its lines in a readings table.
  let prefix: [UInt8]
  let isExport: Bool
  /// Nobody lives there: next to nothing is used.
  let isVoid: Bool
  /// Charges a car on some nights.
  let hasCar: Bool
  let hasHeating: Bool
  /// Watt-hours of an ordinary day; for an export point of a day of full sun.
  let dailyEnergy: Int
  private let stream: UInt64

  /// Whole watt-hours of half an hour that no ordinary reading of the sample exceeds: below 23 kW.
  static let ordinaryLimit = 11_000

  init(_ registration: Registration, seed: UInt64) {
    var chance = SeededGenerator(seed: seed, stream: "home/\(registration.mpan)")
    self.registration = registration
    prefix =
      SeriesKey(name: registration.mpan.description, quantity: registration.quantity)
      .map(ReadingTableWriter.prefix) ?? []
    isExport = registration.quantity == .activeExport
    isVoid = !isExport && chance.chance(perMille: 30)
    hasCar = chance.chance(perMille: 80)
    hasHeating = chance.chance(perMille: 100)
    // Two draws together make middling homes common; one in ten is large.
    let ordinary = 2_500 + chance.below(4_500) + chance.below(4_500)
    let large = chance.chance(perMille: 100) ? 2 : 1
    dailyEnergy = isExport ? 10_000 + chance.below(12_000) : ordinary * large
    stream = chance.next()
  }

  /// A generator for one day that depends on nothing but the home and the date.
  func chance(_ date: SettlementDate, salt: UInt64) -> SeededGenerator {
    SeededGenerator(seed: stream ^ salt &+ UInt64(UInt32(bitPattern: date.dayNumber)) &* 0xD134_2543_DE82_EF95)
  }

  /// Fills `cells` with the watt-hours of each period of a day.
  func fill(_ cells: inout [Int32], _ day: SampleDay) {
    var chance = chance(day.day.date, salt: 1)
    let shape = isExport ? LoadShape.solar : day.shape
    let daily = isExport ? dailyEnergy * day.sunPerMille / 1_000 : dailyEnergy
    let heat = hasHeating && !isExport && !isVoid ? 18_000 * day.coldPerMille / 1_000 : 0
    let charge = !isExport && !isVoid && hasCar && chance.chance(perMille: 430) ? chance.within(4...8) : 0
    for period in 0..<day.slots.count {
      let slot = day.slots[period]
      // Noise of ± 40 percent; a home is never quite dark.
      let noise = 600 + Int(chance.next() & 0x3FF) * 800 / 1_024
      var wattHours = daily * shape.perMille[slot] * noise / 1_000_000
      if isVoid { wattHours = noise % 4 }
      if heat > 0 { wattHours += heat * LoadShape.heating.perMille[slot] / 1_000 }
      // A charger of 7 kW from half past midnight on.
      if charge > 0, slot >= 1, slot <= charge { wattHours += 3_500 }
      cells[period] = Int32(min(wattHours, Self.ordinaryLimit))
    }
  }
}

/// What all homes share on one day: its half-hours and its weather.
struct SampleDay: Sendable {
  let day: SettlementDay
  let shape: LoadShape
  /// For each period its half-hour of the clock day, 0...47.
  let slots: [Int]
  let coldPerMille: Int
  let sunPerMille: Int

  /// Invented: how cold and how sunny each month is, in thousandths of its extreme.
  private static let cold = [1_000, 950, 800, 550, 300, 100, 50, 50, 150, 400, 700, 900]
  private static let sun = [200, 320, 520, 720, 880, 950, 930, 850, 680, 460, 260, 180]

  init(_ date: SettlementDate, seed: UInt64) {
    let day = SettlementDay(date)
    var chance = SeededGenerator(seed: seed, stream: "weather/\(date)")
    let month = date.civil.month - 1
    self.day = day
    shape = date.weekday.isWeekend ? .weekend : .weekday
    slots = (1...day.periodCount).map { day.clockMinute(ofPeriod: $0) / 30 }
    coldPerMille = Self.cold[month] * chance.within(700...1_150) / 1_000
    sunPerMille = Self.sun[month] * chance.within(300...1_100) / 1_000
  }
}
