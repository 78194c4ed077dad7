import Findings
import JSONText
import SettlementCalendar

/// What GOV.UK's calendars have in common: divisions with dated entries, in a published and in a source form.
enum GovernmentDates {
  struct Entry: Sendable {
    var date: SettlementDate
    var title: String
    var notes: String
  }

  struct Division: Sendable {
    var name: String
    var entries: [Entry]
    var isWhole: Bool
  }

  static func divisions(_ bytes: [UInt8], file: String, rule: RuleID) -> Checked<[Division]> {
    var reader = Reader(file: file, rule: rule)
    do {
      return Checked(reader.divisions(try JSONText.parse(bytes)), findings: reader.findings)
    } catch {
      reader.report(PublicDataRules.document, error.description)
      return Checked([], findings: reader.findings)
    }
  }

  private struct Reader {
    let file: String
    let rule: RuleID
    var findings: [Finding] = []

    mutating func report(_ rule: RuleID, _ message: String, field: String? = nil) {
      let place = SourcePosition(file: file, field: field)
      findings.append(Finding(rule, .error, at: place, message, remedy: "Fetch the file again from GOV.UK."))
    }

    mutating func divisions(_ document: JSONValue) -> [Division] {
      let isSource = document["divisions"]?.members != nil
      let members = (isSource ? document["divisions"]?.members : document.members) ?? []
      var divisions: [Division] = []
      for member in members {
        let name = divisionName(member.key)
        if isSource {
          divisions.append(fromYears(name, member.value))
        } else if let events = member.value["events"]?.elements {
          var division = Division(name: name, entries: [], isWhole: true)
          add(events, to: &division, year: nil)
          divisions.append(division)
        }
      }
      if divisions.isEmpty { report(rule, "The document holds no division with dates.") }
      return divisions
    }

    private mutating func fromYears(_ name: String, _ value: JSONValue) -> Division {
      var division = Division(name: name, entries: [], isWhole: true)
      for member in value.members ?? [] {
        guard let events = member.value.elements else { continue }
        guard let year = Int(member.key) else {
          division.isWhole = false
          report(rule, "A list of dates stands under something that is not a year.", field: name)
          continue
        }
        add(events, to: &division, year: year)
      }
      return division
    }

    private mutating func add(_ events: [JSONValue], to division: inout Division, year: Int?) {
      for (position, event) in events.enumerated() {
        let field = ([division.name] + (year.map { ["\($0)"] } ?? []) + ["\(position + 1)"]).joined(separator: " ")
        guard let date = event["date"]?.text.flatMap(publishedDate), let title = event["title"]?.text,
          year == nil || year == date.civil.year
        else {
          division.isWhole = false
          report(rule, "The entry lacks a title, or a date that exists and belongs to its year.", field: field)
          continue
        }
        division.entries.append(Entry(date: date, title: title, notes: event["notes"]?.text ?? ""))
      }
    }

    /// `common.nations.england-and-wales_slug` in the source form is `england-and-wales`.
    private func divisionName(_ key: String) -> String {
      guard key.hasSuffix("_slug") else { return key }
      return String(key.dropLast(5).split(separator: ".").last ?? "")
    }
  }
}

extension Checked<[GovernmentDates.Division]> {
  func mapDivisions(
    _ make: (String, [GovernmentDates.Entry], Bool) -> BankHolidayDivision
  ) -> Checked<[BankHolidayDivision]> {
    Checked<[BankHolidayDivision]>(value.map { make($0.name, $0.entries, $0.isWhole) }, findings: findings)
  }
}
