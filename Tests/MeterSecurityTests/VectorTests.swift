import Foundation
import GBCS
import JSONText
import MessageSecurity
import Testing

/// The reference messages and shared secrets beside the package; `nil` where there are none.
struct Vectors {
  let messages: [String: [UInt8]]
  let secrets: [String: SharedSecretValue]

  static let there: Vectors? = {
    guard let lines = file("data/dcc/gbcs/rtds-4.5.0.jsonl"), let table = file("data/dcc/gbcs/shared-secrets.json"),
      let entries = try? JSONText.parse(Array(table))
    else {
      print("SKIPPED: ../shared/data/dcc/gbcs is not there; set HALFHOUR_SHARED to run the tests on reference messages")
      return nil
    }
    var messages: [String: [UInt8]] = [:]
    for line in lines.split(separator: UInt8(ascii: "\n")) {
      guard let value = try? JSONText.parse(Array(line)), let id = value["id"]?.text,
        let hex = value["hex"]?.text
      else { continue }
      messages[id] = bytes(hexadecimal: hex.utf8)
    }
    var secrets: [String: SharedSecretValue] = [:]
    for member in entries.members ?? [] {
      secrets[member.key] = member.value.text.flatMap { bytes(hexadecimal: $0.utf8) }.flatMap { SharedSecretValue($0) }
    }
    return Vectors(messages: messages, secrets: secrets)
  }()

  static func file(_ path: String) -> Data? {
    if let place = ProcessInfo.processInfo.environment["HALFHOUR_SHARED"] {
      return try? Data(contentsOf: URL(fileURLWithPath: place).appendingPathComponent(path))
    }
    var folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
    while folder.path != "/",
      !FileManager.default.fileExists(atPath: folder.appendingPathComponent("Package.swift").path)
    {
      folder.deleteLastPathComponent()
    }
    return try? Data(contentsOf: folder.deletingLastPathComponent().appendingPathComponent("shared/\(path)"))
  }

  func message(_ id: String) throws -> DeviceMessage { try DeviceMessage(try present(messages[id])) }

  /// What two key agreement keys agree on, in either order.
  func secret(_ a: EUI64, _ b: EUI64) -> SharedSecretValue? {
    let names = [a, b].map { hexText($0.bytes) }
    return secrets[names.joined(separator: "|")] ?? secrets[names.reversed().joined(separator: "|")]
  }
}

