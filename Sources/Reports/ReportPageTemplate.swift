/// The report page's Mustache template, written so that it parses as HTML and as XML.
enum ReportPageTemplate {
  static let text = """
    <!DOCTYPE html>
    <html lang="en-GB" xmlns="http://www.w3.org/1999/xhtml">
    <head>
    <meta charset="utf-8"/>
    <meta name="viewport" content="width=device-width, initial-scale=1"/>
    <meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline'; img-src data:"/>
    <title>Halfhour report{{#hasSpan}}, {{span}}{{/hasSpan}}</title>
    <style>\(PageStyle.text)
    {{{chartStyle}}}</style>
    </head>
    <body>
    <main>
    <header>
    <p class="kicker">Halfhour report</p>
    <h1>{{title}}</h1>
    <p class="lead">{{lead}}</p>
    <p class="verdict {{verdictClass}}"><strong>{{verdict}}</strong> {{verdictText}} <a href="#checks">The checks</a></p>
    </header>
    <figure class="scroll">{{#drawing}}{{> stages}}{{/drawing}}</figure>

    <section id="charts">
    <h2>Price and volume</h2>
    <p>{{chartNote}}</p>
    {{#hasCharts}}<h3>Imbalance price, £/MWh</h3>
    <div id="price-chart" class="chart" role="img" aria-label="Imbalance price by settlement period; the daily table below holds its range by day"></div>
    <h3>Net offtake at the Grid Supply Points, kWh a half-hour</h3>
    <div id="volume-chart" class="chart" role="img" aria-label="Net offtake by settlement period; the daily table below holds its sums by day"></div>
    {{/hasCharts}}{{#hasDays}}<details{{#openDays}} open="open"{{/openDays}}><summary>Day by day</summary>
    {{#dayTable}}{{> table}}{{/dayTable}}</details>{{/hasDays}}
    </section>

    {{#sections}}<section id="{{id}}">
    <h2><span class="no">{{number}}</span> {{title}}</h2>
    <p>{{lead}}</p>
    {{#tables}}{{> table}}{{/tables}}{{#folded}}<details><summary>{{summary}}</summary>
    {{#tables}}{{> table}}{{/tables}}</details>
    {{/folded}}{{#notes}}<p class="note">{{.}}</p>
    {{/notes}}</section>

    {{/sections}}<section id="checks">
    <h2>Does it add up?</h2>
    <p>What goes into a stage comes out of it, to the last unit. Each line compares two figures that were stated or added up independently.</p>
    <div class="scroll"><table>
    <caption>Conservation from stage to stage</caption>
    <thead><tr><th scope="col">Check</th><th scope="col">Into stage</th><th scope="col" class="n">Before</th><th scope="col" class="n">After</th><th scope="col">Verdict</th></tr></thead>
    <tbody>
    {{#checks}}<tr><th scope="row">{{title}}</th><td>{{stage}}</td><td class="n w">{{before}}</td><td class="n w">{{after}}</td><td class="{{mark}}">{{verdict}}</td></tr>
    {{/checks}}</tbody>
    </table></div>
    </section>
    <footer><p>{{footer}}</p></footer>
    </main>
    {{#hasCharts}}<script>//<![CDATA[
    {{{chartScript}}}
    //]]></script>
    <script>//<![CDATA[
    \(ChartProgram.text(data: "{{{chartData}}}"))
    //]]></script>
    {{/hasCharts}}</body>
    </html>

    """
}

/// What all pages wear.
enum PageStyle {
  static let text = """
    :root{color-scheme:light dark;--paper:#fff;--ink:#1a1d21;--soft:#5b6470;--line:#d9dde3;--card:#f5f7f9;--accent:#0b5cad;--warm:#b4541a;--good:#17693a;--bad:#a31621;--good-bg:#eef7f1;--bad-bg:#fdeff0}
    @media (prefers-color-scheme:dark){:root{--paper:#14171b;--ink:#e7eaee;--soft:#9aa4b1;--line:#333a43;--card:#1d2127;--accent:#6db3f5;--warm:#f0a068;--good:#6fcf97;--bad:#ff8a8f;--good-bg:#15251c;--bad-bg:#2c1719}}
    *{box-sizing:border-box}
    body{margin:0;background:var(--paper);color:var(--ink);font:16px/1.5 system-ui,-apple-system,"Segoe UI",Roboto,"Noto Sans",sans-serif}
    main{max-width:76rem;margin:0 auto;padding:2rem 1.5rem 4rem}
    h1{font-size:1.9rem;line-height:1.2;margin:.1rem 0 .4rem;letter-spacing:-.01em}
    h2{font-size:1.25rem;margin:3rem 0 .3rem}h3{font-size:.95rem;font-weight:600;margin:1.2rem 0 .3rem}
    p{max-width:46rem;margin:.3rem 0}.lead,.note,caption,footer,summary{color:var(--soft)}
    .kicker{color:var(--accent);font-weight:600;margin:0}.no{color:var(--accent);margin-right:.25rem}
    .verdict{color:var(--ink);border-left:.3rem solid var(--good);background:var(--good-bg);padding:.5rem .8rem;margin:1rem 0}
    .verdict.bad{color:var(--ink);border-color:var(--bad);background:var(--bad-bg)}a{color:var(--accent)}
    figure{margin:1.5rem 0}.scroll{overflow-x:auto}
    table{border-collapse:collapse;font-size:.88rem;margin:.8rem 0 1rem;min-width:40%}
    caption{text-align:left;font-size:.85rem;padding-bottom:.3rem}
    th,td{text-align:left;vertical-align:baseline;padding:.28rem 1.1rem .28rem 0;border-bottom:1px solid var(--line);font-weight:400}
    thead th{font-weight:600;border-bottom:1.5px solid var(--ink);vertical-align:bottom}
    tfoot th,tfoot td{font-weight:600;border-bottom:0;border-top:1.5px solid var(--ink)}
    tfoot tr+tr th,tfoot tr+tr td{border-top:0}
    .n{text-align:right;font-variant-numeric:tabular-nums lining-nums;white-space:nowrap}.n.w{white-space:normal}
    .f{color:var(--soft);font-size:.82em;font-weight:400}.yes{color:var(--good)}.bad{color:var(--bad)}
    svg text{font-family:inherit}.chart{width:100%;height:15rem}
    details{margin:.8rem 0}summary{cursor:pointer}
    footer{margin-top:3rem;font-size:.85rem;border-top:1px solid var(--line);padding-top:.6rem}
    .dygraph-legend{background:var(--paper)!important;color:var(--ink);font-size:.82rem!important;width:auto!important;max-width:60%;padding:.1rem .4rem;font-variant-numeric:tabular-nums}
    .dygraph-axis-label,.dygraph-axis-label div{color:var(--soft)!important;font-size:.78rem}
    @media print{main{max-width:none;padding:0}.chart,details,table{break-inside:avoid}}
    """
}
