import ArgumentParser
import DCCServer
import DUIS
import DataServiceProvider
import Foundation
import GBCS
import JSONText
import KeyInfrastructure
import SettlementCalendar
import SmartMeteringEstate
import SmartMeteringRules
import SmartMeters
import XMLDocuments

/// `halfhour dcc send`: a request as a user of the estate, and what comes of it.
struct DCCSendCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "send",
    abstract: "Send a signed request to a running emulator as one of its users, and show what comes back.",
    discussion: """
      The request is made from the options, or read from --file (a DUIS request; it is signed if it is not yet). Reads:
      4.1.1, 4.2, 4.6.1, 4.6.2, 4.8.1, 4.8.2, 4.8.3, 4.17, of the day before the emulator's time unless --from and --to say
      otherwise. Schedules: 5.1 with --scheduled 4.8.1, daily; 5.2 and 5.3. Inventory: 8.2. Tariff: 1.1.1 and its prices
      alone 1.2.1 with --tariff, read again by 4.11.1. Logs: 6.13 with --log. Others: 6.11, 7.1 to 7.4, 11.2. Critical ones go
      through a pre-command, which is held against the request, signed and sent again; to a SMETS1 meter they go as command
      variant 1: --variant 1. What is encrypted to the user is decrypted.

      A tariff is a JSON file: {"standing_charge": [4500, -4], "price_scale": -5, "prices": [24500, 9500], "days": [{"name":
      1, "switches": [["00:00", 1], ["00:30", 2], ["04:30", 1]]}], "weeks": [[1, 1, 1, 1, 1, 1, 1]], "seasons": [{"name":
      "all", "from": "2014-01-01", "week": 1}], "special_days": [{"date": "2026-12-25", "day": 1}]}. Charges are whole numbers
      with a power of ten, times are UTC. This one, without the special day, is sent where no file is given: it is invented.

      Exit status: 0 answered, 1 refused or no answer in time, 2 the request cannot be read.
      Example: halfhour dcc send --as supplier --service 4.8.1 --row 3
      """)

  @OptionGroup var connection: DCCConnection

  @Option(name: .customLong("as"), help: "supplier, supplier2, export, network, mdr or other.")
  var user: String = "supplier"

  @Option(help: "The service reference variant.")
  var service: String = "4.8.1"

  @Option(help: "The device, an EUI-64.")
  var device: String?

  @Option(help: "The metering point of the device.")
  var mpan: String?

  @Option(help: "The meter at a row of the estate, from 0.")
  var row: UInt32?

  @Option(help: "The command variant; by default what the service asks for.")
  var variant: Int?

  @Option(help: "The start of the log, UTC.")
  var from: String?

  @Option(help: "The end of the log, UTC; both ends are in it.")
  var to: String?

  @Option(help: "For 5.1: what the schedule reads.")
  var scheduled: String = "4.8.1"

  @Option(help: "For 5.1: its first day; the next day by default.")
  var start: SettlementDate?

  @Option(help: "For 5.2 and 5.3: the number of the schedule.")
  var schedule: UInt64?

  @Option(help: "For 6.23: when the meter shall do it, UTC; at once by default.")
  var at: String?

  @Option(help: "For 1.1.1 and 1.2.1: a tariff as JSON; an invented one by default.", completion: .file())
  var tariff: String?

  @Option(help: "For 1.1.1 and 1.2.1: when the meter shall change, or 3000-12-31T00:00:00Z to take that back.")
  var execute: String?

  @Option(help: "For 6.13: Event, Security, PowerEvent or ALCSEvent.")
  var log: String = "Event"

  @Option(help: "A DUIS request to send as it is, signed first if it is not.", completion: .file())
  var file: String?

  @Option(help: "Seconds to wait for the answer.")
  var wait: Int = 60

  @Flag(help: "Print the documents themselves.")
  var xml = false

  func run() throws {
    try reportingErrors {
      let exchange = try DUISExchange(connection, user: user, showsXML: xml)
      if let file {
        let root = try XMLDocument(Array(try Data(contentsOf: URL(fileURLWithPath: file)))).root()
        var request = try ServiceRequest(root)
        request.signature = nil
        return try exchange.run(request, wait: wait)
      }
      let request = try request(exchange.user, exchange.parties, exchange.time)
      try exchange.run(request, wait: wait)
    }
  }

  private func request(
    _ sender: EstateUser, _ parties: EstateParties, _ time: UTCInstant
  ) throws -> ServiceRequest {
    let user = sender.identifier
    let counter = UInt64(Date().timeIntervalSince1970 * 1_000)
    func make(_ target: EUI64, _ body: ServiceBody, cv: Int) -> ServiceRequest {
      ServiceRequest(
        id: RequestID(originator: user, target: target, counter: counter), commandVariant: variant ?? cv,
        variant: service, body: body)
    }
    let broker = parties.broker.identifier
    if let kind = ReadService.Kind(rawValue: service) {
      return make(try target(), .read(ReadService(kind, period: kind.hasPeriod ? try period(time) : nil)), cv: 1)
    }
    switch service {
    case "5.1":
      guard let tomorrow = time.utcDate?.advanced(by: 1),
        let read = ScheduledRead(variant: scheduled, period: .dayBefore)
          ?? ScheduledRead(variant: scheduled, period: nil)
      else { throw ValidationError("--scheduled: no schedule can read \(scheduled)") }
      let details = ScheduleDetails(startDate: start ?? tomorrow, read: read, device: try target())
      return make(broker, .createSchedule(details), cv: 8)
    case "5.2": return make(broker, .readSchedule(try selection()), cv: 8)
    case "5.3": return make(broker, .deleteSchedule(try selection()), cv: 8)
    case "8.2":
      let query: InventoryQuery = try mpan.map { .meteringPoint($0) } ?? .device(target())
      return make(broker, .readInventory(query), cv: 8)
    case "6.11":
      let clock = ClockSetting(current: time, tolerance: 86_400)
      return make(try target(), .synchroniseClock(clock), cv: 4)
    case "6.23":
      return make(try target(), .replaceSupplier(try replacement(sender.identity, parties)), cv: 1)
    case "1.1.1", "1.2.1": return make(try target(), .other(try tariffBody()), cv: 4)
    case "6.13":
      let period = try period(time)
      let range = Self.element(
        "ReadLogPeriod",
        [
          Self.element("StartDateTime", text: DUISTime.text(period.start)),
          Self.element("EndDateTime", text: DUISTime.text(period.end)),
        ])
      let body = Self.element("ReadEventOrSecurityLog", [range, Self.element("LogToRead", text: log)])
      return make(try target(), .other(body), cv: 1)
    case let name where Self.emptyBodies[name] != nil:
      guard let body = Self.emptyBodies[name] else { throw ValidationError("--service \(service)") }
      return make(try target(), .other(Self.element(body.element)), cv: body.isCritical ? 4 : 1)
    default: throw ValidationError("--service \(service) is not made from options; send it with --file")
    }
  }

  /// The sender's own certificates in the place of the losing supplier's.
  private func replacement(
    _ identity: OrganisationIdentity, _ parties: EstateParties
  ) throws -> SupplierReplacement {
    let device = try target()
    let point = mpan ?? MeterEstate.place(of: device).flatMap { MeterEstate.mpan(row: $0.row)?.description }
    guard let point else { throw ValidationError("--mpan: the import MPAN is wanted") }
    let moment = try at.map { text in
      guard let instant = UTCInstant(text) else { throw ValidationError("--at wants 2026-05-01T00:00:00Z") }
      return instant
    }
    return SupplierReplacement(
      execution: moment, signing: identity.signing.certificate.bytes,
      keyAgreement: identity.keyAgreement.certificate.bytes,
      topUpKeyAgreement: identity.prepaymentKeyAgreement?.certificate.bytes,
      path: [parties.pki.organisations.issuing.certificate.bytes], checksTime: true, importPoint: point)
  }

  /// Services whose body has nothing in it.
  private static let emptyBodies: [String: (element: String, isCritical: Bool)] = [
    "4.11.1": ("ReadTariffPrimaryElement", false), "7.1": ("EnableSupply", true), "7.2": ("DisableSupply", true),
    "7.3": ("ArmSupply", true), "7.4": ("ReadSupplyStatus", false), "11.2": ("ReadFirmwareVersion", false),
  ]

  private static func element(_ name: String, _ elements: [MarkupElement] = [], text: String? = nil) -> MarkupElement {
    MarkupElement(
      prefix: "sr", name, namespace: DUISNamespace.gateway,
      content: text.map { [.text($0)] } ?? elements.map { .element($0) })
  }

  private func tariffBody() throws -> MarkupElement {
    let bytes = try tariff.map { Array(try Data(contentsOf: URL(fileURLWithPath: $0))) }
    let tariff = try TariffFile.tariff(bytes ?? Array(TariffFile.invented.utf8))
    let time = try execute.map { text in
      guard let instant = DUISTime.instant(text) else { throw ValidationError("--execute wants 2026-05-02T00:00:00Z") }
      return DUISTime.text(instant)
    }
    return service == "1.2.1" ? tariff.prices.priceBody(execution: time) : tariff.importTariffBody(execution: time)
  }

  private func selection() throws -> ScheduleSelection { try schedule.map { .schedule($0) } ?? .device(target()) }

  private func period(_ time: UTCInstant) throws -> ReadPeriod {
    func moment(_ text: String?, _ other: UTCInstant, _ name: String) throws -> UTCInstant {
      guard let text else { return other }
      guard let instant = UTCInstant(text) else { throw ValidationError("--\(name) wants 2026-05-01T00:00:00Z") }
      return instant
    }
    let midnight = UTCInstant(secondsSince1970: time.secondsSince1970 / 86_400 * 86_400)
    return ReadPeriod(
      start: try moment(from, midnight.advanced(bySeconds: -86_400 + 1_800), "from"),
      end: try moment(to, midnight, "to"))
  }

  private func target() throws -> EUI64 {
    if let device {
      guard let identifier = EUI64(device) else { throw ValidationError("--device is no EUI-64") }
      return identifier
    }
    if let row { return MeterEstate.identifier(.electricityMeter, row: row) }
    guard let mpan, mpan.allSatisfy({ $0.isASCII && $0.isNumber }) else {
      throw ValidationError("name the device: --device, --mpan or --row")
    }
    let devices = try connection.ask("GET", "/admin/devices?mpan=\(mpan)").elements ?? []
    guard let first = devices.first?.members?.first(where: { $0.key == "device" })?.value.text,
      let identifier = EUI64(first)
    else { throw ValidationError("--mpan: the estate has no device for it") }
    return identifier
  }
}
