import JSONText
import SettlementCalendar
import SmartMeteringRules
import Testing

@Suite("Services, their response times and command variants") struct ServiceTableTests {
  static let times = sharedFile("conformance/target-response-times.csv")
  static let services = sharedFile("conformance/mdr-service-requests.csv")
  static let matrixFile = sharedFile("data/dcc/matrix/service-request-matrix.json")

  @Test(
    "the response time of all 11 services, for both role groups, generations and modes",
    .enabled(if: times != nil, "SKIPPED: shared/conformance/target-response-times.csv is not here"))
  func responseTimes() throws {
    var expected: [String: ResponseTimes.Target] = [:]
    for row in rows(try #require(Self.times)) {
      expected[row[0...3].joined(separator: "|")] = Int(row[4]).map(ResponseTimes.Target.seconds) ?? .notAvailable
    }
    let table = try ResponseTimes()
    let today = try day("2026-05-01")
    #expect(table.named == ServiceVariant.ofMeterDataRetriever.sorted())
    var cells = 0
    for variant in table.named {
      for group in ["existing", "mdr"] {
        for generation in MeterGeneration.allCases {
          for mode in RequestMode.allCases {
            let key = "\(variant)|\(group)|\(generation == .smets1 ? 1 : 2)|\(mode.rawValue)"
            let roles =
              group == "mdr" ? [UserRole.meterDataRetriever] : UserRole.allCases.filter { $0 != .meterDataRetriever }
            for role in roles {
              // What the file leaves out (5.x and 8.2 scheduled) is not available.
              #expect(
                table.target(variant, role: role, generation: generation, mode: mode, on: today)
                  == expected[key, default: .notAvailable], "\(key)")
            }
            cells += 1
          }
        }
      }
    }
    #expect(cells == 88)
  }

  @Test(
    "what the retriever may do on demand and by schedule",
    .enabled(if: services != nil, "SKIPPED: shared/conformance/mdr-service-requests.csv is not here"))
  func retriever() throws {
    let catalogue = try ServiceCatalogue()
    let today = try day("2026-05-01")
    let table = rows(try #require(Self.services))
    #expect(table.count == 11)
    for row in table {
      let definition = try #require(catalogue.definition(ServiceVariant(row[0]), on: today))
      #expect(definition.roles.contains(.meterDataRetriever))
      #expect((definition.isOnDemand || definition.kind == .dccOnly) == (row[2] == "yes"), "\(row[0])")
      #expect(definition.isSchedulable == (row[3] == "yes"), "\(row[0])")
    }
  }

  @Test(
    "all services before MP162: kind, dating, schedule, roles",
    .enabled(if: matrixFile != nil, "SKIPPED: shared/data/dcc/matrix/service-request-matrix.json is not here"))
  func matrix() throws {
    let catalogue = try ServiceCatalogue()
    let before = try day("2024-06-26")
    let rows = try JSONText.parse(Array(try #require(Self.matrixFile))).elements ?? []
    #expect(rows.count == 129 && catalogue.all(on: before).count == 129)
    for row in rows {
      func text(_ name: String) -> String { row[name]?.text ?? "" }
      let definition = try #require(catalogue.definition(ServiceVariant(text("Service Reference Variant")), on: before))
      #expect((definition.kind == .critical) == (text("Critical") == "Yes"))
      #expect((definition.kind == .dccOnly) == (text("Non-Device Request") == "Yes"))
      #expect(definition.isOnDemand == (text("On Demand") == "Yes"))
      #expect(definition.isSchedulable == (text("DCC Scheduled") == "Yes"))
      let dating: [String: ServiceDefinition.FutureDating] = [
        "No": .none, "DSP": .dsp, "Device": .device, "DSP & Device": .both,
      ]
      #expect(definition.futureDating == dating[text("Future Dated Response Pattern")])
      let roles = (row["Eligible User Roles"]?.elements ?? []).compactMap { $0.text.flatMap(UserRole.init(rawValue:)) }
      #expect(definition.roles == Set(roles), "\(definition.variant)")
    }
  }

  @Test("command variants and addresses") func commandVariants() throws {
    let catalogue = try ServiceCatalogue()
    let today = try day("2026-05-01")
    let allowed: [(ServiceVariant, [Int])] = [
      ("4.8.1", [1, 2, 3]), ("1.1.1", [4, 5, 6, 7]), ("5.1", [8]), ("8.1.1", [4, 5]), ("8.5", [1]),
    ]
    for (variant, numbers) in allowed {
      let definition = try #require(catalogue.definition(variant, on: today))
      for number in 0...10 {
        for port in ServicePort.allCases {
          let refusal = CommandVariantRules.refusal(number, of: definition, at: port)
          if !numbers.contains(number) {
            #expect(refusal == .commandVariant)
          } else {
            #expect(refusal == (CommandVariantRules.port(number) == port ? nil : .wrongAddress))
          }
        }
      }
    }
    let ports: [ServicePort] = [
      .sendCommand, .nonDevice, .sendCommand, .transform, .sendCommand, .nonDevice, .sendCommand, .nonDevice,
    ]
    #expect((1...8).map { CommandVariantRules.port($0) } == ports)
  }
}
