"""The other contenders: each query in a process of its own, timed from the query to columns in NumPy."""
import json
import os
import time

import numpy

import tables
from tables import COLUMNS, DATE, PERIODS

# Layouts: `sorted` has the bucket in the table and rows in its order; `joined` has rows as the meters come, with the
# bucket in a table of its own, which is what halfhour is given.
PEERS = {
    "duckdb-file": "own file, 48 columns, pre-sorted by bucket",
    "duckdb-parquet": "Parquet zstd, 48 columns, pre-sorted by bucket",
    "duckdb-joined": "Parquet zstd, 48 columns, joined to standing data",
    "polars-parquet": "Parquet zstd, 48 columns, pre-sorted by bucket",
    "polars-joined": "Parquet zstd, 48 columns, joined to standing data",
    "datafusion-parquet": "Parquet zstd, 48 columns, pre-sorted by bucket",
    "chdb-parquet": "Parquet zstd, 48 columns, pre-sorted by bucket",
}
SUMS = ", ".join(f"sum({c}) as s{c}, count({c}) as c{c}" for c in COLUMNS)
ASIDE = "select bucket, period, sum(wh) as wh, count(*) as n from {} group by bucket, period"


def from_arrow(rows, some):
    """The answer's columns, of tables that have them by name."""
    def column(table, name):
        return table.column(name).combine_chunks().to_numpy(zero_copy_only=False)

    return (column(rows, "bucket"), [column(rows, "s" + c) for c in COLUMNS], [column(rows, "c" + c) for c in COLUMNS],
            *(column(some, name) for name in ["bucket", "period", "wh", "n"]))


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


def datafusion_query(folder, _, threads):
    import datafusion

    context = datafusion.SessionContext(datafusion.SessionConfig().with_target_partitions(threads))
    context.register_parquet("readings", f"{folder}/sorted.parquet")
    context.register_parquet("estimated", f"{folder}/estimated.parquet")
    return lambda: from_arrow(context.sql(f"select bucket, {SUMS} from readings group by bucket").to_arrow_table(),
                              context.sql(ASIDE.format("estimated")).to_arrow_table())


def chdb_query(folder, _, threads):
    import chdb

    def query():
        settings = f"settings max_threads = {threads}"
        rows = chdb.query(f"select bucket, {SUMS} from file('{folder}/sorted.parquet', Parquet) group by bucket "
                          + settings, "ArrowTable")
        aside = f"file('{folder}/estimated.parquet', Parquet)"
        return from_arrow(rows, chdb.query(f"{ASIDE.format(aside)} {settings}", "ArrowTable"))

    return query


QUERIES = {"duckdb": duckdb_query, "polars": polars_query, "datafusion": datafusion_query, "chdb": chdb_query}


def work(folder, name, threads, warm):
    """Times a peer: cold, then warm. Loss factors multiply its sums with NumPy, inside of the time."""
    standing = tables.reading_blocks.Standing(os.path.join(folder, "store", "national", DATE, "standing"))
    factors = numpy.array(standing.factors, dtype=numpy.int64).reshape(-1, PERIODS)[[b[4] for b in standing.buckets]]
    times = []
    query = None
    for _ in range(1 + warm):
        start = time.perf_counter()
        query = query or QUERIES[name.split("-")[0]](folder, name, threads)
        bucket, sums, counts, some_bucket, some_period, some_wh, some_count = query()
        out = {key: numpy.zeros((len(standing.buckets), PERIODS), dtype=numpy.int64)
               for key in ["metered", "count", "estimated", "estimatedCount"]}
        for period in range(PERIODS):
            out["metered"][bucket, period] = numpy.ma.filled(numpy.nan_to_num(sums[period]), 0)
            out["count"][bucket, period] = counts[period]
        out["estimated"][some_bucket, some_period] = some_wh
        out["estimatedCount"][some_bucket, some_period] = some_count
        out["lossAdjusted"] = out["metered"] * factors
        times.append(time.perf_counter() - start)
    numpy.savez(os.path.join(folder, name + ".npz"), **out)
    print(json.dumps(times))
