import DUIS
import GBCS

/// How a service becomes a command of one use case: a row of the table.
struct Recipe: Sendable {
  /// Whose command it is.
  enum Sender: String, Sendable {
    /// The user's, where devices know its role; else the broker's for the user.
    case own
    /// The same, with an answer that is encrypted to the user.
    case sealed
    /// The broker's for the user, whoever that is.
    case broker
    /// The broker's in its own name.
    case alone
  }

  let variant: String
  let kinds: Set<DeviceProfile.Kind>
  /// What a device must have for it.
  let features: Set<DeviceProfile.Feature>
  /// What the body must say.
  let conditions: [Condition]
  let code: MessageCode
  let sender: Sender
  let payload: Substring

  /// `A/B=text`: the element says so. `A/B`: it is there. `!A`: it is not.
  struct Condition: Sendable {
    let path: Substring
    let value: Substring?
    let isAbsent: Bool

    init(_ text: Substring) {
      isAbsent = text.hasPrefix("!")
      let text = isAbsent ? text.dropFirst() : text
      // A path may have an equals sign within brackets: the last one outside them counts.
      if let equals = text.lastIndex(of: "="), !text[equals...].contains("]") {
        path = text[..<equals]
        value = text[text.index(after: equals)...]
      } else {
        path = text
        value = nil
      }
    }

    func holds(_ body: BodyReading) -> Bool {
      guard let element = body[path] else { return isAbsent }
      return !isAbsent && (value == nil || element.text.trimmedText == String(value ?? ""))
    }
  }

  /// Reads a row: variant, kinds, features, conditions, code, sender, payload. - Returns: `nil` for another form.
  init?(_ row: some StringProtocol) {
    let cells = Substring(row).split(separator: "|", maxSplits: 6, omittingEmptySubsequences: false).map(
      \.trimmedSpaces)
    guard cells.count == 7, let code = UInt16(cells[4], radix: 16), let sender = Sender(rawValue: String(cells[5]))
    else { return nil }
    let kinds = cells[1].compactMap { DeviceProfile.Kind(rawValue: $0) }
    let names = cells[2].split(separator: " ")
    let features = names.compactMap { DeviceProfile.Feature(rawValue: String($0)) }
    guard kinds.count == cells[1].count, !kinds.isEmpty, features.count == names.count else { return nil }
    variant = String(cells[0])
    self.kinds = Set(kinds)
    self.features = Set(features)
    conditions = cells[3].split(separator: " ").map { Condition($0) }
    self.code = MessageCode(rawValue: code)
    self.sender = sender
    payload = cells[6]
  }

  func fits(_ profile: DeviceProfile, _ body: BodyReading) -> Bool {
    kinds.contains(profile.kind) && features.isSubset(of: profile.features) && conditions.allSatisfy { $0.holds(body) }
  }
}

extension Substring {
  var trimmedSpaces: Substring {
    var text = self
    while text.first == " " || text.first == "\n" { text = text.dropFirst() }
    while text.last == " " || text.last == "\n" { text = text.dropLast() }
    return text
  }
}
