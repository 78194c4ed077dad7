import DUIS
import GBCS
import SettlementCalendar
import Testing

let midnight = UTCInstant(secondsSince1970: 1_777_593_600)
let sampleUser = EUI64(rawValue: 0x90B3_D51F_3001_0009)
let sampleDevice = EUI64(rawValue: 0x00DB_1234_5678_90A0)
let sampleID = RequestID(originator: sampleUser, target: sampleDevice, counter: 1000)

struct SampleRequest: CustomTestStringConvertible, Sendable {
  let variant: String
  let commandVariant: Int
  let body: ServiceBody

  var request: ServiceRequest {
    ServiceRequest(id: sampleID, commandVariant: commandVariant, variant: variant, body: body)
  }
  var testDescription: String { "\(variant) as variant \(commandVariant)" }
}

/// One of each body, with and without what is optional.
func sampleRequests() -> [SampleRequest] {
  var samples: [SampleRequest] = []
  func add(_ variant: String, cv commandVariant: Int = 8, _ body: ServiceBody) {
    samples.append(SampleRequest(variant: variant, commandVariant: commandVariant, body: body))
  }
  let period = ReadPeriod(start: midnight, end: midnight.advanced(byHours: 24))
  for kind in ReadService.Kind.allCases {
    let period = kind.hasPeriod ? period : nil
    add(kind.rawValue, cv: 1, .read(ReadService(kind, period: period)))
    add(
      kind.rawValue, cv: 2,
      .read(
        ReadService(
          kind, execution: midnight, period: period, credentials: kind.takesCredentials ? [0x30, 0x01, 0x00] : nil)))
  }
  for variant in ScheduledRead.elementNames.keys.sorted() {
    guard
      let read = ScheduledRead(variant: variant, period: nil)
        ?? ScheduledRead(variant: variant, period: .dayBefore), let start = SettlementDate("2026-05-01")
    else { continue }
    add("5.1", .createSchedule(ScheduleDetails(startDate: start, read: read, device: sampleDevice)))
    add(
      "5.1",
      .createSchedule(
        ScheduleDetails(
          frequency: .halfYearly, startDate: start, endDate: start, executionSecond: 3_600, credentials: [1, 2, 3],
          read: read, device: sampleDevice)))
  }
  add("5.2", .readSchedule(.device(sampleDevice)))
  add("5.3", .deleteSchedule(.schedule(1_000_000_000_000)))
  add("8.2", .readInventory(.device(sampleDevice)))
  add("8.2", .readInventory(.meteringPoint("1312345678111")))
  add("8.2", .readInventory(.property("100023336956")))
  add("8.2", .readInventory(.address(postcode: "AB1 2CD", identifier: "1")))
  add(
    "12.2",
    .preNotify(
      DevicePreNotification(
        device: sampleDevice, manufacturer: "AB01", model: "010A030B", type: .electricityMeter,
        smetsVersion: "SMETS V1.58", firmware: "0002012F", electricityVariant: "AD", gasProxy: sampleDevice)))
  add(
    "8.11", cv: 1,
    .changeDeviceLog(
      DeviceLogChange(
        device: sampleDevice,
        addition: .init(
          joinTime: 90, installCode: [UInt8](0..<16),
          points: MeteringPoints(importPoint: "1312345678111", secondaryImport: "1312345678222")))))
  add("8.11", cv: 1, .changeDeviceLog(DeviceLogChange(execution: midnight, device: sampleDevice, addition: nil)))
  add("8.1.1", cv: 4, .commission(ClockSetting(current: midnight, tolerance: 60)))
  add("6.11", cv: 4, .synchroniseClock(ClockSetting(current: midnight, tolerance: 86_400)))
  add("2.2", cv: 1, .topUp("73946144332040217315"))
  add("8.1.1", cv: 5, .signedPreCommand([0xDF, 0x09, 0x01]))
  add("1.1.1", cv: 7, .signedPreCommand([0xDF], execution: midnight))
  add(
    "6.23", cv: 1,
    .replaceSupplier(
      SupplierReplacement(
        execution: midnight, floor: 7, topUpFloor: 8, signing: [1], keyAgreement: [2], topUpKeyAgreement: [3],
        path: [[4], [5], [6]], importPoint: "1312345678333")))
  add(
    "6.23", cv: 1,
    .replaceSupplier(SupplierReplacement(signing: [1], keyAgreement: nil, path: [[4]], importPoint: "1312345678333")))
  return samples
}

/// One of each body.
func sampleResponses() -> [ResponseBody] {
  var bodies: [ResponseBody] = []
  func message(_ variant: String, _ content: ResponseContent) { bodies.append(.message(variant: variant, content)) }
  func alert(_ alert: DCCAlert) { bodies.append(.dccAlert(code: "N1", throttle: AlertThrottle(), alert)) }
  message("4.8.1", .none)
  message("4.8.1", .device([0xDF, 1, 2]))
  message("4.8.1", .scheduled([0xDF, 1, 2], schedule: 7))
  message("5.1", .scheduleID(7))
  if let start = SettlementDate("2026-05-01"), let read = ScheduledRead(variant: "4.8.1", period: .dayBefore) {
    let details = ScheduleDetails(startDate: start, read: read, device: sampleDevice)
    message("5.2", .schedules([NumberedSchedule(id: 1, details: details), NumberedSchedule(id: 2, details: details)]))
  }
  var device = InventoryDevice(
    device: sampleDevice, type: .electricityMeter, status: .commissioned, manufacturer: "AB01", model: "010A030B",
    points: MeteringPoints(importPoint: "1312345678111", export: "1312345678222"))
  device.commissioned = SettlementDate("2026-05-01")
  device.region = "4G North"
  device.connectivity = "Virtual"
  device.smetsVersion = "SMETS V1.58"
  device.firmware = "0002012F"
  device.firmwareStatus = "Active"
  device.certificationStatus = "Active"
  device.electricityVariant = "AD"
  message("8.2", .inventory([device, device]))
  message("1.1.1", .preCommand([0xDF], version: "4.3"))
  message("4.8.1", .localCommand([0xDD]))
  message("1.1.1", .futureDated(alert: 0x8F66, message: [0xDF], instruction: 1, of: 2))
  bodies.append(.deviceAlert(code: 0x8F35, throttle: AlertThrottle(sequence: 3, count: 9), message: [0xDF]))
  let points = MeteringPoints(importPoint: "1312345678111")
  alert(.powerOutage(hub: sampleDevice, start: midnight, point: "1312345678111"))
  alert(.meterIdentity(device: sampleDevice, points: points, electricityVariant: "A"))
  alert(.deviceRemoved(device: sampleDevice))
  alert(.deviceSuspended(device: sampleDevice))
  alert(.deviceRestored(device: sampleDevice))
  alert(.scheduleRemoval(device: sampleDevice, schedule: 7))
  alert(.commandFailure(command: sampleID, schedule: 7, device: sampleDevice))
  alert(.deviceLogUpdated(request: sampleID))
  alert(.supplierChanged(device: sampleDevice, type: .electricityMeter, points: points))
  alert(.supplierChangeFailed(request: sampleID))
  alert(
    .credentialsUpdated(
      device: sampleDevice, role: "Supplier", certificates: [.init(type: "KeyAgreement", hash: [UInt8](0..<20))]))
  for breach in DCCAlert.Breach.allCases { alert(.quarantined(breach, request: sampleID, reference: 12)) }
  return bodies
}
