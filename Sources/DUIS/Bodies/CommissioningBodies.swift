public import SettlementCalendar

/// The time that a meter's clock is held against (DUIS 8.1.1 and 6.11).
public struct ClockSetting: Hashable, Sendable {
  public var current: UTCInstant
  /// Seconds, 0 ... 86400.
  public var tolerance: Int

  public init(current: UTCInstant, tolerance: Int) {
    self.current = current
    self.tolerance = tolerance
  }

  init(_ element: MarkupElement) throws(DUISFault) {
    var fields = BodyFields(element)
    current = try fields.required("CurrentDateTime", DUISTime.instant)
    tolerance = try fields.required("TolerancePeriod") { Int($0).flatMap { (0...86_400).contains($0) ? $0 : nil } }
    try fields.requireEnd()
  }

  func element(_ name: String) -> MarkupElement {
    MarkupElement.of(
      name,
      [.of("CurrentDateTime", text: DUISTime.text(current)), .of("TolerancePeriod", text: String(tolerance))])
  }
}

/// The certificates that take the place of a losing supplier's (DUIS 6.23).
public struct SupplierReplacement: Hashable, Sendable {
  public var execution: UTCInstant?
  /// The device takes only commands of the new supplier with a counter above it.
  public var floor: UInt64
  public var topUpFloor: UInt64?
  /// DER.
  public var signing: [UInt8]
  public var keyAgreement: [UInt8]?
  public var topUpKeyAgreement: [UInt8]?
  /// One to three certificates (DER) from the issuer up.
  public var path: [[UInt8]]
  public var checksTime: Bool
  public var importPoint: String

  public init(
    execution: UTCInstant? = nil, floor: UInt64 = 0, topUpFloor: UInt64? = nil, signing: [UInt8],
    keyAgreement: [UInt8]?, topUpKeyAgreement: [UInt8]? = nil, path: [[UInt8]], checksTime: Bool = false,
    importPoint: String
  ) {
    self.execution = execution
    self.floor = floor
    self.topUpFloor = topUpFloor
    self.signing = signing
    self.keyAgreement = keyAgreement
    self.topUpKeyAgreement = topUpKeyAgreement
    self.path = path
    self.checksTime = checksTime
    self.importPoint = importPoint
  }

  init(_ element: MarkupElement) throws(DUISFault) {
    var fields = BodyFields(element)
    execution = try fields.optional("ExecutionDateTime", DUISTime.instant)
    floor = try fields.required("SupplierFloorSeqNumber", Self.floor)
    topUpFloor = try fields.optional("SupplierPrepaymentTopUpFloorSeqNumber", Self.floor)
    var certificates = BodyFields(try fields.requiredElement("SupplierReplacementCertificates"))
    signing = try certificates.required("DigitalSigningCertificate", Base64.decode)
    keyAgreement = try certificates.optional("KeyAgreementCertificate", Base64.decode)
    topUpKeyAgreement = try certificates.optional("KeyAgreementTopUpCertificate", Base64.decode)
    try certificates.requireEnd()
    var chain = BodyFields(try fields.requiredElement("CertificationPathCertificates"))
    path = [try chain.required("Certificate", Base64.decode)]
    while let next = try chain.optional("Certificate", Base64.decode) { path.append(next) }
    guard path.count <= 3 else { throw .unexpected }
    try chain.requireEnd()
    checksTime = try fields.required("ApplyTimeBasedCPVChecks") {
      ["true": true, "1": true, "false": false, "0": false][$0]
    }
    importPoint = try fields.required("ImportMPxN", MeteringPoints.point)
    try fields.requireEnd()
  }

  /// 0 ... 2⁶³ - 1.
  private static func floor(_ text: String) -> UInt64? { UInt64(text).flatMap { $0 <= UInt64(Int64.max) ? $0 : nil } }

  func element(_ name: String) -> MarkupElement {
    MarkupElement.of(
      name,
      [
        .of("ExecutionDateTime", text: execution.map(DUISTime.text)),
        .of("SupplierFloorSeqNumber", text: String(floor)),
        .of("SupplierPrepaymentTopUpFloorSeqNumber", text: topUpFloor.map { String($0) }),
        .of(
          "SupplierReplacementCertificates",
          [
            .of("DigitalSigningCertificate", text: Base64.encode(signing)),
            .of("KeyAgreementCertificate", text: keyAgreement.map(Base64.encode)),
            .of("KeyAgreementTopUpCertificate", text: topUpKeyAgreement.map(Base64.encode)),
          ]),
        .of("CertificationPathCertificates", path.map { .of("Certificate", text: Base64.encode($0)) }),
        .of("ApplyTimeBasedCPVChecks", text: checksTime ? "true" : "false"), .of("ImportMPxN", text: importPoint),
      ])
  }
}
