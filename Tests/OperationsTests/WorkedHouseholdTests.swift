import Foundation
import JSONText
import Operations
import Rulebooks
import Testing

@Suite struct WorkedHouseholdTests {
  static let file = sharedData?.appendingPathComponent("conformance/worked-example.json")

  @Test(.enabled(if: file != nil, "needs ../shared/conformance/worked-example.json beside the project"))
  func everyFigureComesOut() throws {
    let bytes = try Data(contentsOf: #require(Self.file))
    let expected = try #require(JSONText.parse(Array(bytes))["expected"])
    let rulebook = try #require(Rulebook.named("may-2026"))
    let figures = try WorkedHousehold(rulebook: rulebook, hash: testHash).figures()
    for member in try #require(expected.members) {
      let found = try #require(figures[member.key], "figure \(member.key) is missing")
      #expect(normalised(found) == normalised(member.value), "\(member.key)")
    }
  }

  /// Numbers by value (`144` is `144.0`); notes are prose and not compared.
  private func normalised(_ value: JSONValue) -> JSONValue {
    switch value {
    case .number: value.decimal.map { .string("\($0.significand)e-\($0.scale)") } ?? value
    case .array(let elements): .array(elements.map(normalised))
    case .object(let members):
      .object(members.filter { $0.key != "note" }.map { JSONMember($0.key, normalised($0.value)) })
    default: value
    }
  }
}
