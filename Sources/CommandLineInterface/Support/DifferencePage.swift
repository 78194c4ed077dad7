import JSONText
import Operations
import Quantities

/// A difference between two runs, by cause, as a table, JSON or CSV.
struct DifferencePage {
  let difference: RunDifference
  /// Those that moved something for a party.
  private let causes: [ChangeCause]

  init(_ difference: RunDifference) {
    self.difference = difference
    causes = Set(difference.parties.flatMap(\.causes.keys)).sorted()
  }

  func text(_ format: OutputFormat) -> String {
    switch format {
    case .json: String(decoding: JSONText.write(json, pretty: true), as: UTF8.self) + "\n"
    case .csv: parties.text(.csv)
    case .table:
      "\(difference.date) from run \(difference.from.rawValue) to \(difference.to.rawValue), rulebook \(difference.rulebook), "
        + "in pounds, above zero to the party\n\n" + parties.text(.table) + notes
    }
  }

  private var notes: String {
    let readings = ChangeCause.allCases.compactMap { cause in
      difference.readings[cause].map { "\($0) \(cause.rawValue)" }
    }
    var text = readings.isEmpty ? "" : "\nhalf-hours whose reading changed: \(readings.joined(separator: ", "))\n"
    for source in difference.newSources {
      text += "known since: \(source.name) (\(source.format), \(source.receivedAt), \(source.hash.prefix(12)))\n"
    }
    return text
  }

  private var parties: OutputTable {
    var table = OutputTable(
      [.init("party"), .init("before", difference.from.rawValue), .init("after", difference.to.rawValue)]
        + causes.map { .init($0.rawValue, $0.rawValue) } + [.init("difference")])
    for party in difference.parties {
      table.rows.append(
        [.text(party.party.code)]
          + ([party.before, party.after]
          + causes.map { party.causes[$0] ?? .zero } + [party.difference]).map { .number($0.poundsText) })
    }
    let totals = difference.totals
    let sums = [
      difference.parties.reduce(Money.zero) { $0 + $1.before }, difference.parties.reduce(Money.zero) { $0 + $1.after },
    ]
    table.rows.append(
      [.text("all")]
        + (sums + causes.map { totals[$0] ?? .zero } + [difference.difference])
        .map { .number($0.poundsText) })
    return table
  }

  // MARK: JSON

  private var json: JSONValue {
    .object([
      "settlementDate": .string("\(difference.date)"), "from": .string(difference.from.rawValue),
      "to": .string(difference.to.rawValue), "rulebook": .string(difference.rulebook),
      "difference": .number(difference.difference.poundsText),
      "causes": Self.causes(difference.totals) { $0.poundsText },
      "parties": .array(
        difference.parties.map { party in
          .object([
            "party": .string(party.party.code), "before": .number(party.before.poundsText),
            "after": .number(party.after.poundsText), "difference": .number(party.difference.poundsText),
            "causes": Self.causes(party.causes) { $0.poundsText },
          ])
        }),
      "periods": .array(
        difference.periods.map { row in
          .object([
            "party": .string(row.party.code), "settlementPeriod": .integer(row.period),
            "cause": .string(row.cause.rawValue), "pounds": .number(row.cash.poundsText),
            "imbalanceMWh": .number(row.imbalance.megawattHoursText),
          ])
        }),
      "buckets": .array(
        difference.buckets.map { bucket in
          .object([
            "gspGroup": .string(bucket.key.gspGroup.rawValue), "supplier": .string(bucket.key.supplier.code),
            "consumptionClass": .string(bucket.key.consumptionClass.rawValue),
            "quantity": .string(bucket.key.quantity.rawValue), "beforeMWh": .number(bucket.before.megawattHoursText),
            "afterMWh": .number(bucket.after.megawattHoursText),
            "differenceMWh": .number(bucket.difference.megawattHoursText),
            "causes": Self.causes(bucket.causes) { $0.megawattHoursText },
          ])
        }),
      "readings": .object(
        ChangeCause.allCases.compactMap { cause in
          difference.readings[cause].map { JSONMember(cause.rawValue, .integer($0)) }
        }),
      "newSources": .array(
        difference.newSources.map { source in
          .object([
            "file": .string(source.name), "format": .string(source.format), "sha256": .string(source.hash),
            "receivedAt": .string("\(source.receivedAt)"),
          ])
        }),
    ])
  }

  private static func causes<Value>(_ values: [ChangeCause: Value], _ text: (Value) -> String) -> JSONValue {
    .object(
      ChangeCause.allCases.compactMap { cause in values[cause].map { JSONMember(cause.rawValue, .number(text($0))) } })
  }
}
