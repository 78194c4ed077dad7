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

import peers
import tables
from tables import DATE, PERIODS, ROOT

SIZES = {"small": 200_000, "tenth": 3_300_000, "full": 33_000_000}
WARM_RUNS = 5
COLD_RUNS = 3


def log(text):
    print(text, file=sys.stderr, flush=True)


def forget(paths):
    """Has the page cache drop files, as far as it will."""
    for path in paths:
        with open(path, "rb") as file:
            os.fsync(file.fileno())
            os.posix_fadvise(file.fileno(), 0, 0, os.POSIX_FADV_DONTNEED)


def watched(command, every):
    """Runs a process. Returns its output and the most private memory (RssAnon) that it was seen to hold, in MB.

    Looking costs time that a short run would notice: it is looked at every `every` seconds, or never where that is None."""
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
            time.sleep(every)

    thread = threading.Thread(target=watch) if every else None
    if thread:
        thread.start()
    out, _ = process.communicate()
    if thread:
        thread.join()
    if process.returncode:
        raise SystemExit(f"{' '.join(command)} ended with status {process.returncode}")
    return out, peak / 1024


def halfhour(*arguments, every=0.002):
    out, peak = watched([os.environ["HALFHOUR"], *map(str, arguments), "--format", "json"], every)
    return json.loads(out)[0], peak


def timed(*arguments):
    """What a command prints, when nobody looks at it."""
    return halfhour(*arguments, every=None)[0]


def bandwidth(folder, how, path, threads):
    """What merely reading the bytes takes, now: by a small C program, made where there is a compiler."""
    program = os.path.join(folder, "bandwidth")
    source = os.path.join(ROOT, "Benchmarks", "bandwidth.c")
    if not os.path.exists(program) or os.path.getmtime(program) < os.path.getmtime(source):
        compiler = next((c for c in ["cc", "clang", "gcc"] if shutil.which(c)), None)
        if not compiler:
            return None
        subprocess.run([compiler, "-O3", "-pthread", "-o", program, source], check=True)
    return json.loads(
        subprocess.run([program, how, path, str(threads)], check=True, stdout=subprocess.PIPE, text=True).stdout)


def cold(folder, path, threads, run):
    """Seconds of `run` and of merely reading its file, in turn, each time after the page cache let go of it: medians.

    Whatever caches lie beneath the page cache have seen the file before either; the first round is not counted."""
    runs, readings = [], []
    for _ in range(1 + COLD_RUNS):
        reading = bandwidth(folder, "cold", path, threads)
        readings.append(reading["fileColdSeconds"] if reading else None)
        forget([path, os.path.join(os.path.dirname(path), "standing")])
        runs.append(run()["seconds"])
    return statistics.median(runs[1:]), statistics.median(readings[1:]) if readings[0] else None


def prepare(folder, size, names):
    """The store, and from it the tables of the peers."""
    store = os.path.join(folder, "store")
    if not os.path.exists(os.path.join(folder, "made.json")):
        shutil.rmtree(folder, ignore_errors=True)
        os.makedirs(folder)
        made, _ = halfhour("simulate", "--mpans", SIZES[size], "--days", 1, "--seed", 1, "--from", DATE, "--store", store)
        compacted, made["compactingPeakMB"] = halfhour("compact", "--store", store, "--date", DATE)
        made["compactingSeconds"] = compacted["seconds"]
        with open(os.path.join(folder, "made.json"), "w") as file:
            json.dump(made, file)
    tables.export(folder, os.path.join(store, "national", DATE), names)
    return store, os.path.join(store, "national", DATE), tables.made(folder)


def ours(folder, store, day, threads):
    """halfhour's rows, its sums at II, and what reading alone takes."""
    def arguments(*options, run="II"):
        return ["settle", "--store", store, "--date", DATE, "--run", run, "--threads", threads, *options]

    def row(name, layout, path, *options):
        path = os.path.join(day, path)
        command = arguments("--full", *options)
        seconds, reading = cold(folder, path, threads, lambda: timed(*command))
        last, peak = halfhour(*command)
        warm = statistics.median(timed(*command)["seconds"] for _ in range(WARM_RUNS))
        with open(os.path.join(day, "II.sums"), "rb") as file:
            return file.read(), {
                "name": name, "layout": layout, "readings": last["readings"], "coldSeconds": seconds,
                "warmMedianSeconds": warm, "peakMemoryMB": round(peak, 1),
                "bytesPerReading": round(os.path.getsize(path) / last["readings"], 4),
                "equal": None, "ratio": 1.0}, reading

    plain, second, _ = row("halfhour-rows", "blocks, rows as the meters come, every checksum verified", "II.block", "--rows-only")
    sums, first, alone = row("halfhour", "day block, rows by bucket, every checksum verified", "II.day")
    reading = bandwidth(folder, "warm", os.path.join(day, "II.day"), threads)
    if reading:
        reading["fileColdSeconds"] = alone
    second["equal"] = plain == sums
    kept = tables.reading_blocks.Sums(os.path.join(day, "II.sums")).columns
    timed(*arguments("--full", run="SF"))
    whole = tables.reading_blocks.Sums(os.path.join(day, "SF.sums"))
    last, peak = halfhour(*arguments(run="SF"))
    changed = tables.reading_blocks.Sums(os.path.join(day, "SF.sums"))
    later, anew = [], []
    for _ in range(2 * WARM_RUNS):  # in turn, so that what else the machine does falls on both
        anew.append(timed(*arguments("--full", run="SF"))["seconds"])
        later.append(timed(*arguments(run="SF"))["seconds"])
    third = {
        "name": "halfhour-later-run", "layout": f"SF on II: {last['changedReadings']} readings withdrawn or stated",
        "readings": last["readings"], "coldSeconds": None, "warmMedianSeconds": statistics.median(later),
        "peakMemoryMB": round(peak, 1), "bytesPerReading": None,
        "equal": changed.is_changes and not whole.is_changes and changed.columns == whole.columns, "ratio": None,
        "ofFullRun": round(statistics.median(later) / statistics.median(anew), 4)}
    return [first, second, third], kept, reading


