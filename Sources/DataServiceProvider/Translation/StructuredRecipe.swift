import DUIS
import GBCS

/// Payloads that no template describes: `build NAME` in the table of recipes.
enum StructuredRecipe: String, CaseIterable {
  case tariff, secondaryTariff, prices, readTariff
  case creditMode, prepaymentMode, prepayment, debt
  case voltage, billingCalendar, demandPeriod, subGHz
  case switches, switchNames, switchSchedule, controllerSchedule, controllerState
  case credentials, deviceCertificate, credentialType, credentialRoles, otherDevice, firmware, nothing
  case gasTariff, gasPrepayment

  func content(
    _ body: BodyReading, _ recipe: Recipe, _ profile: DeviceProfile, now: DeviceTime
  ) throws(TranslationFault) -> CompiledCommand.Content {
    switch self {
    case .tariff: .accesses(try TariffReading(body: body).tariff().items(try body.activation()))
    case .secondaryTariff: .accesses(try TariffReading(body: body).secondary().items(try body.activation()))
    case .prices: .accesses(try TariffReading(body: body).prices().items(try body.activation()))
    case .readTariff: .accesses(ElectricityTariff.readItems)
    case .creditMode, .prepaymentMode, .prepayment, .debt: .accesses(try payment(body, recipe, profile))
    case .voltage: .accesses(try VoltageReading(body: body).items())
    case .subGHz: .accesses(try VoltageReading(body: body).subGHz())
    case .billingCalendar, .demandPeriod, .switches, .switchNames, .switchSchedule, .controllerSchedule,
      .controllerState:
      .accesses(try schedule(ScheduleReading(body: body), recipe))
    case .credentials: .credentials(try CredentialReading(body: body).update())
    case .deviceCertificate: .bytes(try CredentialReading(body: body).deviceCertificate())
    case .credentialType: .asn1(try CredentialReading(body: body).credentialType())
    case .credentialRoles: .asn1(CredentialsReport.question(try CredentialReading(body: body).roles()))
    case .otherDevice: .asn1(try CredentialReading(body: body).otherDevice())
    case .firmware: .firmware(try CredentialReading(body: body).imageHash(), try body.activation())
    case .nothing: .asn1(.null)
    case .gasTariff: .gas(try GasTariffReading(body: body, now: now).tariff())
    case .gasPrepayment: .gas(try GasTariffReading(body: body, now: now).prepaymentSettings())
    }
  }

  private func payment(
    _ body: BodyReading, _ recipe: Recipe, _ profile: DeviceProfile
  ) throws(TranslationFault) -> [AccessItem] {
    let reading = PaymentReading(body: body, hasTwoElements: profile.features.contains(.twinElement))
    return switch self {
    case .creditMode: try reading.creditMode()
    case .prepaymentMode: try reading.prepaymentMode()
    case .prepayment: try reading.prepayment(isLater: recipe.features.contains(.later))
    default: try reading.debt()
    }
  }

  private func schedule(_ reading: ScheduleReading, _ recipe: Recipe) throws(TranslationFault) -> [AccessItem] {
    switch self {
    case .billingCalendar: try reading.billingCalendar()
    case .demandPeriod: try reading.demandPeriod()
    case .switchNames: try reading.switchNames()
    case .switchSchedule: try reading.switchSchedule()
    case .controllerSchedule: try reading.controllerSchedule()
    case .controllerState: try reading.controllerState(isLimit: recipe.variant == "7.16")
    default: try reading.switches()
    }
  }
}
