import Billing
import Quantities
import SettlementCalendar

/// The price cap's part of the bill page.
struct BillCapModel {
  struct Segment {
    var span: String
    var level: String
    var energy: String
    var rate: String
    var standing: String
  }

  struct Component {
    var name: String
    var recovers: String
    var share: String
    var amount: String
  }

  /// `within`, `above` or `breach`.
  var `class`: String
  var word: String
  var sentence: String
  var segments: [Segment]
  var amount: String
  var hasComponents: Bool
  var components: [Component]
  /// When the published shares are not a whole.
  var shareNote: String?

  init(_ check: CapCheck) {
    self.class = check.isWithin ? "within" : check.isBreach ? "breach" : "above"
    word =
      check.isWithin ? "Within the cap." : check.isBreach ? "Above the cap." : "Above the cap, which does not bind."
    sentence = check.sentence
    segments = check.segments.map {
      let basis = $0.level.includesVAT ? "including VAT" : "VAT added"
      return Segment(
        span: PageText.span($0.from, $0.through), level: "from \(PageText.date($0.level.from)), \(basis)",
        energy: "\($0.energy.kilowattHoursText) kWh", rate: "\($0.level.unitRate.pencePerKWhText) p/kWh",
        standing: "\(PageText.pence($0.level.standingCharge)) p × \($0.days) days")
    }
    amount = PageText.pounds(check.capAmount)
    hasComponents = !check.components.isEmpty
    components = check.components.map {
      Component(
        name: $0.component.name, recovers: $0.component.recovers, share: PageText.percent($0.component.share),
        amount: PageText.pounds($0.amount))
    }
    let sum = Proportion(billionths: check.components.reduce(0) { $0 + $1.component.share.billionths })
    if hasComponents, sum.billionths != 1_000_000_000 {
      shareNote = "published shares add up to \(PageText.percent(sum)); the amounts are scaled to the whole"
    }
  }
}
