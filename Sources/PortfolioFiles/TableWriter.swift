import MarketRegistration
import Readings
import Settlement

/// Writes Halfhour's own tables: the same values give the same bytes, rows in the order given, lines ended by `\n`.
public enum TableWriter {
  /// The registrations table; see ``RegistrationReader``. `recordedAt` is not in it: it belongs to the file.
  public static func registrations(_ registrations: some Sequence<Registration>) -> [UInt8] {
    var bytes = header(RegistrationReader.columns)
    for item in registrations {
      append(
        [
          item.mpan.description, item.alias ?? "", item.quantity.rawValue, item.supplier.code, item.gspGroup.rawValue,
          String(item.distributor), item.lossClass.code, item.consumptionClass.rawValue, item.tariff ?? "",
          item.paymentMethod.rawValue, String(item.supplyCapacity.watts), item.effectiveFrom.description,
          item.effectiveTo?.description ?? "",
        ], to: &bytes)
    }
    return bytes
  }

  /// The contracts table; see ``ContractReader``. `source` and `receivedAt` belong to the file.
  public static func contracts(_ contracts: some Sequence<ContractVolume>) -> [UInt8] {
    var bytes = header(ContractReader.columns)
    for item in contracts {
      append(
        [item.party.code, item.date.description, String(item.period), item.bought.kilowattHoursText], to: &bytes)
    }
    return bytes
  }

  /// The arrivals table; see ``ArrivalReader``.
  public static func arrivals(_ arrivals: some Sequence<Arrival>) -> [UInt8] {
    var bytes = header(ArrivalReader.columns)
    for item in arrivals {
      append(
        [
          item.series ?? ArrivalReader.anySeries, item.from.start.description, item.to.start.description,
          item.receivedAt.description,
        ], to: &bytes)
    }
    return bytes
  }

  static func header(_ columns: [String]) -> [UInt8] { Array((columns.joined(separator: ",") + "\n").utf8) }

  static func append(_ fields: [String], to bytes: inout [UInt8]) {
    for (index, field) in fields.enumerated() {
      if index > 0 { bytes.append(UInt8(ascii: ",")) }
      append(field, to: &bytes)
    }
    bytes.append(UInt8(ascii: "\n"))
  }

  /// Quoted where it must be (RFC 4180, and where a blank at its edge would be lost).
  private static func append(_ field: String, to bytes: inout [UInt8]) {
    let isPlain = !field.utf8.contains { $0 == UInt8(ascii: ",") || $0 == UInt8(ascii: "\"") }
    guard !isPlain || field.utf8.first == 0x20 || field.utf8.last == 0x20 else {
      bytes.append(contentsOf: field.utf8)
      return
    }
    bytes.append(UInt8(ascii: "\""))
    for byte in field.utf8 {
      if byte == UInt8(ascii: "\"") { bytes.append(byte) }
      bytes.append(byte)
    }
    bytes.append(UInt8(ascii: "\""))
  }
}
