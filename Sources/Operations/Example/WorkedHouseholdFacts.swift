import Aggregation
import Billing
import MarketIdentifiers
import MarketRegistration
import Quantities
import Readings
import Rulebooks
import Settlement
import SettlementCalendar

/// The facts of the worked household (seed 002, "Worked example"): what its meter said and when it became known.
///
/// Only readings, their times of receipt, a registration, a tariff and prices stand here. Every figure of the example is
/// computed from them by the path that serves any household.
struct WorkedHouseholdFacts {
  static let dates = settlementDates(day(2026, 12, 1), through: day(2026, 12, 30))
  /// The night on which four readings did not come through.
  static let outage = day(2026, 12, 17)
  /// The day of which one reading was corrected.
  static let correctedDay = day(2026, 12, 10)

  let registration: Registration
  let readings: [MeterReading]

  /// A reading with the moment at which it was received.
  struct MeterReading {
    let halfHour: HalfHour
    let energy: Energy
    let receivedAt: UTCInstant
  }

  /// Every date of the example lies within the calendar.
  static func day(_ year: Int, _ month: Int, _ day: Int) -> SettlementDate {
    SettlementDate(year: year, month: month, day: day) ?? .earliest
  }

  init?(_ rulebook: Rulebook) {
    guard let mpan = MPAN(distributor: 12, serial: 0), let supplier = ParticipantID("EXAM"),
      let lossClass = LineLossFactorClassID("01")
    else { return nil }
    registration = Registration(
      mpan: mpan, alias: nil, quantity: .activeImport, supplier: supplier, gspGroup: .c, distributor: 12,
      lossClass: lossClass, consumptionClass: .domestic, tariff: "three-rate", paymentMethod: .directDebit,
      supplyCapacity: Power(watts: 23_000), effectiveFrom: Self.day(2026, 1, 1),
      recordedAt: SettlementDay(Self.day(2026, 1, 1)).start)
    guard let readings = Self.readings(rulebook) else { return nil }
    self.readings = readings
  }

  /// The shape of an ordinary day in Wh: 4,800 at peak, 16,800 off-peak, 18,400 standard; 40 kWh in all.
  static func ordinary(_ day: SettlementDay) -> [Energy] {
    var standard = 0
    var night = 0
    return (1...day.periodCount).map { number in
      switch day.clockMinute(ofPeriod: number) / 30 {
      case 34...37: return Energy(wattHours: 1_200)
      case 4...7: return Energy(wattHours: 825)
      case 0...15, 44...47:
        night += 1
        return Energy(wattHours: night <= 12 ? 844 : 843)
      default:
        standard += 1
        return Energy(wattHours: standard <= 16 ? 767 : 766)
      }
    }
  }

  /// Each reading is received eight hours after its day, but for four of one night that come between SF and R1, twice as
  /// large as on any night before (a car was charged), and one that is corrected by 200 Wh between R1 and R2.
  static func readings(_ rulebook: Rulebook) -> [MeterReading]? {
    guard let afterSF = moment(after: .sf, of: outage, rulebook),
      let afterR1 = moment(after: .r1, of: correctedDay, rulebook)
    else { return nil }
    var readings: [MeterReading] = []
    for date in dates {
      let day = SettlementDay(date)
      for (offset, energy) in ordinary(day).enumerated() {
        let halfHour = day.firstHalfHour.advanced(by: offset)
        if date == outage, (4...7).contains(offset) {
          readings.append(MeterReading(halfHour: halfHour, energy: energy + energy, receivedAt: afterSF))
          continue
        }
        readings.append(
          MeterReading(halfHour: halfHour, energy: energy, receivedAt: day.end.advanced(byHours: 8)))
        if date == correctedDay, offset == 20 {
          readings.append(
            MeterReading(halfHour: halfHour, energy: energy + Energy(wattHours: 200), receivedAt: afterR1))
        }
      }
    }
    return readings
  }

  private static func moment(after run: RunType, of date: SettlementDate, _ rulebook: Rulebook) -> UTCInstant? {
    rulebook.timetable.runs(of: date, rulebook.calendar)?.first { $0.run == run }?.cutOff.advanced(byHours: 1)
  }

  /// Peak 17-19 at 35 p, standard 08-17 and 19-22 at 24 p, off-peak 22-08 at 12 p; 50 p a day; 75 pounds passed on.
  static func tariffBook(_ supplier: ParticipantID) throws -> TariffBook {
    func band(_ name: String, _ pence: Int64, _ windows: [(String, String)]) -> RateBand {
      RateBand(
        name: name, windows: windows.compactMap { ClockWindow(from: $0.0, to: $0.1) },
        unitRate: UnitRate(micropencePerMWh: pence * 1_000_000_000))
    }
    let source = "seed 002, worked example, stage 6"
    let rates = try TariffRates(
      effectiveFrom: day(2026, 4, 1),
      bands: [
        band("peak", 35, [("17:00", "19:00")]), band("standard", 24, [("08:00", "17:00"), ("19:00", "22:00")]),
        band("off-peak", 12, [("22:00", "08:00")]),
      ],
      standingCharge: Money(pence: 50),
      passThroughs: [
        PassThroughCharge(name: "network and policy", basis: .perBill(Money(pence: 7_500)), source: source)
      ], source: source)
    return try TariffBook([
      Tariff(name: "three-rate", supplier: supplier, kind: .fixed, vatRate: "domestic", rates: [rates])
    ])
  }

  /// One price for every period: the wholesale cost at the cap reference, so that cash has a plain meaning.
  static func prices(_ rate: UnitRate, source: String) -> [SystemPrice] {
    dates.flatMap { date in
      (1...SettlementDay(date).periodCount).map {
        SystemPrice(
          date: date, period: $0, sell: rate, buy: rate, netImbalanceVolume: nil, source: source,
          receivedAt: SettlementDay(date).end)
      }
    }
  }
}
