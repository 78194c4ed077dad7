import Aggregation
import MarketRegistration
import ReadingValidation
import Rulebooks

extension RunEngine {
  /// The sums of a date after GSP Group Correction; as they are where the settings do not ask for it.
  ///
  /// - Throws: ``GroupCorrection/Refusal`` for a group that cannot be corrected, ``MissingParameter`` for a weight.
  func corrected(_ sums: AggregateSums) throws -> AggregateSums {
    guard settings.correctsGroups else { return sums }
    var weights: [ConsumptionClass: Int64] = [:]
    for used in Set(sums.rows.keys.map(\.consumptionClass)) { weights[used] = try weight(used, sums) }
    return try GroupCorrection.correct(sums, takes: try snapshot.takes(sums.day.date)) { weights[$0] ?? 0 }
  }

  /// The class's own weight (`correction.weight-C`), else the one of all classes.
  private func weight(_ consumptionClass: ConsumptionClass, _ sums: AggregateSums) throws -> Int64 {
    let date = sums.day.date
    let general = ParameterName.correctionWeight.rawValue
    let own = "\(general)-\(consumptionClass.rawValue)"
    let name = rulebook.parameter(own, on: date) == nil ? general : own
    guard let weight = rulebook.wholeNumber(name, on: date) else {
      throw MissingParameter(rulebook: rulebook.id, name: name, date: date)
    }
    return Int64(weight)
  }
}
