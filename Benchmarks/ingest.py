"""Ingest at speed: halfhour takes files in, validated and durable; the peers merely parse them and add them up.

Times of halfhour are those of the whole process, its start and end included; those of the peers are of the query alone,
with the library loaded and a first run done before. Files are in the page cache for all.
"""

import argparse
import json
import os
import shutil
import statistics
import subprocess
import sys
import threading
import time

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
SIZES = {"small": 330_000, "tenth": 3_300_000}
DATE = "2026-01-14"
LAYOUTS = ["messages", "long", "wide", "d0036"]
PEERS = ["duckdb", "polars"]


def log(text):
    print(text, file=sys.stderr, flush=True)


def halfhour(*arguments):
    out = subprocess.run([os.environ["HALFHOUR"], *map(str, arguments)], check=True, stdout=subprocess.PIPE, text=True)
    return json.loads(out.stdout)[0] if "json" in arguments else out.stdout


def prepare(folder, size, names, signed):
    """A simulated day, and from it the files."""
    made = os.path.join(folder, "made")
    store = os.path.join(folder, "store")
    if not os.path.exists(os.path.join(made, "national", "meters")):
        log("simulating a day")
        halfhour("simulate", "--mpans", SIZES[size], "--days", 1, "--seed", 1, "--from", DATE, "--store", made)
        halfhour("meters", "--store", made, "--simulated", SIZES[size])
    files = {}
    for name in names:
        path, note = os.path.join(folder, name + ".txt"), os.path.join(folder, name + ".json")
        if not os.path.exists(note):
            log(f"writing {name}")
            layout = ["--layout", "messages" if name == "signed" else name]
            sign = ["--sign", "SUP1", "--keys", path + ".keys", "--limit", signed] if name == "signed" else []
            with open(note + ".new", "w") as file:
                json.dump(halfhour("export", "--store", made, "--date", DATE, *layout, *sign, "--out", path, "--format",
                                   "json"), file)
            os.rename(note + ".new", note)
        with open(note) as file:
            files[name] = json.load(file) | {"path": path}
    return made, store, files


def warm(path):
    with open(path, "rb") as file:
        while file.read(16 << 20):
            pass


def watched(command):
    """Runs a command. Returns its output, seconds and peak private memory in MB."""
    start = time.perf_counter()
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    peak = 0

    def watch():
        nonlocal peak
        while process.poll() is None:
            try:
                with open(f"/proc/{process.pid}/status") as file:
                    for line in file:
                        if line.startswith("RssAnon:"):
                            peak = max(peak, int(line.split()[1]))
            except (OSError, ProcessLookupError):
                return
            time.sleep(0.005)

    thread = threading.Thread(target=watch)
    thread.start()
    out, errors = process.communicate()
    seconds = time.perf_counter() - start
    thread.join()
    if process.returncode:
        raise SystemExit(f"{' '.join(command)} ended with status {process.returncode}: {errors}")
    return out, seconds, peak / 1024


def fresh(made, store):
    """A store with the register and nothing else, the disk at rest."""
    shutil.rmtree(store, ignore_errors=True)
    os.makedirs(os.path.join(store, "national"))
    shutil.copy(os.path.join(made, "national", "meters"), os.path.join(store, "national", "meters"))
    os.sync()


def ours(made, store, file, options, extra=()):
    times, peaks, report = [], [], None
    for _ in range(options.runs):
        fresh(made, store)
        out, seconds, peak = watched([os.environ["HALFHOUR"], "load", "--store", store, file["path"], "--from", DATE,
                                      "--to", DATE, "--threads", str(options.threads), "--format", "json", *extra])
        report = json.loads(out)[0]
        times.append(seconds)
        peaks.append(peak)
    return statistics.median(times), max(peaks), report


# ---- peers: each in a process of its own -----------------------------------------------------------------------------


