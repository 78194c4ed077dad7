import Operations

/// The first nodes of an explanation as a tree from left to right: a column a level, the figure first.
struct TreeDrawing {
  /// More than this nobody can read in one picture; the nested list has them all.
  static let nodeLimit = 40
  /// Of a figure made of very many parts, so many are drawn; a dashed box counts the others.
  static let partLimit = 6

  struct Box {
    var x: Int
    var y: Int
    var textX: Int
    var titleY: Int
    var amountY: Int
    var markX: Int
    var title: String
    var full: String
    var amount: String
    var mark: String
    var colour: String
    var stroke: String
    var isDashed = false
  }

  struct Link {
    var path: String
  }

  var width = 0
  /// Below four fifths of its size the text could not be read: then the drawing scrolls.
  var leastWidth = 0
  var height = 0
  var boxes: [Box] = []
  var links: [Link] = []
  var hasMore: Bool
  var more: String

  private static let boxWidth = 250
  private static let boxHeight = 46
  private static let columnGap = 40
  private static let rowGap = 10
  private static let longestText = 38

  init(_ root: Explanation) {
    let shown = Self.firstNodes(of: root)
    let hidden = Self.count(root) - shown.count
    hasMore = hidden > 0
    more =
      hidden > 0
      ? "The drawing shows \(shown.count) figures; \(FigureText.count(hidden)) more are in the list below." : ""
    var nextRow = 0
    _ = place(root, path: [], depth: 0, shown, &nextRow)
    width = (boxes.map(\.x).max() ?? 0) + Self.boxWidth + 2
    leastWidth = width * 4 / 5
    height = (boxes.map(\.y).max() ?? 0) + Self.boxHeight + 2
  }

  private static func count(_ node: Explanation) -> Int { 1 + node.parts.reduce(0) { $0 + count($1) } }

  /// The paths of the nodes to draw, level by level: the upper levels are whole before a deeper one begins.
  private static func firstNodes(of root: Explanation) -> Set<[Int]> {
    var shown: Set<[Int]> = []
    var level: [(path: [Int], node: Explanation)] = [([], root)]
    while !level.isEmpty, shown.count < nodeLimit {
      for entry in level.prefix(nodeLimit - shown.count) { shown.insert(entry.path) }
      level = level.flatMap { entry in
        shown.contains(entry.path)
          ? drawnParts(entry.node).enumerated().map { (entry.path + [$0.offset], $0.element) } : []
      }
    }
    return shown
  }

  /// All parts, or the first few where a dashed box must stand for the rest.
  private static func drawnParts(_ node: Explanation) -> ArraySlice<Explanation> {
    node.parts.count <= partLimit + 1 ? node.parts[...] : node.parts.prefix(partLimit)
  }

  /// Draws a node between its first and last part. - Returns: the y of its middle.
  private mutating func place(
    _ node: Explanation, path: [Int], depth: Int, _ shown: Set<[Int]>, _ nextRow: inout Int
  ) -> Int {
    let x = 1 + depth * (Self.boxWidth + Self.columnGap)
    var middles: [Int] = []
    for (position, part) in node.parts.enumerated() where shown.contains(path + [position]) {
      middles.append(place(part, path: path + [position], depth: depth + 1, shown, &nextRow))
    }
    let hidden = node.parts.count - middles.count
    if hidden > 0, !middles.isEmpty {
      middles.append(placeRest(hidden, depth: depth + 1, &nextRow))
    }
    let middle: Int
    if let first = middles.first, let last = middles.last {
      middle = (first + last) / 2
    } else {
      middle = 1 + nextRow * (Self.boxHeight + Self.rowGap) + Self.boxHeight / 2
      nextRow += 1
    }
    boxes.append(Self.box(node, x, middle - Self.boxHeight / 2))
    let from = x + Self.boxWidth
    let to = from + Self.columnGap
    for part in middles {
      links.append(Link(path: "M\(from) \(middle)C\(from + 24) \(middle) \(to - 24) \(part) \(to) \(part)"))
    }
    return middle
  }

  /// A dashed box for parts that are not drawn. - Returns: the y of its middle.
  private mutating func placeRest(_ count: Int, depth: Int, _ nextRow: inout Int) -> Int {
    let middle = 1 + nextRow * (Self.boxHeight + Self.rowGap) + Self.boxHeight / 2
    nextRow += 1
    let text = "\(FigureText.count(count)) more"
    let x = 1 + depth * (Self.boxWidth + Self.columnGap)
    var box = Self.box(
      Explanation("not drawn", .text(text), how: "in the list below"), x, middle - Self.boxHeight / 2)
    box.isDashed = true
    boxes.append(box)
    return middle
  }

  private static func box(_ node: Explanation, _ x: Int, _ y: Int) -> Box {
    let title = FigureText.clean(node.title)
    let amount = FigureText.clean(node.amount.text)
    return Box(
      x: x, y: y, textX: x + 10, titleY: y + 18, amountY: y + 36, markX: x + boxWidth - 10, title: shortened(title),
      full: FigureText.clean("\(node.title): \(node.amount.text). \(node.how)"), amount: shortened(amount),
      mark: node.check.map { $0.meets ? "✓" : "✗" } ?? "",
      colour: node.check?.meets == false ? "var(--bad)" : "var(--good)",
      stroke: node.check?.meets == false ? "var(--bad)" : "var(--line)")
  }

  private static func shortened(_ text: String) -> String {
    text.count <= longestText ? text : text.prefix(longestText - 1) + "…"
  }

  static let template = """
    <svg viewBox="0 0 {{width}} {{height}}" style="width:100%;min-width:{{leastWidth}}px;max-width:{{width}}px;height:auto" role="img" aria-labelledby="tree-title">
    <title id="tree-title">From the figure at the left to what it was made of at the right</title>
    {{#links}}<path d="{{path}}" fill="none" stroke="var(--line)" stroke-width="1.5"></path>
    {{/links}}{{#boxes}}<g><title>{{full}}</title><rect x="{{x}}" y="{{y}}" width="250" height="46" rx="6" fill="var(--card)" stroke="{{stroke}}"{{#isDashed}} stroke-dasharray="4 4"{{/isDashed}}></rect>\
    <text x="{{textX}}" y="{{titleY}}" font-size="11.5" fill="var(--soft)">{{title}}</text>\
    <text x="{{textX}}" y="{{amountY}}" font-size="13" font-weight="600" fill="var(--ink)">{{amount}}</text>\
    <text x="{{markX}}" y="{{amountY}}" font-size="13" font-weight="700" text-anchor="end" fill="{{colour}}">{{mark}}</text></g>
    {{/boxes}}</svg>
    {{#hasMore}}<figcaption class="note">{{more}}</figcaption>{{/hasMore}}
    """
}