@Suite("Commands built like the reference messages", .enabled(if: Vectors.there != nil)) struct VectorTests {
  static let supplier = EUI64(rawValue: 0x90B3_D51F_3001_0000)
  static let network = EUI64(rawValue: 0x90B3_D51F_3002_0000)
  static let broker = EUI64(rawValue: 0x90B3_D51F_3000_0002)
  static let electricity = EUI64(rawValue: 0x00DB_1234_5678_90A0)
  static let gas = EUI64(rawValue: 0x00DB_1234_5678_90A1)
  static let hub = EUI64(rawValue: 0x00DB_1234_5678_90A2)
  static let proxy = EUI64(rawValue: 0x00DB_1234_5678_90A3)

  static func time(_ text: String) -> DeviceTime {
    DeviceTime(dateTime: bytes(hexadecimal: text.utf8) ?? []) ?? DeviceTime(seconds: 0)
  }
  static func period(_ from: UInt32, _ to: UInt32) -> LogPeriod {
    LogPeriod(from: DeviceTime(seconds: from), to: DeviceTime(seconds: to))
  }
  static let decemberDay = LogPeriod(
    from: time("07de0c1fff000000008000ff"), to: time("07df0101ff000000008000ff"))

  static func fromSupplier(_ counter: UInt64, _ device: EUI64) -> CommandAddress {
    CommandAddress(originator: supplier, counter: counter, device: device)
  }
  static func fromNetwork(_ counter: UInt64) -> CommandAddress {
    CommandAddress(originator: network, counter: counter, device: electricity)
  }
  static func fromBroker(_ counter: UInt64, _ party: UInt64, _ device: EUI64) -> CommandAddress {
    CommandAddress(
      broker: broker, counter: counter, for: supplier, partyCounter: party, keyAgreementCertificate: nil,
      device: device)
  }

  static let built: [(String, DeviceMessage)] = [
    (
      "ECS22b_4.8.1_SINGLE_SUCCESS_COMMAND", fromSupplier(0x3EA, electricity).command(.activeImportProfile, decemberDay)
    ),
    ("ECS22b_4.8.1_ERROR_COMMAND", fromSupplier(0x3EC, electricity).command(.activeImportProfile, decemberDay)),
    (
      "ECS21a_4.6.1_SINGLE_SUCCESS_COMMAND",
      fromSupplier(0x3EB, electricity).command(
        .importDailyLog, LogPeriod(from: time("07de0309ff000000008000ff"), to: time("07de030bff000000008000ff")))
    ),
    (
      "ECS66_4.17_SUCCESS_COMMAND",
      fromSupplier(0x3E9, electricity).command(
        .dailyConsumptionLog,
        LogPeriod(from: time("07de0c01ff090000008000ff"), to: time("07de0c05ff0b0500008000ff")))
    ),
    ("ECS17b_4.1.1_SINGLE_SUCCESS_COMMAND", fromSupplier(0x3E8, electricity).command(.importRegisters)),
    ("ECS17a_4.2_SUCCESS_COMMAND", fromNetwork(0x4B0).command(.exportRegisters)),
    (
      "ECS22a_4.8.3_SUCCESS_COMMAND",
      fromNetwork(0x4B1).command(.exportProfile, period(465_471_000, 465_557_400))
    ),
    (
      "ECS22c_4.8.2_ERROR_COMMAND",
      fromSupplier(0x3EB, electricity).command(.reactiveImportProfile, period(465_469_200, 465_555_600))
    ),
    (
      "ECS21c_4.6.2_SUCCESS_COMMAND",
      fromBroker(0x516, 0x3EA, electricity).command(.exportDailyLog, period(470_653_200, 473_385_600))
    ),
    (
      "CS01a_2.2_SUCCESS_COMMAND",
      fromSupplier(0x3_0000_0000, electricity).command(.topUp(digits: "73946144332040217315"))
    ),
    (
      "ECS70_6.11_SUCCESS_COMMAND",
      fromSupplier(0x3E8, electricity).command(
        .synchroniseClock(time("07de0c1fff173b0a008000ff")...time("07df0101ff00000a008000ff")))
    ),
    ("ECS43_7.2_SUCCESS_COMMAND", fromSupplier(0x3E8, electricity).command(.disableSupply)),
    ("ECS44_7.3_SUCCESS_COMMAND", fromSupplier(0x3E8, electricity).command(.armSupply)),
    ("ECS42_7.1_ERROR_COMMAND", fromSupplier(0x3E9, electricity).command(.enableSupply)),
    ("ECS45_7.4_SUCCESS_COMMAND", fromSupplier(0x3E8, electricity).command(.readSupplyState)),
    ("ECS52_11.2_ERROR_COMMAND", fromSupplier(0x3EA, electricity).command(.readFirmwareVersion)),
    (
      "ECS35a_6.13_SUCCESS_COMMAND",
      fromSupplier(0x3E8, electricity).command(.readEventLog(period(473_299_200, 473_385_600)))
    ),
    (
      "CCS01_8.11_SUCCESS_COMMAND",
      fromBroker(0x516, 0x3EA, hub).command(
        .add(device: electricity, linkKey: Array("0123456789ABCDEF".utf8), joinSeconds: 90))
    ),
    ("CCS05CCS04_8.9_SUCCESS_COMMAND", fromBroker(0x514, 0x3E8, hub).command(HubCommand.readDeviceLog)),
    ("GCS13a_4.1.1_SUCCESS_UNRELIABLE_COMMAND", fromSupplier(0x3E9, gas).command(GasRead.registers)),
    ("GCS13a_4.1.1_SUCCESS_RELIABLE_GPF_COMMAND", fromSupplier(0x3E9, proxy).command(GasRead.registers)),
    (
      "GCS17_4.8.1_SUCCESS_COMMAND",
      fromSupplier(0x3EA, gas).command(
        GasRead.profile(GasRead.SampleRange(from: DeviceTime(seconds: 0x1C34_A780), count: 97)))
    ),
    (
      "GCS61_4.17_NOT_FOUND_COMMAND",
      fromSupplier(0x3E9, proxy).command(
        GasRead.dailyConsumption(GasRead.SampleRange(from: DeviceTime(seconds: 0x3A42_9980), count: 11)))
    ),
    (
      "GCS16a_4.6.1_SUCCESS_COMMAND",
      fromSupplier(0x3EC, gas).command(GasRead.dailyLog(period(0x1C34_A784, 0x1E18_7E03)))
    ),
    (
      "CS02aMAC_6.24.1_SUCCESS_COMMAND",
      CommandAddress(
        originator: broker, counter: (try? Vectors.there?.message("CS02aMAC_6.24.1_SUCCESS_COMMAND"))??.counter ?? 0,
        device: electricity
      )
      .credentialsReport(of: [.supplier, .networkOperator])
    ),
  ]

  @Test("the same bytes, MAC included", arguments: built) func sameBytes(_ id: String, _ command: DeviceMessage) throws
  {
    let vectors = try present(Vectors.there)
    let expected = try present(vectors.messages[id])
    var command = command
    // Signatures cannot be made again: they have a random part, and the keys are not published here.
    command.signature = try DeviceMessage(expected).signature
    let secret = try present(vectors.secret(Self.broker, command.recipient))
    #expect(hexText(try command.protected(with: secret).bytes) == hexText(expected))
  }

  @Test(
    "credentials: read into values and written again",
    arguments: [
      "CS02bSupplierByTransCoS_6.23_IMMEDIATE_SUCCESS_COMMAND",
      "CS02bSupplierByTransCoS_6.23_FUTURE_DATED_SUCCESS_COMMAND",
      "CS02bNOByNO_6.15.1_SUCCESS_COMMAND", "CS02bSupplierBySupplier_6.15.1_IMMEDIATE_SUCCESS_COMMAND",
      "CS02bSupplierBySupplier_6.15.1_FUTURE_DATED_SUCCESS_COMMAND", "CS02bACBByACB_8.5_SUCCESS_COMMAND",
      "CS02bWPByWP_NA_SUCCESS_COMMAND", "CS02bAnyExceptAbnormalRootByRecovery_NA_SUCCESS_COMMAND",
    ]) func credentials(_ id: String) throws
  {
    let message = try present(Vectors.there).message(id)
    guard case .asn1(let value) = try message.openedPayload().payload else { throw Absent() }
    let update = try present(CredentialsUpdate(value))
    #expect(update.mode.code == message.code)
    #expect(hexText(try update.payload()) == hexText(message.payload))
  }

  @Test("credentials: the answer has the structure of the reference answer") func credentialsAnswer() throws {
    let vectors = try present(Vectors.there)
    for name in [
      "CS02bSupplierByTransCoS_6.23_IMMEDIATE", "CS02bNOByNO_6.15.1", "CS02bSupplierBySupplier_6.15.1_IMMEDIATE",
      "CS02bACBByACB_8.5", "CS02bWPByWP_NA", "CS02bAnyExceptAbnormalRootByRecovery_NA",
    ] {
      guard case .asn1(let value) = try vectors.message(name + "_SUCCESS_COMMAND").openedPayload().payload,
        let update = CredentialsUpdate(value),
        case .asn1(let answer) = try vectors.message(name + "_SUCCESS_RESPONSE").openedPayload().payload
      else { throw Absent() }
      let nobody = CredentialsUpdate.Outcome.Party(holder: EUI64(rawValue: 0), keyIdentifier: 0)
      let outcomes = update.replacements.map {
        CredentialsUpdate.Outcome(status: 0, cell: $0.cell, before: nobody, after: nobody)
      }
      #expect(Shape(update.answer(outcomes)) == Shape(answer), "\(name)")
    }
  }

  @Test("firmware activation: read into values and written again") func firmware() throws {
    let vectors = try present(Vectors.there)
    for id in [
      "CS06_11.3_FUTURE_DATED_SUCCESS_COMMAND", "CS06_11.3_IMMEDIATE_ERROR_COMMAND",
      "CS06_11.3_CANCELLATION_SUCCESS_COMMAND",
    ] {
      let message = try vectors.message(id)
      guard case .asn1(let value) = try message.openedPayload().payload else { throw Absent() }
      #expect(hexText(try present(FirmwareActivation(value)).payload) == hexText(message.payload), "\(id)")
    }
  }

  /// The identifiers and nesting of a value without its contents.
  indirect enum Shape: Equatable {
    case leaf(UInt8)
    case node(UInt8, [Shape])

    init(_ value: ASN1Value) {
      self = value.elements.map { .node(value.identifier, $0.map(Shape.init)) } ?? .leaf(value.identifier)
    }
  }
}
