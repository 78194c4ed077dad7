import Mustache
import Operations

/// An ``Explanation`` as one HTML page: self-contained, without scripts or requests, with a drawing from the figure at
/// the left to what it was made of at the right.
public enum ExplanationPage {
  /// - Returns: UTF-8 text, the same for the same tree. All texts are escaped.
  /// - Throws: when a template is faulty, which a test rules out.
  public static func render(_ explanation: Explanation, title: String) throws -> String {
    var library = MustacheLibrary()
    try library.register(node, named: "node")
    try library.register(TreeDrawing.template, named: "drawing")
    try library.register(page, named: "page")
    // Only a template that was never registered renders nothing, and it was just registered.
    return library.render(Model(explanation, title), withTemplate: "page") ?? ""
  }

  private struct Model {
    var title: String
    var verdict: String
    var verdictClass: String
    var drawing: TreeDrawing
    var root: Node

    init(_ explanation: Explanation, _ title: String) {
      self.title = FigureText.clean(title)
      verdict = ExplanationText.verdict(explanation)
      verdictClass = explanation.holds ? "" : "bad"
      drawing = TreeDrawing(explanation)
      root = Node(explanation, depth: 0)
    }
  }

  struct Node {
    var label: String
    var amount: String
    var how: String
    var hasRule: Bool
    var rule: String
    var mark: String
    var markClass: String
    var isBroken: Bool
    var recomputed: String
    var isOpen: Bool
    var isLeaf: Bool
    var parts: [Node]

    init(_ explanation: Explanation, depth: Int) {
      label = FigureText.clean(explanation.title)
      amount = FigureText.clean(explanation.amount.text)
      how = FigureText.clean(explanation.how)
      hasRule = !explanation.rule.isEmpty
      rule = FigureText.clean(explanation.rule)
      mark = explanation.check.map { $0.meets ? "✓" : "✗" } ?? ""
      markClass = explanation.check.map { $0.meets ? "yes" : "bad" } ?? ""
      isBroken = explanation.check?.meets == false
      recomputed = explanation.check.map { FigureText.clean($0.recomputed.text) } ?? ""
      isOpen = depth < 2
      isLeaf = explanation.parts.isEmpty
      parts = explanation.parts.map { Node($0, depth: depth + 1) }
    }
  }

  private static let node = """
    {{^isLeaf}}<details{{#isOpen}} open="open"{{/isOpen}}><summary>{{/isLeaf}}{{#isLeaf}}<div class="leaf">{{/isLeaf}}\
    <span class="row"><span class="label">{{label}}</span> <span class="amount">{{amount}} \
    <span class="mark {{markClass}}">{{mark}}</span></span></span>\
    <span class="how">{{how}}{{#hasRule}} <code>{{rule}}</code>{{/hasRule}}\
    {{#isBroken}} <span class="bad">The parts make {{recomputed}}.</span>{{/isBroken}}</span>\
    {{#isLeaf}}</div>{{/isLeaf}}{{^isLeaf}}</summary><div class="parts">{{#parts}}{{> node}}{{/parts}}</div></details>{{/isLeaf}}
    """

  private static let page = """
    <!DOCTYPE html>
    <html lang="en-GB" xmlns="http://www.w3.org/1999/xhtml">
    <head>
    <meta charset="utf-8"/>
    <meta name="viewport" content="width=device-width, initial-scale=1"/>
    <meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'"/>
    <title>{{title}}</title>
    <style>\(PageStyle.text)
    .leaf,summary{padding:.3rem 0;color:var(--ink)}.parts{margin-left:.55rem;padding-left:1.1rem;border-left:1px solid var(--line)}
    details{margin:0}.leaf{padding-left:1rem}.row{display:inline-flex;width:calc(100% - 1.2rem);justify-content:space-between;gap:1.5rem;vertical-align:top}.leaf .row{width:100%}
    .amount{font-variant-numeric:tabular-nums;white-space:nowrap;font-weight:600}.mark{display:inline-block;width:1em;font-weight:700}
    .how{display:block;color:var(--soft);font-size:.85rem;max-width:46rem}code{background:var(--card);padding:0 .3em;border-radius:3px}
    </style>
    </head>
    <body>
    <main>
    <header>
    <p class="kicker">Halfhour explains</p>
    <h1>{{title}}</h1>
    <p class="verdict {{verdictClass}}">{{verdict}}</p>
    </header>
    <figure class="scroll">{{#drawing}}{{> drawing}}{{/drawing}}</figure>
    <h2>All of it</h2>
    {{#root}}{{> node}}{{/root}}
    </main>
    </body>
    </html>

    """
}
