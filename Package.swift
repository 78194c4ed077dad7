// swift-tools-version: 6.2
import PackageDescription

// The house. A target may use targets of lower rings, and those beside it that it names; the build refuses the rest
// (--explicit-target-dependency-import-check error), and ArchitectureTests hold this table against the imports.
//
// HALFHOUR_ONLY=pure leaves out rings 4 and 5 with all packages: the engine and its tests build alone, in a minute.
// HALFHOUR_ONLY=SettlementTests,Billing keeps those targets and what they need, so that work on one room builds one room.
// Use a --scratch-path of its own with either: another set of targets is another build.
let only = Context.environment["HALFHOUR_ONLY"].map { $0.split(separator: ",").map(String.init) } ?? []

let settings: [SwiftSetting] = [.swiftLanguageMode(.v6), .enableUpcomingFeature("ExistentialAny")]

func module(_ name: String, _ dependencies: [Target.Dependency] = [], resources: [Resource]? = nil) -> Target {
  .target(name: name, dependencies: dependencies, resources: resources, swiftSettings: settings)
}

func tests(_ name: String, _ dependencies: [Target.Dependency], exclude: [String] = []) -> Target {
  .testTarget(name: name, dependencies: dependencies, exclude: exclude, swiftSettings: settings)
}

let values: [Target.Dependency] = ["Quantities", "SettlementCalendar", "MarketIdentifiers", "Findings"]

let pureTargets: [Target] = [
  // Ring 0: values.
  module("Quantities"),
  module("SettlementCalendar"),
  module("MarketIdentifiers"),
  module("Findings"),

  // Ring 1: domain.
  module("MarketRegistration", values),
  module("Metering", values),
  module("Readings", values),
  .target(name: "CReadingKernels"),
  module("ReadingBlocks", values + ["CReadingKernels"]),
  module("Rulebooks", values, resources: [.embedInCode("Packs")]),
  module("ReadingValidation", values + ["MarketRegistration", "Metering", "Readings", "Rulebooks"]),
  module("Aggregation", values + ["MarketRegistration", "ReadingValidation", "Rulebooks"]),
  module("Accounting", values),
  module("Settlement", values + ["Accounting", "Aggregation", "Rulebooks"]),
  module("Billing", values + ["Accounting", "Readings", "Rulebooks"]),

  module("FundsAdministration", values + ["Accounting", "Rulebooks"]),
  module("CreditCover", values + ["Rulebooks"]),
  module("TradingDisputes", values + ["Rulebooks"]),

  module("BalancingMechanism", values),
  module("ImbalancePricing", values + ["BalancingMechanism"], resources: [.embedInCode("Packs")]),
  module("TradingCharges", values + ["BalancingMechanism"], resources: [.embedInCode("Packs")]),

  module("SmartMeteringRules", values + ["Rulebooks"], resources: [.embedInCode("Packs")]),

  // Ring 2: formats.
  module("WireFormat", values),
  .target(name: "CSimdJSON", linkerSettings: [.linkedLibrary("simdjson"), .linkedLibrary("stdc++")]),
  module("JSONText", ["CSimdJSON", "Quantities"]),
  .target(name: "CIngestKernels", linkerSettings: [.linkedLibrary("simdjson"), .linkedLibrary("stdc++")]),
  module("ParquetFiles"),
  module("ReadingArrivals", values + ["CIngestKernels", "JSONText", "ReadingBlocks", "WireFormat"]),
  module("MeterDataFiles", values + ["Readings", "WireFormat", "JSONText"]),
  module("DTCFlows", values + ["Aggregation", "Metering", "Readings", "WireFormat"]),
  module(
    "PublicData",
    values + ["BalancingMechanism", "ImbalancePricing", "Settlement", "Rulebooks", "WireFormat", "JSONText"]),
  module(
    "PortfolioFiles",
    values + [
      "Aggregation", "Billing", "CreditCover", "DUIS", "GBCS", "JSONText", "MarketRegistration", "Readings",
      "Rulebooks", "Settlement", "WireFormat",
    ]),
  module("TradingTables", values + ["BalancingMechanism", "TradingCharges", "WireFormat"]),
  module("PaymentFiles", values + ["Accounting", "Billing", "WireFormat"]),
  module("SettlementReports", values + ["BalancingMechanism", "TradingCharges", "WireFormat"]),
  module("GBCS"),
  module("DUIS", ["GBCS", "SettlementCalendar"]),

  // Ring 3: processes.
  module("DataServiceProvider", ["DUIS", "GBCS", "SettlementCalendar", "SmartMeteringRules"]),
  module(
    "MarketSimulator",
    values + [
      "Accounting", "BalancingMechanism", "CreditCover", "FundsAdministration", "Rulebooks", "TradingCharges",
      "TradingDisputes",
    ]),
  module(
    "EstateSimulator",
    values + ["CReadingKernels", "MarketRegistration", "PortfolioFiles", "ReadingBlocks", "Readings", "Settlement"]),
  module("SmartMeters", values + ["EstateSimulator", "GBCS", "Readings"]),
  module(
    "Operations",
    values + [
      "Accounting", "Aggregation", "Billing", "DTCFlows", "JSONText", "MarketRegistration", "MeterDataFiles",
      "Metering", "PaymentFiles", "PortfolioFiles", "PublicData", "ReadingValidation", "Readings", "Rulebooks",
      "Settlement",
      "SettlementReports",
      "WireFormat",
    ]),
]

