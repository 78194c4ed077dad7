"""One settlement day, by halfhour and by others: prepares the data, times, compares. Driven by Benchmarks/run."""
import argparse
import json
import os
import shutil
import statistics
import subprocess
import sys
import threading
import time

import numpy

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
sys.path.insert(0, os.path.join(ROOT, "Tools"))
import reading_blocks  # noqa: E402

SIZES = {"small": 200_000, "tenth": 3_300_000, "full": 33_000_000}
DATE = "2026-01-14"
PERIODS = 48
COLUMNS = [f"p{number}" for number in range(1, PERIODS + 1)]
# Layouts: `sorted` has the bucket in the table and rows in its order; `joined` has rows as the meters come, with the
# bucket in a table of its own, which is what halfhour is given.
PEERS = {
    "duckdb-file": "own file, 48 columns, pre-sorted by bucket",
    "duckdb-parquet": "Parquet zstd, 48 columns, pre-sorted by bucket",
    "duckdb-joined": "Parquet zstd, 48 columns, joined to standing data",
    "polars-parquet": "Parquet zstd, 48 columns, pre-sorted by bucket",
    "polars-joined": "Parquet zstd, 48 columns, joined to standing data",
}
WARM_RUNS = 5


def log(text):
    print(text, file=sys.stderr, flush=True)


def forget(paths):
    """Has the page cache drop files, as far as it will."""
    for path in paths:
        with open(path, "rb") as file:
            os.fsync(file.fileno())
            os.posix_fadvise(file.fileno(), 0, 0, os.POSIX_FADV_DONTNEED)


def watched(command):
    """Runs a process. Returns its output and the most private memory (RssAnon) that it was seen to hold, in MB."""
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    peak = 0

    def watch():
        nonlocal peak
        while process.poll() is None:
            try:
                with open(f"/proc/{process.pid}/status") as file:
                    for line in file:
                        if line.startswith("RssAnon:"):
                            peak = max(peak, int(line.split()[1]))
            except OSError:
                return
            time.sleep(0.002)

    thread = threading.Thread(target=watch)
    thread.start()
    out, _ = process.communicate()
    thread.join()
    if process.returncode:
        raise SystemExit(f"{' '.join(command)} ended with status {process.returncode}")
    return out, peak / 1024


# ---- data ----------------------------------------------------------------------------------------------------------


def prepare(folder, size, peers):
    """The store, and from it the tables of the peers: the same readings, read by the independent Python reader."""
    store = os.path.join(folder, "store")
    day = os.path.join(store, "national", DATE)
    if not os.path.exists(os.path.join(folder, "made.json")):
        shutil.rmtree(folder, ignore_errors=True)
        os.makedirs(folder)
        out = subprocess.run([os.environ["HALFHOUR"], "simulate", "--mpans", str(SIZES[size]), "--days", "1", "--seed",
                              "1", "--from", DATE, "--store", store, "--format", "json"],
                             check=True, stdout=subprocess.PIPE, text=True).stdout
        with open(os.path.join(folder, "made.json"), "w") as file:
            file.write(out)
    with open(os.path.join(folder, "made.json")) as file:
        made = json.load(file)[0]
    if peers and not os.path.exists(os.path.join(folder, "tables.json")):
        export(folder, day)
    return store, day, made


def export(folder, day):
    import duckdb
    import pyarrow
    import pyarrow.parquet

    log("writing the peers' tables from the blocks")
    standing = reading_blocks.Standing(os.path.join(day, "standing"))
    index = numpy.array(standing.index, dtype=numpy.uint16)
    cells = numpy.zeros((standing.mpans, PERIODS), dtype=numpy.int32)
    missing = []
    estimated = []
    for group in reading_blocks.Block(os.path.join(day, "II.block")).each():
        cells[group.first:group.first + group.rows] = group.cells()
        for row, first, count, quality in group.runs:
            place = group.first + row
            for period in range(first, first + count):
                if quality == reading_blocks.MISSING:
                    missing.append((place, period))
                elif quality == reading_blocks.ESTIMATED:
                    estimated.append((int(index[place]), period, int(cells[place, period])))
    gaps = [numpy.array([row for row, p in missing if p == period], dtype=numpy.int64) for period in range(PERIODS)]
    order = numpy.argsort(index, kind="stable")

    def table(rows, extra):
        arrays, names = [], []
        for name, values in extra:
            arrays.append(pyarrow.array(values))
            names.append(name)
        for period in range(PERIODS):
            mask = numpy.zeros(standing.mpans, dtype=bool)
            mask[gaps[period]] = True
            values, gap = cells[:, period], mask
            if rows is not None:
                values, gap = values[rows], gap[rows]
            arrays.append(pyarrow.array(numpy.ascontiguousarray(values), mask=gap))
            names.append(COLUMNS[period])
        return pyarrow.table(arrays, names=names)

    def write(data, name):
        pyarrow.parquet.write_table(data, os.path.join(folder, name), compression="zstd", row_group_size=262_144)

    by_bucket = table(order, [("bucket", index[order])])
    write(by_bucket, "sorted.parquet")
    write(pyarrow.table(dict(zip(["bucket", "period", "wh"], (numpy.array(column, dtype=numpy.int32)
                                                              for column in zip(*estimated))))), "estimated.parquet")
    path = os.path.join(folder, "own.duckdb")
    connection = duckdb.connect(path)
    connection.execute(f"create table readings as select * from '{folder}/sorted.parquet'")
    connection.execute(f"create table estimated as select * from '{folder}/estimated.parquet'")
    connection.close()
    del by_bucket
    rows = numpy.arange(standing.mpans, dtype=numpy.uint32)
    write(table(None, [("mpan", rows)]), "unsorted.parquet")
    write(pyarrow.table({"mpan": rows, "bucket": index}), "standing.parquet")
    with open(os.path.join(folder, "tables.json"), "w") as file:
        json.dump({"rows": standing.mpans}, file)


