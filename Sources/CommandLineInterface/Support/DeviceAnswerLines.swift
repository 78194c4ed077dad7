import GBCS
import SmartMeters

/// What a device's answer says, for a person.
enum DeviceAnswerLines {
  static func lines(_ message: DeviceMessage) -> [String] {
    guard let payload = (try? message.openedPayload())?.payload else { return [] }
    switch payload {
    case .dlms(.accessResponse(let response)):
      if message.code == ElectricityTariff.readCode, let tariff = ElectricityTariff(answer: response.data) {
        return lines(tariff)
      }
      return outcome(response) + rows(response)
    default: return []
    }
  }

  private static func outcome(_ response: AccessResponse) -> [String] {
    let good = response.results.count { $0.code == 0 }
    let codes = Set(response.results.map(\.code)).subtracting([0]).sorted().map { String($0) }
    let others = codes.isEmpty ? "" : "; others answered \(codes.joined(separator: ", "))"
    return ["\(good) of \(response.results.count) accesses succeeded\(others)"]
  }

  /// Time and number of each entry of an event or security log.
  private static func rows(_ response: AccessResponse) -> [String] {
    response.data.flatMap { value -> [String] in
      guard case .compactArray(_, let rows) = value else { return [] }
      return rows.compactMap { row in
        guard let parts = row.elements, parts.count >= 2, case .doubleLongUnsigned(let time) = parts[0],
          case .longUnsigned(let event) = parts[1]
        else { return nil }
        return "\(DeviceTime(seconds: time).instant)  \(hexText(bigEndian(event)))"
      }
    }
  }

  static func lines(_ tariff: ElectricityTariff) -> [String] {
    let prices = tariff.prices
    let rates = prices.timeOfUse.enumerated().filter { $0.element != 0 }
    var lines = [
      "tariff in \(tariff.isInPounds ? "pounds" : "euro")",
      "standing charge \(prices.standingCharge) times ten to the \(prices.standingChargeScale) a day",
      "prices times ten to the \(prices.priceScale) a kWh: "
        + rates.map { "rate \($0.offset + 1) \($0.element)" }.joined(separator: ", "),
    ]
    for season in tariff.switching.seasons {
      let name = String(decoding: season.name, as: UTF8.self).filter { $0.isASCII && !$0.isNewline }
      lines.append("season \(name): week \(season.week)")
    }
    for week in tariff.switching.weeks {
      lines.append("week \(week.name): days \(week.days.map { String($0) }.joined(separator: " "))")
    }
    for day in tariff.switching.days {
      lines.append("day \(day.name): " + day.switches.map(text).joined(separator: ", "))
    }
    return lines
  }

  private static func text(_ change: SwitchingTable.Switch) -> String {
    let time = [change.second / 3_600, change.second / 60 % 60].map { $0 < 10 ? "0\($0)" : String($0) }
    switch change.rate {
    case .timeOfUse(let rate): return time.joined(separator: ":") + " rate \(rate)"
    case .block(let rate): return time.joined(separator: ":") + " block rate \(rate)"
    }
  }
}
