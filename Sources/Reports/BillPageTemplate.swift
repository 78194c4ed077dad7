/// The bill page's Mustache template.
enum BillPageTemplate {
  static let text = """
    <!DOCTYPE html>
    <html lang="en-GB">
    <head>
    <meta charset="utf-8">
    <meta name="viewport" content="width=device-width, initial-scale=1">
    <title>Electricity {{document}} {{id}}</title>
    <style>\(style)</style>
    </head>
    <body>
    <main>
    <header>
    <p class="supplier">{{supplier}}</p>
    <h1>Electricity {{document}}</h1>
    <p class="total"><span>{{totalLabel}}</span> <strong>{{headline}}</strong></p>
    {{#collection}}<p>We will collect it by direct debit on <strong>{{date}}</strong>, reference {{reference}}.</p>{{/collection}}
    </header>
    <dl class="facts">
    {{#facts}}<div><dt>{{name}}</dt><dd>{{value}}</dd></div>
    {{/facts}}</dl>

    <h2>What it is made of</h2>
    <table>
    <caption>Charges excluding VAT, then VAT and total</caption>
    <thead><tr><th scope="col">Charge</th><th scope="col">Days</th><th scope="col" class="n">Quantity</th>\
    <th scope="col" class="n">Price</th><th scope="col" class="n">Amount</th></tr></thead>
    <tbody>
    {{#lines}}<tr><th scope="row">{{name}}{{#estimated}} <abbr title="contains estimated readings">E</abbr>{{/estimated}}</th>\
    <td>{{span}}</td><td class="n">{{quantity}}{{#estimated}}<small>of which {{.}} kWh estimated</small>{{/estimated}}</td>\
    <td class="n">{{price}}</td><td class="n">{{amount}}</td></tr>
    {{/lines}}</tbody>
    <tfoot>
    <tr><th scope="row" colspan="4">Total excluding VAT</th><td class="n">{{subtotal}}</td></tr>
    <tr><th scope="row" colspan="4">{{vatLabel}}</th><td class="n">{{vat}}</td></tr>
    <tr class="sum"><th scope="row" colspan="4">Total</th><td class="n">{{total}}</td></tr>
    </tfoot>
    </table>

    {{#drawing}}<h2>When you {{verb}} it</h2>
    <figure>
    <svg viewBox="0 0 {{width}} {{height}}" role="img" aria-labelledby="shape-title shape-text">
    <title id="shape-title">Energy by half-hour of the day</title>
    <desc id="shape-text">{{description}}</desc>
    {{#bars}}<rect x="{{x}}" y="{{y}}" width="{{width}}" height="{{height}}" fill="{{colour}}"><title>{{label}}</title></rect>
    {{/bars}}<line x1="0" y1="{{baseline}}" x2="{{width}}" y2="{{baseline}}" stroke="#333"/>
    {{#marks}}<text x="{{x}}" y="{{y}}" text-anchor="{{anchor}}">{{label}}</text>
    {{/marks}}</svg>
    <figcaption>All days of this {{document}} added up, by the clock. \
    {{#legend}}<span class="key"><i style="background:{{colour}}"></i>{{band}}, {{energy}} kWh</span> {{/legend}}</figcaption>
    </figure>
    {{/drawing}}
    <h2>How we know your readings</h2>
    <p>{{readings}}</p>
    {{#hasEstimates}}<table>
    <caption>Estimated half-hours by method</caption>
    <thead><tr><th scope="col">Method</th><th scope="col" class="n">Half-hours</th><th scope="col" class="n">kWh</th></tr></thead>
    <tbody>{{#estimates}}<tr><th scope="row">{{method}}</th><td class="n">{{periods}}</td><td class="n">{{energy}}</td></tr>
    {{/estimates}}</tbody></table>
    {{/hasEstimates}}{{#missing}}<p class="warning"><strong>Incomplete:</strong> {{.}}</p>
    {{/missing}}
    {{#cap}}<h2>The price cap</h2>
    <p class="verdict {{class}}"><strong>{{word}}</strong> {{sentence}}</p>
    <table>
    <caption>What the cap allows for the same days and energy</caption>
    <thead><tr><th scope="col">Days</th><th scope="col">Cap level</th><th scope="col" class="n">Energy</th>\
    <th scope="col" class="n">Unit rate</th><th scope="col" class="n">Standing charge</th></tr></thead>
    <tbody>{{#segments}}<tr><th scope="row">{{span}}</th><td>{{level}}</td><td class="n">{{energy}}</td>\
    <td class="n">{{rate}}</td><td class="n">{{standing}}</td></tr>
    {{/segments}}</tbody>
    <tfoot><tr class="sum"><th scope="row" colspan="4">Cap amount including VAT</th><td class="n">{{amount}}</td></tr></tfoot>
    </table>
    {{#hasComponents}}<table>
    <caption>What the cap amount pays for{{#shareNote}} ({{.}}){{/shareNote}}</caption>
    <thead><tr><th scope="col">Part</th><th scope="col">Pays for</th><th scope="col" class="n">Published share</th>\
    <th scope="col" class="n">Amount</th></tr></thead>
    <tbody>{{#components}}<tr><th scope="row">{{name}}</th><td>{{recovers}}</td><td class="n">{{share}}</td>\
    <td class="n">{{amount}}</td></tr>
    {{/components}}</tbody></table>
    {{/hasComponents}}{{/cap}}{{#noCap}}<h2>The price cap</h2>
    <p class="verdict above"><strong>No verdict.</strong> {{.}}</p>
    {{/noCap}}
    <h2>Where the numbers come from</h2>
    <table>
    <caption>Sources and rules</caption>
    <thead><tr><th scope="col">What</th><th scope="col">Source</th></tr></thead>
    <tbody>{{#sources}}<tr><th scope="row">{{name}}</th><td>{{value}}</td></tr>
    {{/sources}}</tbody></table>
    <p>Each energy line is the sum of its half-hourly readings times its price, rounded once. The command \
    <code>halfhour explain</code> follows every line down to the readings and adds it up again.</p>
    </main>
    </body>
    </html>

    """

