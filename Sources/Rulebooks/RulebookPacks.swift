/// The files that rulebooks are read from, by name.
///
/// ``shipped`` are those built into the program. A program that brings its own rules adds or replaces files:
/// `var packs = RulebookPacks.shipped; packs.files["runs-bsc.csv"] = bytes`.
public struct RulebookPacks: Sendable {
  public var files: [String: [UInt8]]

  public init(files: [String: [UInt8]]) { self.files = files }

  /// The rulebooks that ship, the default first, with their titles.
  public static let titles: [(id: String, title: String)] = [
    ("may-2026", "The source documents' rules, May 2026"),
    ("bsc", "The Balancing and Settlement Code as in force before the MHHS cut-over"),
    ("mhhs", "Market-wide half-hourly settlement with its transition"),
  ]

  public static let shipped = RulebookPacks(files: [
    "holidays-england-and-wales.csv": PackageResources.holidays_england_and_wales_csv,
    "holidays-scotland.csv": PackageResources.holidays_scotland_csv,
    "runs-may-2026.csv": PackageResources.runs_may_2026_csv,
    "runs-bsc.csv": PackageResources.runs_bsc_csv,
    "runs-mhhs.csv": PackageResources.runs_mhhs_csv,
    "parameters-may-2026.csv": PackageResources.parameters_may_2026_csv,
    "parameters-bsc.csv": PackageResources.parameters_bsc_csv,
    "parameters-mhhs.csv": PackageResources.parameters_mhhs_csv,
    "loss-factors-may-2026.csv": PackageResources.loss_factors_may_2026_csv,
    "loss-factors-bsc.csv": PackageResources.loss_factors_bsc_csv,
    "loss-factors-mhhs.csv": PackageResources.loss_factors_mhhs_csv,
    "price-cap-may-2026.csv": PackageResources.price_cap_may_2026_csv,
    "price-cap-bsc.csv": PackageResources.price_cap_bsc_csv,
    "price-cap-mhhs.csv": PackageResources.price_cap_mhhs_csv,
    "price-cap-components-may-2026.csv": PackageResources.price_cap_components_may_2026_csv,
    "rounding-may-2026.csv": PackageResources.rounding_may_2026_csv,
    "rounding-bsc.csv": PackageResources.rounding_bsc_csv,
    "rounding-mhhs.csv": PackageResources.rounding_mhhs_csv,
  ])

  func table(_ name: String, columns: [String]) throws(PackFault) -> PackTable {
    guard let bytes = files[name] else { throw PackFault(pack: name, reason: "there is no such pack") }
    return try PackTable(name, bytes, columns: columns)
  }

  /// FNV-1a, 64 bits, over names and bytes: tells editions apart. It is not cryptographic and proves no origin.
  func edition(of names: [String]) -> String {
    var hash: UInt64 = 0xcbf2_9ce4_8422_2325
    for name in names.sorted() {
      for byte in Array(name.utf8) + [0] + (files[name] ?? []) + [0] {
        hash = (hash ^ UInt64(byte)) &* 0x100_0000_01b3
      }
    }
    let digits = String(hash, radix: 16)
    return String(repeating: "0", count: 16 - digits.count) + digits
  }
}
