/// The seven stages of the lifecycle as a drawing: a box each with its figures, and the loop of reconciliation.
struct StageDrawing {
  struct Box {
    var x: Int
    var textX: Int
    var number: Int
    var title: String
    var headline: String
    var lines: [Line]
    var link: String
  }

  struct Line {
    var x: Int
    var y: Int
    var text: String
  }

  struct Arrow {
    var path: String
  }

  var width: Int
  var boxes: [Box]
  var arrows: [Arrow]
  var loop: String
  var loopX: Int
  var description: String

  /// A stage: title, headline, up to three lines of about 24 characters.
  init(_ stages: [(title: String, headline: String, lines: [String], link: String)]) {
    let (boxWidth, gap) = (152, 16)
    boxes = stages.enumerated().map { position, stage in
      let x = 2 + position * (boxWidth + gap)
      return Box(
        x: x, textX: x + 12, number: position + 1, title: stage.title, headline: stage.headline,
        lines: stage.lines.enumerated().map { Line(x: x + 12, y: 92 + $0.offset * 18, text: $0.element) },
        link: stage.link)
    }
    arrows = boxes.dropLast().map { box in
      let from = box.x + boxWidth
      return Arrow(path: "M\(from + 2) 70h\(gap - 7)m-4 -4l5 4l-5 4")
    }
    width = 4 + boxes.count * boxWidth + (boxes.count - 1) * gap
    // From under stage 5 back to under stage 2.
    let from = 2 + 4 * (boxWidth + gap) + boxWidth / 2
    let to = 2 + (boxWidth + gap) + boxWidth / 2
    loop = "M\(from) 142v18q0 10 -10 10H\(to + 10)q-10 0 -10 -10v-16m-4 5l4 -6l4 6"
    loopX = (from + to) / 2
    description = boxes.map { "\($0.number) \($0.title): \($0.headline)" }.joined(separator: "; ")
  }

  static let template = """
    <svg viewBox="0 0 {{width}} 200" style="min-width:62rem;width:100%" role="img" aria-labelledby="stages-title stages-text">
    <title id="stages-title">The seven stages from reading to payment</title>
    <desc id="stages-text">{{description}}</desc>
    {{#boxes}}<a href="#{{link}}"><rect x="{{x}}" y="2" width="152" height="138" rx="8" fill="var(--card)" stroke="var(--line)"></rect>\
    <text x="{{textX}}" y="27" font-size="13" fill="var(--soft)"><tspan fill="var(--accent)" font-weight="700">{{number}}</tspan> {{title}}</text>\
    <text x="{{textX}}" y="60" font-size="19" font-weight="650" fill="var(--ink)">{{headline}}</text>\
    {{#lines}}<text x="{{x}}" y="{{y}}" font-size="11.5" fill="var(--soft)">{{text}}</text>{{/lines}}</a>
    {{/boxes}}{{#arrows}}<path d="{{path}}" fill="none" stroke="var(--accent)" stroke-width="1.6"></path>
    {{/arrows}}<path d="{{loop}}" fill="none" stroke="var(--warm)" stroke-width="1.6"></path>
    <text x="{{loopX}}" y="190" text-anchor="middle" font-size="12" fill="var(--warm)">late readings replace estimates, run by run, until the books are frozen</text>
    </svg>

    """
}
