import Billing
import Mustache
import SettlementCalendar

/// A bill as one HTML page for the customer: self-contained, printable, without scripts, readable by a screen reader.
///
/// The page computes nothing: every amount on it is the bill's own.
public struct BillPage: Sendable {
  /// When and under which reference the total is collected.
  public struct Collection: Hashable, Sendable {
    public var date: SettlementDate
    public var reference: String

    public init(date: SettlementDate, reference: String) {
      self.date = date
      self.reference = reference
    }
  }

  private let template: MustacheTemplate

  /// - Throws: when the template is faulty, which a test rules out.
  public init() throws { template = try MustacheTemplate(string: BillPageTemplate.text) }

  /// The page in UTF-8 text; the same bill always gives the same page. All texts are escaped.
  public func html(_ bill: Bill, collection: Collection? = nil) -> String {
    template.render(BillPageModel(bill, collection))
  }
}
