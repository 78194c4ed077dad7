"""The peers' tables: the same readings as in the store, read by the independent Python reader."""
import json
import os
import sys

import numpy

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
sys.path.insert(0, os.path.join(ROOT, "Tools"))
import reading_blocks  # noqa: E402

DATE = "2026-01-14"
PERIODS = 48
COLUMNS = [f"p{number}" for number in range(1, PERIODS + 1)]
ROW_GROUP = 262_144
GAP = -(2 ** 31)  # of a cell without reading, while the tables are made


def files_of(folder, name):
    """What a peer reads."""
    if name == "duckdb-file":
        return [os.path.join(folder, "own.duckdb")]
    kind = ["unsorted.parquet", "standing.parquet"] if name.endswith("joined") else ["sorted.parquet"]
    return [os.path.join(folder, file) for file in kind + ["estimated.parquet"]]


def read_day(day):
    """All cells, gaps marked, and the estimated ones as columns of bucket, period and Wh."""
    standing = reading_blocks.Standing(os.path.join(day, "standing"))
    index = numpy.array(standing.index, dtype=numpy.uint16)
    cells = numpy.zeros((standing.mpans, PERIODS), dtype=numpy.int32)
    estimated = []
    for group in reading_blocks.Block(os.path.join(day, "II.block")).each():
        cells[group.first:group.first + group.rows] = group.cells()
        if not group.runs:
            continue
        rows, firsts, counts, qualities = (numpy.array(column, dtype=numpy.int64) for column in zip(*group.runs))
        number = numpy.repeat(numpy.arange(len(rows)), counts)
        starts = numpy.concatenate(([0], numpy.cumsum(counts)[:-1]))
        period = firsts[number] + numpy.arange(len(number)) - starts[number]
        row, quality = rows[number] + group.first, qualities[number]
        some = quality == reading_blocks.ESTIMATED
        estimated.append(numpy.stack([index[row[some]], period[some], cells[row[some], period[some]]]).astype(numpy.int32))
        gone = quality == reading_blocks.MISSING
        cells[row[gone], period[gone]] = GAP
    return index, cells, numpy.concatenate(estimated, axis=1)


def export(folder, day, peers):
    """Writes the tables that the peers want and that are not there yet."""
    import pyarrow
    import pyarrow.parquet

    wanted = {path for name in peers for path in files_of(folder, name)}
    if any(path.endswith("own.duckdb") for path in wanted):
        wanted |= set(files_of(folder, "duckdb-parquet"))
    if all(os.path.exists(path) for path in wanted):
        return
    print("writing the peers' tables from the blocks", file=sys.stderr, flush=True)
    index, cells, estimated = read_day(day)

    def write(name, first, order):
        """Row group after row group: the whole country would not fit in memory twice."""
        path, writer = os.path.join(folder, name), None
        for start in range(0, len(cells), ROW_GROUP):
            rows = order[start:start + ROW_GROUP]
            part = cells[rows]
            gaps = part == GAP
            arrays = [pyarrow.array(first[1][rows])]
            for period in range(PERIODS):
                arrays.append(pyarrow.array(numpy.ascontiguousarray(part[:, period]),
                                            mask=numpy.ascontiguousarray(gaps[:, period])))
            table = pyarrow.table(arrays, names=[first[0]] + COLUMNS)
            writer = writer or pyarrow.parquet.ParquetWriter(path + ".part", table.schema, compression="zstd")
            writer.write_table(table, row_group_size=ROW_GROUP)
        writer.close()
        os.rename(path + ".part", path)

    def missing(name):
        path = os.path.join(folder, name)
        return path in wanted and not os.path.exists(path)

    if missing("estimated.parquet"):
        pyarrow.parquet.write_table(pyarrow.table(dict(zip(["bucket", "period", "wh"], estimated))),
                                    os.path.join(folder, "estimated.parquet"), compression="zstd")
    if missing("sorted.parquet"):
        write("sorted.parquet", ("bucket", index), numpy.argsort(index, kind="stable"))
    if missing("unsorted.parquet"):
        numbers = numpy.arange(len(cells), dtype=numpy.uint32)
        write("unsorted.parquet", ("mpan", numbers), numbers)
    if missing("standing.parquet"):
        pyarrow.parquet.write_table(
            pyarrow.table({"mpan": numpy.arange(len(index), dtype=numpy.uint32), "bucket": index}),
            os.path.join(folder, "standing.parquet"), compression="zstd")
    del cells
    if missing("own.duckdb"):
        import duckdb

        path = os.path.join(folder, "own.duckdb")
        connection = duckdb.connect(path + ".part")
        connection.execute(f"create table readings as select * from '{folder}/sorted.parquet'")
        connection.execute(f"create table estimated as select * from '{folder}/estimated.parquet'")
        connection.close()
        os.rename(path + ".part", path)


def made(folder):
    with open(os.path.join(folder, "made.json")) as file:
        return json.load(file)