def files_of(folder, name):
    extra = ["estimated.parquet"]
    if name == "duckdb-file":
        return [os.path.join(folder, "own.duckdb")]
    kind = ["unsorted.parquet", "standing.parquet"] if name.endswith("joined") else ["sorted.parquet"]
    return [os.path.join(folder, file) for file in kind + extra]


# ---- peers: each in a process of its own -----------------------------------------------------------------------------


def duckdb_query(folder, name, threads):
    import duckdb

    connection = duckdb.connect(os.path.join(folder, "own.duckdb") if name == "duckdb-file" else ":memory:",
                                read_only=name == "duckdb-file")
    connection.execute(f"set threads = {threads}")
    sums = ", ".join(f"sum({c})::bigint, count({c})" for c in COLUMNS)
    source = {
        "duckdb-file": "readings",
        "duckdb-parquet": f"'{folder}/sorted.parquet'",
        "duckdb-joined": f"'{folder}/unsorted.parquet' join '{folder}/standing.parquet' using (mpan)",
    }[name]
    aside = "estimated" if name == "duckdb-file" else f"'{folder}/estimated.parquet'"

    def query():
        rows = connection.execute(f"select bucket, {sums} from {source} group by bucket").fetchnumpy()
        some = connection.execute(
            f"select bucket, period, sum(wh)::bigint as wh, count(*) as n from {aside} group by all").fetchnumpy()
        values = list(rows.values())
        return values[0], values[1::2], values[2::2], some["bucket"], some["period"], some["wh"], some["n"]

    return query


def polars_query(folder, name, threads):
    os.environ["POLARS_MAX_THREADS"] = str(threads)
    import polars

    def query():
        table = polars.scan_parquet(f"{folder}/{'unsorted' if name == 'polars-joined' else 'sorted'}.parquet")
        if name == "polars-joined":
            table = table.join(polars.scan_parquet(f"{folder}/standing.parquet"), on="mpan")
        sums = [polars.col(c).cast(polars.Int64).sum().alias("s" + c) for c in COLUMNS]
        counts = [polars.col(c).count().alias("c" + c) for c in COLUMNS]
        rows = table.group_by("bucket").agg(sums + counts).collect()
        some = polars.scan_parquet(f"{folder}/estimated.parquet").group_by("bucket", "period").agg(
            polars.col("wh").cast(polars.Int64).sum(), polars.len().alias("n")).collect()
        return (rows["bucket"].to_numpy(), [rows["s" + c].to_numpy() for c in COLUMNS],
                [rows["c" + c].to_numpy() for c in COLUMNS], some["bucket"].to_numpy(), some["period"].to_numpy(),
                some["wh"].to_numpy(), some["n"].to_numpy())

    return query


def peer(folder, name, threads, warm):
    """Times a peer: cold, then warm. Loss factors multiply its sums with NumPy, inside of the time."""
    standing = reading_blocks.Standing(os.path.join(folder, "store", "national", DATE, "standing"))
    factors = numpy.array(standing.factors, dtype=numpy.int64).reshape(-1, PERIODS)[[b[4] for b in standing.buckets]]
    forget(files_of(folder, name))
    times = []
    query = None
    for _ in range(1 + warm):
        start = time.perf_counter()
        query = query or (duckdb_query if name.startswith("duckdb") else polars_query)(folder, name, threads)
        bucket, sums, counts, some_bucket, some_period, some_wh, some_count = query()
        tables = {key: numpy.zeros((len(standing.buckets), PERIODS), dtype=numpy.int64)
                  for key in ["metered", "count", "estimated", "estimatedCount"]}
        for period in range(PERIODS):
            tables["metered"][bucket, period] = numpy.ma.filled(sums[period], 0)
            tables["count"][bucket, period] = counts[period]
        tables["estimated"][some_bucket, some_period] = some_wh
        tables["estimatedCount"][some_bucket, some_period] = some_count
        tables["lossAdjusted"] = tables["metered"] * factors
        times.append(time.perf_counter() - start)
    numpy.savez(os.path.join(folder, name + ".npz"), **tables)
    print(json.dumps(times))