let outerTargets: [Target] = [
  // Ring 2, with the one exception that the house grants: it may use swift-crypto and the ASN.1 reader that comes with it.
  module(
    "MessageSecurity",
    ["GBCS", .product(name: "Crypto", package: "swift-crypto"), .product(name: "SwiftASN1", package: "swift-asn1")]),
  module(
    "KeyInfrastructure",
    values + [
      "GBCS", "MessageSecurity", .product(name: "Crypto", package: "swift-crypto"),
      .product(name: "SwiftASN1", package: "swift-asn1"),
    ]),
  // Ring 3 over it.
  module("DCCConformance", ["DUIS", "DataServiceProvider", "GBCS", "JSONText", "MessageSecurity"]),
  module(
    "SmartMeteringEstate",
    [
      "DUIS", "DataServiceProvider", "EstateSimulator", "GBCS", "KeyInfrastructure", "MarketIdentifiers",
      "MessageSecurity", "MeterSecurity", "SettlementCalendar", "SmartMeteringRules", "SmartMeters",
      .product(name: "Crypto", package: "swift-crypto"),
    ]),
  module(
    "MeterSecurity",
    [
      "GBCS", "KeyInfrastructure", "MessageSecurity", "SettlementCalendar", "SmartMeters",
      .product(name: "Crypto", package: "swift-crypto"),
    ]),

  // Ring 4: adapters.
  .systemLibrary(name: "CZlib", pkgConfig: "zlib", providers: [.apt(["zlib1g-dev"])]),
  .systemLibrary(name: "CLibxml2", pkgConfig: "libxml-2.0", providers: [.apt(["libxml2-dev"])]),
  module(
    "XMLDocuments",
    ["CLibxml2", "DUIS", "MessageSecurity", .product(name: "Crypto", package: "swift-crypto")]),
  .systemLibrary(name: "CLibzip", pkgConfig: "libzip", providers: [.apt(["libzip-dev"])]),
  module("InputFiles", ["Findings", "CZlib", "CLibzip", .product(name: "Crypto", package: "swift-crypto")]),
  .target(name: "CFileSystem"),
  module("ReadingsStore", values + ["Readings", "Operations", "CFileSystem", "CZlib"]),
  module("ReadingBlockStore", values + ["EstateSimulator", "ReadingBlocks"]),
  .systemLibrary(name: "CZstd", pkgConfig: "libzstd", providers: [.apt(["libzstd-dev"])]),
  .systemLibrary(name: "CSnappy", providers: [.apt(["libsnappy-dev"])]),
  module(
    "NationalIngest",
    values + [
      "Aggregation", "CSnappy", "CZlib", "CZstd", "DTCFlows", "MarketRegistration", "ParquetFiles", "ReadingArrivals",
      "ReadingBlockStore", "ReadingBlocks", .product(name: "Crypto", package: "swift-crypto"),
    ]),
  module(
    "OperationsDatabase",
    values + [
      "Accounting", "Aggregation", "Billing", "MarketRegistration", "Metering", "Operations", "Readings",
      "ReadingsStore", "Settlement", .product(name: "GRDB", package: "GRDB.swift"),
    ]),

  // Ring 5: interfaces.
  module(
    "DCCServer",
    [
      "DUIS", "DataServiceProvider", "GBCS", "JSONText", "KeyInfrastructure", "MessageSecurity", "SettlementCalendar",
      "SmartMeteringEstate", "SmartMeteringRules", "SmartMeters", "XMLDocuments",
      .product(name: "Crypto", package: "swift-crypto"), .product(name: "Hummingbird", package: "hummingbird"),
      .product(name: "HummingbirdTLS", package: "hummingbird"),
      .product(name: "HummingbirdCore", package: "hummingbird"),
      .product(name: "NIOSSL", package: "swift-nio-ssl"),
      .product(name: "AsyncHTTPClient", package: "async-http-client"),
    ]),
  module(
    "Reports",
    values + [
      "Accounting", "Aggregation", "Billing", "JSONText", "Operations", "ReadingValidation", "Rulebooks", "Settlement",
      .product(name: "Mustache", package: "swift-mustache"),
    ]),
  module(
    "CommandLineInterface",
    values + [
      "Accounting", "Aggregation", "BalancingMechanism", "Billing", "CreditCover", "DCCConformance", "DCCServer",
      "DTCFlows", "DUIS", "DataServiceProvider", "EstateSimulator", "FundsAdministration", "GBCS", "ImbalancePricing",
      "InputFiles", "JSONText", "KeyInfrastructure", "MarketRegistration", "MarketSimulator", "MessageSecurity",
      "MeterDataFiles", "MeterSecurity", "NationalIngest", "Operations", "OperationsDatabase", "PaymentFiles",
      "PortfolioFiles", "PublicData", "ReadingArrivals", "ReadingBlockStore", "ReadingValidation", "Readings",
      "ReadingsStore", "Reports", "Rulebooks", "Settlement", "SettlementReports", "SmartMeteringEstate",
      "SmartMeteringRules", "SmartMeters", "TradingCharges", "TradingTables", "WireFormat", "XMLDocuments",
      .product(name: "ArgumentParser", package: "swift-argument-parser"),
      .product(name: "Crypto", package: "swift-crypto"),
    ]),
  .executableTarget(name: "halfhour", dependencies: ["CommandLineInterface"], swiftSettings: settings),
]

