/// The published data sets that are read here.
public enum PublicDataset: String, Hashable, Sendable, CaseIterable {
  /// Elexon's download of system prices and net imbalance volumes.
  case systemPriceCSV = "system-price-csv"
  /// Elexon's Insights answers (`DISEBSP`, `system-prices`) and the older BMRS records `B1770`.
  case systemPriceJSON = "system-price-json"
  /// GOV.UK bank holidays, published form or source form.
  case bankHolidays = "bank-holidays"
  /// GOV.UK dates on which the clocks change.
  case clockChanges = "clock-changes"

  /// Which data set a file is.
  ///
  /// - Parameters:
  ///   - firstBytes: the beginning of the file, 4 KiB are enough; what the bytes say goes before the name.
  ///   - fileName: the file's name without folders.
  /// - Returns: `nil` when it is none of them.
  public static func detect(firstBytes: some Collection<UInt8>, fileName: String) -> PublicDataset? {
    var bytes = Array(firstBytes.prefix(65_536))
    if bytes.starts(with: [0xEF, 0xBB, 0xBF]) { bytes.removeFirst(3) }
    if PriceColumns(headerLine: bytes.prefix { $0 != UInt8(ascii: "\n") }) != nil { return .systemPriceCSV }
    guard let sign = bytes.first(where: { !blanks.contains($0) }),
      sign == UInt8(ascii: "{") || sign == UInt8(ascii: "[")
    else { return nil }
    if holds(bytes, "\"systemSellPrice\"") || holds(bytes, "\"imbalancePriceAmountGBP\"") { return .systemPriceJSON }
    if holds(bytes, "when_do_the_clocks_change") { return .clockChanges }
    if holds(bytes, "\"england-and-wales\"") || holds(bytes, "bank_holidays.") { return .bankHolidays }
    if holds(bytes, "\"DISEBSP\"") { return .systemPriceJSON }
    if fileName.contains("bank-holidays") { return .bankHolidays }
    return fileName.contains("clocks-change") ? .clockChanges : nil
  }

  private static let blanks = Array(" \t\r\n".utf8)

  private static func holds(_ bytes: [UInt8], _ text: StaticString) -> Bool {
    let wanted = text.withUTF8Buffer { Array($0) }
    guard bytes.count >= wanted.count else { return false }
    return (0...bytes.count - wanted.count).contains { bytes[$0] == wanted[0] && bytes[$0...].starts(with: wanted) }
  }
}
