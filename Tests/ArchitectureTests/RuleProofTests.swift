import Testing

/// Each rule is shown a small house that breaks it: a rule that cannot fail guards nothing.
@Suite("The rules can fail") struct RuleProofTests {
  func house(_ module: String, _ source: String, manifest: [String: Set<String>] = [:]) -> House {
    House(manifest: manifest, folders: [], files: [SourceFile(module: module, path: "x.swift", source)])
  }

  @Test func table() {
    var house = House(manifest: [:], folders: House.ringOf.keys.sorted(), files: [])
    for module in House.ringOf.keys { house.manifest[module] = [] }
    #expect(house.tableBreaches() == [])
    house.folders.append("Gadgets")
    #expect(house.tableBreaches() == ["Sources/Gadgets is in no ring of the table"])
    house.folders.removeAll { $0 == "Gadgets" || $0 == "Billing" }
    house.manifest["Reports"] = nil
    #expect(house.tableBreaches().count == 2)
  }

  @Test func arrows() {
    #expect(house("", "", manifest: ["Billing": ["Operations"]]).arrowBreaches().count == 1)
    #expect(house("", "", manifest: ["Billing": ["Accounting", "Quantities"]]).arrowBreaches() == [])
    #expect(house("", "", manifest: ["Operations": ["GRDB"]]).arrowBreaches() == [])
  }

  @Test(arguments: [
    ("Billing", "import Operations", 1), ("Billing", "import Accounting", 0), ("Billing", "import Settlement", 1),
    ("Billing", "import Foundation", 1), ("Billing", "  @_exported import struct Foundation.Data", 1),
    ("Operations", "internal import Glibc", 1), ("InputFiles", "import Foundation", 0),
    ("InputFiles", "import Gadgets", 1),
    ("MessageSecurity", "import Crypto", 0), ("MessageSecurity", "import Foundation", 1), ("GBCS", "import Crypto", 1),
    ("Billing", "// import Foundation", 0), ("Billing", "/* import Foundation */", 0),
    ("Billing", "let x = \"\"\"\nimport Foundation\n\"\"\"", 0),
  ])
  func imports(_ module: String, _ source: String, _ count: Int) {
    #expect(house(module, source, manifest: ["Billing": ["Accounting"]]).importBreaches().count == count)
  }

  @Test(arguments: [
    ("func f() async {}", 1), ("await f()", 1), ("Task { }", 1), ("actor A {}", 1), ("let m = Mutex(0)", 1),
    ("final class A: @unchecked Sendable {}", 1), ("nonisolated(unsafe) let x = 1", 1), ("ProcessInfo.processInfo", 1),
    ("let now = Date()", 1), ("Int.random(in: 0...1)", 1), ("var count = 0", 1),
    ("struct A {\n  static var count = 0\n}", 1),
    ("struct A {\n  static var count: Int = 0 {\n  didSet {} }\n}", 1), ("var text = \"\\(Int.random(in: 0...1))\"", 2),
    ("let x = SettlementDate(1)", 0), ("struct A {\n  static var empty: A { A() }\n  var x = 0\n}", 0),
    ("// await a Task at random", 0), ("let s = \"await a Task\"", 0), ("let s = #\"a \" Task \"#", 0),
    ("let s = \"\\\" Task\"", 0), ("/* a /* Task */ Task */ let a = 1", 0), ("func f() {\n  var x = 1\n}", 0),
    ("let randomness = 1, tasks = 2, asynchronous = 3", 0), ("let s = \"\"\"\n  Task \"quoted\"\n  \"\"\"", 0),
  ])
  func purity(_ source: String, _ count: Int) {
    #expect(house("Operations", source).purityBreaches().count == count)
    #expect(house("Reports", source).purityBreaches() == [])
  }

  @Test(arguments: [
    ("let x: Double = 1", 1), ("Float(1)", 1), ("[Float32]()", 1), ("DoubleEntry()", 0), ("// a Double", 0),
    ("let doubleEntry = 1", 0),
  ])
  func exactness(_ source: String, _ count: Int) {
    #expect(house("Settlement", source).exactnessBreaches().count == count)
    #expect(house("Reports", source).exactnessBreaches() == [])
  }

  @Test(arguments: [
    ("public struct Billing {}", 1), ("enum Billing: Int {}", 1), ("typealias Billing = Int", 1),
    ("struct BillingLine {}", 0),
    ("// struct Billing", 0),
  ])
  func naming(_ source: String, _ count: Int) { #expect(house("Billing", source).namingBreaches().count == count) }

  @Test(arguments: [
    ("try! f()", 1), ("x as! Int", 1), ("fatalError()", 1), ("try? f()", 0), ("x as? Int", 0), ("let entry = !y", 0),
    ("\"try! to read\"", 0), ("\"\\(try! f())\"", 1), ("has!", 0),
  ])
  func traps(_ source: String, _ count: Int) { #expect(house("Reports", source).trapBreaches().count == count) }

  @Test("the manifest's arrows are read off its text")
  func manifest() {
    let found = House.dependencies(
      """
      let values: [Target.Dependency] = ["Quantities"]
      func module(_ name: String, _ dependencies: [Target.Dependency] = []) -> Target { .target(name: name) }
      module("Quantities"),
      module(
        "Reports",
        values + ["Billing", .product(name: "Mustache", package: "swift-mustache")]),
      .executableTarget(name: "halfhour", dependencies: ["Reports"]),
      """)
    #expect(found["Quantities"] == [])
    #expect(found["halfhour"] == ["Reports"])
    #expect(found["Reports"]?.isSuperset(of: ["Billing", "Mustache", "Quantities", "Findings"]) == true)
  }
}