let pureTests: [Target] = [
  tests("SmartMeteringRulesTests", values + ["JSONText", "SmartMeteringRules"]),
  tests("BalancingMechanismTests", values + ["BalancingMechanism"]),
  tests("ImbalancePricingTests", values + ["BalancingMechanism", "ImbalancePricing"]),
  tests("TradingTablesTests", values + ["TradingCharges", "TradingTables"]),
  tests("TradingChargesTests", values + ["BalancingMechanism", "TradingCharges"]),
  tests("MarketRegistrationTests", values + ["MarketRegistration"]),
  tests("ReadingsTests", values + ["Readings"]),
  tests(
    "ReadingValidationTests", values + ["MarketRegistration", "Metering", "ReadingValidation", "Readings", "Rulebooks"]),
  tests(
    "AggregationTests",
    values + ["Aggregation", "MarketRegistration", "ReadingValidation", "Readings", "Rulebooks"]),
  tests("AccountingTests", values + ["Accounting"]),
  tests("SettlementTests", values + ["Accounting", "Aggregation", "MarketRegistration", "Settlement"]),
  tests("FundsAdministrationTests", values + ["Accounting", "FundsAdministration", "Rulebooks"]),
  tests("CreditCoverTests", values + ["CreditCover", "Rulebooks"]),
  tests(
    "MarketSimulatorTests",
    values + ["CreditCover", "FundsAdministration", "MarketSimulator", "Rulebooks", "TradingDisputes"]),
  tests("TradingDisputesTests", values + ["Rulebooks", "TradingDisputes"]),
  tests("DTCFlowsTests", values + ["Aggregation", "DTCFlows", "Metering", "Readings", "WireFormat"]),
  tests(
    "PublicDataTests",
    values + ["BalancingMechanism", "ImbalancePricing", "JSONText", "PublicData", "Settlement", "WireFormat"]),
  tests("BillingTests", values + ["Accounting", "Billing", "Rulebooks"]),
  tests("PaymentFilesTests", values + ["Accounting", "Billing", "PaymentFiles", "Rulebooks"]),
  tests("MeterDataFilesTests", values + ["MeterDataFiles", "Readings", "WireFormat"]),
  tests("GBCSTests", ["GBCS", "JSONText"]),
  tests(
    "DataServiceProviderTests", ["DataServiceProvider", "DUIS", "GBCS", "SettlementCalendar", "SmartMeteringRules"]),
  tests("DUISTests", ["DUIS", "GBCS", "SettlementCalendar"]),
  tests("SmartMetersTests", values + ["EstateSimulator", "GBCS", "Readings", "SmartMeters"]),
  tests(
    "SettlementReportsTests",
    values + ["BalancingMechanism", "SettlementReports", "TradingCharges", "WireFormat"]),
  tests("JSONTextTests", ["JSONText", "Quantities"]),
  tests("ParquetFilesTests", ["ParquetFiles"]),
  tests("ReadingArrivalsTests", values + ["ReadingArrivals", "ReadingBlocks"]),
  tests("ReadingBlocksTests", values + ["EstateSimulator", "ReadingBlocks"]),
  tests("QuantitiesTests", ["Quantities"]),
  tests("SettlementCalendarTests", ["SettlementCalendar"]),
  tests("MarketIdentifiersTests", ["MarketIdentifiers"]),
  tests("FindingsTests", ["Findings"]),
  tests("RulebooksTests", values + ["Rulebooks"]),
  tests("ArchitectureTests", []),
  tests(
    "OperationsTests",
    values + [
      "Accounting", "Aggregation", "Billing", "JSONText", "MarketRegistration", "Operations", "PaymentFiles",
      "PortfolioFiles",
      "ReadingValidation", "Readings", "Rulebooks", "Settlement",
      "SettlementReports",
    ]),
  tests(
    "PortfolioFilesTests",
    values + [
      "Aggregation", "Billing", "DUIS", "GBCS", "MarketRegistration", "PortfolioFiles", "Readings", "Rulebooks",
      "Settlement", "WireFormat",
    ]),
  tests(
    "EstateSimulatorTests",
    values + ["EstateSimulator", "MarketRegistration", "PortfolioFiles", "Readings", "Settlement", "WireFormat"]),
]

