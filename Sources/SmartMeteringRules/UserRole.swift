/// In what capacity a user of the DCC asks. One party may hold several roles; the role is chosen by the request.
public enum UserRole: String, Hashable, Sendable, CaseIterable {
  case importSupplier = "IS"
  case gasSupplier = "GS"
  case exportSupplier = "ES"
  case electricityDistributor = "ED"
  case gasTransporter = "GT"
  case registeredSupplierAgent = "RSA"
  case otherUser = "OU"
  /// Since MP162.
  case meterDataRetriever = "MDR"

  /// Whether the device itself knows the user's certificates (GBCS: known remote party). All others are served
  /// through the access control broker.
  public var isKnownRemoteParty: Bool {
    switch self {
    case .importSupplier, .gasSupplier, .electricityDistributor, .gasTransporter: true
    case .exportSupplier, .registeredSupplierAgent, .otherUser, .meterDataRetriever: false
    }
  }
}

/// Who or what an EUI-64 names: its eight bytes as one number, first byte highest.
public struct PartyIdentifier: Hashable, Comparable, Sendable {
  public let rawValue: UInt64
  public init(_ rawValue: UInt64) { self.rawValue = rawValue }
  public static func < (a: Self, b: Self) -> Bool { a.rawValue < b.rawValue }
}

/// A service reference variant of DUIS: `4.8.1`.
public struct ServiceVariant: Hashable, Comparable, Sendable, CustomStringConvertible, ExpressibleByStringLiteral {
  public let description: String

  public init(_ text: String) { description = text }
  public init(stringLiteral text: String) { description = text }

  /// By its numbers: 4.8.1 stands before 4.17.
  public static func < (a: Self, b: Self) -> Bool { a.numbers.lexicographicallyPrecedes(b.numbers) }
  private var numbers: [Int] { description.split(separator: ".").map { Int($0) ?? 0 } }

  public static let readImportRegisters: ServiceVariant = "4.1.1"
  public static let readExportRegisters: ServiceVariant = "4.2"
  public static let retrieveImportDailyReadLog: ServiceVariant = "4.6.1"
  public static let retrieveExportDailyReadLog: ServiceVariant = "4.6.2"
  public static let readActiveImportProfile: ServiceVariant = "4.8.1"
  public static let readReactiveImportProfile: ServiceVariant = "4.8.2"
  public static let readExportProfile: ServiceVariant = "4.8.3"
  public static let retrieveDailyConsumptionLog: ServiceVariant = "4.17"
  public static let createSchedule: ServiceVariant = "5.1"
  public static let readSchedule: ServiceVariant = "5.2"
  public static let deleteSchedule: ServiceVariant = "5.3"
  public static let readInventory: ServiceVariant = "8.2"

  /// The eleven of MP162.
  public static let ofMeterDataRetriever: [ServiceVariant] = [
    readImportRegisters, readExportRegisters, retrieveImportDailyReadLog, retrieveExportDailyReadLog,
    readActiveImportProfile, readExportProfile, retrieveDailyConsumptionLog, createSchedule, readSchedule,
    deleteSchedule, readInventory,
  ]
}
