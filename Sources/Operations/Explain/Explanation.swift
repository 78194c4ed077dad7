import Quantities

/// A figure with what it was made from, down to the readings: a tree that adds itself up again.
public struct Explanation: Sendable {
  /// What the figure is, in a few words.
  public var title: String
  public var amount: Amount
  /// How it was computed from the parts, in words.
  public var how: String
  /// The rule or source that says so; empty where there is none.
  public var rule: String
  public var parts: [Explanation]
  /// How the parts make the amount again; `nil` for a leaf.
  public var check: Check?

  /// A figure in its unit.
  public enum Amount: Hashable, Sendable {
    case energy(Energy)
    case lossAdjusted(LossAdjustedEnergy)
    case money(Money)
    case rate(UnitRate)
    case factor(LossFactor)
    case count(Int64)
    case text(String)

    public var text: String {
      switch self {
      case .energy(let energy): energy.description
      case .lossAdjusted(let energy): energy.description
      case .money(let money): money.description
      case .rate(let rate): rate.description
      case .factor(let factor): "x \(factor)"
      case .count(let count): "\(count)"
      case .text(let text): text
      }
    }
  }

  /// The amount computed again from the parts shown.
  public struct Check: Hashable, Sendable {
    /// What the parts make.
    public var recomputed: Amount
    /// Whether that is the amount, to the last unit.
    public var meets: Bool

    public init(_ recomputed: Amount, meets amount: Amount) {
      self.recomputed = recomputed
      meets = recomputed == amount
    }
  }

  public init(
    _ title: String, _ amount: Amount, how: String, rule: String = "", parts: [Explanation] = [],
    recomputed: Amount? = nil
  ) {
    self.title = title
    self.amount = amount
    self.how = how
    self.rule = rule
    self.parts = parts
    check = recomputed.map { Check($0, meets: amount) }
  }

  /// Whether every check in the tree holds.
  public var holds: Bool { (check?.meets ?? true) && parts.allSatisfy(\.holds) }

  /// How many checks the tree has.
  public var checkCount: Int { (check == nil ? 0 : 1) + parts.reduce(0) { $0 + $1.checkCount } }
}

extension Explanation {
  /// A sum of energies of its parts.
  static func sum(_ title: String, _ amount: Energy, how: String, rule: String = "", parts: [Explanation]) -> Self {
    let total = parts.reduce(Energy.zero) { if case .energy(let energy) = $1.amount { $0 + energy } else { $0 } }
    return Self(title, .energy(amount), how: how, rule: rule, parts: parts, recomputed: .energy(total))
  }

  /// A sum of loss-adjusted energies of its parts.
  static func sum(
    _ title: String, _ amount: LossAdjustedEnergy, how: String, rule: String = "", parts: [Explanation]
  ) -> Self {
    Self(
      title, .lossAdjusted(amount), how: how, rule: rule, parts: parts,
      recomputed: .lossAdjusted(lossAdjusted(of: parts)))
  }

  /// What the loss-adjusted energies among the parts add up to.
  static func lossAdjusted(of parts: [Explanation]) -> LossAdjustedEnergy {
    parts.reduce(.zero) { if case .lossAdjusted(let energy) = $1.amount { $0 + energy } else { $0 } }
  }

  /// A sum of money of its parts.
  static func sum(_ title: String, _ amount: Money, how: String, rule: String = "", parts: [Explanation]) -> Self {
    let total = parts.reduce(Money.zero) { if case .money(let money) = $1.amount { $0 + money } else { $0 } }
    return Self(title, .money(amount), how: how, rule: rule, parts: parts, recomputed: .money(total))
  }
}
