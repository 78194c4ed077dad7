import ArgumentParser
import Foundation
import MarketIdentifiers
import NationalIngest
import Quantities
import ReadingArrivals

struct MetersCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "meters",
    abstract: "Makes the register of metering points of a national store.",
    discussion: """
      A line for each metering point: its MPAN, and after a comma, where it is known, the most that it can take in a
      half-hour in kWh. The order of the lines is that of the dense indexes by which blocks know metering points; it stays
      for the life of the store. --simulated makes the MPANs of a simulated country instead.
      """)

  @OptionGroup var store: StoreOptions

  @Option(help: "The list of metering points.", completion: .file())
  var from: String?

  @Option(help: "So many made-up metering points.")
  var simulated: Int?

  func validate() throws {
    guard (from == nil) != (simulated == nil) else { throw ValidationError("give --from or --simulated") }
    if let simulated, !(1...100_000_000).contains(simulated) {
      throw ValidationError("--simulated is 1 to 100000000")
    }
  }

  func run() throws {
    try reportingErrors {
      let bytes: [UInt8]
      if let simulated {
        bytes = try SimulatedMeters.register(simulated)
      } else {
        bytes = try Self.register(Data(contentsOf: URL(fileURLWithPath: from ?? "")))
      }
      try ArrivalsFolder(store: store.store).writeRegister(bytes)
      printOut("\(ArrivalsFolder(store: store.store).register), \(bytes.count) bytes\n")
    }
  }

  private static func register(_ list: Data) throws -> [UInt8] {
    var mpans: [UInt64] = []
    var limits: [UInt16] = []
    for (number, line) in list.split(separator: UInt8(ascii: "\n")).enumerated() {
      let fields = String(decoding: line, as: UTF8.self).trimmingCharacters(in: .whitespaces)
        .split(separator: ",", omittingEmptySubsequences: false)
      guard let first = fields.first, let mpan = MPAN(first), fields.count <= 2 else {
        throw ArrivalDamage("line \(number + 1) of the list", "it is not an MPAN, with a limit or without")
      }
      var limit = MeterRegister.noLimit
      if fields.count == 2 {
        // Rounded up to the register's unit: nothing that the list allows is refused.
        guard let units = DecimalNumber(String(fields[1]))?.units(places: 1, rounding: .up)?.value,
          (0...65_534).contains(units)
        else { throw ArrivalDamage("line \(number + 1) of the list", "the limit is not 0 to 6553.4 kWh a half-hour") }
        limit = UInt16(units)
      }
      mpans.append(mpan.number)
      limits.append(limit)
    }
    return try MeterRegister.file(mpans: mpans, limits: limits)
  }
}