let outerTests: [Target] = [
  tests(
    "MeterSecurityTests",
    values + [
      "EstateSimulator", "GBCS", "JSONText", "KeyInfrastructure", "MessageSecurity", "MeterSecurity", "Readings",
      "SmartMeters",
      .product(name: "Crypto", package: "swift-crypto"),
    ]),
  tests(
    "SmartMeteringEstateTests",
    [
      "DUIS", "DataServiceProvider", "GBCS", "MeterSecurity", "SettlementCalendar", "SmartMeteringEstate",
      "SmartMeteringRules", "SmartMeters",
    ]),
  tests("DCCConformanceTests", ["DCCConformance", "DUIS", "GBCS", "JSONText", "MessageSecurity"]),
  tests(
    "XMLDocumentsTests",
    [
      "DUIS", "GBCS", "MessageSecurity", "SettlementCalendar", "XMLDocuments",
      .product(name: "Crypto", package: "swift-crypto"),
    ]),
  tests(
    "MessageSecurityTests", ["GBCS", "MessageSecurity", .product(name: "Crypto", package: "swift-crypto")]),
  tests(
    "KeyInfrastructureTests",
    values + ["GBCS", "KeyInfrastructure", "MessageSecurity", .product(name: "Crypto", package: "swift-crypto")]),
  tests(
    "DCCServerTests",
    [
      "DCCServer", "DUIS", "DataServiceProvider", "GBCS", "SettlementCalendar", "SmartMeteringEstate",
      "SmartMeteringRules", "SmartMeters", "XMLDocuments",
    ]),
  tests(
    "ChainTests",
    values + [
      "Aggregation", "MarketRegistration", "NationalIngest", "Operations", "OperationsDatabase", "ReadingBlockStore",
      "Readings", "halfhour",
    ]),
  tests("InputFilesTests", ["InputFiles", "Findings", "CZlib", "CLibzip"]),
  tests(
    "NationalIngestTests",
    values + [
      "Aggregation", "EstateSimulator", "MarketRegistration", "NationalIngest", "ParquetFiles", "ReadingArrivals",
      "ReadingBlockStore", "ReadingBlocks", "Rulebooks",
      .product(name: "Crypto", package: "swift-crypto"),
    ]),
  tests("ReadingBlockStoreTests", values + ["EstateSimulator", "ReadingBlockStore", "ReadingBlocks"]),
  tests("ReadingsStoreTests", values + ["Operations", "Readings", "ReadingsStore"]),
  tests(
    "StoreContractTests",
    values + [
      "Accounting", "Aggregation", "Billing", "MarketRegistration", "Metering", "Operations", "OperationsDatabase",
      "Readings", "ReadingsStore", "Settlement", .product(name: "GRDB", package: "GRDB.swift"),
    ]),
  tests(
    "CommandLineInterfaceTests",
    [
      "CommandLineInterface", "DCCConformance", "DUIS", "DataServiceProvider", "GBCS", "MessageSecurity", "Rulebooks",
      "SettlementCalendar", "XMLDocuments",
      .product(name: "ArgumentParser", package: "swift-argument-parser"),
    ]),
  tests(
    "ReportsTests",
    values + [
      "Accounting", "Aggregation", "Billing", "JSONText", "Operations", "PortfolioFiles", "ReadingValidation",
      "Reports",
      "Rulebooks", "Settlement",
    ]),
]