# ---- table -----------------------------------------------------------------------------------------------------------


def settle(store, threads, run="II", full=True):
    command = [os.environ["HALFHOUR"], "settle", "--store", store, "--date", DATE, "--run", run, "--threads",
               str(threads), "--format", "json"] + (["--full"] if full else [])
    out, peak = watched(command)
    return json.loads(out)[0], peak


def run(options):
    folder = os.path.join(ROOT, ".build", "benchmarks", options.size)
    peers = [name for name in (options.peers.split(",") if options.peers else PEERS) if name]
    for name in peers:
        if name not in PEERS:
            raise SystemExit(f"there is no peer {name}; there are {', '.join(PEERS)}")
    store, day, made = prepare(folder, options.size, peers)
    block = os.path.join(day, "II.block")
    forget([block, os.path.join(day, "standing")])
    first, peak = settle(store, options.threads)
    runs = [settle(store, options.threads) for _ in range(WARM_RUNS)]
    readings = first["readings"]
    ours = statistics.median(r["seconds"] for r, _ in runs)
    kept = reading_blocks.Sums(os.path.join(day, "II.sums")).columns
    mine = {key: numpy.array(column, dtype=numpy.int64).reshape(-1, PERIODS) for key, column in kept.items()}
    rows = [{
        "name": "halfhour", "layout": "blocks, rows as the meters come, every checksum verified", "readings": readings,
        "coldSeconds": first["seconds"], "warmMedianSeconds": ours, "peakMemoryMB": round(max(p for _, p in runs), 1),
        "bytesPerReading": round(os.path.getsize(block) / readings, 4), "equal": None, "ratio": 1.0,
    }]
    later = [settle(store, options.threads, "SF", full=False)[0] for _ in range(WARM_RUNS)]
    later_sums = os.path.join(day, "SF.sums")
    by_increment = open(later_sums, "rb").read()
    settle(store, options.threads, "SF")
    is_same = open(later_sums, "rb").read() == by_increment
    for name in peers:
        log(name)
        out, peak = watched([sys.executable, os.path.abspath(__file__), "--worker", name, "--size", options.size,
                             "--threads", str(options.threads)])
        times = json.loads(out)
        warm = statistics.median(times[1:])
        theirs = numpy.load(os.path.join(folder, name + ".npz"))
        rows.append({
            "name": name, "layout": PEERS[name], "readings": int(theirs["count"].sum()), "coldSeconds": round(times[0], 5),
            "warmMedianSeconds": round(warm, 5), "peakMemoryMB": round(peak, 1),
            "bytesPerReading": round(sum(map(os.path.getsize, files_of(folder, name))) / readings, 4),
            "equal": all(bool((mine[key] == theirs[key]).all()) for key in mine), "ratio": round(warm / ours, 2),
        })
    if len(rows) > 1:
        rows[0]["equal"] = all(row["equal"] for row in rows[1:])
    increment = statistics.median(r["seconds"] for r in later)
    rows.append({
        "name": "halfhour-later-run", "layout": f"SF: {later[0]['changedReadings']} readings withdrawn or stated",
        "readings": later[0]["readings"], "coldSeconds": None, "warmMedianSeconds": increment, "peakMemoryMB": None,
        "bytesPerReading": None, "equal": is_same,
        "ratio": round(increment / ours, 4),
    })
    if options.format == "json":
        print(json.dumps(rows, indent=1))
    else:
        columns = list(rows[0])
        table = [columns] + [["" if row[c] is None else str(row[c]) for c in columns] for row in rows]
        widths = [max(len(line[n]) for line in table) for n in range(len(columns))]
        for line in table:
            print("  ".join(text.ljust(width) for text, width in zip(line, widths)).rstrip())
        print(f"simulator: {made['readings'] / made['makingSeconds'] / 1e6:.0f} million readings a second when the data"
              f" was made; {os.cpu_count()} cores, {options.threads} threads, load {os.getloadavg()[0]:.1f}")
    bad = [row["name"] for row in rows if row["equal"] is False]
    if bad:
        raise SystemExit(f"answers differ: {', '.join(bad)}")


def main():
    parser = argparse.ArgumentParser(prog="Benchmarks/run", description=__doc__)
    parser.add_argument("--size", choices=SIZES, default="small")
    parser.add_argument("--peers", help=f"comma-separated, of {', '.join(PEERS)}; all by default")
    parser.add_argument("--format", choices=["json", "table"], default="table")
    parser.add_argument("--threads", type=int, default=os.cpu_count())
    parser.add_argument("--worker", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.worker:
        peer(os.path.join(ROOT, ".build", "benchmarks", options.size), options.worker, options.threads, WARM_RUNS)
    else:
        run(options)


if __name__ == "__main__":
    main()