def duckdb_query(layout, path, threads):
    import duckdb

    connection = duckdb.connect(":memory:")
    connection.execute(f"set threads = {threads}")
    if layout == "messages":
        columns = ("{mpan: 'VARCHAR', settlementDate: 'DATE', readings: "
                   "'STRUCT(settlementPeriod INTEGER, kwh DECIMAL(10, 3), quality VARCHAR)[]'}")
        text = (f"select sum(len(readings)), sum(list_sum(list_transform(readings, lambda r: r.kwh))) "
                f"from read_json('{path}', format = 'newline_delimited', columns = {columns})")
    elif layout == "long":
        text = (f"select count(*), sum(kwh) from read_csv('{path}', header = true, delim = ',', quote = '', escape = '', "
                f"columns = {{mpan: 'BIGINT', settlement_date: 'DATE', settlement_period: 'TINYINT', "
                f"kwh: 'DECIMAL(10, 3)', quality: 'VARCHAR'}})")
    else:
        columns = ", ".join(["mpan: 'BIGINT'", "settlement_date: 'DATE'"] +
                            [f"p{n}: 'DECIMAL(10, 3)'" for n in range(1, 49)])
        counts = " + ".join(f"count(p{n})" for n in range(1, 49))
        sums = " + ".join(f"sum(p{n})" for n in range(1, 49))
        text = (f"select {counts}, {sums} from read_csv('{path}', header = true, delim = ',', quote = '', escape = '', "
                f"columns = {{{columns}}})")

    def query():
        count, kwh = connection.execute(text).fetchone()
        return int(count), int(kwh * 1000)

    return query


def polars_query(layout, path, threads):
    os.environ["POLARS_MAX_THREADS"] = str(threads)
    import polars

    # A sum of doubles is exact here: thousandths are rounded to whole Wh first.
    def wh(column):
        return (column * 1000).round().cast(polars.Int64)

    def query():
        if layout == "messages":
            reading = polars.Struct({"settlementPeriod": polars.Int64, "kwh": polars.Float64, "quality": polars.String})
            table = polars.read_ndjson(path, schema={"mpan": polars.String, "settlementDate": polars.String,
                                                     "readings": polars.List(reading)})
            values = table["readings"].explode().struct.field("kwh")
            return len(values), int((values * 1000).round().cast(polars.Int64).sum())
        if layout == "long":
            table = polars.read_csv(path, schema={"mpan": polars.Int64, "settlement_date": polars.String,
                                                  "settlement_period": polars.Int8, "kwh": polars.Float64,
                                                  "quality": polars.String})
            return len(table), int(table.select(wh(polars.col("kwh")).sum()).item())
        names = [f"p{n}" for n in range(1, 49)]
        schema = {"mpan": polars.Int64, "settlement_date": polars.String} | {name: polars.Float64 for name in names}
        table = polars.read_csv(path, schema=schema)
        counts = table.select(polars.col(names).count()).row(0)
        sums = table.select([wh(polars.col(name)).sum() for name in names]).row(0)
        return sum(counts), sum(sums)

    return query


def peer(name, layout, path, threads, runs):
    query = (duckdb_query if name == "duckdb" else polars_query)(layout, path, threads)
    times = []
    for _ in range(runs + 1):
        start = time.perf_counter()
        answer = query()
        times.append(time.perf_counter() - start)
    print(json.dumps({"readings": answer[0], "wattHours": answer[1], "seconds": statistics.median(times[1:])}))


# ---- signatures ------------------------------------------------------------------------------------------------------


def verification_limit(threads):
    """ECDSA P-256 verifications a second that the cores can do at all, by OpenSSL's own measure."""
    try:
        out = subprocess.run(["openssl", "speed", "-seconds", "3", "-multi", str(threads), "ecdsap256"],
                             stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True, check=True).stdout
    except (OSError, subprocess.CalledProcessError):
        return None
    for line in out.splitlines():
        if "nistp256" in line:
            return float(line.split()[-1])
    return None


# ---- table -----------------------------------------------------------------------------------------------------------