  private static let style = """
    :root{color:#1b1b1b;background:#fff;font:16px/1.45 system-ui,sans-serif}
    main{max-width:50rem;margin:0 auto;padding:1.5rem}
    h1{font-size:1.5rem;margin:.2rem 0}h2{font-size:1.1rem;margin:2rem 0 .5rem}
    .supplier{font-weight:600;margin:0;color:#444}
    .total{font-size:1.25rem;margin:.5rem 0}.total strong{font-size:2rem;margin-left:.5rem}
    .facts{display:grid;grid-template-columns:repeat(auto-fit,minmax(14rem,1fr));gap:.25rem 1.5rem;margin:1rem 0}
    .facts dt{color:#555;font-size:.85rem}.facts dd{margin:0}
    table{border-collapse:collapse;width:100%;margin:.5rem 0 1rem;font-size:.92rem}
    caption{text-align:left;color:#555;font-size:.85rem;padding-bottom:.25rem}
    th,td{text-align:left;vertical-align:top;padding:.35rem .5rem .35rem 0;border-bottom:1px solid #ccc;font-weight:400}
    thead th{font-weight:600;border-bottom:2px solid #333}
    .n{text-align:right;font-variant-numeric:tabular-nums;white-space:nowrap}
    td small{display:block;color:#555}.sum th,.sum td{font-weight:700;border-top:2px solid #333}
    abbr{border:1px solid #8a4b00;color:#8a4b00;font-size:.75rem;padding:0 .25rem;text-decoration:none}
    svg{width:100%;height:auto}svg text{font-size:11px;fill:#333}figure{margin:0}
    figcaption{font-size:.85rem;color:#444}.key{white-space:nowrap;margin-right:1rem}
    .key i{display:inline-block;width:.8em;height:.8em;margin-right:.3em}
    .verdict,.warning{border-left:.4rem solid #1d6b3a;padding:.5rem .75rem;background:#f2f7f3}
    .verdict.above,.warning{border-color:#8a4b00;background:#fbf5ec}
    .verdict.breach{border-color:#a11;background:#fbeeee}
    @media print{main{padding:0;max-width:none}h2,table,figure{break-inside:avoid}thead{display:table-header-group}}
    """
}
