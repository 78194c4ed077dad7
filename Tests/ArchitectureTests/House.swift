import Foundation

/// One Swift file of one module.
struct SourceFile {
  let module: String
  /// Its path from the package's root.
  let path: String
  let text: CodeText

  init(module: String, path: String, _ source: String) {
    self.module = module
    self.path = path
    text = CodeText(source)
  }
}

/// The rings, the manifest and the sources of the package: what the rules are held against.
struct House {
  /// Which ring each module is of. A module that is not here is refused.
  static let rings: [(ring: Int, modules: [String])] = [
    (0, ["Quantities", "SettlementCalendar", "MarketIdentifiers", "Findings"]),
    (
      1,
      [
        "MarketRegistration", "Metering", "Readings", "CReadingKernels", "ReadingBlocks", "Rulebooks",
        "ReadingValidation", "Aggregation", "Accounting", "Settlement", "Billing", "BalancingMechanism",
        "ImbalancePricing",
        "TradingCharges",
        "FundsAdministration",
        "CreditCover",
        "TradingDisputes",
        "SmartMeteringRules",
      ]
    ),
    (
      2,
      [
        "WireFormat",
        "CSimdJSON",
        "JSONText",
        "MeterDataFiles",
        "DTCFlows",
        "PublicData",
        "PortfolioFiles",
        "PaymentFiles",
        "TradingTables",
        "SettlementReports",
        "GBCS",
        "DUIS",
        "MessageSecurity",
        "KeyInfrastructure",
        "CIngestKernels",
        "ParquetFiles",
        "ReadingArrivals",
      ]
    ),
    (
      3,
      [
        "EstateSimulator",
        "Operations",
        "DCCConformance",
        "SmartMeters",
        "MeterSecurity",
        "DataServiceProvider",
        "SmartMeteringEstate",
        "MarketSimulator",
      ]
    ),
    (
      4,
      [
        "CFileSystem", "CSnappy", "CZlib", "CZstd", "CLibzip", "CLibxml2", "XMLDocuments", "InputFiles",
        "ReadingsStore",
        "ReadingBlockStore", "NationalIngest", "OperationsDatabase",
      ]
    ),
    (5, ["Reports", "DCCServer", "CommandLineInterface", "halfhour"]),
  ]

  /// What the outer rings may import from outside the package. The inner rings import nothing from outside.
  static let outside: Set = [
    "Foundation", "FoundationEssentials", "Glibc", "Dispatch", "Synchronization", "ArgumentParser", "Crypto", "GRDB",
    "Mustache", "Hummingbird", "HummingbirdCore", "HummingbirdTLS", "NIOSSL", "NIOCore", "AsyncHTTPClient",
  ]

  /// The one exception in the inner rings: cryptography comes from a kept library and decides without acting.
  static let granted: [String: Set<String>] = [
    "MessageSecurity": ["Crypto", "SwiftASN1"], "KeyInfrastructure": ["Crypto", "SwiftASN1"],
    "MeterSecurity": ["Crypto"], "SmartMeteringEstate": ["Crypto"],
  ]

  /// Modules that count energy and money: no floating point.
  static let exact: Set = [
    "Quantities",
    "Settlement",
    "Billing",
    "Accounting",
    "Aggregation",
    "Readings",
    "ReadingBlocks",
    "ReadingValidation",
    "BalancingMechanism",
    "ImbalancePricing",
    "TradingCharges",
    "FundsAdministration",
    "CreditCover",
    "TradingDisputes",
    "ReadingArrivals",
    "MarketSimulator",
  ]

  static let ringOf: [String: Int] = Dictionary(
    rings.flatMap { entry in entry.modules.map { ($0, entry.ring) } }, uniquingKeysWith: { first, _ in first })

  var manifest: [String: Set<String>]
  var folders: [String]
  var files: [SourceFile]

  /// The package that this test stands in.
  static let package: URL = {
    var folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
    while !FileManager.default.fileExists(atPath: folder.appendingPathComponent("Package.swift").path),
      folder.path != "/"
    {
      folder.deleteLastPathComponent()
    }
    return folder
  }()

  static func read() throws -> House {
    let manifest = try String(contentsOf: package.appendingPathComponent("Package.swift"), encoding: .utf8)
    let sources = package.appendingPathComponent("Sources")
    let folders = try FileManager.default.contentsOfDirectory(atPath: sources.path).filter { !$0.hasPrefix(".") }
      .sorted()
    var files: [SourceFile] = []
    for folder in folders {
      let paths = FileManager.default.enumerator(atPath: sources.appendingPathComponent(folder).path)?.allObjects ?? []
      for case let path as String in paths where path.hasSuffix(".swift") {
        let text = try String(contentsOf: sources.appendingPathComponent("\(folder)/\(path)"), encoding: .utf8)
        files.append(SourceFile(module: folder, path: "Sources/\(folder)/\(path)", text))
      }
    }
    return House(manifest: dependencies(manifest), folders: folders, files: files)
  }

  /// The dependencies that the manifest names for each `module(...)` and `.executableTarget(...)`, `.target(...)`.
  static func dependencies(_ manifest: String) -> [String: Set<String>] {
    var found: [String: Set<String>] = [:]
    for opening in ["module(", ".executableTarget(", ".target(", ".systemLibrary("] {
      var rest = manifest[...]
      while let range = rest.firstRange(of: opening) {
        rest = rest[range.upperBound...]
        let body = arguments(rest)
        var names = body.split(separator: "\"", omittingEmptySubsequences: false).enumerated()
          .filter { $0.offset % 2 == 1 }.map { String($0.element) }
        guard !names.isEmpty, !body.hasPrefix("_ ") else { continue }
        let name = names.removeFirst()
        if CodeText(String(body)).contains(word: "values") { names += rings[0].modules }
        found[name, default: []].formUnion(names)
      }
    }
    return found
  }

  /// Up to the parenthesis that closes.
  private static func arguments(_ text: Substring) -> Substring {
    var depth = 1
    for index in text.indices {
      if text[index] == "(" { depth += 1 }
      if text[index] == ")" { depth -= 1 }
      if depth == 0 { return text[..<index] }
    }
    return text
  }
}
