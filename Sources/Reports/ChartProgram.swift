import Operations
import Quantities

/// The page's own program: two charts over one time axis, which zoom together.
enum ChartProgram {
  /// One row a settlement period: half-hour since 1970, period, lowest price, highest price, kWh.
  ///
  /// Numbers only, so nothing in it can end the script that holds it. Drawn, not computed with: kWh to three decimals.
  static func data(_ points: [ReportData.PeriodPoint]) -> String {
    let rows = points.map { point in
      let wattHours = Rounding.halfAwayFromZero.quotient(point.offtake.tenMicrowattHours, by: 100_000)
      return "[\(point.halfHour.index),\(point.period),\(point.lowestPrice.poundsPerMWhText),"
        + "\(point.highestPrice.poundsPerMWhText),\(DecimalNumber.text(wattHours, places: 3, keeping: 0))]"
    }
    return "[" + rows.joined(separator: ",") + "]"
  }

  static func text(data: String) -> String {
    """
    (function () {
      "use strict";
      var points = \(data);
      var periods = {};
      var price = [], volume = [], twoPrices = false;
      points.forEach(function (p) { if (p[2] !== p[3]) { twoPrices = true; } });
      points.forEach(function (p) {
        var moment = new Date(p[0] * 1800000);
        periods[+moment] = p[1];
        price.push(twoPrices ? [moment, p[2], p[3]] : [moment, p[2]]);
        volume.push([moment, p[4]]);
      });
      var london = new Intl.DateTimeFormat("en-GB", { timeZone: "Europe/London", day: "numeric", month: "short", year: "numeric" });
      function moment(ms) { return london.format(new Date(ms)) + " period " + (periods[ms] || ""); }
      function colour(name) { return getComputedStyle(document.documentElement).getPropertyValue(name).trim(); }
      var charts = [], busy = false;
      function together(chart, isFirst) {
        if (busy || isFirst) { return; }
        busy = true;
        charts.forEach(function (other) { if (other !== chart) { other.updateOptions({ dateWindow: chart.xAxisRange() }); } });
        busy = false;
      }
      function draw(id, rows, labels, names, fill) {
        charts.push(new Dygraph(document.getElementById(id), rows, {
          labels: labels, colors: names.map(colour), labelsUTC: true, fillGraph: fill, stepPlot: true, strokeWidth: 1.1,
          gridLineColor: colour("--line"), axisLineColor: colour("--line"), includeZero: true, legend: "follow",
          digitsAfterDecimal: 3, drawCallback: together,
          axes: { x: { valueFormatter: moment }, y: { axisLabelWidth: 64 } }
        }));
      }
      function drawAll() {
        charts.forEach(function (chart) { chart.destroy(); });
        charts = [];
        draw("price-chart", price, twoPrices ? ["time", "lower £/MWh", "higher £/MWh"] : ["time", "£/MWh"], twoPrices ? ["--accent", "--warm"] : ["--accent"], false);
        draw("volume-chart", volume, ["time", "kWh"], ["--warm"], true);
      }
      drawAll();
      matchMedia("(prefers-color-scheme: dark)").addEventListener("change", drawAll);
    })();
    """
  }
}
