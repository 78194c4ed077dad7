"""What settling costs against metering points, days, share changed and suppliers: CSV, and a plot of each.

  Benchmarks/curves [--largest 33000000] [--out docs/curves]

Driven by Benchmarks/curves. Each point is the median of eleven runs in a process of its own, of later runs a hundred and one.
"""
import argparse
import csv
import math
import os
import shutil

from national import halfhour, timed, timed_rows
from tables import DATE, ROOT

RUNS = 5


def made(folder, mpans, *options, days=1):
    shutil.rmtree(folder, ignore_errors=True)
    halfhour("simulate", "--mpans", mpans, "--days", days, "--store", folder, *options)
    halfhour("compact", "--store", folder, "--from", DATE, "--to", f"2026-01-{13 + days}")
    os.sync()  # what is still being written would be measured with


def settled(folder, run, *options):
    """The median of seconds, the private memory and the readings that were looked at."""
    command = ["settle", "--store", folder, "--date", DATE, "--run", run, *options]
    first, memory = halfhour(*command)
    # A later run takes so little that eleven of them are over before the process is warm.
    return timed(*command, "--repeat", 2 * RUNS + 1 if run == "II" else 20 * RUNS + 1)["seconds"], memory, first["changedReadings"]


def by_mpans(folder, largest):
    for mpans in [330_000, 1_000_000, 3_300_000, 10_000_000, 33_000_000]:
        if mpans <= largest:
            made(folder, mpans)
            seconds, memory, _ = settled(folder, "II", "--full")
            later, _, _ = settled(folder, "SF")
            yield {"mpans": mpans, "secondsFull": seconds, "secondsLaterRun": later, "privateMB": round(memory, 1)}


def by_days(folder, _):
    for days in [1, 2, 4, 8]:
        made(folder, 330_000, days=days)
        dates = ["--from", DATE, "--to", f"2026-01-{13 + days}"]
        command = ["settle", "--store", folder, *dates, "--run", "II", "--full", "--repeat", 2 * RUNS + 1]
        yield {"days": days, "secondsFull": round(sum(row["seconds"] for row in timed_rows(*command)), 5)}


def by_share(folder, _):
    for share in [100, 1_000, 3_000, 10_000, 30_000, 100_000]:
        made(folder, 3_300_000, "--late-per-million", share)
        full, _, _ = settled(folder, "II", "--full")
        seconds, memory, changed = settled(folder, "SF")
        yield {"percentChanged": share / 10_000, "secondsLaterRun": seconds, "secondsFull": full,
               "readingsWithdrawnOrStated": changed, "privateMB": round(memory, 1)}


def by_suppliers(folder, _):
    for suppliers in [1, 5, 20, 85, 300, 500]:
        made(folder, 3_300_000, "--suppliers", suppliers)
        seconds, memory, _ = settled(folder, "II", "--full")
        yield {"suppliers": suppliers, "secondsFull": seconds, "privateMB": round(memory, 1)}


CURVES = {"mpans": by_mpans, "days": by_days, "share": by_share, "suppliers": by_suppliers}


def plot(path, rows):
    """Both axes by powers of ten: what grows in proportion is a straight line that rises by 45 degrees."""
    x_name = next(iter(rows[0]))
    series = [name for name in rows[0] if name.startswith("seconds")]
    xs = [float(row[x_name]) for row in rows]
    ys = [float(row[name]) * 1000 for row in rows for name in series]
    low_x, high_x = math.floor(math.log10(min(xs))), math.ceil(math.log10(max(xs)) + 1e-9)
    low_y, high_y = math.floor(math.log10(min(ys))), math.ceil(math.log10(max(ys)) + 1e-9)
    high_x, high_y = max(high_x, low_x + 1), max(high_y, low_y + 1)
    width, height, left, top = 420, 280, 60, 20

    def place(x, y):
        return (left + (math.log10(x) - low_x) / (high_x - low_x) * width,
                top + (high_y - math.log10(y)) / (high_y - low_y) * height)

    out = [f'<svg xmlns="http://www.w3.org/2000/svg" width="{width + 220}" height="{height + 70}" '
           'font-family="sans-serif" font-size="12">', '<rect width="100%" height="100%" fill="white"/>']
    for power in range(low_x, high_x + 1):
        x, _ = place(10.0 ** power, 10.0 ** low_y)
        out.append(f'<path d="M{x:.1f} {top}V{top + height}" stroke="#ddd"/>'
                   f'<text x="{x:.1f}" y="{top + height + 16}" text-anchor="middle">{10.0 ** power:,g}</text>')
    for power in range(low_y, high_y + 1):
        _, y = place(10.0 ** low_x, 10.0 ** power)
        out.append(f'<path d="M{left} {y:.1f}H{left + width}" stroke="#ddd"/>'
                   f'<text x="{left - 6}" y="{y + 4:.1f}" text-anchor="end">{10.0 ** power:,g} ms</text>')
    for number, name in enumerate(series):
        colour = ["#1f5fa8", "#c05020"][number % 2]
        points = [place(float(row[x_name]), float(row[name]) * 1000) for row in rows]
        out.append('<path fill="none" stroke-width="2" stroke="%s" d="M%s"/>' % (
            colour, "L".join(f"{x:.1f} {y:.1f}" for x, y in points)))
        out += [f'<circle cx="{x:.1f}" cy="{y:.1f}" r="3.5" fill="{colour}"/>' for x, y in points]
        label = {"secondsFull": "run in full", "secondsLaterRun": "later run"}[name]
        out.append(f'<text x="{points[-1][0] + 10:.1f}" y="{points[-1][1] + 4:.1f}" fill="{colour}">{label}</text>')
    out.append(f'<text x="{left + width / 2}" y="{top + height + 38}" text-anchor="middle">{x_name}</text></svg>')
    with open(path, "w") as file:
        file.write("\n".join(out) + "\n")


def main():
    parser = argparse.ArgumentParser(prog="Benchmarks/curves", description=__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--largest", type=int, default=33_000_000, help="no more metering points than these")
    parser.add_argument("--only", help=f"comma-separated, of {', '.join(CURVES)}")
    parser.add_argument("--out", default=os.path.join(ROOT, "docs", "curves"))
    options = parser.parse_args()
    folder = os.path.join(ROOT, ".build", "benchmarks", "curves")
    os.makedirs(options.out, exist_ok=True)
    for name in options.only.split(",") if options.only else CURVES:
        rows = list(CURVES[name](folder, options.largest))
        with open(os.path.join(options.out, name + ".csv"), "w", newline="") as file:
            writer = csv.DictWriter(file, rows[0], lineterminator="\n")
            writer.writeheader()
            writer.writerows(rows)
        plot(os.path.join(options.out, name + ".svg"), rows)
        for row in rows:
            print(row, flush=True)
    shutil.rmtree(folder, ignore_errors=True)


if __name__ == "__main__":
    main()
