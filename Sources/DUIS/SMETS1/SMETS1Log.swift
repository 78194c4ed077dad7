public import SettlementCalendar

/// The half-hourly logs of a SMETS1 electricity meter.
public enum SMETS1Profile: String, Hashable, Sendable, CaseIterable {
  case activeImport = "4.8.1"
  case reactiveImport = "4.8.2"
  case export = "4.8.3"

  /// As many entries as the schema lets an answer have: 397 days of import, 93 of the others.
  public var mostEntries: Int { self == .activeImport ? 19_056 : 4_464 }
}

/// A half-hour of a profile: its end, and watt-hours (varh where reactive).
public struct SMETS1LogEntry: Hashable, Sendable {
  public var time: UTCInstant
  /// Active import with the second element's where there is one; reactive import; or active and reactive export.
  public var values: [Int64]

  public init(time: UTCInstant, values: [Int64]) {
    self.time = time
    self.values = values
  }

  init(_ profile: SMETS1Profile, _ element: MarkupElement) throws(DUISFault) {
    var fields = BodyFields(element, namespace: DUISNamespace.response)
    switch profile {
    case .activeImport:
      time = try fields.required("Timestamp", DUISTime.instant)
      var inner = BodyFields(try fields.requiredElement("Electricity"), namespace: DUISNamespace.response)
      let primary = try inner.required("PrimaryValue") { Int64($0) }
      values = [primary] + (try inner.optional("SecondaryValue") { Int64($0) }.map { [$0] } ?? [])
      try inner.requireEnd()
    case .reactiveImport:
      values = [try fields.required("ReactiveEnergyImportedValue") { Int64($0) }]
      time = try fields.required("Timestamp", DUISTime.instant)
    case .export:
      values = [
        try fields.required("ActiveEnergyExportedValue") { Int64($0) },
        try fields.required("ReactiveEnergyExportedValue") { Int64($0) },
      ]
      time = try fields.required("Timestamp", DUISTime.instant)
    }
    try fields.requireEnd()
  }

  func element(_ profile: SMETS1Profile) -> MarkupElement {
    func value(_ name: String, _ place: Int) -> MarkupElement? {
      values.indices.contains(place) ? .ra(name, text: String(values[place])) : nil
    }
    let time = MarkupElement.ra("Timestamp", text: DUISTime.text(time))
    return switch profile {
    case .activeImport:
      .ra("LogEntry", [time, .ra("Electricity", [value("PrimaryValue", 0), value("SecondaryValue", 1)])])
    case .reactiveImport: .ra("LogEntry", [value("ReactiveEnergyImportedValue", 0), time])
    case .export:
      .ra("LogEntry", [value("ActiveEnergyExportedValue", 0), value("ReactiveEnergyExportedValue", 1), time])
    }
  }
}

/// The registers of a SMETS1 electricity meter at a midnight (4.6.1), in watt-hours.
public struct SMETS1DailyRead: Hashable, Sendable {
  /// A register by its number.
  public struct Register: Hashable, Sendable {
    /// From 1.
    public var index: Int
    public var value: Int64

    public init(index: Int, value: Int64) {
      self.index = index
      self.value = value
    }
  }

  public var time: UTCInstant
  public var total: Int64
  public var secondary: Int64?
  /// Of the second element, at most 4.
  public var secondaryRates: [Register]
  /// Time-of-use registers, at most 48.
  public var rates: [Register]

  public init(
    time: UTCInstant, total: Int64, secondary: Int64? = nil, secondaryRates: [Register] = [], rates: [Register] = []
  ) {
    self.time = time
    self.total = total
    self.secondary = secondary
    self.secondaryRates = secondaryRates
    self.rates = rates
  }

  /// At most as many as the log holds.
  public static let mostEntries = 31

  /// - Returns: `nil` for an entry with block registers, which are not read here.
  static func entry(_ element: MarkupElement) throws(DUISFault) -> SMETS1DailyRead? {
    var fields = BodyFields(element, namespace: DUISNamespace.response)
    let time = try fields.required("Timestamp", DUISTime.instant)
    let electricity = try fields.requiredElement("Electricity")
    try fields.requireEnd()
    guard !electricity.elements.contains(where: { $0.name.hasPrefix("TariffTOUBlock") }) else { return nil }
    var inner = BodyFields(electricity, namespace: DUISNamespace.response)
    let total = try inner.required("ElecActiveImportRegisterConsumption") { Int64($0) }
    let secondary = try inner.optional("SecondaryActiveImportRegisterConsumption") { Int64($0) }
    let seconds = try registers(&inner, "SecondaryTariffTOURegisterMatrixValue", most: 4)
    let rates = try registers(&inner, "TariffTOURegisterMatrixValue", most: 48)
    try inner.requireEnd()
    return SMETS1DailyRead(time: time, total: total, secondary: secondary, secondaryRates: seconds, rates: rates)
  }

  private static func registers(
    _ fields: inout BodyFields, _ name: String, most: Int
  ) throws(DUISFault) -> [Register] {
    var found: [Register] = []
    while let element = fields.element(name) {
      guard found.count < most else { throw .unexpected }
      guard let value = Int64(element.text.trimmed), let index = element.attribute("index").flatMap({ Int($0) }),
        (1...most).contains(index)
      else { throw .unreadable(name) }
      found.append(Register(index: index, value: value))
    }
    return found
  }

  var element: MarkupElement {
    func list(_ name: String, _ registers: [Register]) -> [MarkupElement?] {
      registers.map { register in
        var element = MarkupElement.ra(name, text: String(register.value))
        element.attributes = [.init("index", String(register.index))]
        return element
      }
    }
    return .ra(
      "LogEntry",
      [
        .ra("Timestamp", text: DUISTime.text(time)),
        .ra(
          "Electricity",
          [
            .ra("ElecActiveImportRegisterConsumption", text: String(total)),
            secondary.map { .ra("SecondaryActiveImportRegisterConsumption", text: String($0)) },
          ] + list("SecondaryTariffTOURegisterMatrixValue", secondaryRates)
            + list("TariffTOURegisterMatrixValue", rates)),
      ])
  }
}

extension MarkupElement {
  /// An element of the namespace of answers (MMC) with elements in it; absent ones are left out.
  static func ra(_ name: String, _ elements: [MarkupElement?] = []) -> MarkupElement {
    MarkupElement(
      prefix: "ra", name, namespace: DUISNamespace.response,
      content: elements.compactMap { $0 }.map { Node.element($0) })
  }

  static func ra(_ name: String, text: String) -> MarkupElement {
    MarkupElement(prefix: "ra", name, namespace: DUISNamespace.response, content: [.text(text)])
  }
}