/// What a target needs, targets and packages, by name.
func needs(_ target: Target) -> [String] {
  target.dependencies.map {
    switch $0 {
    case .targetItem(let name, _), .byNameItem(let name, _): name
    case .productItem(let name, let package, _, _): package ?? name
    @unknown default: ""
    }
  }
}

/// The targets of these names, with all that they need.
func closure(of chosen: [String], in all: [Target]) -> [Target] {
  var names = Set(chosen)
  var before = 0
  while names.count > before {
    before = names.count
    for target in all where names.contains(target.name) { names.formUnion(needs(target)) }
  }
  return all.filter { names.contains($0.name) }
}

/// Tools/fuzz builds this alone, with libFuzzer; no other build has it.
let fuzzers: [Target] =
  Context.environment["HALFHOUR_FUZZ"] == nil
  ? []
  : [
    .executableTarget(
      name: "ParserFuzzer",
      dependencies: [
        "DUIS", "GBCS", "KeyInfrastructure", "MarketIdentifiers", "MessageSecurity", "ReadingArrivals", "ReadingBlocks",
        "SettlementCalendar", "XMLDocuments", .product(name: "Crypto", package: "swift-crypto"),
      ], path: "Tools/ParserFuzzer", swiftSettings: settings)
  ]

let house = fuzzers + pureTargets + pureTests + (only == ["pure"] ? [] : outerTargets + outerTests)
let targets = only.isEmpty || only == ["pure"] ? house : closure(of: only, in: house)
let packagesNeeded = Set(targets.flatMap(needs))

let packages: [(name: String, dependency: Package.Dependency)] = [
  (
    "swift-argument-parser",
    .package(url: "https://github.com/apple/swift-argument-parser", .upToNextMinor(from: "1.8.2"))
  ),
  ("swift-crypto", .package(url: "https://github.com/apple/swift-crypto", .upToNextMinor(from: "4.5.2"))),
  (
    "hummingbird",
    .package(url: "https://github.com/hummingbird-project/hummingbird", .upToNextMinor(from: "2.28.1"))
  ),
  ("swift-nio-ssl", .package(url: "https://github.com/apple/swift-nio-ssl", .upToNextMinor(from: "2.37.6"))),
  (
    "async-http-client",
    .package(url: "https://github.com/swift-server/async-http-client", .upToNextMinor(from: "1.37.0"))
  ),
  ("swift-asn1", .package(url: "https://github.com/apple/swift-asn1", .upToNextMinor(from: "1.7.4"))),
  ("GRDB.swift", .package(url: "https://github.com/groue/GRDB.swift", .upToNextMinor(from: "7.10.0"))),
  (
    "swift-mustache",
    .package(url: "https://github.com/hummingbird-project/swift-mustache", .upToNextMinor(from: "2.1.1"))
  ),
]

let package = Package(
  name: "halfhour",
  products: targets.contains { $0.name == "halfhour" } ? [.executable(name: "halfhour", targets: ["halfhour"])] : [],
  dependencies: packages.filter { packagesNeeded.contains($0.name) }.map(\.dependency),
  targets: targets,
  cxxLanguageStandard: .cxx17
)
