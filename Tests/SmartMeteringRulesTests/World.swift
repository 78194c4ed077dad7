import SettlementCalendar
import SmartMeteringRules

/// A street: an import and export meter of each generation, a gas meter, their suppliers, a network, a retriever.
struct World {
  static let supplier = PartyIdentifier(1)
  static let exporter = PartyIdentifier(2)
  static let network = PartyIdentifier(3)
  static let retriever = PartyIdentifier(4)
  static let other = PartyIdentifier(5)
  static let gasSupplier = PartyIdentifier(6)
  static let rival = PartyIdentifier(7)

  static let imported = SupplyPoint(.importElectricity, "import")
  static let exported = SupplyPoint(.exportElectricity, "export")
  static let gas = SupplyPoint(.gas, "gas")

  let access: AccessControl
  var users = UserRegister()
  var registration: RegistrationData

  init() throws {
    access = AccessControl(catalogue: try ServiceCatalogue(), times: try ResponseTimes())
    for (user, role) in [
      (Self.supplier, UserRole.importSupplier), (Self.exporter, .exportSupplier),
      (Self.network, .electricityDistributor),
      (Self.retriever, .meterDataRetriever), (Self.other, .otherUser), (Self.gasSupplier, .gasSupplier),
      (Self.rival, .importSupplier), (Self.rival, .meterDataRetriever),
    ] { users.set(.live, of: user, in: role) }
    let start = try day("2026-01-01")
    registration = RegistrationData([
      RegistrationRecord(Self.imported, role: .importSupplier, user: Self.supplier, from: start),
      RegistrationRecord(Self.exported, role: .exportSupplier, user: Self.exporter, from: start),
      RegistrationRecord(Self.imported, role: .electricityDistributor, user: Self.network, from: start),
      RegistrationRecord(Self.gas, role: .gasSupplier, user: Self.gasSupplier, from: start),
      RegistrationRecord(
        Self.imported, role: .meterDataRetriever, user: Self.retriever, from: try day("2026-03-01"),
        to: try day("2026-09-30")),
      RegistrationRecord(
        Self.exported, role: .meterDataRetriever, user: Self.retriever, from: try day("2026-03-01")),
    ])
  }

  func meter(_ generation: MeterGeneration = .smets2, _ status: DeviceStatus = .commissioned) -> MeteredDevice {
    MeteredDevice(
      kind: .electricityMeter, generation: generation, status: status, supplyPoints: [Self.imported, Self.exported])
  }

  var gasMeter: MeteredDevice {
    MeteredDevice(kind: .gasMeter, generation: .smets2, status: .commissioned, supplyPoints: [Self.gas])
  }

  /// The code of the refusal; `nil` where it is granted.
  func ask(
    _ user: PartyIdentifier, _ role: UserRole, _ variant: ServiceVariant, _ mode: RequestMode = .onDemand,
    at time: String = "2026-05-01T12:00:00Z", of device: MeteredDevice?
  ) throws -> RefusalCode? {
    access.refusal(
      AccessRequest(user: user, role: role, variant: variant, mode: mode, time: try moment(time)), users: users,
      device: device, registration: registration)?.code
  }
}

struct NoSuchDay: Error {}

func day(_ text: String) throws -> SettlementDate {
  guard let date = SettlementDate(text) else { throw NoSuchDay() }
  return date
}

func moment(_ text: String) throws -> UTCInstant {
  guard let instant = UTCInstant(text) else { throw NoSuchDay() }
  return instant
}