def compare(folder, rows, kept, names, options):
    mine = {key: numpy.array(column, dtype=numpy.int64).reshape(-1, PERIODS) for key, column in kept.items()}
    for name in names:
        log(name)
        forget(tables.files_of(folder, name))
        out, peak = watched([sys.executable, os.path.abspath(__file__), "--worker", name, "--size", options.size,
                             "--threads", str(options.threads)], 0.02)
        times = json.loads(out)
        theirs = numpy.load(os.path.join(folder, name + ".npz"))
        rows.append({
            "name": name, "layout": peers.PEERS[name], "readings": int(theirs["count"].sum()),
            "coldSeconds": round(times[0], 5), "warmMedianSeconds": round(statistics.median(times[1:]), 5),
            "peakMemoryMB": round(peak, 1),
            "bytesPerReading": round(sum(map(os.path.getsize, tables.files_of(folder, name))) / rows[0]["readings"], 4),
            "equal": all(bool((mine[key] == theirs[key]).all()) for key in mine), "ratio": None})


def failures(rows, size):
    """What of the thresholds does not hold."""
    with open(os.path.join(ROOT, "Benchmarks", "thresholds.json")) as file:
        limits = json.load(file)[size]
    by_name = {row["name"]: row for row in rows}
    for name, least in limits["atLeast"].items():
        if name in by_name and by_name[name]["ratio"] < least:
            yield f"{name} takes {by_name[name]['ratio']} times as long as halfhour, not {least}"
    if by_name["halfhour-later-run"]["ofFullRun"] > limits["laterAtMost"]:
        yield f"a later run takes {by_name['halfhour-later-run']['ofFullRun']} of a full one, not {limits['laterAtMost']}"
    if by_name["halfhour"]["bytesPerReading"] > limits["bytesPerReadingAtMost"]:
        yield f"{by_name['halfhour']['bytesPerReading']} bytes a reading, not {limits['bytesPerReadingAtMost']}"


def run(options):
    folder = os.path.join(ROOT, ".build", "benchmarks", options.size)
    names = peers.PEERS if options.peers is None else [name for name in options.peers.split(",") if name]
    for name in names:
        if name not in peers.PEERS:
            raise SystemExit(f"there is no peer {name}; there are {', '.join(peers.PEERS)}")
    store, day, made = prepare(folder, options.size, names)
    rows, kept, reading = ours(folder, store, day, options.threads)
    compare(folder, rows, kept, names, options)
    for row in rows[1:]:
        row["ratio"] = round(row["warmMedianSeconds"] / rows[0]["warmMedianSeconds"], 4)
    rows[0]["equal"] = all(row["equal"] for row in rows[1:])
    if reading:
        rows[0]["shareOfReadingAlone"] = round(reading["fileWarmSeconds"] / rows[0]["warmMedianSeconds"], 3)
        rows[0]["coldToReadingAlone"] = round(rows[0]["coldSeconds"] / reading["fileColdSeconds"], 3)
    if options.format == "json":
        print(json.dumps(rows, indent=1))
    else:
        columns = [column for column in rows[0] if not column.startswith(("share", "cold")) or column == "coldSeconds"]
        lines = [columns] + [["" if row.get(c) is None else str(row.get(c)) for c in columns] for row in rows]
        widths = [max(len(line[n]) for line in lines) for n in range(len(columns))]
        for line in lines:
            print("  ".join(text.ljust(width) for text, width in zip(line, widths)).rstrip())
        print(f"later run: {rows[2]['ofFullRun'] * 100:.2f} percent of the same run in full")
        print(f"made at {made['readings'] / made['makingSeconds'] / 1e6:.0f} million readings a second, put in the order of "
              f"buckets in {made['compactingSeconds']:.2f} s; {os.cpu_count()} cores, {options.threads} threads, load "
              f"{os.getloadavg()[0]:.1f}")
        if reading:
            print(f"reading alone: memory {reading['memoryGBPerSecond']} GB/s; the day block from the page cache "
                  f"{reading['fileWarmSeconds']:.4f} s ({rows[0]['shareOfReadingAlone'] * 100:.0f} percent of the run), "
                  f"from the disk {reading['fileColdSeconds']:.3f} s (the run cold: {rows[0]['coldToReadingAlone']} times)")
    bad = [f"{row['name']} differs" for row in rows if row["equal"] is False]
    bad += failures(rows, options.size) if options.check else []
    if bad:
        raise SystemExit("; ".join(bad))


def main():
    parser = argparse.ArgumentParser(prog="Benchmarks/run", description=__doc__)
    parser.add_argument("--size", choices=SIZES, default="small")
    parser.add_argument("--peers", help=f"comma-separated, of {', '.join(peers.PEERS)}; all by default")
    parser.add_argument("--format", choices=["json", "table"], default="table")
    parser.add_argument("--threads", type=int, default=os.cpu_count())
    parser.add_argument("--check", action="store_true", help="fail where a ratio in thresholds.json is missed")
    parser.add_argument("--worker", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.worker:
        peers.work(os.path.join(ROOT, ".build", "benchmarks", options.size), options.worker, options.threads, WARM_RUNS)
    else:
        run(options)


if __name__ == "__main__":
    main()
