import ArgumentParser
import SmartMeters

/// `lost-response=50,wrong-mac=20`: faults of 10,000 messages or devices each.
struct FaultSpecification: ExpressibleByArgument {
  let rates: [FaultPlan.Kind: Int]

  init?(argument: String) {
    var rates: [FaultPlan.Kind: Int] = [:]
    for part in argument.split(separator: ",") {
      let pair = part.split(separator: "=", omittingEmptySubsequences: false)
      guard pair.count == 2, let rate = Int(pair[1]), (0...10_000).contains(rate),
        let kind = FaultPlan.Kind.allCases.first(where: { Self.name($0) == String(pair[0]) }), rates[kind] == nil
      else { return nil }
      rates[kind] = rate
    }
    self.rates = rates
  }

  /// `wrong-mac` of "wrong MAC".
  static func name(_ kind: FaultPlan.Kind) -> String {
    kind.description.lowercased().split(separator: " ").joined(separator: "-")
  }

  static let help: String = {
    let names = FaultPlan.Kind.allCases.map(name).joined(separator: ", ")
    return "Faults of 10,000 messages or devices: lost-response=50,no-wan=10. Kinds: \(names)."
  }()
}
