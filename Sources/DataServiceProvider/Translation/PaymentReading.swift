import DUIS
import GBCS

/// Reads modes of payment, prepayment settings and debts of electricity (DUIS 1.6, 2.1, 2.3).
struct PaymentReading {
  let body: BodyReading
  /// A meter with two elements charges for the second one as well.
  let hasTwoElements: Bool

  private static let account = OBISCode(0, 1, 19, 0, 0, 255)
  private static let disablement = OBISCode(0, 0, 94, 44, 128, 22)

  private static func item(_ b: UInt8, _ c: UInt8) -> OBISCode { OBISCode(0, 0, 19, b, c, 255) }

  /// One line of which charge a credit pays for. - Parameter stays: also while the supply is off for want of credit.
  private static func line(_ credit: UInt8, _ charge: UInt8, stays: Bool = true) -> DLMSValue {
    .structure([
      .octetString(item(10, credit).bytes), .octetString(item(20, charge).bytes),
      ScheduleReading.bits([true, true, stays]),
    ])
  }

  /// 1.6, credit: meter balance pays consumption and standing charge.
  func creditMode() throws(TranslationFault) -> [AccessItem] {
    let when = try body.activation().value
    let lines = [Self.line(0, 0), Self.line(0, 4)] + (hasTwoElements ? [Self.line(0, 5)] : [])
    return [
      .set(111, Self.account, 2, .structure([.enumerated(1), .enumerated(1)])),
      .set(111, Self.account, 11, .array(lines)), .set(111, Self.account, 13, when),
    ]
  }

  /// 1.6, prepayment: credits 0 balance, 1 emergency, 2 accumulated; charges 0 consumption, 1 and 2 debts by time,
  /// 3 debt by payment, 4 standing charge, 5 second element.
  func prepaymentMode() throws(TranslationFault) -> [AccessItem] {
    let mode = BodyReading(element: try body.required("Prepayment"))
    let stays = try mode.text("SuspendDebtDisabled") == "false"
    guard try mode.text("SuspendDebtEmergency") == "true" else {
      throw .unsupported("debt that is collected from emergency credit")
    }
    let when = try body.activation().value
    var lines = [
      Self.line(0, 0), Self.line(0, 4), Self.line(0, 1, stays: stays), Self.line(0, 2, stays: stays), Self.line(0, 3),
      Self.line(1, 3), Self.line(1, 0), Self.line(1, 4), Self.line(1, 1, stays: stays), Self.line(1, 2, stays: stays),
      Self.line(2, 4), Self.line(2, 1), Self.line(2, 2),
    ]
    if hasTwoElements { lines += [Self.line(0, 5), Self.line(1, 5)] }
    return [
      .set(111, Self.account, 2, .structure([.enumerated(2), .enumerated(1)])),
      .set(9_000, Self.disablement, 4, .doubleLong(try mode.number("DisablementThreshold"))),
      .set(111, Self.account, 11, .array(lines)), .set(9_000, Self.disablement, 6, when),
      .set(111, Self.account, 13, when),
    ]
  }

  /// 2.1. - Parameter isLater: the later use case writes the largest balance to be activated, as all others.
  func prepayment(isLater: Bool) throws(TranslationFault) -> [AccessItem] {
    let settings = BodyReading(element: try body.required("UpdatePrepayConfigElectricity"))
    let calendar = BodyReading(element: try settings.required("ElectricityNonDisablementCalendar"))
    let (days, schedule) = try ScheduleReading(body: body).nonDisablement(calendar)
    let when = try body.activation().value
    func place(_ e: UInt8, _ f: UInt8) -> OBISCode { OBISCode(0, 0, 94, 44, e, f) }
    func money(_ name: String) throws(TranslationFault) -> DLMSValue { .doubleLong(try settings.number(name)) }
    let weekSeconds: Int32 = 604_800
    var items: [AccessItem] = [
      .set(11, OBISCode(0, 1, 11, 0, 2, 255), 2, days),
      .set(9_000, place(2, 20), isLater ? 4 : 2, try money("MaxMeterBalance")),
      .set(9_000, place(2, 10), 4, try money("MaxCreditThreshold")),
      .set(10, OBISCode(0, 1, 12, 0, 1, 255), 2, schedule),
      .set(9_000, place(128, 12), 4, .longUnsigned(try settings.number("DebtRecoveryRateCap"))),
      .set(9_000, place(128, 13), 4, .doubleLong(weekSeconds)),
      .set(9_000, place(128, 9), 4, try money("LowCreditThreshold")),
      .set(9_000, place(128, 2), 4, try money("EmergencyCreditLimit")), .set(9_000, place(128, 31), 6, when),
      .set(9_000, place(128, 3), 4, try money("EmergencyCreditThreshold")),
    ]
    items += [(2, 20), (2, 10), (128, 12), (128, 13), (128, 9), (128, 2), (128, 3), (128, 28)].map {
      .set(9_000, place($0.0, $0.1), 6, when)
    }
    return items
  }

  /// 2.3: what is owed, and how it is taken.
  func debt() throws(TranslationFault) -> [AccessItem] {
    func recovery(_ number: Int) throws(TranslationFault) -> (rate: DLMSValue, period: DLMSValue) {
      let path = "ElecDebtRecovery\(number)"
      let seconds: UInt32 = try body.text(path + "/DebtRecoveryRatePeriod") == "DAILY" ? 86_400 : 3_600
      let rate = TariffPrices.charge(
        scale: 0, try body.number(path + "/DebtRecoveryRatePriceScale"), (0, OBISCode(0, 0, 0, 0, 0, 0), 0),
        [([], try body.number(path + "/DebtRecoveryRate"))])
      return (rate, .doubleLongUnsigned(seconds))
    }
    let (first, second) = (try recovery(1), try recovery(2))
    return [
      .set(113, Self.item(20, 1), 6, first.rate), .set(113, Self.item(20, 2), 6, second.rate),
      .set(113, Self.item(20, 3), 13, .longUnsigned(try body.number("DebtRecoveryPerPayment"))),
      .set(113, Self.item(20, 1), 8, first.period), .set(113, Self.item(20, 2), 8, second.period),
      .action(113, Self.item(20, 1), 2, .integer(0)), .action(113, Self.item(20, 2), 2, .integer(0)),
      .action(113, Self.item(20, 3), 4, .doubleLong(try body.number("PaymentDebtRegister"))),
      .action(113, Self.item(20, 1), 4, .doubleLong(try body.number("TimeDebtRegister1"))),
      .action(113, Self.item(20, 2), 4, .doubleLong(try body.number("TimeDebtRegister2"))),
    ]
  }
}
