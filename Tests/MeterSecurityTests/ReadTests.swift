import GBCS
import MeterSecurity
import SettlementCalendar
import SmartMeters
import Testing

@Suite("Reads of a simulated meter, with real cryptography") struct ReadTests {
  @Test("a supplier reads a settlement day: what the estate counted, and nothing else") func supplierRead() throws {
    var world = try World()
    var meter = try present(world.meters.meter(row: 3))
    let day = SettlementDay(try present(SettlementDate("2026-03-29")))
    let now = day.end.advanced(byHours: 5)
    let command = CommandAddress(originator: World.supplier, counter: world.next(), device: meter.identifier)
      .command(.activeImportProfile, LogPeriod(day))
    let effects = meter.receive(world.finished(command), at: now, world.security, world.loads)
    guard case .response(let response)? = effects.first, effects.count == 1 else {
      Issue.record("no response: \(effects)")
      return
    }
    let observation = try world.observation(response, reader: World.supplier, device: meter.identifier)
    let series = try present(observation.series().value.first)
    #expect(series.readings.count == 46)
    #expect(series.readings.compactMap { $0.period?.number } == Array(1...46))
    #expect(series.readings.map { Int32($0.energy.wattHours) } == world.loads.wattHours(row: 3, on: day.date))
    #expect(observation.missing(of: LogPeriod(day)).isEmpty)
  }
}
