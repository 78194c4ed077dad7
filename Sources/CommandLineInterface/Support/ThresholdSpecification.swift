import ArgumentParser
import GBCS
import SmartMeteringEstate
import SmartMeteringRules

/// A threshold of anomaly detection as text: a user's, the DCC's own, or limits of a service's data.
///
///     mdr=100/3600         the user, all its services together: at most 100 in each hour
///     mdr/4.8.1=50/86400   the user, one service
///     dcc/4.8.1=500/60     the DCC, over all users
///     limits/6.11=0..60    lowest and highest value of the data
enum ThresholdSpecification: Hashable {
  case user(String, service: String?, AnomalyDetection.Threshold)
  case dcc(service: String, AnomalyDetection.Threshold)
  case limits(service: String, ClosedRange<Int64>)

  static let form =
    "USER=COUNT/SECONDS, USER/SERVICE=COUNT/SECONDS, dcc/SERVICE=COUNT/SECONDS or limits/SERVICE=LOW..HIGH"

  init?(_ text: some StringProtocol) {
    let letters = String(text.filter { !$0.isWhitespace })
    let sides = letters.split(separator: "=", omittingEmptySubsequences: false)
    guard sides.count == 2 else { return nil }
    let name = sides[0].split(separator: "/", omittingEmptySubsequences: false).map(String.init)
    guard (1...2).contains(name.count), !name.contains("") else { return nil }
    let service = name.count == 2 ? name[1] : nil
    if name[0] == "limits" {
      let ends = sides[1].split(separator: ".", omittingEmptySubsequences: false).compactMap { Int64($0) }
      guard let service, sides[1].contains(".."), ends.count == 2, ends[0] <= ends[1] else { return nil }
      self = .limits(service: service, ends[0]...ends[1])
      return
    }
    let numbers = sides[1].split(separator: "/", omittingEmptySubsequences: false)
    guard numbers.count == 2, let count = Int(numbers[0]), let seconds = Int64(numbers[1]),
      let threshold = AnomalyDetection.Threshold(count: count, seconds: seconds)
    else { return nil }
    if name[0] == "dcc" {
      guard let service else { return nil }
      self = .dcc(service: service, threshold)
    } else {
      self = .user(name[0], service: service, threshold)
    }
  }

  /// Those of a text, one a line; empty lines and lines that begin with # are passed over.
  /// - Throws: a `ValidationError` that names the line.
  static func lines(_ text: String) throws -> [ThresholdSpecification] {
    var found: [ThresholdSpecification] = []
    for (number, line) in text.split(separator: "\n", omittingEmptySubsequences: false).enumerated() {
      let content = line.filter { !$0.isWhitespace }
      if content.isEmpty || content.hasPrefix("#") { continue }
      guard let threshold = ThresholdSpecification(content) else {
        throw ValidationError("line \(number + 1) of the thresholds is none of \(form)")
      }
      found.append(threshold)
    }
    return found
  }

  /// - Throws: where there is no such user.
  func declare(in estate: EstateSimulation) throws {
    switch self {
    case .user(let name, let service, let threshold):
      guard let user = estate.parties.user(name) else { throw ValidationError("there is no user \(name)") }
      for role in user.roles {
        estate.provider.anomalies.declare(
          threshold,
          for: AnomalyDetection.Scope(
            user: PartyIdentifier(user.identifier.rawValue), role: role, variant: service.map { ServiceVariant($0) }))
      }
    case .dcc(let service, let threshold):
      estate.provider.anomalies.declare(threshold, for: ServiceVariant(service))
    case .limits(let service, let values):
      estate.provider.anomalies.declare(AnomalyDetection.AttributeLimits(values), for: ServiceVariant(service))
    }
  }
}