def run(options):
    folder = os.path.join(ROOT, ".build", "benchmarks", "ingest-" + options.size)
    os.makedirs(folder, exist_ok=True)
    only = options.only.split(",") if options.only else LAYOUTS + ["signed"]
    made, store, files = prepare(folder, options.size, only, options.signed)
    rows = []

    def add(layout, name, readings, lines, size, seconds, peak, equal, base):
        rows.append({
            "layout": layout, "name": name, "readings": readings, "messagesOrLinesPerSecond": round(lines / seconds),
            "readingsPerSecond": round(readings / seconds), "MBPerSecond": round(size / seconds / 1e6),
            "seconds": round(seconds, 4), "peakMemoryMB": round(peak, 1), "equal": equal,
            "ratio": round(seconds / base, 2),
        })

    for layout in [name for name in LAYOUTS if name in only]:
        file = files[layout]
        warm(file["path"])
        log(f"halfhour, {layout}")
        seconds, peak, report = ours(made, store, file, options)
        # What was stored is what was written: exported again, it has the same sum.
        halfhour("load", "--store", store, "--close", DATE)
        copy = f"{file['path']}.again"
        again = halfhour("export", "--store", store, "--date", DATE, "--layout", layout, "--out", copy, "--format",
                         "json")
        os.remove(copy)
        is_same = (again["wattHours"] == file["wattHours"] and report["accepted"] == file["readings"]
                   and again["readings"] == file["readings"])
        add(layout, "halfhour load, durable", report["accepted"], report["lines"], file["bytes"], seconds, peak, is_same,
            seconds)
        for name in options.peers.split(","):
            if not name or layout == "d0036":  # which no peer reads
                continue
            log(f"{name}, {layout}")
            out, _, theirs = watched([sys.executable, os.path.abspath(__file__), "--worker", name, "--layout", layout,
                                      "--path", file["path"], "--threads", str(options.threads), "--runs", str(options.runs)])
            answer = json.loads(out)
            add(layout, f"{name}, parse and sum", answer["readings"], report["lines"], file["bytes"], answer["seconds"],
                theirs, answer["readings"] == file["readings"] and answer["wattHours"] == file["wattHours"], seconds)
    if "signed" in only:
        file = files["signed"]
        warm(file["path"])
        log("halfhour, signed messages")
        limit = verification_limit(options.threads)
        seconds, peak, report = ours(made, store, file, options, ["--keys", file["path"] + ".keys"])
        add("signed", "halfhour load, durable", report["accepted"], report["lines"], file["bytes"], seconds, peak,
            report["accepted"] == file["readings"], seconds)
        if limit:
            add("signed", "openssl speed, verify only", report["accepted"], report["lines"], file["bytes"],
                report["lines"] / limit, 0, None, seconds)
    if options.format == "json":
        print(json.dumps(rows, indent=1))
    else:
        table = [list(rows[0])] + [["" if value is None else str(value) for value in row.values()] for row in rows]
        widths = [max(len(line[n]) for line in table) for n in range(len(table[0]))]
        for line in table:
            print("  ".join(text.ljust(width) for text, width in zip(line, widths)).rstrip())
        print(f"{os.cpu_count()} cores, {options.threads} threads, load {os.getloadavg()[0]:.1f}")
    shutil.rmtree(store, ignore_errors=True)
    bad = [f"{row['name']} ({row['layout']})" for row in rows if row["equal"] is False]
    if bad:
        raise SystemExit(f"sums differ: {', '.join(bad)}")


def main():
    parser = argparse.ArgumentParser(prog="Benchmarks/ingest", description=__doc__)
    parser.add_argument("--size", choices=SIZES, default="small")
    parser.add_argument("--only", help="comma-separated, of messages, long, wide, d0036, signed; all by default")
    parser.add_argument("--peers", default="duckdb,polars", help="comma-separated, of duckdb, polars")
    parser.add_argument("--signed", type=int, default=50_000, help="metering points whose messages are signed")
    parser.add_argument("--runs", type=int, default=3, help="runs of each; the median counts")
    parser.add_argument("--format", choices=["json", "table"], default="table")
    parser.add_argument("--threads", type=int, default=os.cpu_count())
    parser.add_argument("--worker", help=argparse.SUPPRESS)
    parser.add_argument("--layout", help=argparse.SUPPRESS)
    parser.add_argument("--path", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.worker:
        peer(options.worker, options.layout, options.path, options.threads, options.runs)
    else:
        run(options)


if __name__ == "__main__":
    main()
