/// The files of a folder of DCC test vectors, read by whoever may read files. What is absent is `nil` or empty, and the
/// table says so.
public struct VectorFolder: Sendable {
  /// A file's name without its folders, and its bytes.
  public struct File: Hashable, Sendable {
    public let name: String
    public let bytes: [UInt8]

    public init(name: String, bytes: [UInt8]) {
      self.name = name
      self.bytes = bytes
    }
  }

  /// `gbcs/rtds-*.jsonl`: one message a line.
  public var messages: [UInt8]?
  /// `gbcs/derived.jsonl`: what another reader made of them.
  public var derived: [UInt8]?
  /// `gbcs/shared-secrets.json`
  public var sharedSecrets: [UInt8]?
  /// `gbcs/kdf-gcm.json`
  public var derivations: [UInt8]?
  /// `gbcs/utrn.json`
  public var tokens: [UInt8]?
  /// `gbcs/messages-with-expectations.json`
  public var expectations: [UInt8]?
  /// `certs/*.pem`
  public var certificates: [File] = []
  /// `certs/index.csv`
  public var certificateIndex: [UInt8]?

  public init() {}
}

/// What came of the checks.
public struct VectorTable: Hashable, Sendable {
  /// One kind of check over all vectors that it applies to.
  public struct Row: Hashable, Sendable {
    public let kind: String
    public var passed = 0
    public var failed = 0
    /// What the folder has no key or certificate for.
    public var notJudged = 0
  }

  public struct Failure: Hashable, Sendable {
    public let kind: String
    /// The vector's name.
    public let vector: String
    public let reason: String
  }

  public private(set) var rows: [Row] = []
  public private(set) var failures: [Failure] = []
  /// What could not be judged, and why.
  public private(set) var unjudged: [Failure] = []
  /// Kinds of which the folder has no file.
  public private(set) var absent: [String] = []

  public init() {}

  public var passed: Int { rows.reduce(0) { $0 + $1.passed } }
  public var failed: Int { rows.reduce(0) { $0 + $1.failed } }
  public var notJudged: Int { rows.reduce(0) { $0 + $1.notJudged } }

  /// Counts one check. - Parameter reason: why it failed; `nil` where it passed.
  public mutating func record(_ kind: String, _ vector: String, failed reason: String?) {
    let place = row(kind)
    if let reason {
      rows[place].failed += 1
      failures.append(Failure(kind: kind, vector: vector, reason: reason))
    } else {
      rows[place].passed += 1
    }
  }

  /// Counts one check that cannot be made with what the folder has.
  public mutating func recordUnjudged(_ kind: String, _ vector: String, _ reason: String) {
    rows[row(kind)].notJudged += 1
    unjudged.append(Failure(kind: kind, vector: vector, reason: reason))
  }

  private mutating func row(_ kind: String) -> Int {
    if let place = rows.firstIndex(where: { $0.kind == kind }) { return place }
    rows.append(Row(kind: kind))
    return rows.count - 1
  }

  mutating func record(_ kind: String, _ vector: String, _ holds: Bool, _ reason: @autoclosure () -> String) {
    record(kind, vector, failed: holds ? nil : reason())
  }

  public mutating func missing(_ kind: String) { absent.append(kind) }
}
